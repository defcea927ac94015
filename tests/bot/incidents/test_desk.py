"""Opening an incident, joining it, asking for it."""

import asyncio

from bot.engine.incident_requests import OpenRequest, SameKind
from bot.engine.incidents import IncidentState as State
from bot.engine.incidents import Sev
from bot.engine.reasons import Reason
from bot.errors import VendorRejected
from tests.bot.incidents._asked import ending, refusal
from tests.bot.incidents._world import ANN, API_DOWN, BEN, MIGRATION
from tests.bot.pipelines._world import pawlogic


async def test_an_incident_opens_with_the_steps_that_are_there(world):
    view = await world.open()

    assert (view.id, view.title, view.state, view.severity) == (1, "API down", State.OPEN, Sev.SEV1)
    assert [step.key for step in view.steps][:3] == ["railway", "components", "supabase"]
    assert view.step("rollback") is None
    assert view.nevers
    assert (view.service, view.environment) == ("api", "production")
    assert "incident:1" in await world.owed()


async def test_the_same_delivery_opens_one_incident(world):
    first, again = await world.open(), await world.open()

    assert first.id == again.id
    assert await world.reader.counts() == (1, 1)


async def test_of_two_of_a_kind_the_second_is_offered_the_first(world):
    await world.open()

    asked = OpenRequest(key="other", playbook=API_DOWN, headline="Also down", by=BEN)
    same = await world.desk.open(asked)

    assert isinstance(same, SameKind)
    assert (same.incident.id, same.asked) == (1, asked)
    assert (await world.open(key="third", another=True)).id == 2
    assert (await world.open(key="fourth", drill=True)).id == 3


async def test_two_who_open_the_same_at_once_open_one_and_one_is_offered_it(world):
    asked = [OpenRequest(key=by, playbook=API_DOWN, headline="Down", by=by) for by in (ANN, BEN)]

    opened = await asyncio.gather(*map(world.desk.open, asked))

    assert sorted(isinstance(one, SameKind) for one in opened) == [False, True]
    assert await world.reader.counts() == (1, 1)


async def test_an_unknown_playbook_is_refused_with_those_there_are(world):
    said = await refusal(world.open("no-such"))

    assert said.reason is Reason.UNKNOWN_PLAYBOOK
    assert "`api-down`, `db-migration-failure`, `mobile-crash-spike`" in str(said)
    assert await world.reader.counts() == (0, 0)


async def test_an_unknown_number_is_refused_with_the_way_to_all_of_them(world):
    for asked in (world.desk.incident(9), world.desk.tick(9, "railway", ANN), world.desk.record(9)):
        said = await refusal(asked)
        assert (said.reason, "`/pawincident list`" in str(said)) == (Reason.UNKNOWN_INCIDENT, True)


async def test_what_nobody_names_is_the_only_service_and_the_place_that_is_guarded(world):
    assert (await world.open(service="mobile", environment="staging")).service == "mobile"
    view = await world.open(MIGRATION, key="2")
    assert (view.service, view.environment, view.channel) == ("api", "production", "C0OPSDESK01")


async def test_without_a_channel_of_incidents_cards_go_where_alerts_go(world):
    incidents = world.project.incidents.model_copy(update={"channel": None})
    world.project = pawlogic().model_copy(update={"incidents": incidents})
    world.reborn()
    assert (await world.open()).channel == world.project.alerts.channel

    world.project = world.project.model_copy(update={"alerts": None})
    world.reborn()
    assert (await world.open(key="2", another=True)).channel == world.project.channels.deploys


async def test_a_headline_nobody_wrote_is_the_playbooks_title_and_a_long_one_is_cut(world):
    for number, headline in enumerate(("  ", "x" * 400)):
        await world.desk.open(
            OpenRequest(key=str(number), playbook=API_DOWN, headline=headline, by=ANN, another=True)
        )

    assert [(await world.desk.incident(one)).headline for one in (1, 2)] == ["API down", "x" * 150]


async def test_the_list_has_open_ones_first_and_counts_all(world):
    for number in range(3):
        await world.open(key=str(number), another=True)
    await world.desk.resolve(3, ending())

    listed = await world.desk.list()

    assert [row.id for row in listed.rows] == [2, 1, 3]
    assert (listed.open, listed.total) == (2, 3)


async def test_who_joins_is_noted_once_and_let_into_its_channel(world):
    await world.open()
    await world.desk.join(1, BEN)
    await world.desk.join(1, BEN)

    assert (await world.timeline()).count("joined: came to help") == 1
    assert world.rooms.invited == {}


async def test_who_cannot_be_let_in_has_joined_and_is_told_so(room_world):
    await room_world.open()
    await room_world.work()
    room_world.rooms.before["invite"] = [VendorRejected("Slack", "inviting people", detail="is_archived")]

    said = await refusal(room_world.desk.join(1, BEN))

    room = room_world.rooms.made["inc-1-api-down"]
    assert str(said).startswith(f"You joined incident 1; Slack did not let you into <#{room}>: ")
    assert "joined: came to help" in await room_world.timeline()


async def test_an_incident_keeps_its_copy_of_the_playbook(world):
    await world.open(MIGRATION)
    before = [step.key for step in (await world.desk.incident(1)).steps]

    world.playbooks = {}
    world.reborn()

    assert [step.key for step in (await world.desk.incident(1)).steps] == before


async def test_its_record_has_the_timeline_and_the_evidence_in_order(world):
    await world.open()
    await world.work()

    record = await world.desk.record(1)

    assert [entry.at for entry in record.entries] == sorted(entry.at for entry in record.entries)
    assert record.entries[0].text == "opened: It is down"
    assert ("Redis: does it answer a ping?", "upstash is well.") in [
        (text, finding.said) for text, finding, _ in record.evidence
    ]


async def test_what_a_playbook_looks_at_by_name_is_where_it_happens(world):
    view = await world.open("mobile-crash-spike")

    assert (view.service, view.environment) == ("mobile", "production")
