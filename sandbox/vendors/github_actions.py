"""Workflow runs somebody dispatched at the simulated GitHub, moving as time passes.

Knows runs, their jobs and logs, and what the ``github.workflow`` and ``github.migration`` knobs do to them.
Must not know HTTP, or what a workflow delivers: that is handed in. Like ``railway_world.py``, nothing runs in
the background.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.faults import Faults
from sandbox.vendors.github_repo import GitCommit, Repo
from sandbox.vendors.github_shapes import Json, node_id, stamp
from sandbox.vendors.github_workflows import DEPLOY_KNOB, MIGRATE, MIGRATE_KNOB, MOBILE, Doing, doing
from sandbox.vendors.places import Now
from sandbox.vendors.railway_world import PACE

SECONDS = {"queued": 0.2, "in_progress": 1.2}
"""How long a run stays in each status at normal speed."""
Deliver = Callable[[str, str, str], None]
"""Told (service, environment, sha) when a run has uploaded it: Railway's side of ``railway up``."""


class WorkError(Exception):
    """What a run set out to do could not be done; the message is what its log says."""


@dataclass(kw_only=True, slots=True)
class Run:
    """One dispatched run."""

    id: int
    workflow: str
    repo: Repo
    commit: GitCommit
    branch: str
    inputs: Mapping[str, str]
    created_at: datetime
    updated_at: datetime
    status: str = "queued"
    conclusion: str | None = None
    due: datetime | None = None
    log: list[str] = field(default_factory=list)

    @property
    def does(self) -> Doing:
        """What it does."""
        return doing(self.workflow, self.inputs)

    @property
    def migrates(self) -> bool:
        """Whether it works on the database, and is no deploy."""
        return self.workflow == MIGRATE

    @property
    def title(self) -> str:
        """What the workflow's ``run-name`` (docs/configuration.md) makes of the inputs."""
        said = self.inputs.get
        return (
            f"{self.does.verb} {said('sha', '')} of {said('service', '')}"
            f" to {said('environment', '')} (pawdeploy run {said('pawdeploy_run', '')})"
        )


Work = Callable[[Run, datetime], Sequence[str]]
"""Does what a run of the app's workflow does, at a time; returns what its log says, or ``WorkError``."""


class Runs:
    """Every dispatched run, oldest first."""

    def __init__(self, faults: Faults, now: Now, deliver: Deliver) -> None:
        self._faults = faults
        self._now = now
        self._deliver = deliver
        self._fates = {name: faults.get(name) for name in (DEPLOY_KNOB, MIGRATE_KNOB)}
        self._runs: list[Run] = []
        self.work: Work = lambda _run, _at: ()
        """Handed in by whoever has an Expo: without it a run of the app's workflow only looks busy."""
        faults.subscribe(self._turned)

    def _turned(self, name: str, value: str) -> None:
        if name in self._fates:
            self.settle()  # what was due before the turn still happens the old way
            self._fates[name] = value

    def all(self) -> list[Run]:
        """Return every run as it is now, oldest first."""
        self.settle()
        return self._runs

    def find(self, run_id: int) -> Run | None:
        """Return one run."""
        return next((run for run in self.all() if run.id == run_id), None)

    def dispatch(
        self, repo: Repo, workflow: str, commit: GitCommit, branch: str, inputs: Mapping[str, str]
    ) -> Run:
        """Queue a run."""
        now = self._now()
        run = Run(
            id=9_000_000_001 + len(self._runs),
            workflow=workflow,
            repo=repo,
            commit=commit,
            branch=branch,
            inputs=inputs,
            created_at=now,
            updated_at=now,
            due=now + self._stay("queued"),
        )
        self._runs.append(run)
        return run

    def cancel(self, run: Run) -> bool:
        """Cancel a run that has not ended; False when it has."""
        self.settle()
        if run.status == "completed":
            return False
        self._complete(run, "cancelled", self._now())
        return True

    def settle(self) -> None:
        """Move every run to where it would be by now."""
        now = self._now()
        for run in list(self._runs):
            while run.due is not None and run.due <= now:
                if run.status == "queued":
                    run.status, run.updated_at = "in_progress", run.due
                    run.log += ["Run actions/checkout@v5", f"HEAD is now at {run.inputs.get('sha', '')[:7]}"]
                    run.due += self._stay("in_progress")
                elif self._fate(run) == "never ends":
                    run.due = now  # stuck: it goes on from the moment the knob is turned back
                    break
                else:
                    self._finish(run, run.due)

    def _finish(self, run: Run, at: datetime) -> None:
        run.log += run.does.log
        if self._fate(run) == "fails":
            run.log += [*run.does.trouble, "##[error]Process completed with exit code 1."]
            self._complete(run, "failure", at)
            return
        if run.workflow == MOBILE:
            try:
                run.log += self.work(run, at)
            except WorkError as error:
                run.log += [str(error), "##[error]Process completed with exit code 1."]
                self._complete(run, "failure", at)
                return
        if run.does.delivers:
            self._deliver(
                run.inputs.get("service", ""), run.inputs.get("environment", ""), run.inputs.get("sha", "")
            )
        run.log += [run.does.end] if run.does.end else []
        self._complete(run, "success", at)

    def _fate(self, run: Run) -> str:
        return self._fates[run.does.knob]

    def _complete(self, run: Run, conclusion: str, at: datetime) -> None:
        run.status, run.conclusion, run.updated_at, run.due = "completed", conclusion, at, None

    def _stay(self, status: str) -> timedelta:
        return timedelta(seconds=SECONDS[status] * PACE[self._faults.get("railway.speed")])


def run_shape(run: Run, workflow_id: int, root: str) -> Json:
    """Return a run as the REST API writes it."""
    return {
        "id": run.id,
        "node_id": node_id("WFR", run.id),
        "name": run.title,
        "display_title": run.title,
        "workflow_id": workflow_id,
        "path": f".github/workflows/{run.workflow}@{run.branch}",
        "event": "workflow_dispatch",
        "head_sha": run.commit.sha,
        "head_branch": run.branch,
        "run_number": run.id - 9_000_000_000,
        "run_attempt": 1,
        "status": run.status,
        "conclusion": run.conclusion,
        "created_at": stamp(run.created_at),
        "updated_at": stamp(run.updated_at),
        "url": f"{root}/repos/{run.repo.full_name}/actions/runs/{run.id}",
        "html_url": f"{root}/{run.repo.full_name}/actions/runs/{run.id}",
        "head_commit": {"id": run.commit.sha, "message": run.commit.title},
    }


def jobs_shape(run: Run, root: str) -> list[Json]:
    """Return the run's one job with its steps."""
    last: str | None = run.conclusion
    names = ("Set up job", "Check out", run.does.step)
    steps = [
        {
            "number": number + 1,
            "name": name,
            "status": run.status if number == len(names) - 1 else "completed",
            "conclusion": last if number == len(names) - 1 else "success",
        }
        for number, name in enumerate(names)
    ]
    return [
        {
            "id": run.id * 10,
            "run_id": run.id,
            "head_sha": run.commit.sha,
            "name": run.does.job,
            "status": run.status,
            "conclusion": run.conclusion,
            "html_url": f"{root}/{run.repo.full_name}/actions/runs/{run.id}/job/{run.id * 10}",
            "started_at": stamp(run.created_at),
            "completed_at": stamp(run.updated_at) if run.conclusion else None,
            "steps": steps if run.status != "queued" else [],
        }
    ]
