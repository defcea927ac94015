"""The life of a run: its states and the only moves between them.

``preparing`` resolves the ref and reads the checks; ``waiting`` stands in the environment's line;
``running`` ships and verifies. "Stopping" and "stopped" are two states: ``cancelling`` is the first.
"""

from enum import StrEnum


class RunState(StrEnum):
    """Where a run is."""

    PREPARING = "preparing"
    WAITING = "waiting"
    RUNNING = "running"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class StepState(StrEnum):
    """Where one step of a run is."""

    TODO = "todo"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RunKind(StrEnum):
    """What a run does."""

    DEPLOY = "deploy"
    ROLLBACK = "rollback"
    WORKFLOW = "workflow"
    """Starts a GitHub workflow of the project file and follows it; ships nothing of its own."""
    UPDATE = "update"
    """Publishes an update of an app over the air, and rolls it out."""
    UPDATE_BACK = "update_back"
    """Takes such an update back."""
    RELEASE = "release"
    """Builds an app, hands it to the stores and follows their review."""
    STORE = "store"
    """Tells the stores to halt or go on with a release."""


MOBILE = frozenset({RunKind.UPDATE, RunKind.UPDATE_BACK, RunKind.RELEASE, RunKind.STORE})
"""Kinds of an app's own; what they know beside the commit is in ``RunView.mobile``."""
BACK = frozenset({RunKind.ROLLBACK, RunKind.UPDATE_BACK})
"""Kinds that go back: first in line, and a watch makes room for them."""
HELD = frozenset({RunKind.DEPLOY, RunKind.UPDATE, RunKind.RELEASE})
"""Kinds that bring something new, which locks and freezes stop."""
LANES: dict[RunKind, str] = {RunKind.RELEASE: "store", RunKind.STORE: "order"}
"""Lines of their own in an environment, by kind: a review takes days, and no update waits for one."""


def lane(kind: RunKind) -> str:
    """Name the line a run stands in; empty: the environment's."""
    return LANES.get(kind, "")


def beside(kind: RunKind) -> frozenset[RunKind]:
    """Return the kinds that stand in the same line."""
    return frozenset(other for other in RunKind if lane(other) == lane(kind))


class StepName(StrEnum):
    """Every step a run may have, in the order they are played; no run has all of them."""

    RESOLVE = "resolve"
    CHECKS = "checks"
    SOAK = "soak"
    CHANGES = "changes"
    NATIVE = "native"
    """Prove that an update is JavaScript only."""
    BUMP = "bump"
    """Raise the app's version."""
    BUILD = "build"
    DEVICES = "devices"
    """Wait for testers."""
    CONSENT = "consent"
    LINE = "line"
    HOLD = "hold"
    RECORD = "record"
    MIGRATE = "migrate"
    WORKFLOW = "workflow"
    PUBLISH = "publish"
    ROLLOUT = "rollout"
    """Give an update to more and more people, watching each stage."""
    REVERT = "revert"
    SUBMIT = "submit"
    REVIEW = "review"
    STORE = "store"
    SHIP = "ship"
    FOLLOW = "follow"
    HEALTH = "health"
    SMOKE = "smoke"
    WATCH = "watch"


DEPLOY_STEPS = frozenset(
    {
        StepName.RESOLVE,
        StepName.CHECKS,
        StepName.LINE,
        StepName.RECORD,
        StepName.SHIP,
        StepName.FOLLOW,
        StepName.HEALTH,
        StepName.SMOKE,
    }
)
"""What every deploy does, wherever it goes."""
ROLLBACK_STEPS = frozenset(
    {
        StepName.RESOLVE,
        StepName.LINE,
        StepName.HOLD,
        StepName.SHIP,
        StepName.FOLLOW,
        StepName.HEALTH,
    }
)
WORKFLOW_STEPS = frozenset({StepName.RESOLVE, StepName.LINE, StepName.WORKFLOW})
UPDATE_STEPS = frozenset(
    {
        StepName.RESOLVE,
        StepName.CHECKS,
        StepName.NATIVE,
        StepName.LINE,
        StepName.PUBLISH,
        StepName.ROLLOUT,
    }
)
UPDATE_BACK_STEPS = frozenset({StepName.RESOLVE, StepName.LINE, StepName.REVERT})
SUBMIT_STEPS = frozenset(
    {StepName.RESOLVE, StepName.DEVICES, StepName.LINE, StepName.SUBMIT, StepName.REVIEW}
)
"""What hands over a build that is there; a release that builds has ``BUILD_STEPS`` as well."""
BUILD_STEPS = frozenset({StepName.CHECKS, StepName.BUMP, StepName.BUILD})
STORE_STEPS = frozenset({StepName.RESOLVE, StepName.LINE, StepName.STORE})


TRANSITIONS: dict[RunState, frozenset[RunState]] = {
    # Back to preparing, also from there: what was agreed to no longer holds, so people are asked again.
    RunState.PREPARING: frozenset(
        {RunState.PREPARING, RunState.WAITING, RunState.CANCELLING, RunState.REFUSED, RunState.FAILED}
    ),
    RunState.WAITING: frozenset(
        {RunState.RUNNING, RunState.PREPARING, RunState.CANCELLING, RunState.REFUSED, RunState.FAILED}
    ),
    RunState.RUNNING: frozenset({RunState.SUCCEEDED, RunState.CANCELLING, RunState.FAILED}),
    RunState.CANCELLING: frozenset({RunState.CANCELLED}),
    # Retry takes a run that ended badly back to the start; its finished steps stay finished.
    RunState.FAILED: frozenset({RunState.PREPARING, RunState.CANCELLING}),
    RunState.REFUSED: frozenset({RunState.PREPARING, RunState.CANCELLING}),
    RunState.SUCCEEDED: frozenset(),
    RunState.CANCELLED: frozenset(),
}
"""From each state, the states it may move to."""

ACTIVE = frozenset({RunState.PREPARING, RunState.WAITING, RunState.RUNNING, RunState.CANCELLING})
"""States in which the bot still owes the run work."""

ENDED = frozenset(RunState) - ACTIVE
"""States in which nothing more happens by itself."""

RETRYABLE = frozenset({RunState.FAILED, RunState.REFUSED})
CANCELLABLE = frozenset(
    {RunState.PREPARING, RunState.WAITING, RunState.RUNNING, RunState.FAILED, RunState.REFUSED}
)


def sources(target: RunState) -> frozenset[RunState]:
    """Return the states from which ``target`` may be reached."""
    return frozenset(state for state, nexts in TRANSITIONS.items() if target in nexts)
