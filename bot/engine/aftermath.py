"""What a badly ended step means for people: what was not done, in plain words."""

from bot.engine.app_aftermath import app_not_done
from bot.engine.reasons import Reason
from bot.engine.states import MOBILE, RETRYABLE, RunKind, RunState, StepName

_BEFORE_SHIPPING = frozenset(
    {
        StepName.RESOLVE,
        StepName.CHECKS,
        StepName.SOAK,
        StepName.CHANGES,
        StepName.CONSENT,
        StepName.LINE,
        StepName.HOLD,
        StepName.RECORD,
    }
)
_REFUSALS = frozenset(
    {
        Reason.UNKNOWN_REF,
        Reason.UNKNOWN_WORKFLOW,
        Reason.ALREADY_LIVE,
        Reason.OVERTAKEN,
        Reason.CHECKS_RED,
        Reason.CHECKS_PENDING,
        Reason.CHECKS_MISSING,
        Reason.NO_CHECKS,
        Reason.TESTS_RED,
        Reason.TESTS_MISSING,
        Reason.NOT_SOAKED,
        Reason.REJECTED,
        Reason.EXPIRED,
        Reason.CONSENT_VOID,
        Reason.LOCKED,
        Reason.FROZEN,
        Reason.NOTHING_TO_ROLL_BACK,
        Reason.IRREVERSIBLE,
        Reason.NATIVE_CHANGED,
        Reason.NATIVE_UNKNOWN,
        Reason.BRANCH_UNKNOWN,
        Reason.CHANNEL_PAUSED,
        Reason.ROLLOUT_ELSEWHERE,
        Reason.NO_UPDATE,
        Reason.NO_BUILD,
        Reason.NOTHING_TO_ORDER,
        Reason.VERSION_UNREADABLE,
        Reason.VERSION_USED,
        Reason.DEVICE_PROBLEM,
        Reason.OLDER_THAN_LIVE,
        Reason.RUNTIME_CHANGED,  # at the gate; found after publishing it is a failure
    }
)


def refused(reason: Reason) -> bool:
    """Say whether ``reason`` is a gate's no, rather than something breaking."""
    return reason in _REFUSALS


_NEVER_AGAIN = frozenset(
    {
        Reason.OVERTAKEN,  # it would put an older request over a newer one
        Reason.REGRESSED,  # it hurt once
        Reason.MIGRATION_FAILED,  # a person looks at the database first
        Reason.WORKFLOW_FAILED,  # what it had done by then is done: a person looks first
        Reason.CONSENT_VOID,  # a new run has the steps this one lacks
        Reason.REJECTED,  # somebody said no to exactly this
        Reason.NOTHING_TO_ROLL_BACK,  # nothing turns up by asking again
    }
)


def retryable(state: RunState, reason: Reason | None) -> bool:
    """Say whether a run that ended so may be taken up again; a new run of the same is another matter."""
    return state in RETRYABLE and reason not in _NEVER_AGAIN


TAKEN_BACK = frozenset({Reason.REGRESSED, Reason.RUNTIME_CHANGED, Reason.PLATFORMS_APART})
"""Ends of an update's rollout after which it is taken back by itself: it hurts, or is not what was agreed."""
_HURTS_LIVE = frozenset({Reason.HEALTH_BAD, Reason.SMOKE_FAILED})


def hurts(reason: Reason | None, *, watched: bool) -> bool:
    """Say whether a deploy that ended so is taken back by itself.

    What a watch saw hurt is; where changes are ``watched``, so is what went live and does not work at all.
    """
    return reason is Reason.REGRESSED or (watched and reason in _HURTS_LIVE)


def not_done(
    step: StepName, environment: str, *, started: bool, kind: RunKind = RunKind.DEPLOY, out: bool = False
) -> str:
    """Say what did not happen because ``step`` ended badly; ``started`` = the vendor has what we started.

    ``out``, of an app's run: an attempt before has reached people, or a store.
    """
    back = kind is RunKind.ROLLBACK  # which runs no smoke tests
    if kind is RunKind.WORKFLOW:
        return _workflow_not_done(step, started=started)
    if kind in MOBILE:
        return app_not_done(kind, step, started=started, out=out)
    unproven = "health was not checked" if back else "health and smoke tests were not run"
    if step in _BEFORE_SHIPPING:
        return f"Nothing was shipped; {environment} is unchanged."
    if step is StepName.MIGRATE:
        return f"No code was shipped; {environment} runs what it ran. The database may be between two states."
    if step is StepName.SHIP:
        if started:
            return f"The deployment was started but not followed; {unproven}."
        return "No deployment is known to have started. Retry looks for one before starting another."
    if step is StepName.FOLLOW:
        return f"{unproven[:1].upper()}{unproven[1:]}."
    if step is StepName.HEALTH and not back:
        return "Smoke tests were not run."
    return f"{environment} stays locked." if back else "The run is not counted as deployed."


def _workflow_not_done(step: StepName, *, started: bool) -> str:
    if step is not StepName.WORKFLOW:
        return "The workflow was not started."
    if started:
        return "The workflow was started and did not succeed. What it did until then stands."
    return "No run of the workflow is known to have started. Retry looks for one, and never starts a second."


def redo(step: StepName, reason: Reason) -> frozenset[StepName]:
    """Name the finished steps that Retry must do again when ``step`` failed for ``reason``.

    A deployment that ended at the vendor cannot be followed to success: a new one is shipped.
    """
    ended = {
        Reason.DEPLOYMENT_FAILED,
        Reason.DEPLOYMENT_CRASHED,
        Reason.DEPLOYMENT_SKIPPED,
        Reason.DEPLOYMENT_REMOVED,
    }
    if step is StepName.FOLLOW and reason in ended:
        return frozenset({StepName.LINE, StepName.SHIP})
    if reason in _OVER_AT_EXPO:
        return frozenset({StepName.LINE, step})  # it forgets what it started: something new is
    return frozenset({StepName.LINE})


_OVER_AT_EXPO = frozenset(
    {
        Reason.BUILD_FAILED,
        Reason.BUILD_CANCELLED,
        Reason.SUBMISSION_FAILED,
        Reason.PUBLISH_FAILED,
        Reason.NATIVE_UNKNOWN,  # fingerprints that were not to be had are taken once more
    }
)
"""What was started has ended for good: Retry starts it anew."""
