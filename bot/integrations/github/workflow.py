"""Ship commits by dispatching a GitHub Actions workflow (which runs ``railway up``) and following its run.

Speaks the same words as ``Railway``. The run's name says what it ships (``_marks.py``); runs of another
workflow file (a target with another ``workflow``: migrations) are never mixed up with these. Knows no
settings, database or Slack.
"""

import asyncio
import re
from datetime import datetime, timedelta

import httpx

from bot.engine.shipping import TERMINAL, Phase, Platform, PreDeploy, Progress, Shipment, Target
from bot.errors import VendorError, VendorRejected, VendorUnavailable
from bot.integrations._http import LONGEST_LINE, Retry, parse, read_json, request
from bot.integrations._limits import server_time
from bot.integrations.github._api import API_VERSION, VENDOR, Api, repository_path, segment
from bot.integrations.github._marks import is_for, run_number, sha_of
from bot.integrations.github.models import Dispatched, Job, JobPage, WorkflowRun, WorkflowRunPage
from bot.redact import hide

_OLD_VERSION = "2022-11-28"
_VARIANTS: tuple[tuple[str, dict[str, object]], ...] = (
    (API_VERSION, {}),
    (_OLD_VERSION, {"return_run_details": True}),
    (_OLD_VERSION, {}),
)
"""Ways to dispatch, newest first; an older GitHub Enterprise answers 400 to what it does not know."""
_CLOCK_SLACK = timedelta(seconds=10)
_BAD = frozenset({"failure", "timed_out", "startup_failure", "cancelled"})
_STAMP = re.compile(r"^\ufeff?\d{4}-\d\d-\d\dT[\d:.]+Z ")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

_STATUSES: dict[str, Phase] = {
    "queued": Phase.QUEUED,
    "requested": Phase.QUEUED,
    "pending": Phase.QUEUED,
    "in_progress": Phase.DEPLOYING,
    "waiting": Phase.NEEDS_APPROVAL,  # an environment's protection rule
}
_CONCLUSIONS: dict[str, Phase] = {
    "success": Phase.LIVE,
    "failure": Phase.FAILED,
    "timed_out": Phase.FAILED,
    "startup_failure": Phase.FAILED,
    "stale": Phase.FAILED,
    "cancelled": Phase.REMOVED,
    "skipped": Phase.SKIPPED,
    "neutral": Phase.SKIPPED,
    "action_required": Phase.NEEDS_APPROVAL,
}


class WorkflowShipper:
    """Deployments as runs of ``target.workflow``.

    ``find_attempts`` and ``find_wait`` (seconds) bound the search for a run whose dispatch was answered
    without its id.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        retry: Retry | None = None,
        find_attempts: int = 5,
        find_wait: float = 1.0,
    ) -> None:
        self._api = Api(http, retry or Retry())
        self._find_attempts = find_attempts
        self._find_wait = find_wait

    async def platform(self) -> Platform:
        """GitHub's API says nothing of GitHub's health, so nothing holds us back."""
        return Platform(stable=True, note="GitHub's API does not report on itself")

    async def deployments(self, target: Target, *, limit: int = 20) -> tuple[Shipment, ...]:
        """List runs whose name says they ship to the target, newest first, with our run number."""
        runs = await self._runs(target, "listing workflow runs", limit)
        return tuple(_shipment(run, run.created_at) for run in runs if is_for(run, target) and sha_of(run))

    async def live(self, target: Target) -> Shipment | None:
        """Return the newest run to the target that succeeded, ``since`` it did so, or None."""
        runs = await self._runs(target, "listing workflow runs", 100, status="success")
        for run in runs:
            if is_for(run, target) and sha_of(run) and _phase(run) is Phase.LIVE:
                return _shipment(run, run.updated_at or run.created_at)
        return None

    async def start(self, target: Target, sha: str, *, run: int) -> Shipment:
        """Dispatch the workflow for this commit and return its run. Never dispatched twice by itself.

        ``VendorUnavailable`` means it may have started: look in ``deployments`` for the run number first.
        (https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event)
        """
        doing = "dispatching a workflow"
        inputs = {
            **target.inputs,
            "sha": sha,
            "environment": target.environment,
            "service": target.service,
            "pawdeploy_run": str(run),
        }
        response = await self._dispatch(target, doing, {"ref": target.branch, "inputs": inputs})
        answer = read_json(response, VENDOR, doing)
        if isinstance(answer, dict) and answer.get("workflow_run_id"):
            made = parse(Dispatched, answer, VENDOR, doing)
            page = (
                made.html_url or f"https://github.com/{target.repository}/actions/runs/{made.workflow_run_id}"
            )
            return Shipment(id=str(made.workflow_run_id), sha=sha, page=page, run=run)
        return await self._find(target, sha, run, since=server_time(response.headers))

    async def look(self, target: Target, shipment_id: str) -> Progress:
        """Look at one run; when it failed, say which job and step did."""
        run = await self._run(target, shipment_id)
        phase = _phase(run)
        job, step = "", ""
        if phase is Phase.FAILED:
            try:
                job, step = _failing(await self._jobs(target, shipment_id))
            except VendorError:
                job = ""  # the outcome is known; which step failed is a help we can do without
        raw = (run.conclusion if run.status == "completed" else run.status) or "unknown"
        return Progress(
            phase=phase,
            raw=raw,
            page=run.html_url,
            failing=f"{job}: {step}" if job else "",
            failed_step=step if job else "",
        )

    async def pre_deploy(self, target: Target, deployment_id: str) -> PreDeploy | None:  # noqa: ARG002 - one signature for all shippers
        """Return None: what a workflow does before it uploads, GitHub does not tell apart."""
        return None

    async def can_roll_back(self, target: Target, deployment_id: str) -> bool:  # noqa: ARG002 - as above
        """Return False: a workflow keeps no image, so going back is deploying the old commit."""
        return False

    async def roll_back(self, target: Target, deployment_id: str) -> None:  # noqa: ARG002 - as above
        """Refuse: there is nothing to bring back."""
        detail = "a workflow keeps no image; deploy the commit instead"
        raise VendorRejected(VENDOR, "rolling back", detail=detail)

    async def auto_deploys(self, target: Target) -> bool | None:  # noqa: ARG002 - as above
        """Return None: whether a push deploys is written in workflow files, which we do not read."""
        return None

    async def set_auto_deploys(self, target: Target, on: bool) -> None:  # noqa: ARG002, FBT001 - as above
        """Refuse: only a commit could change it."""
        detail = "a workflow's triggers stand in its file"
        raise VendorRejected(VENDOR, "switching automatic deploys", detail=detail)

    async def cancel(self, target: Target, shipment_id: str) -> None:
        """Stop a run that has not ended; one that has is left as it is (GitHub answers 409)."""
        doing = "cancelling a workflow run"
        path = f"{_run_path(target, shipment_id, doing)}/cancel"
        try:
            await self._api.send(doing, "POST", path)
        except VendorRejected as error:
            if error.status != 409 or _phase(await self._run(target, shipment_id)) not in TERMINAL:
                raise

    async def last_lines(self, target: Target, shipment_id: str, *, limit: int = 15) -> tuple[str, ...]:
        """Return the last lines of the failed job's log, else the last job's; steps where logs are closed."""
        jobs = await self._jobs(target, shipment_id)
        if not jobs:
            return ()
        job = next((job for job in jobs if job.conclusion in _BAD), jobs[-1])
        try:
            lines = await self._log(target, job)
        except VendorRejected:
            lines = tuple(f"{step.name}: {step.conclusion or step.status}" for step in job.steps or ())
        return tuple(hide(line)[:LONGEST_LINE] for line in lines[-limit:])

    async def _dispatch(self, target: Target, doing: str, body: dict[str, object]) -> httpx.Response:
        workflow = (
            f"{repository_path(target.repository, doing)}/actions/workflows/{segment(target.workflow, doing)}"
        )
        refusal: VendorRejected | None = None
        for version, more in _VARIANTS:
            try:
                return await self._api.send(
                    doing, "POST", f"{workflow}/dispatches", body | more, version=version
                )
            except VendorRejected as error:
                if error.status != 400:
                    raise
                refusal = error  # nothing was started, so another way may be tried
        raise refusal or VendorRejected(VENDOR, doing)

    async def _find(self, target: Target, sha: str, run: int, *, since: datetime | None) -> Shipment:
        """Find the run a dispatch made without saying so: ours by number, and no older than the dispatch."""
        doing = "looking for the run it dispatched"
        for attempt in range(self._find_attempts):
            if attempt:
                await asyncio.sleep(self._find_wait)
            for found in await self._runs(target, doing, 30):
                fresh = since is None or found.created_at >= since - _CLOCK_SLACK
                if (
                    fresh
                    and run_number(found) == run
                    and is_for(found, target)
                    and sha_of(found) in (sha, "")
                ):
                    return _shipment(found, found.created_at)
        raise VendorUnavailable(VENDOR, doing, detail="the dispatch was accepted, but no run shows yet")

    async def _runs(self, target: Target, doing: str, limit: int, **params: str) -> list[WorkflowRun]:
        workflow = (
            f"{repository_path(target.repository, doing)}/actions/workflows/{segment(target.workflow, doing)}"
        )
        page = await self._api.get(
            WorkflowRunPage,
            doing,
            f"{workflow}/runs",
            event="workflow_dispatch",
            per_page=min(limit, 100),
            **params,
        )
        return sorted(page.workflow_runs, key=lambda run: (run.created_at, run.id), reverse=True)

    async def _run(self, target: Target, shipment_id: str) -> WorkflowRun:
        doing = "reading a workflow run"
        return await self._api.get(WorkflowRun, doing, _run_path(target, shipment_id, doing))

    async def _jobs(self, target: Target, shipment_id: str) -> list[Job]:
        doing = "reading a workflow run's jobs"
        path = f"{_run_path(target, shipment_id, doing)}/jobs"
        return [
            job async for page in self._api.pages(JobPage, doing, path, filter="latest") for job in page.jobs
        ]

    async def _log(self, target: Target, job: Job) -> tuple[str, ...]:
        doing = "reading a job's log"
        response = await request(
            self._api.http,
            VENDOR,
            doing,
            "GET",
            f"{repository_path(target.repository, doing)}/actions/jobs/{job.id}/logs",
            retry=self._api.retry,
            follow_redirects=True,  # to a store elsewhere; httpx leaves our token behind on the way
        )
        lines = (_ANSI.sub("", _STAMP.sub("", line)).rstrip() for line in response.text.splitlines())
        return tuple(line for line in lines if line)


def _run_path(target: Target, shipment_id: str, doing: str) -> str:
    return f"{repository_path(target.repository, doing)}/actions/runs/{segment(shipment_id, doing)}"


def _phase(run: WorkflowRun) -> Phase:
    if run.status == "completed":
        return _CONCLUSIONS.get(run.conclusion or "", Phase.UNKNOWN)
    return _STATUSES.get(run.status or "", Phase.UNKNOWN)


def _shipment(run: WorkflowRun, since: datetime) -> Shipment:
    return Shipment(id=str(run.id), sha=sha_of(run), page=run.html_url, since=since, run=run_number(run))


def _failing(jobs: list[Job]) -> tuple[str, str]:
    """Return the job that failed and its step, else its outcome; both empty when none did."""
    for job in jobs:
        if job.conclusion in _BAD:
            step = next((step.name for step in job.steps or () if step.conclusion in _BAD), "")
            return job.name, step or job.conclusion or ""
    return "", ""
