"""A watch keeps its clock and its verdict through every restart, and goes aside for a way back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.errors_verdict import Inconclusive, Ok, Regressed, decode, encode
from bot.engine.errors_watch import NewIssue
from bot.engine.health import Health
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName, StepState
from bot.errors import UserError, VendorUnavailable
from bot.pipelines.desk import Desk
from bot.pipelines.keeper import Keeper
from bot.pipelines.player import Player
from bot.pipelines.requests import RollbackRequest
from bot.pipelines.take_back import store, take_back
from bot.project import Project
from tests.bot.pipelines._world import ANN, NOON, SHA, World, pawlogic

S = StepName
SECONDS = 30
WATCHED = frozenset({S.FOLLOW, S.HEALTH, S.SMOKE, S.WATCH})
BAD = Health(ok=False, commit="", said="503 unhealthy")


def short(*, watched=True):
    """The project, with a watch of seconds instead of minutes, or none."""
    facts = pawlogic(health_interval=1).model_dump()
    watch = {"seconds": SECONDS, "baseline": 7200, "bucket": 1} if watched else None
    facts["services"][0]["environments"]["production"]["watch"] = watch
    return Project.model_validate(facts)


@pytest.fixture
def world(fresh_database):
    return World(fresh_database, short())


async def watched_run(world, **columns):
    """A run in production that has gone live just now."""
    run_id = await world.runs.create(
        key="watched",
        service="api",
        environment="production",
        ref="main",
        again=False,
        by=ANN,
        at=NOON,
        card_channel="C0DEPLOYS01",
        steps=WATCHED,
    )
    for target in (RunState.WAITING, RunState.RUNNING):
        assert await world.runs.move(run_id, target, at=NOON, actor=ANN, fields={"line_at": NOON})
    await world.runs.set(run_id, sha=SHA, deployment_id="d-1", **columns)
    for name in (S.FOLLOW, S.HEALTH, S.SMOKE):
        await world.runs.write_step(run_id, name, state=StepState.DONE.value, started_at=NOON, ended_at=NOON)
    return run_id


async def verdict_of(world, run_id):
    return decode((await world.view(run_id)).watch)


async def pictures(world):
    return [post for post in await world.kit.posts.due() if post.kind == "picture"]


async def test_a_quiet_watch_looks_three_times_over_its_whole_time_and_is_ok(world):
    run_id = await watched_run(world)

    assert await world.play(run_id, S.WATCH) == "done"

    assert isinstance(await verdict_of(world, run_id), Ok)
    assert world.clock.passed == pytest.approx(SECONDS, abs=1)
    assert world.errors.calls.count("new_issues") == 3
    assert len(await pictures(world)) == 1


async def test_a_spike_is_seen_at_the_first_look_and_fails_the_run(world):
    run_id = await watched_run(world)
    world.errors.rate_after = 600.0

    assert await world.play(run_id, S.WATCH) == "stopped"

    run = await world.view(run_id)
    assert (run.state, run.reason) == (RunState.FAILED, Reason.REGRESSED)
    assert world.clock.passed == pytest.approx(SECONDS / 3, abs=1)
    assert isinstance(await verdict_of(world, run_id), Regressed)
    assert len(await pictures(world)) == 1


async def test_bad_health_decides_before_the_look_is_due(world):
    run_id = await watched_run(world)
    world.probe.answers = [Health(ok=True, commit=SHA, said="200"), BAD]

    assert await world.play(run_id, S.WATCH) == "stopped"

    assert (await world.view(run_id)).reason is Reason.REGRESSED
    assert world.clock.passed < SECONDS / 3


async def test_health_of_another_commit_is_bad_health(world):
    run_id = await watched_run(world)
    world.probe.answers = [Health(ok=True, commit="9f8e7d6", said="200")]

    assert await world.play(run_id, S.WATCH) == "stopped"

    run = await world.view(run_id)
    assert run.reason is Reason.REGRESSED
    assert "answers from 9f8e7d6" in run.detail


async def test_health_that_recovers_between_is_not_a_streak(world):
    run_id = await watched_run(world)
    good = Health(ok=True, commit=SHA, said="200")
    world.probe.answers = [BAD, BAD, good, BAD, BAD, good]

    assert await world.play(run_id, S.WATCH) == "done"

    assert isinstance(await verdict_of(world, run_id), Ok)


async def test_a_new_issue_many_hit_fails_the_run_with_its_name(world):
    run_id = await watched_run(world)
    world.errors.rate_after = 33.0
    world.errors.issues = (
        NewIssue(title="KeyError: 'breed'", url="", events=40, users=9, unhandled=True, first_seen=NOON),
    )

    assert await world.play(run_id, S.WATCH) == "stopped"

    assert "KeyError" in (await world.view(run_id)).detail


@pytest.mark.parametrize("trouble", ["refused", "silent", "unconfigured"])
async def test_what_sentry_does_not_say_is_inconclusive_never_ok(world, trouble):
    run_id = await watched_run(world)
    match trouble:
        case "refused":
            away = [VendorUnavailable("Sentry", "counting errors", status=429)] * 9
            world.errors.before["errors"] = away
        case "silent":
            world.errors.silent = True
        case _:
            world.player = Player(replace(world.kit, errors=None))

    assert await world.play(run_id, S.WATCH) == "done"

    verdict = await verdict_of(world, run_id)
    assert isinstance(verdict, Inconclusive)
    assert "Sentry" in verdict.why


async def test_a_restart_goes_on_with_the_looks_that_are_left_on_the_same_clock(world):
    run_id = await watched_run(world)
    await world.runs.write_step(run_id, S.WATCH, state="running", started_at=NOON, memory={"looks": ["1"]})
    world.clock.at = NOON + timedelta(seconds=16)

    assert await world.play(run_id, S.WATCH) == "done"

    assert world.errors.calls.count("new_issues") == 2
    assert world.clock.passed == pytest.approx(SECONDS, abs=1)


async def test_a_bot_that_was_away_for_the_whole_watch_still_looks_before_it_says_anything(world):
    run_id = await watched_run(world)
    await world.runs.write_step(run_id, S.WATCH, state="running", started_at=NOON)
    world.clock.at = NOON + timedelta(hours=3)

    assert await world.play(run_id, S.WATCH) == "done"

    assert world.clock.passed == 3 * 3600
    assert world.errors.calls.count("new_issues") == 3
    assert isinstance(await verdict_of(world, run_id), Ok | Inconclusive)


@pytest.mark.parametrize("kind", ["regressed", "inconclusive"])
async def test_a_verdict_from_before_a_crash_stands_whatever_a_second_look_would_say(world, kind):
    run_id = await watched_run(world)
    stored = (
        Regressed(evidence=("much worse",), look=1, numbers=None)
        if kind == "regressed"
        else Inconclusive(why="nothing heard", evidence=(), look=3, numbers=None, smallest=None)
    )
    await world.runs.write_step(run_id, S.WATCH, state="running", started_at=NOON)
    await world.runs.set(run_id, watch=encode(stored))
    world.clock.at = NOON + timedelta(seconds=12)

    ending = await world.play(run_id, S.WATCH)

    assert ending == ("stopped" if kind == "regressed" else "done")
    assert await verdict_of(world, run_id) == stored
    assert world.clock.passed == 12
    assert len(await pictures(world)) == 1


async def test_a_watch_ends_early_for_a_way_back_that_stands_in_line(world):
    run_id = await watched_run(world)

    async def in_line():
        request = RollbackRequest(key="back", service="api", environment="production", to="", by=ANN)
        back = await store(world.kit, request)
        now = world.clock.now()
        await world.runs.move(back, RunState.WAITING, at=now, actor=ANN, fields={"line_at": now})

    world.clock.then(4, in_line)

    assert await world.play(run_id, S.WATCH) == "done"

    verdict = await verdict_of(world, run_id)
    assert isinstance(verdict, Inconclusive)
    assert "Ended early" in verdict.why
    assert world.clock.passed < 6
    assert await pictures(world) == []


async def test_a_watch_cannot_be_cancelled_and_says_what_to_do_instead(world):
    run_id = await watched_run(world)
    await world.runs.write_step(run_id, S.WATCH, state="running", started_at=NOON)

    with pytest.raises(UserError, match="/pawdeploy rollback production") as refusal:
        await Desk(world.kit, Keeper(world.kit, None, None)).cancel(run_id, ANN)

    assert refusal.value.reason is Reason.STALE_BUTTON
    assert (await world.view(run_id)).state is RunState.RUNNING


async def test_what_regressed_cannot_be_cancelled_so_nothing_keeps_it_from_being_taken_back(world):
    run_id = await watched_run(world)
    world.errors.rate_after = 600.0
    await world.play(run_id, S.WATCH)

    with pytest.raises(UserError, match="was taken back"):
        await Desk(world.kit, Keeper(world.kit, None, None)).cancel(run_id, ANN)

    assert (await world.view(run_id)).reason is Reason.REGRESSED


async def test_a_watch_that_is_no_longer_configured_ends_without_a_verdict(world):
    run_id = await watched_run(world)
    world.player = Player(replace(world.kit, project=short(watched=False)))

    assert await world.play(run_id, S.WATCH) == "done"

    assert (await world.view(run_id)).watch == ""


async def test_what_hurt_is_taken_back_once(world):
    run_id = await watched_run(world, previous_sha="9f8e7d6" + "0" * 33)
    world.errors.rate_after = 600.0
    await world.play(run_id, S.WATCH)

    back = await take_back(world.kit, run_id)

    assert back is not None
    assert await take_back(world.kit, run_id) == back
    run = await world.view(back)
    assert run.automatic
    assert run.parent_id == run_id
    assert not run.has(S.CONSENT)


async def test_what_did_not_hurt_is_not_taken_back(world):
    run_id = await watched_run(world)
    await world.play(run_id, S.WATCH)
    assert await take_back(world.kit, run_id) is None
