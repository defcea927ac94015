"""Messages of steps: drafted from what is known, sent once, to whom the project file says today."""

import pytest

from bot.engine.incident_notes import IncidentNote
from bot.engine.incidents import Finding, Mark, Status
from bot.engine.reasons import Reason
from bot.errors import VendorRejected, VendorUnavailable
from bot.incidenting import Room
from tests.bot.incidents._asked import ending, refusal, said, step
from tests.bot.incidents._world import ANN, API_DOWN, BEN, IncidentWorld
from tests.playbooks._books import book, do

OWNERS = {"kind": "owners", "of": "database"}


def tell(*to, template="It is {state}."):
    return {"kind": "tell", "id": "tell", "text": "Tell.", "to": list(to), "template": template}


async def telling(db, *to, room=False, drill=False, service="", **more):
    """A world with an incident one of whose steps tells ``to``."""
    world = IncidentWorld(db, playbooks={API_DOWN: book(tell(*to, **more), do("end"))})
    if room:
        incidents = world.project.incidents.model_copy(update={"room": Room()})
        world.project = world.project.model_copy(update={"incidents": incidents})
        world.reborn()
    await world.open(drill=drill, service=service)
    await world.work()
    return world


async def sent(world):
    """Channel, mention and words of every message to people."""
    found = []
    for due in await world.posts.due():
        if ":told:" in due.key:
            note = IncidentNote.decode(due.body)
            found.append((due.channel, note.mention, note.text, note.loud))
    return found


async def test_the_draft_says_what_is_known_with_names_for_people(world):
    world.names.known = {BEN: "Ben Ortiz"}
    await world.open()
    world.looker.findings["upstash"] = Finding(status=Status.BAD, said="It refuses.")
    await world.work()
    await world.desk.choose(1, "which", "redis", ANN)
    await world.desk.tick(1, "redis-status", ANN)
    await world.desk.role(1, ANN, "commander", BEN)
    await world.clock.sleep(600)

    words = await world.desk.draft(1, "orchestrator")

    assert words.startswith(
        "It is down (incident 1, SEV1, api in production): open after 10 min, led by Ben Ortiz."
    )
    assert "- Redis: does it answer a ping? It refuses." in words
    assert "Decided: Redis\n" in words
    assert "- Look at Upstash's status page" in words


async def test_a_draft_without_facts_says_so(world):
    await world.open()
    words = await world.desk.draft(1, "orchestrator")
    assert "led by nobody yet" in words
    assert words.count("nothing yet") == 3


async def test_who_has_no_name_is_in_the_draft_by_id(world):
    await world.open()
    await world.desk.role(1, ANN, "commander", BEN)
    assert f"led by @{BEN}" in await world.desk.draft(1, "orchestrator")


async def test_the_orchestrator_is_told_once_and_the_step_says_so(world):
    world.names.known = {ANN: "Ann Lee"}
    await world.open()

    await world.desk.tell(1, "orchestrator", ANN, "It stands well.")
    assert (await step(world, "orchestrator")).mark is Mark.RUNNING
    await world.desk.tell(1, "orchestrator", ANN, "It stands well.")
    await world.work()

    ((kind, body),) = world.orchestrator.got.values()
    assert (kind, body["message"]) == ("incident.told", "It stands well.")
    assert "Ann Lee" in body["report"]
    assert (await step(world, "orchestrator")).mark is Mark.DONE
    refused = await refusal(world.desk.tell(1, "orchestrator", BEN, "x"))
    assert (refused.reason, str(refused)) == (
        Reason.ALREADY_DONE,
        f"<@{ANN}> sent it already. Nothing was sent twice.",
    )


async def test_an_empty_message_is_refused(world):
    await world.open()
    assert (await refusal(world.desk.tell(1, "orchestrator", ANN, " \n"))).reason is Reason.NO_REASON


async def test_an_orchestrator_that_is_away_is_told_later_under_the_same_id(world):
    await world.open()
    world.orchestrator.before["send"] = [VendorUnavailable("Orchestrator", "sending")]
    world.orchestrator.after["send"] = [VendorUnavailable("Orchestrator", "sending")]
    await world.desk.tell(1, "orchestrator", ANN, "words")
    await world.work()
    await world.later(1)
    waiting = await step(world, "orchestrator")
    assert waiting.mark is Mark.RUNNING
    assert waiting.trouble.endswith("; it is tried again")
    await world.later(2)
    told = await step(world, "orchestrator")
    assert (told.mark, told.trouble) == (Mark.DONE, "")
    assert list(world.orchestrator.got) == ["incident-1-notify-orchestrator-1"]


async def test_an_orchestrator_that_refuses_is_said_on_the_step_and_can_be_told_again(world):
    await world.open()
    world.orchestrator.before["send"] = [VendorRejected("Orchestrator", "sending", status=401)]
    await world.desk.tell(1, "orchestrator", ANN, "words")
    await world.work()
    found = await step(world, "orchestrator")
    assert (found.mark, "401" in found.trouble) == (Mark.FAILED, True)
    told = [line for line in await world.timeline() if line.startswith("told: ")]  # beside what looks found
    assert told[-1].startswith("told: the orchestrator was not told: ")

    before = await world.owed()
    await world.desk.tell(1, "orchestrator", BEN, "words")
    await world.work()
    assert await world.owed() == before  # whoever is in Slack has it
    assert ((await step(world, "orchestrator")).mark, list(world.orchestrator.got)) == (
        Mark.DONE,
        ["incident-1-notify-orchestrator-2"],
    )


async def test_where_there_is_no_orchestrator_the_step_says_which_variable_is_missing(world):
    world.orchestrator = None
    world.reborn()
    await world.open()
    await world.desk.tell(1, "orchestrator", ANN, "words")
    await world.work()
    found = await step(world, "orchestrator")
    assert (found.mark, "ORCHESTRATOR_URL is not set" in found.trouble) == (Mark.FAILED, True)
    await world.desk.skip(1, "orchestrator", ANN, "told by phone")
    assert (await step(world, "orchestrator")).mark is Mark.SKIPPED


async def test_a_message_on_its_way_to_the_orchestrator_keeps_nobody_from_resolving(world):
    await world.open()
    await world.work()
    world.orchestrator.before["send"] = [VendorUnavailable("Orchestrator", "sending")]
    await world.desk.tell(1, "orchestrator", ANN, "words")
    await world.work()
    await world.desk.resolve(1, ending())
    await world.later(2)
    assert (await step(world, "orchestrator")).mark is Mark.DONE
    assert sorted(kind for kind, _ in world.orchestrator.got.values()) == [
        "incident.resolved",
        "incident.told",
    ]


async def test_a_report_the_orchestrator_refuses_is_said_in_the_thread(world):
    await world.open()
    await world.work()
    world.orchestrator.before["send"] = [VendorRejected("Orchestrator", "sending", status=401)]
    await world.desk.resolve(1, ending())
    await world.work()
    (note,) = await said(world, "note")
    assert note.text.startswith("The orchestrator has no report: ")


async def test_roles_and_owners_are_mentioned_in_the_thread_and_unknown_ones_are_not(incidents_db):
    to = ({"kind": "roles", "roles": ["approver", "nobody-has-it"]}, OWNERS)
    world = await telling(incidents_db, *to)
    await world.desk.tell(1, "tell", ANN, "words")
    ((channel, mention, words, loud),) = await sent(world)
    assert (channel, words, loud) == ("C0OPSDESK01", "words", False)
    roles = world.project.service("api").database_roles
    assert mention == " ".join(["<!subteam^approver>", *(f"<!subteam^{role}>" for role in roles)])
    assert (await step(world, "tell")).mark is Mark.DONE
    assert (
        "told approver and nobody-has-it (nobody is named) and the owners of the database: words"
        in (await world.timeline())[-1]
    )


ONCALL = {"kind": "owners", "of": "oncall"}


async def test_who_is_on_call_for_an_app_is_mentioned(incidents_db):
    world = await telling(incidents_db, ONCALL, service="mobile")
    await world.desk.tell(1, "tell", ANN, "words")
    ((_, mention, _, _),) = await sent(world)
    assert mention == "<!subteam^approver>"


@pytest.mark.parametrize(
    ("to", "why"),
    [
        (OWNERS | {"service": "mobile"}, "database_roles of mobile names nobody"),
        (ONCALL | {"service": "web"}, "no service is called web"),
        ({"kind": "roles", "roles": ["boss", "chief"]}, "[roles] names nobody as boss or chief"),
    ],
)
@pytest.mark.parametrize("drill", [True, False])
async def test_what_nobody_would_read_is_not_called_sent(incidents_db, to, why, drill):
    world = await telling(incidents_db, to, drill=drill)
    for asked in (world.desk.draft(1, "tell"), world.desk.tell(1, "tell", ANN, "words")):
        refused = await refusal(asked)
        assert (refused.reason, why in str(refused)) == (Reason.NOBODY_NAMED, True)
    assert ((await step(world, "tell")).mark, await sent(world)) == (Mark.TODO, [])


async def test_where_one_of_several_is_nobody_the_timeline_says_so(incidents_db):
    world = await telling(
        incidents_db, ONCALL | {"service": "web"}, {"kind": "channel", "channel": "deploys"}
    )
    await world.desk.tell(1, "tell", ANN, "words")
    assert (await world.timeline())[-1] == ("told: told who is on call (nobody is named) and #deploys: words")


@pytest.mark.parametrize(
    ("name", "channel"),
    [("deploys", "C0DEPLOYS01"), ("C0GENERAL01", "C0GENERAL01")],
)
async def test_a_channel_is_told_beside_the_thread_without_mentions(incidents_db, name, channel):
    world = await telling(incidents_db, {"kind": "channel", "channel": name})
    await world.desk.tell(1, "tell", ANN, "words")
    assert await sent(world) == [("C0OPSDESK01", "", "words", False), (channel, "", "words", True)]


async def test_the_cards_own_channel_is_told_once_in_its_thread_and_outside_of_it(incidents_db):
    to = [{"kind": "channel", "channel": name} for name in ("C0OPSDESK01", "deploys", "C0DEPLOYS01")]
    world = await telling(incidents_db, *to)
    await world.desk.tell(1, "tell", ANN, "words")
    assert await sent(world) == [
        ("C0OPSDESK01", "", "words", True),
        ("C0DEPLOYS01", "", "words", True),
    ]


async def test_with_a_channel_of_its_own_the_cards_channel_is_told_beside_it(incidents_db):
    world = await telling(incidents_db, {"kind": "channel", "channel": "C0OPSDESK01"}, room=True)
    await world.desk.tell(1, "tell", ANN, "words")
    assert await sent(world) == [("C0ROOM00000", "", "words", False), ("C0OPSDESK01", "", "words", True)]


async def test_in_a_drill_only_the_thread_sees_whom_it_would_have_gone_to(incidents_db):
    to = ({"kind": "roles", "roles": ["approver"]}, {"kind": "channel", "channel": "deploys"})
    world = await telling(incidents_db, *to, {"kind": "orchestrator"}, drill=True)
    await world.desk.tell(1, "tell", ANN, "words")
    await world.work()
    assert await sent(world) == [("C0OPSDESK01", "", "words", False)]
    assert (await world.timeline())[-1].startswith("told: would have told approver and #deploys and the orch")
    assert world.orchestrator.got == {}


async def test_what_a_person_told_by_hand_is_done_and_not_called_sent(incidents_db):
    world = await telling(incidents_db, ONCALL | {"service": "web"})
    await world.desk.tick(1, "tell", ANN)
    found = await step(world, "tell")
    assert (found.mark, found.by_hand) == (Mark.DONE, True)


async def test_what_was_sent_was_not_done_by_hand(incidents_db):
    world = await telling(incidents_db, OWNERS)
    await world.desk.tell(1, "tell", ANN, "words")
    assert not (await step(world, "tell")).by_hand
