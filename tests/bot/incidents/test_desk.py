"""What people do with an incident, one after the other and at once."""

import asyncio

import pytest

from bot.engine.incident_requests import OpenRequest, ResolveRequest, SameKind
from bot.engine.incidents import Finding, Mark, Sev, Status
from bot.engine.incidents import IncidentState as State
from bot.engine.reasons import Reason
from bot.errors import UserError
from tests.bot.incidents._world import ANN, API_DOWN, BEN, MIGRATION


async def refusal(asked) -> UserError:
    with pytest.raises(UserError) as caught:
        await asked
    return caught.value


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
    assert same.incident.id == 1
    assert (await world.open(key="third", another=True)).id == 2
    assert (await world.open(key="fourth", drill=True)).id == 3


async def test_an_unknown_playbook_is_refused(world):
    assert (await refusal(world.open("no-such"))).reason is Reason.UNKNOWN_PLAYBOOK


async def test_looks_are_taken_by_themselves_and_what_they_find_is_evidence(world):
    await world.open()
    world.looker.findings["health"] = Finding(
        status=Status.BAD, said="Database: does not answer.", points_at="database"
    )

    await world.work()

    view = await world.desk.incident(1)
    found = view.step("components")
    assert (found.mark, found.by) == (Mark.DONE, "pawdeploy")
    assert found.finding.points_at == "database"
    assert any("Database: does not answer." in line for line in await world.timeline())
    assert any(key.startswith("incident:1:evidence:components") for key in await world.owed())


async def test_what_could_not_be_seen_is_unknown_and_stays_to_do(world):
    await world.open()
    world.looker.findings["upstash"] = Finding(status=Status.UNKNOWN, said="It took longer than 15 s.")

    await world.work()

    step = (await world.desk.incident(1)).step("redis")
    assert (step.mark, step.finding.status) == (Mark.TODO, Status.UNKNOWN)


async def test_a_look_is_taken_again_on_its_timer_and_says_only_what_is_new(world):
    await world.open()
    await world.work()
    before = await world.timeline()
    asked = world.looker.asked.count("railway")

    await world.later(61)

    assert world.looker.asked.count("railway") == asked + 1
    assert await world.timeline() == before
    world.looker.findings["railway"] = Finding(status=Status.BAD, said="No instance is active.")
    await world.later(61)
    assert (await world.timeline())[-1].endswith("No instance is active.")


async def test_a_decision_opens_its_branch_and_taking_it_back_closes_it(world):
    await world.open()
    await world.work()

    view = await world.desk.choose(1, "which", "code", ANN)
    assert view.step("rollback") is not None

    view = await world.desk.untick(1, "which", ANN, "it was Redis")
    assert view.step("rollback") is None
    assert (await refusal(world.desk.act(1, "rollback", ANN))).reason is Reason.STEP_NOT_THERE
    assert "it was Redis" in (await world.timeline())[-1]


async def test_of_two_decisions_the_second_is_told_of_the_first(world):
    await world.open()
    await world.desk.choose(1, "which", "code", ANN)

    said = await refusal(world.desk.choose(1, "which", "redis", BEN))

    assert said.reason is Reason.ALREADY_DONE
    assert f"<@{ANN}>" in str(said)
    assert (await world.desk.choose(1, "which", "code", ANN)).step("which").choice == "code"


async def test_two_who_tick_at_once_both_succeed(world):
    await world.open()
    await world.desk.choose(1, "which", "redis", ANN)

    await asyncio.gather(world.desk.tick(1, "redis-status", ANN), world.desk.tick(1, "redis-console", BEN))

    view = await world.desk.incident(1)
    assert [(view.step(key).mark, view.step(key).by) for key in ("redis-status", "redis-console")] == [
        (Mark.DONE, ANN),
        (Mark.DONE, BEN),
    ]


async def test_of_two_who_tick_one_step_the_second_is_told_who_was_first(world):
    await world.open()
    await world.desk.choose(1, "which", "redis", ANN)
    await world.desk.tick(1, "redis-status", ANN)

    said = await refusal(world.desk.tick(1, "redis-status", BEN))

    assert f"<@{ANN}>" in str(said)
    again = await world.desk.tick(1, "redis-status", ANN)
    assert again.step("redis-status").by == ANN
    assert sum(line.startswith("tick:") for line in await world.timeline()) == 1


async def test_skipping_and_taking_back_ask_why(world):
    await world.open()
    await world.desk.choose(1, "which", "redis", ANN)

    assert (await refusal(world.desk.skip(1, "redis-status", ANN, "  "))).reason is Reason.NO_REASON
    assert (await world.desk.skip(1, "redis-status", ANN, "no page")).step(
        "redis-status"
    ).mark is Mark.SKIPPED
    assert (await refusal(world.desk.untick(1, "redis-status", ANN, ""))).reason is Reason.NO_REASON
    assert (await world.desk.untick(1, "redis-status", ANN, "found it")).step(
        "redis-status"
    ).why == "found it"


async def test_an_act_starts_its_run_once_and_follows_it_to_its_end(world):
    await world.open()
    await world.desk.choose(1, "which", "code", ANN)
    await world.desk.act(1, "rollback", ANN)
    await world.desk.act(1, "rollback", ANN)

    await world.work()

    step = (await world.desk.incident(1)).step("rollback")
    assert (step.mark, step.run) == (Mark.RUNNING, 1)
    assert world.runs.keys == ["incident:1:rollback:1"]
    assert (await refusal(world.desk.act(1, "rollback", BEN))).reason is Reason.STILL_RUNNING
    await world.ends(1, "succeeded")
    await world.keeper.sweep()
    assert (await world.desk.incident(1)).step("rollback").mark is Mark.DONE


async def test_an_act_whose_run_failed_can_be_started_again(world):
    await world.open()
    await world.desk.choose(1, "which", "code", ANN)
    await world.desk.act(1, "rollback", ANN)
    await world.work()
    await world.ends(1, "refused")
    await world.keeper.sweep()
    assert (await world.desk.incident(1)).step("rollback").mark is Mark.FAILED

    await world.desk.act(1, "rollback", BEN)
    await world.work()

    assert world.runs.keys == ["incident:1:rollback:1", "incident:1:rollback:2"]


async def test_an_act_that_is_refused_says_why_and_can_be_pressed_again(world):
    await world.open()
    await world.desk.choose(1, "which", "code", ANN)
    world.runs.refusal = UserError(f"Run 3 already rolls back, asked by <@{BEN}>.", reason=Reason.LOCKED)
    await world.desk.act(1, "rollback", ANN)

    await world.work()

    step = (await world.desk.incident(1)).step("rollback")
    assert (step.mark, step.trouble) == (Mark.FAILED, f"Run 3 already rolls back, asked by @{BEN}.")


async def test_a_lock_is_an_act_that_is_done_at_once(world):
    await world.open()
    await world.desk.choose(1, "which", "code", ANN)
    await world.desk.act(1, "lock", ANN)

    await world.work()

    assert world.locks.keys == ["incident:1:lock:1"]
    assert (await world.desk.incident(1)).step("lock").mark is Mark.DONE


async def test_a_drill_starts_nothing_and_tells_nobody_outside(world):
    await world.open(drill=True)
    await world.work()
    assert world.looker.asked == []

    view = await world.desk.choose(1, "which", "code", ANN)
    view = await world.desk.act(1, "rollback", ANN)
    await world.work()
    await world.desk.tell(1, "orchestrator", ANN, "all is well")
    await world.work()
    await world.desk.resolve(1, ResolveRequest(summary="s", cause="c", by=ANN))
    await world.work()

    assert view.step("rollback").mark is Mark.DONE
    assert (world.runs.keys, world.orchestrator.got) == ([], {})


async def test_the_orchestrator_is_told_once_and_the_step_says_so(world):
    await world.open()
    draft = await world.desk.draft(1, "orchestrator")
    assert "It is down" in draft

    await world.desk.tell(1, "orchestrator", ANN, draft)
    await world.work()

    assert [kind for kind, _ in world.orchestrator.got.values()] == ["incident.told"]
    assert (await world.desk.incident(1)).step("orchestrator").mark is Mark.DONE
    assert (await refusal(world.desk.tell(1, "orchestrator", BEN, "x"))).reason is Reason.ALREADY_DONE


async def test_updates_put_off_the_reminder_and_reminders_come_again(world):
    await world.open()
    first = (await world.desk.incident(1)).next_update_at
    assert (first - world.now()).total_seconds() == world.project.incidents.reminders.sev1

    await world.clock.sleep(600)
    view = await world.desk.update(1, ANN, "We look at it.", "d1")
    assert view.next_update_at > first
    await world.later(1_801)

    assert "incident:1:remind:1" in await world.owed()
    view = await world.desk.remind_later(1, ANN, 0)
    assert view.next_update_at is None


async def test_roles_are_those_of_the_playbook(world):
    await world.open()

    assert (await world.desk.role(1, ANN, "commander", BEN)).commander == BEN
    assert (await refusal(world.desk.role(1, ANN, "king", BEN))).reason is Reason.UNKNOWN_ROLE


async def test_resolving_writes_the_report_once_and_nothing_changes_after(world):
    await world.open()
    await world.work()

    request = ResolveRequest(summary="It was a bad deploy.", cause="A typo.", by=ANN, follow_ups=("test it",))
    view = await world.desk.resolve(1, request)
    await world.work()

    assert view.state is State.RESOLVED
    text = await world.kit.reports.find(1, 1)
    assert "It was a bad deploy." in text
    assert "test it" in text
    assert "incident:1:report:1" in await world.owed()
    assert [kind for kind, _ in world.orchestrator.got.values()] == ["incident.resolved"]
    assert (await refusal(world.desk.skip(1, "redis", ANN, "x"))).reason is Reason.INCIDENT_RESOLVED


async def test_nothing_is_resolved_while_a_run_it_started_goes_on(world):
    await world.open()
    await world.desk.choose(1, "which", "code", ANN)
    await world.desk.act(1, "rollback", ANN)
    await world.work()

    request = ResolveRequest(summary="s", cause="c", by=ANN)
    assert (await refusal(world.desk.resolve(1, request))).reason is Reason.STILL_RUNNING


async def test_reopening_goes_on_and_a_second_end_has_a_report_of_its_own(world):
    await world.open()
    await world.work()
    request = ResolveRequest(summary="first", cause="c", by=ANN)
    await world.desk.resolve(1, request)
    await world.work()

    view = await world.desk.reopen(1, BEN, "it is back")
    assert (view.state, view.openings) == (State.OPEN, 2)
    await world.work()
    await world.desk.resolve(1, ResolveRequest(summary="second", cause="c", by=BEN))
    await world.work()

    assert "first" in await world.kit.reports.find(1, 1)
    assert "second" in await world.kit.reports.find(1, 2)


async def test_an_incident_keeps_its_copy_of_the_playbook(world):
    await world.open(MIGRATION)
    before = [step.key for step in (await world.desk.incident(1)).steps]

    world.playbooks = {}
    world.reborn()

    assert [step.key for step in (await world.desk.incident(1)).steps] == before
