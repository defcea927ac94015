"""What is started from the checklist: once, followed to its end, said in words people read."""

import pytest

from bot.engine.holding import Held
from bot.engine.holds import Hold, HoldKind
from bot.engine.incidents import Mark
from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.incidents.starter import plain
from tests.bot.incidents._asked import ending, refusal, said, step
from tests.bot.incidents._world import ANN, API_DOWN, BEN, IncidentWorld
from tests.playbooks._books import act, book


@pytest.fixture
async def acting(world):
    """The rollback step is there."""
    await world.open()
    await world.desk.choose(1, "which", "code", ANN)
    return world


async def started(world, key="rollback", by=ANN):
    await world.desk.act(1, key, by)
    await world.work()
    return await step(world, key)


async def ends(world, state, run=1):
    await world.ends(run, state)
    await world.keeper.sweep()
    return await step(world, "rollback")


async def test_an_act_starts_its_run_once_and_follows_it_to_its_end(acting):
    await acting.desk.act(1, "rollback", ANN)
    found = await started(acting)

    assert (found.mark, found.run) == (Mark.RUNNING, 1)
    assert acting.runs.keys == ["incident:1:rollback:1"]
    refused = await refusal(acting.desk.act(1, "rollback", BEN))
    assert refused.reason is Reason.STILL_RUNNING
    assert str(refused).startswith(f"<@{ANN}> started it <!date^")
    assert "it goes on (run 1). Its card says how far it is." in str(refused)
    assert (await ends(acting, "succeeded")).mark is Mark.DONE


@pytest.mark.parametrize("asked", ["tick", "untick", "skip"])
async def test_what_goes_on_is_not_ticked_taken_back_or_skipped(acting, asked):
    await started(acting)
    why = () if asked == "tick" else ("why",)
    refused = await refusal(getattr(acting.desk, asked)(1, "rollback", BEN, *why))
    assert refused.reason is Reason.STILL_RUNNING


async def test_an_act_whose_run_failed_can_be_started_again(acting):
    await started(acting)
    assert (await ends(acting, "refused")).mark is Mark.FAILED
    assert (await step(acting, "rollback")).trouble == "Run 1 refused."

    await started(acting, by=BEN)

    assert acting.runs.keys == ["incident:1:rollback:1", "incident:1:rollback:2"]


async def test_a_failed_run_that_is_retried_is_followed_again_and_each_failure_is_noted(acting):
    await started(acting)
    await acting.keeper.sweep()
    await acting.clock.sleep(60)
    await ends(acting, "failed")
    await acting.clock.sleep(60)
    assert (await ends(acting, "running")).mark is Mark.RUNNING
    await acting.clock.sleep(60)
    assert (await ends(acting, "failed")).mark is Mark.FAILED
    await acting.clock.sleep(60)
    await ends(acting, "running")
    assert (await ends(acting, "succeeded")).mark is Mark.DONE

    lines = [line for line in await acting.timeline() if line.startswith("run: run 1 ")]
    states = [line.rpartition(") ")[2] for line in lines]
    assert states == ["is being prepared", "failed", "is under way", "failed", "is under way", "succeeded"]


async def test_a_restart_while_a_run_goes_on_notes_nothing_twice(acting):
    await started(acting)
    await acting.keeper.sweep()
    before = await acting.timeline()
    for _ in range(3):
        acting.reborn()
        await acting.keeper.sweep()
        await acting.desk.remark(1, "rollback", BEN, "still going", "k")
    assert [line for line in await acting.timeline() if not line.startswith("note")] == before


async def test_a_run_seen_before_its_step_knew_of_it_is_followed_all_the_same(acting):
    """The start died after the run was there: a sweep comes first, then the start finds it."""
    await acting.desk.act(1, "rollback", ANN)
    run = await acting.runs._create(_Asked(), _kind(), "")
    await acting.ends(run.id, "succeeded")
    await acting.keeper.sweep()
    await acting.work()

    await acting.keeper.sweep()

    assert (await step(acting, "rollback")).mark is Mark.DONE


class _Asked:
    key, service, environment, by, to = "incident:1:rollback:1", "api", "production", ANN, ""


def _kind():
    from bot.engine.states import RunKind

    return RunKind.ROLLBACK


async def test_an_act_that_is_refused_says_why_in_plain_words_and_can_be_pressed_again(acting):
    acting.runs.refusal = UserError(f"Run 3 already rolls back, asked by <@{BEN}>.", reason=Reason.LOCKED)

    found = await started(acting)

    assert (found.mark, found.trouble) == (Mark.FAILED, f"Run 3 already rolls back, asked by @{BEN}.")
    assert f"run: not started: Run 3 already rolls back, asked by @{BEN}." in await acting.timeline()
    acting.runs.refusal = None
    assert (await started(acting)).run == 1


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        ("*Locked* by <@U0BENAPP001>, `main`", "Locked by @U0BENAPP001, main"),
        ("since <!date^1777896000^at {time}|at 12:00 UTC>", "since at 12:00 UTC"),
        ("members of <!subteam^S0BACKEND01> may", "members of a user group may"),
        ("members of <!subteam^S0BACKEND01|@backend> may", "members of @backend may"),
        ("in <#C0DEPLOYS01|deploys> or <#C0OPSDESK01>", "in deploys or #C0OPSDESK01"),
        ("see <https://a.test/x|run 3> &amp; a &lt;b&gt;", "see run 3 & a <b>"),
        ("see <https://a.test/x>", "see https://a.test/x"),
    ],
)
def test_a_refusal_written_for_slack_is_kept_as_a_person_reads_it(shown, read):
    assert plain(UserError(shown, reason=Reason.LOCKED)) == read


async def test_what_was_done_already_is_started_by_nobody_else(acting):
    await started(acting)
    await ends(acting, "succeeded")
    await acting.desk.act(1, "rollback", ANN)  # a second click
    refused = await refusal(acting.desk.act(1, "rollback", BEN))
    assert (refused.reason, acting.runs.keys) == (Reason.ALREADY_DONE, ["incident:1:rollback:1"])


async def test_what_was_done_can_be_taken_back_and_started_anew_under_a_new_key(acting):
    await started(acting)
    await ends(acting, "succeeded")
    await acting.desk.untick(1, "rollback", ANN, "it went back too far")
    await acting.keeper.sweep()
    assert (await step(acting, "rollback")).run is None
    lines = await acting.timeline()
    assert sum("succeeded" in line for line in lines) == 1, lines
    assert (await started(acting)).run == 2


async def test_a_lock_is_an_act_that_is_done_at_once(acting):
    assert (await started(acting, "lock")).mark is Mark.DONE
    assert acting.locks.keys == ["incident:1:lock:1"]
    assert "run: api in production is locked until 2026-05-04 14:00 UTC" in await acting.timeline()


async def test_a_place_somebody_locked_already_is_as_good_and_says_whose_it_is(acting):
    hold = Hold(
        id=1,
        kind=HoldKind.LOCK,
        service="api",
        environment="production",
        by=BEN,
        since=acting.now(),
        until=None,
        reason="I restore",
    )

    async def held(key, **_):
        return Held(hold)

    acting.locks.lock = held
    assert (await started(acting, "lock")).mark is Mark.DONE
    words = f"api in production is locked already, by @{BEN}: I restore"
    assert [one.text for one in await said(acting, "run")] == [words]


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ({"kind": "deploy", "environment": "staging"}, "deploy of api to staging: run 1"),
        ({"kind": "rollback", "environment": "staging"}, "rollback of api in staging: run 1"),
        ({"kind": "workflow", "workflow": "source-maps"}, "source-maps: run 1"),
        ({"kind": "update", "service": "mobile"}, "update of mobile over the air to production: run 1"),
        (
            {"kind": "update-back", "service": "mobile"},
            "taking the update of mobile in production back: run 1",
        ),
        ({"kind": "release", "service": "mobile"}, "release of mobile to production: run 1"),
        ({"kind": "store-halt", "service": "mobile"}, "halting the release of mobile: run 1"),
    ],
)  # fmt: skip
async def test_what_is_started_is_where_the_step_says_else_where_the_incident_is(incidents_db, start, words):
    world = IncidentWorld(incidents_db, playbooks={API_DOWN: book(act("go", start=start))})
    await world.open()
    assert (await started(world, "go")).run == 1
    assert [one.text for one in await said(world, "run")] == [words]


async def test_a_drill_starts_nothing_looks_at_nothing_and_tells_nobody_outside(world):
    await world.open(drill=True)
    await world.work()
    assert world.looker.asked == []

    await world.desk.choose(1, "which", "code", ANN)
    view = await world.desk.act(1, "rollback", ANN)
    await world.work()
    await world.desk.tell(1, "orchestrator", ANN, "all is well")
    await world.work()
    await world.desk.resolve(1, ending())
    await world.work()

    assert view.step("rollback").mark is Mark.DONE
    assert (world.runs.keys, world.orchestrator.got) == ([], {})
    assert all(one.drill for one in await said(world))
    assert "Roll back: this is a drill, nothing was started" in [one.text for one in await said(world, "run")]
