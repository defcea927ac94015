"""A mute and a deploy under way make failures count for nothing; a watch does not."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.maintenance import Maintenance, moving
from bot.engine.alerts import MuteView
from bot.engine.runs import RunView, StepView
from bot.engine.states import RunKind, RunState, StepName, StepState

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
DEPLOY = (StepName.LINE, StepName.SHIP, StepName.FOLLOW, StepName.HEALTH, StepName.SMOKE, StepName.WATCH)
BACK = (StepName.LINE, StepName.SHIP, StepName.FOLLOW, StepName.HEALTH)
MUTE = MuteView(
    id=1,
    service="api",
    environment="",
    by="U0ANNREQ001",
    since=NOON,
    until=NOON + timedelta(hours=2),
    why="new <database>",
)


def run(at, *, names=DEPLOY, state=RunState.RUNNING, now=StepState.RUNNING, kind=RunKind.DEPLOY):
    """Return a run that is in step ``at``."""
    place = names.index(at)
    states = [StepState.DONE] * place + [now] + [StepState.TODO] * (len(names) - place - 1)
    return RunView(
        id=7,
        kind=kind,
        service="api",
        environment="production",
        ref="main",
        again=False,
        requested_by="U0ANNREQ001",
        requested_at=NOON,
        state=state,
        attempt=1,
        revision=1,
        steps=tuple(StepView(name=name, state=one) for name, one in zip(names, states, strict=True)),
    )


class Known:
    def __init__(self, *runs, mute=None):
        self.runs, self.mute, self.asked = runs, mute, []

    async def lane(self, service, environment):
        self.asked.append((service, environment))
        return self.runs

    async def covering(self, service, environment, now):
        return self.mute


async def paused(known):
    return await Maintenance(mutes=known, lane=known).paused("api", "production", NOON)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (StepName.LINE, False),
        (StepName.SHIP, True),
        (StepName.FOLLOW, True),
        (StepName.HEALTH, True),
        (StepName.SMOKE, True),
        (StepName.WATCH, False),
    ],
)
def test_a_deploy_moves_a_service_from_shipping_to_the_smoke_tests(at, expected):
    assert moving(run(at)) is expected


def test_between_two_steps_it_is_still_moving():
    assert moving(run(StepName.FOLLOW, now=StepState.TODO))
    assert not moving(run(StepName.SHIP, now=StepState.TODO))
    assert not moving(run(StepName.WATCH, now=StepState.TODO))


def test_a_migration_by_a_workflow_moves_it_too():
    assert moving(run(StepName.MIGRATE, names=(StepName.MIGRATE, *DEPLOY[1:])))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (RunState.PREPARING, False),
        (RunState.WAITING, False),
        (RunState.CANCELLING, True),
        (RunState.FAILED, False),
    ],
)
def test_only_what_is_under_way_moves_a_service(state, expected):
    assert moving(run(StepName.FOLLOW, state=state)) is expected


async def test_a_deploy_under_way_is_named():
    known = Known(run(StepName.WATCH), run(StepName.SHIP))
    assert await paused(known) == "run 7 is shipping"
    assert known.asked == [("api", "production")]


async def test_a_way_back_is_maintenance_until_it_answers_well():
    back = run(StepName.HEALTH, names=BACK, kind=RunKind.ROLLBACK)
    assert await paused(Known(back)) == "run 7 goes back"
    done = run(StepName.HEALTH, names=BACK, kind=RunKind.ROLLBACK, now=StepState.DONE)
    assert await paused(Known(done)) == ""


async def test_a_mute_says_until_when_and_why():
    assert await paused(Known(mute=MUTE)) == "muted until 04 May 14:00 UTC: new <database>"


async def test_where_nothing_is_muted_or_moves_failures_count():
    assert await paused(Known(run(StepName.WATCH))) == ""
