"""The last line of a card that ended badly: what to type next. One entry per reason, so none is forgotten."""

from bot.engine.aftermath import redo, retryable
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import ACTIVE, MOBILE, RunKind, RunState, StepName, StepState
from handlers.render import _steps as steps
from handlers.render._app_ways import (
    APP_WAYS,
    GAVE_WAY,
    NOBODY_SAID,
    OF_APPS,
    RETRY_SAID,
    app_command,
    hand_over_later,
)
from handlers.render._text import code, deploy_command, plain
from handlers.render._voices import expired, gave_way

_FIX_THEN_SHIP = "When it is fixed: {command}."
_LOOK_FIRST = "The last log lines are in the thread. When it is fixed: {command}."
_ONCE_MORE = "Retry ships it once more; so does {command}."
_EMERGENCY = ("--emergency", '"why it cannot wait"')
_WAIT = "Retry when it is back; nothing more happens until then."

_ANEW = "When it is mended, start it anew from the incident's checklist."
"""No command starts a workflow."""

_WAYS: dict[Reason, str] = {
    Reason.UNKNOWN_REF: "Name a branch, tag or commit that is on GitHub: {other}.",
    Reason.ALREADY_LIVE: "To ship it once more: {again}.",
    Reason.OVERTAKEN: "To ship this commit all the same: {this}.",
    Reason.CHECKS_RED: "When the checks are green, Retry or type {command}.",
    Reason.CHECKS_PENDING: "When the checks have finished, Retry or type {command}.",
    Reason.TESTS_RED: "When the suite has passed, Retry or type {command}.",
    Reason.TESTS_MISSING: "When the testing agent has reported, Retry or type {command}.",
    Reason.NOT_SOAKED: "Retry when it has soaked for long enough; time in trouble does not count.",
    Reason.REJECTED: "When what they named is mended: {command}.",
    Reason.EXPIRED: "Retry asks again; so does {command}.",
    Reason.CONSENT_VOID: "A new run asks people anew: {command}.",
    Reason.LOCKED: "When it is free, Retry. To free it: {unlock}. `/pawdeploy locks` says who holds what.",
    Reason.FROZEN: "Retry when the freeze is over. In an emergency: {emergency}.",
    Reason.MIGRATION_FAILED: (
        "Look at the database first: nothing runs a migration twice. When it is mended: {command}."
    ),
    Reason.MIGRATION_UNKNOWN: "Look at the database and the vendor's page first.",
    Reason.WORKFLOW_FAILED: f"The last log lines are in the thread. {_ANEW}",
    Reason.WORKFLOW_UNKNOWN: "Look at it on GitHub first; nothing starts it twice.",
    Reason.UNKNOWN_WORKFLOW: "[[workflows]] in pawdeploy.toml says what can be started.",
    Reason.REGRESSED: "When the cause is mended, ship the new commit: {other}.",
    Reason.NOTHING_TO_ROLL_BACK: "To go back to a commit: {back_to}.",
    Reason.ROLLBACK_UNDER_WAY: "`/pawdeploy status` shows what is going on.",
    Reason.IRREVERSIBLE: "Ship a fix instead: {other}.",
    Reason.CHECKS_MISSING: "When every required check has reported, Retry or type {command}.",
    Reason.NO_CHECKS: "Run CI on this commit, then Retry or type {command}.",
    Reason.VENDOR_UNAVAILABLE: _WAIT,
    Reason.VENDOR_REJECTED: "`pawdeploy check`, typed on the server of pawdeploy, says what is missing.",
    Reason.PLATFORM_UNSTABLE: "Retry when the incident is over; nothing more happens until then.",
    Reason.DEPLOYMENT_FAILED: _LOOK_FIRST,
    Reason.DEPLOYMENT_CRASHED: _LOOK_FIRST,
    Reason.DEPLOYMENT_SKIPPED: _ONCE_MORE,
    Reason.DEPLOYMENT_REMOVED: _ONCE_MORE,
    Reason.DEPLOYMENT_NEEDS_APPROVAL: "Approve it on the vendor's page, then Retry.",
    Reason.DEPLOYMENT_TIMED_OUT: "Look at the vendor's page first.",
    Reason.HEALTH_BAD: "`/pawdeploy status` shows what is live.",
    Reason.HEALTH_OLD_COMMIT: "`/pawdeploy status` shows what is live.",
    Reason.SMOKE_FAILED: "`/pawdeploy status` shows what is live.",
    Reason.STATE_UNAVAILABLE: "Retry when the database answers again; `pawdeploy check` on the server tells.",
    Reason.INTERNAL: "It has been reported.",
    Reason.NOT_ALLOWED: _FIX_THEN_SHIP,
    Reason.BAD_REF: _FIX_THEN_SHIP,
    Reason.TOO_LONG: _FIX_THEN_SHIP,
    Reason.UNKNOWN_WORD: "`/pawdeploy help` lists everything.",
    Reason.UNKNOWN_OPTION: "`/pawdeploy help` lists everything.",
    Reason.UNKNOWN_ENVIRONMENT: "`/pawdeploy help` lists everything.",
    Reason.UNKNOWN_SERVICE: "`/pawdeploy help` lists everything.",
    Reason.STALE_BUTTON: "`/pawdeploy history` shows every run.",
    Reason.CANCELLED: "To start afresh: {command}.",
    Reason.NO_REASON: "`/pawdeploy help` shows where a reason goes.",
    Reason.BAD_TIME: "`/pawdeploy help` shows how a time is written.",
    Reason.OWN_RUN: "Ask somebody else who may approve.",
    Reason.OWN_COMMIT: "Ask somebody else who may approve.",
    Reason.NOT_LOCKED: "`/pawdeploy locks` says who holds what.",
    Reason.NO_ALERTS: "`/pawdeploy help` lists everything.",
    Reason.UNKNOWN_ALERT: "`/pawdeploy alerts` lists what is open.",
    Reason.ALREADY_DONE: "`/pawdeploy alerts` lists what is open.",
    Reason.NOT_MUTED: "`/pawdeploy alerts muted` lists what is kept quiet.",
    Reason.UNKNOWN_INCIDENT: "`/pawincident list` lists them.",
    Reason.UNKNOWN_PLAYBOOK: "`/pawincident open` offers all playbooks.",
    Reason.INCIDENT_RESOLVED: "`/pawincident reopen` takes it up again.",
    Reason.STEP_NOT_THERE: "The card shows the steps that are there.",
    Reason.STILL_RUNNING: "Wait for it, or press Cancel on its card; then resolve.",
    Reason.ALERTS_FIRE: "Say in the form that you resolve all the same, or wait.",
    Reason.UNKNOWN_ROLE: "`/pawincident status` names the roles.",
    Reason.NOBODY_NAMED: "Tell them yourself, then say on the card that the step is done.",
    Reason.DEPLOYED: "",
    Reason.ROLLED_BACK: "",
    Reason.WORKFLOW_DONE: "",
    Reason.WATCH_INCONCLUSIVE: "",
} | APP_WAYS

_SAID_ALREADY = {
    Reason.UNKNOWN_REF,
    Reason.ALREADY_LIVE,
    Reason.OVERTAKEN,
    Reason.CHECKS_RED,
    Reason.CHECKS_PENDING,
    Reason.CHECKS_MISSING,
    Reason.NO_CHECKS,
    Reason.TESTS_RED,
    Reason.TESTS_MISSING,
    Reason.NOT_SOAKED,
    Reason.NOTHING_TO_ROLL_BACK,
    Reason.EXPIRED,
    Reason.LOCKED,
    Reason.FROZEN,
    Reason.DEPLOYMENT_SKIPPED,
    Reason.DEPLOYMENT_REMOVED,
} | RETRY_SAID
"""The line above says when Retry helps, and what to type instead."""


_TO_MEND = {Reason.REJECTED, Reason.MIGRATION_FAILED, Reason.REGRESSED}
"""Another commit is needed, so the command names none."""


def way_out(run: RunView, *, several: bool = True) -> str:
    """Return what to do next about ``run``; empty while it goes on and when all is well.

    ``several``: its environment has more services than this one, so that a command must name it.
    """
    if run.state in ACTIVE or run.state is RunState.SUCCEEDED:
        return ""
    reason = run.reason or (Reason.CANCELLED if run.state is RunState.CANCELLED else Reason.INTERNAL)
    if run.kind is RunKind.WORKFLOW:
        return f"{_of_workflow(reason)} {_retry(run, reason)}".strip()
    if run.kind in MOBILE:
        return f"{_of_app(run, reason, several=several)} {_retry(run, reason)}".strip()
    service, again = run.service if several else "", ("--again",) if run.again else ()
    urgent = _EMERGENCY if run.emergency else ()
    named = ("--service", service) if service else ()
    ref = _ref(run, reason)
    words = _WAYS[reason].format(
        command=_rollback(run, service) or deploy_command(run.environment, ref, service, *again, *urgent),
        again=deploy_command(run.environment, ref, service, "--again"),
        this=deploy_command(run.environment, run.sha[:12] or run.ref, service),
        other=deploy_command(run.environment, "BRANCH", service),
        emergency=_rollback(run, service, *_EMERGENCY)
        or deploy_command(run.environment, ref, service, *_EMERGENCY),
        back_to=code(" ".join(("/pawdeploy rollback", run.environment, "SHA", *named)), 200),
        unlock=code(" ".join(("/pawdeploy unlock", run.environment, *named)), 200),
        environment=plain(run.environment, 40).replace("`", "'"),
    )
    return f"{words} {_retry(run, reason)}".strip()


def _of_workflow(reason: Reason) -> str:
    """Return what to do about a workflow: what would be typed for a deploy starts none."""
    if reason is Reason.EXPIRED:
        return "Retry asks again."
    if reason is Reason.CANCELLED:
        return "To start it anew, use the incident's checklist."
    return _ANEW if "{" in _WAYS[reason] else _WAYS[reason]


def _of_app(run: RunView, reason: Reason, *, several: bool) -> str:
    """Return what to do about an app's run, with the commands that ask for such runs."""
    if reason is Reason.EXPIRED and not expired(run):
        return NOBODY_SAID
    if reason is Reason.OVERTAKEN and gave_way(run):
        return GAVE_WAY
    command = app_command(run, _ref(run, reason), several=several)
    if reason is Reason.CANCELLED and (later := hand_over_later(run)):
        return f"{later} To build anew: {command}."
    return OF_APPS.get(reason, _WAYS[reason]).format(
        command=command,
        again=command,
        this=app_command(run, run.sha[:12] or run.ref, several=several),
        other=app_command(run, "BRANCH", several=several),
        emergency=command,
        back_to=command,
        unlock=code(f"/pawdeploy unlock {run.environment} --service {run.service}", 200),
        environment=plain(run.environment, 40).replace("`", "'"),
    )


def _ref(run: RunView, reason: Reason) -> str:
    """Return what to type for the ref: never forty characters, never the commit that must change first."""
    if run.ref != run.sha or not run.sha:
        return run.ref
    return "" if reason in _TO_MEND else run.sha[:12]


def _rollback(run: RunView, service: str, *switches: str) -> str:
    """Return the command that asks for the same way back; empty for a deploy."""
    if not run.rollback:
        return ""
    to = (str(run.target_run),) if run.target_run else ()
    named = ("--service", service) if service else ()
    return code(" ".join(("/pawdeploy rollback", run.environment, *to, *named, *switches)), 300)


def _retry(run: RunView, reason: Reason) -> str:
    """Say from where Retry goes on, by the same rule as the desk."""
    failed = next((step.name for step in run.steps if step.state is StepState.FAILED), None)
    said = reason in _SAID_ALREADY and run.kind is not RunKind.WORKFLOW
    if not retryable(run.state, run.reason) or run.taken_back is not None or failed is None or said:
        return ""
    if StepName.SHIP in redo(failed, reason):
        return "Retry ships it once more."
    return f"Retry goes on from {steps.failed_step(run)}."
