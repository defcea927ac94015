"""The report: written once for each ending, kept, said, sent to the orchestrator, with names for people."""

from bot.engine.incidents import Mark
from bot.engine.reasons import Reason
from bot.errors import VendorUnavailable
from tests.bot.incidents._asked import ending, refusal, said
from tests.bot.incidents._world import ANN, BEN


async def resolved(world, **more):
    await world.desk.resolve(1, ending(**more))
    await world.work()


async def test_resolving_writes_the_report_says_it_and_sends_it(world):
    world.names.known = {ANN: "Ann Lee"}
    await world.open()
    await world.work()

    await resolved(world, follow_ups=("test it",))

    text = await world.kit.reports.find(1, 1)
    assert "It was a bad deploy." in text
    assert "test it" in text
    assert "resolved by Ann Lee" in text
    assert ANN not in text
    assert "incident:1:report:1" in await world.owed()
    assert "Summary: It was a bad deploy." in (await said(world, "report"))[1].text
    ((kind, body),) = world.orchestrator.got.values()
    assert (kind, body["state"]) == ("incident.resolved", "resolved")
    assert (await refusal(world.desk.skip(1, "redis", ANN, "x"))).reason is Reason.INCIDENT_RESOLVED


async def test_only_people_are_asked_for_by_name(world):
    await world.open()
    await world.desk.note(1, ANN, "WARNINGS of the UNDERLYING thing, see <@U0BENAPP001>", "k")
    asked = []

    async def names(users):
        asked.extend(users)
        return {}

    world.names.names = names
    await resolved(world)
    assert set(asked) == {ANN, BEN}


async def test_without_an_orchestrator_the_report_is_kept_and_nothing_is_sent(world):
    world.orchestrator = None
    world.reborn()
    await world.open()
    await world.work()
    await resolved(world)
    assert await world.kit.reports.find(1, 1) is not None
    assert await said(world, "note") == []


async def test_an_orchestrator_that_is_away_gets_the_report_later_once(world):
    await world.open()
    await world.work()
    world.orchestrator.after["send"] = [VendorUnavailable("Orchestrator", "sending")]
    await resolved(world)
    await world.later(1)
    assert list(world.orchestrator.got) == ["incident-1-notify-report-1"]
    assert world.orchestrator.calls == ["send", "send"]


async def test_a_second_end_has_a_report_of_its_own_and_the_first_one_stays(world):
    await world.open()
    await world.work()
    await resolved(world, summary="first")
    first = await world.kit.reports.find(1, 1)

    await world.desk.reopen(1, BEN, "it is back")
    await world.work()
    await resolved(world, summary="second")

    assert await world.kit.reports.find(1, 1) == first
    assert "second" in await world.kit.reports.find(1, 2)
    assert await world.kit.reports.newest(1) == await world.kit.reports.find(1, 2)
    assert list(world.orchestrator.got) == ["incident-1-notify-report-1", "incident-1-notify-report-2"]


async def test_an_incident_that_was_reopened_before_its_report_was_written_has_none_of_that_end(world):
    await world.open()
    await world.desk.resolve(1, ending())
    await world.desk.reopen(1, BEN, "no")
    await world.work()
    assert await world.kit.reports.find(1, 1) is None
    assert world.orchestrator.got == {}


async def test_looks_still_on_their_way_at_the_end_leave_their_steps_to_do(world):
    await world.open()
    await resolved(world)
    view = await world.desk.incident(1)
    assert {step.mark for step in view.steps} == {Mark.TODO}
    assert not any(step.looking for step in view.steps)
    assert world.looker.asked == []
