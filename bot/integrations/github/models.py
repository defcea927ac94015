"""GitHub's answers, as far as we use them. Shapes only; status words stay text: a new one must not stop us.

Shapes: GitHub's OpenAPI description (@octokit/openapi 23.0.2).
"""

import json
from base64 import b64decode
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, RootModel, model_validator

from bot.engine.runs import Commit
from bot.integrations._http import VendorModel


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_utc)]


class Account(VendorModel):
    """A user or a bot."""

    login: str


class GitPerson(VendorModel):
    """Who git says wrote a commit."""

    name: str = ""


class GitCommit(VendorModel):
    """The git half of a commit."""

    message: str
    author: GitPerson | None = None


class CommitAnswer(VendorModel):
    """One commit."""

    sha: str
    html_url: str
    commit: GitCommit
    author: Account | None = None

    def to_commit(self) -> Commit:
        """Say it in our words: first line of the message, the author's name, else their login."""
        title = self.commit.message.strip().splitlines()
        name = self.commit.author.name if self.commit.author else ""
        login = self.author.login if self.author else ""
        return Commit(
            sha=self.sha,
            title=title[0].strip() if title else "",
            author=name or login or "unknown",
            url=self.html_url,
            login=login,
        )


class Branch(VendorModel):
    """One branch."""

    name: str


class BranchPage(RootModel[tuple[Branch, ...]]):
    """A page of branches."""


class ChangedFile(VendorModel):
    """One file of a comparison."""

    filename: str
    status: str = ""
    previous_filename: str | None = None
    additions: int = 0
    deletions: int = 0

    @property
    def gone(self) -> tuple[str, ...]:
        """The names under which nothing is left."""
        if self.status == "removed":
            return (self.filename,)
        return (self.previous_filename,) if self.previous_filename and self.status == "renamed" else ()


class ComparisonAnswer(VendorModel):
    """What lies between two commits. ``files`` may be absent, and holds 300 at most."""

    status: str
    total_commits: int
    html_url: str = ""
    commits: tuple[CommitAnswer, ...] = ()
    files: tuple[ChangedFile, ...] | None = None


class Standing(VendorModel):
    """How one end of a comparison stands to the other."""

    status: str


class ContentAnswer(VendorModel):
    """What lies at a path: a file inline, or something else. A folder comes as a bare list."""

    type: str
    size: int = 0
    encoding: str = ""
    content: str = ""

    @model_validator(mode="before")
    @classmethod
    def _folder(cls, value: object) -> object:
        return {"type": "folder"} if isinstance(value, list) else value

    def text(self) -> str | None:
        """Return the text, or None when it is not text we can read."""
        try:
            return b64decode(self.content).decode("utf-8") if self.encoding == "base64" else None
        except ValueError:  # neither base64 nor UTF-8
            return None


class App(VendorModel):
    """The GitHub App behind a check."""

    slug: str | None = None
    name: str = ""


class CheckRun(VendorModel):
    """One check run."""

    id: int
    name: str
    status: str
    conclusion: str | None = None
    html_url: str | None = None
    details_url: str | None = None
    app: App | None = None


class CheckRunPage(VendorModel):
    """A page of check runs."""

    check_runs: tuple[CheckRun, ...]


class CheckSuite(VendorModel):
    """One check suite: everything one app reports of a push."""

    id: int
    status: str | None = None
    conclusion: str | None = None
    latest_check_runs_count: int = 0
    app: App | None = None


class CheckSuitePage(VendorModel):
    """A page of check suites."""

    check_suites: tuple[CheckSuite, ...]


class Status(VendorModel):
    """The newest commit status of one context."""

    context: str
    state: str
    description: str | None = None
    target_url: str | None = None


class CombinedStatus(VendorModel):
    """All commit statuses. Its own ``state`` is unused: it says "pending" where there are none."""

    statuses: tuple[Status, ...]


class WorkflowRun(VendorModel):
    """One run of an Actions workflow."""

    id: int
    name: str | None = None
    display_title: str = ""
    workflow_id: int = 0
    event: str = ""
    status: str | None = None
    conclusion: str | None = None
    html_url: str = ""
    created_at: Moment
    updated_at: Moment | None = None

    @property
    def title(self) -> str:
        """What the workflow calls this run: ``run-name`` shows in either of two fields."""
        return f"{self.display_title} {self.name or ''}"


class WorkflowRunPage(VendorModel):
    """A page of workflow runs."""

    workflow_runs: tuple[WorkflowRun, ...]


class JobStep(VendorModel):
    """One step of a job."""

    name: str
    status: str = ""
    conclusion: str | None = None


class Job(VendorModel):
    """One job of a workflow run; its name is the check run's name too."""

    id: int
    name: str
    status: str
    conclusion: str | None = None
    html_url: str | None = None
    steps: tuple[JobStep, ...] | None = None


class JobPage(VendorModel):
    """A page of jobs."""

    jobs: tuple[Job, ...]


class Dispatched(VendorModel):
    """What a dispatch answers since API version 2026-03-10."""

    workflow_run_id: int
    html_url: str = ""


def _payload(value: object) -> object:
    """Return a deployment's payload as an object: it comes as one, or as text that holds one."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}


class DeploymentPayload(VendorModel):
    """Our mark on a deployment; other tools write what they like there."""

    pawdeploy_run: object = None


class DeploymentAnswer(VendorModel):
    """One deployment recorded on GitHub."""

    id: int
    payload: Annotated[DeploymentPayload, BeforeValidator(_payload)] = DeploymentPayload()


class DeploymentPage(RootModel[tuple[DeploymentAnswer, ...]]):
    """A page of deployments, newest first."""
