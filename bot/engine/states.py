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


class StepName(StrEnum):
    """Every step a run may have, in the order they are played; no run has all of them."""

    RESOLVE = "resolve"
    CHECKS = "checks"
    SOAK = "soak"
    CHANGES = "changes"
    CONSENT = "consent"
    LINE = "line"
    HOLD = "hold"
    RECORD = "record"
    MIGRATE = "migrate"
    WORKFLOW = "workflow"
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
