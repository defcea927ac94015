"""Turn GitHub's three kinds of evidence on a commit into one ``CheckReport``. Pure: answers in, checks out.

The words are GitHub's; what they mean for a deploy is decided in ``bot/engine/checks.py``.
"""

from collections.abc import Iterable

from bot.engine.checks import Check, CheckState
from bot.integrations.github.models import CheckRun, CheckSuite, Job, Status, WorkflowRun

STARTUP_FAILURE = "startup_failure"
"""A workflow file GitHub could not start: a suite or run without any check run (docs: checks/suites)."""

_CONCLUSIONS = {
    "success": CheckState.PASSED,
    "neutral": CheckState.NEUTRAL,
    "skipped": CheckState.NEUTRAL,
}
_STATUSES = {"success": CheckState.PASSED, "pending": CheckState.PENDING}


def judge(status: str | None, conclusion: str | None) -> tuple[CheckState, str]:
    """Return the state and the vendor's word for a run. An outcome we do not know has not passed."""
    if status != "completed":
        return CheckState.PENDING, status or "unknown"
    if conclusion is None:
        return CheckState.PENDING, "completed"
    return _CONCLUSIONS.get(conclusion, CheckState.FAILED), conclusion


def from_runs(runs: Iterable[CheckRun]) -> list[Check]:
    """Keep the newest run per app and name: two apps that use one name are two checks."""
    newest: dict[tuple[str, str], CheckRun] = {}
    for run in runs:
        key = ((run.app.slug or "") if run.app else "", run.name)
        if key not in newest or run.id > newest[key].id:
            newest[key] = run
    return [
        _check(run.name, run.status, run.conclusion, run.html_url or run.details_url)
        for run in newest.values()
    ]


def from_suites(suites: Iterable[CheckSuite]) -> list[Check]:
    """Report only suites that could not start; the others speak through their runs.

    A suite without runs, queued for ever, belongs to an app that is installed and never reports.
    """
    return [
        Check(
            name=(suite.app.name or suite.app.slug or "checks") if suite.app else "checks",
            state=CheckState.FAILED,
            said=STARTUP_FAILURE,
            fatal=True,
        )
        for suite in suites
        if suite.conclusion == STARTUP_FAILURE
    ]


def from_statuses(statuses: Iterable[Status]) -> list[Check]:
    """Report commit statuses, newest per context; none at all is no opinion."""
    newest: dict[str, Status] = {}
    for status in statuses:
        newest.setdefault(status.context, status)
    return [
        Check(
            name=status.context,
            state=_STATUSES.get(status.state, CheckState.FAILED),
            said=status.state,
            url=status.target_url or "",
        )
        for status in newest.values()
    ]


def newest_runs(runs: Iterable[WorkflowRun]) -> list[WorkflowRun]:
    """Keep the newest run per workflow and event."""
    newest: dict[tuple[int, str], WorkflowRun] = {}
    for run in runs:
        key = (run.workflow_id, run.event)
        if key not in newest or run.id > newest[key].id:
            newest[key] = run
    return list(newest.values())


def from_workflow_run(run: WorkflowRun, jobs: Iterable[Job]) -> list[Check]:
    """Report a run's jobs, named like its check runs; the run itself too where they hide its outcome."""
    checks = [_check(job.name, job.status, job.conclusion, job.html_url) for job in jobs]
    whole = _check(run.name or run.display_title or "workflow", run.status, run.conclusion, run.html_url)
    told = {check.state for check in checks}
    if whole.state in told or (checks and whole.state in (CheckState.PASSED, CheckState.NEUTRAL)):
        return checks
    return [*checks, whole]


def _check(name: str, status: str | None, conclusion: str | None, url: str | None) -> Check:
    state, said = judge(status, conclusion)
    return Check(name=name, state=state, said=said, url=url or "", fatal=said == STARTUP_FAILURE)
