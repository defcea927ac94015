"""What shipped: just before this began is bad and points at the code, whoever shipped it."""

from datetime import timedelta

import pytest

from bot.engine.incidents import Status
from bot.engine.mobile import BOTH, AppPlatform
from bot.engine.ota import Undo, UpdateBackFacts, UpdateFacts
from bot.engine.release import OrderFacts, ReleaseFacts
from bot.engine.runs import RunView, StepView
from bot.engine.states import RunKind, RunState, StepName, StepState
from bot.engine.stores import Order, OrderKind, StorePhase, StoreVersion
from bot.incidents.looks.shipped import judge
from bot.incidents.looks.shippings import of_run
from playbooks.steps import ShippedProbe
from tests.bot.incidents.looks._world import NEW, NOON, OLD, PLACE, alert, without

PROBE = ShippedProbe(kind="shipped")


async def test_what_went_live_just_before_is_bad_and_points_at_the_code(world):
    run = await world.shipped(12)

    found = await world.look(PROBE)

    assert (found.status, found.points_at) == (Status.BAD, "code")
    assert found.said == f"Live 12 min before this began: bbbbbbb feed: Weigh the cat (run {run})."
    assert found.details[0] == (
        f"2026-11-23 11:48 UTC, 12 min before this began: bbbbbbb feed: Weigh the cat (run {run})"
    )


@pytest.mark.parametrize(("minutes", "status"), [(29, Status.BAD), (31, Status.OK), (-3, Status.OK)])
async def test_half_an_hour_is_just_before_and_what_came_after_is_not(world, minutes, status):
    world.clock.wait(600)
    await world.shipped(120, sha=OLD)
    await world.shipped(minutes, sha=OLD)

    assert (await world.look(PROBE)).status is status


async def test_what_was_on_its_way_when_it_began_counts(world):
    await world.shipped(-0.5)  # started half a minute before, live half a minute after

    assert (await world.look(PROBE)).status is Status.BAD


async def test_an_incident_opened_late_began_with_its_first_alert(world):
    await world.shipped(50)

    assert (await world.look(PROBE)).status is Status.OK
    late = without(PLACE, alerts=(alert(minutes=45), alert(2, minutes=1)))
    assert (await world.look(PROBE, late)).status is Status.BAD


async def test_nothing_lately_names_the_newest(world):
    run = await world.shipped(180, sha=OLD)

    found = await world.look(PROBE)

    assert (found.status, found.points_at) == (Status.OK, "")
    assert found.said == (
        "Nothing was shipped in the 30 min before this began; last, 3 h before this began: "
        f"aaaaaaa feed: Weigh the cat (run {run})."
    )


async def test_what_somebody_else_shipped_counts_too(world):
    await world.shipped(180, sha=OLD)
    world.railway.arrive("api", "production", NEW, at=NOON - timedelta(minutes=4))

    found = await world.look(PROBE)

    assert (found.status, found.points_at) == (Status.BAD, "code")
    assert found.said == "Live 4 min before this began: bbbbbbb, which no run of pawdeploy shipped."


async def test_when_nobody_says_what_is_live_nothing_of_ours_is_not_nothing(world):
    world.faults.set("railway.answers", "503")

    found = await world.look(PROBE)

    assert found.status is Status.UNKNOWN
    assert found.said.startswith("Nothing of ours just before this began. Whether something else went live")


async def test_our_own_shipping_is_known_without_the_vendor(world):
    world.faults.set("railway.answers", "503")
    await world.shipped(5)

    assert (await world.look(PROBE)).status is Status.BAD


async def test_other_environments_and_what_never_went_live_do_not_count(world):
    await world.shipped(5, environment="staging")
    at = NOON - timedelta(minutes=5)
    await world.a_run(at, StepName.FOLLOW, state=RunState.FAILED, step_state=StepState.FAILED, sha=NEW)
    await world.shipped(180, sha=OLD)

    assert (await world.look(PROBE)).status is Status.OK


async def test_a_place_nothing_was_ever_shipped_to_says_so(world):
    world.railway.deployments.clear()

    found = await world.look(PROBE)

    assert (found.status, found.said) == (
        Status.OK,
        "Nothing is known to have been shipped before this began.",
    )


async def test_a_run_that_failed_after_it_went_live_was_shipped_all_the_same(world):
    at = NOON - timedelta(minutes=5)
    run = await world.a_run(at, StepName.FOLLOW, state=RunState.FAILED, sha=NEW, commit_title="feed: Weigh")

    found = await world.look(PROBE)

    assert found.said == f"Live 5 min before this began: bbbbbbb feed: Weigh (run {run}, which failed)."


@pytest.mark.parametrize(
    ("kind", "step", "what"),
    [
        (RunKind.ROLLBACK, StepName.FOLLOW, "the way back to aaaaaaa Begin (run 7)"),
        (RunKind.WORKFLOW, StepName.WORKFLOW, "Upload the app's source maps again of aaaaaaa Begin (run 7)"),
    ],
)
def test_ways_back_and_workflows_ship_too_and_are_called_so(kind, step, what):
    shipped = of_run(a_view(kind, StepView(name=step, state=StepState.DONE, started_at=NOON, ended_at=NOON)))

    assert (shipped.what, shipped.began, shipped.at) == (what, NOON, NOON)


@pytest.mark.parametrize("state", [StepState.RUNNING, StepState.FAILED, StepState.CANCELLED])
def test_what_was_not_seen_to_go_live_was_not_shipped(state):
    follow = StepView(name=StepName.FOLLOW, state=state, started_at=NOON, ended_at=NOON)

    assert of_run(a_view(RunKind.DEPLOY, follow)) is None
    assert of_run(a_view(RunKind.DEPLOY)) is None


def done(name, minutes=0):
    at = NOON - timedelta(minutes=minutes)
    return StepView(name=name, state=StepState.DONE, started_at=at, ended_at=at)


def running(name):
    return StepView(name=name, state=StepState.RUNNING, started_at=NOON - timedelta(minutes=1))


def at_store(platform, phase):
    return StoreVersion(platform=platform, phase=phase, raw=phase.name, version="1.5.0")


def going_to(**phases):
    stores = {AppPlatform(name): at_store(AppPlatform(name), phase) for name, phase in phases.items()}
    return ReleaseFacts(version="1.5.0", stores=stores)


def an_order(kind):
    return OrderFacts(order=Order(kind=kind, platforms=BOTH), version="1.5.0")


UNDO = Undo(group="g-2", runtime="1.4.0", platforms=BOTH, rolling=False)
TO_OLDER = UNDO.model_copy(update={"to": "g-1", "to_message": "Show “all” pets"})


@pytest.mark.parametrize(
    ("kind", "steps", "facts", "what"),
    [
        (
            RunKind.UPDATE,
            (StepName.PUBLISH, StepName.ROLLOUT),
            UpdateFacts(percent=100),
            "the update “Fix the ‘map’” over the air to everybody (run 7)",  # noqa: RUF001 - quotes inside quotes
        ),
        (
            RunKind.UPDATE_BACK,
            (StepName.REVERT,),
            UpdateBackFacts(undo=(TO_OLDER,)),
            "the way back of an update to “Show ‘all’ pets” (run 7)",  # noqa: RUF001 - quotes inside quotes
        ),
        (
            RunKind.UPDATE_BACK,
            (StepName.REVERT,),
            UpdateBackFacts(undo=(UNDO,)),
            "the way back of an update to what is built in (run 7)",
        ),
        (
            RunKind.RELEASE,
            (StepName.SUBMIT, StepName.REVIEW),
            going_to(ios=StorePhase.LIVE, android=StorePhase.LIVE),
            "version 1.5.0 of the app, live at Apple and Google (run 7)",
        ),
        (
            RunKind.STORE,
            (StepName.STORE,),
            an_order(OrderKind.RESUME),
            "version 1.5.0 of the app, which goes on to more people (run 7)",
        ),
    ],
)
def test_what_an_app_brings_people_is_told_by_how_it_comes(kind, steps, facts, what):
    shipped = of_run(a_view(kind, *map(done, steps), mobile=facts.encode(), why="Fix the “map”"))

    assert (shipped.what, shipped.at, shipped.going) == (what, NOON, False)


def test_an_update_under_way_is_a_suspect_however_long_ago_it_was_published():
    facts = UpdateFacts(percent=50).encode()
    steps = (done(StepName.PUBLISH, 240), running(StepName.ROLLOUT))
    shipped = of_run(a_view(RunKind.UPDATE, *steps, mobile=facts, why="Fix the map"))

    found = judge([shipped], NOON)

    assert (found.status, found.points_at) == (Status.BAD, "code")
    assert found.said == (
        "Going out since 4 h before this began: "
        "the update “Fix the map” over the air to 50 % of people (run 7)."
    )
    assert judge([shipped], NOON - timedelta(hours=5)).status is Status.OK


def test_a_release_one_store_has_published_is_a_suspect_while_the_other_reviews_it():
    steps = (done(StepName.SUBMIT, 300), running(StepName.REVIEW))
    reviewed = going_to(android=StorePhase.IN_REVIEW, ios=StorePhase.WAITING)
    at_google = going_to(android=StorePhase.LIVE, ios=StorePhase.WAITING)

    assert of_run(a_view(RunKind.RELEASE, *steps, mobile=reviewed.encode())) is None
    shipped = of_run(a_view(RunKind.RELEASE, *steps, mobile=at_google.encode()))
    assert (shipped.what, shipped.going) == ("version 1.5.0 of the app, live at Google (run 7)", True)


def test_halting_a_release_brings_nobody_anything():
    halted = a_view(RunKind.STORE, done(StepName.STORE), mobile=an_order(OrderKind.HALT).encode())

    assert of_run(halted) is None


def test_an_update_that_ended_badly_was_live_until_then_and_goes_no_further():
    facts = UpdateFacts(percent=10).encode()
    ended = StepView(name=StepName.ROLLOUT, state=StepState.FAILED, ended_at=NOON)
    run = a_view(RunKind.UPDATE, done(StepName.PUBLISH, 60), ended, mobile=facts, state=RunState.FAILED)

    shipped = of_run(run)

    assert (shipped.at, shipped.going) == (NOON, False)
    assert shipped.what.endswith("to 10 % of people (run 7, which failed)")


def a_view(kind, *steps, state=RunState.SUCCEEDED, mobile="", why=""):
    return RunView(
        id=7,
        kind=kind,
        service="mobile",
        environment="production",
        ref="main",
        again=False,
        requested_by="U0ANNREQ001",
        requested_at=NOON,
        state=state,
        attempt=1,
        revision=1,
        steps=steps,
        mobile=mobile,
        why=why,
        sha=OLD,
        commit_title="Begin",
        workflow="Upload the app's source maps again" if kind is RunKind.WORKFLOW else "",
    )
