"""Deployments recorded at the simulated GitHub, and their statuses.

Knows GitHub's rules for them, the two that surprise included: by default it merges instead of deploying,
and it refuses a commit whose statuses are not green. Must not know HTTP: refusals are returned with their
status code.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sandbox.vendors.github_repo import GitCommit, Repo
from sandbox.vendors.github_shapes import Json, node_id, stamp, user

STATES = ("error", "failure", "inactive", "in_progress", "queued", "pending", "success")
MOST_DESCRIPTION = 140
BOT = "pawdeploy[bot]"


@dataclass(kw_only=True, slots=True)
class Status:
    """One status of a deployment."""

    id: int
    state: str
    description: str
    environment_url: str
    log_url: str
    at: datetime


@dataclass(kw_only=True, slots=True)
class GitHubDeployment:
    """One recorded deployment; its newest status is the last."""

    id: int
    repo: Repo
    commit: GitCommit
    ref: str
    environment: str
    payload: object
    description: str
    task: str
    production: bool
    transient: bool
    at: datetime
    statuses: list[Status] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Refused:
    """GitHub did not do it."""

    status: int
    message: str


class Deployments:
    """Every recorded deployment, oldest first."""

    def __init__(self) -> None:
        self.all: list[GitHubDeployment] = []

    def create(
        self, repo: Repo, commit: GitCommit, asked: Json, now: datetime, *, green: bool
    ) -> GitHubDeployment | Refused:
        """Record a deployment of ``commit``; ``green`` says whether all its statuses are."""
        ref = str(asked["ref"])
        head = repo.commits[repo.branches[repo.default_branch]]
        ahead = repo.between(commit, head)
        if asked.get("auto_merge", True) and ahead is not None and ahead.ahead:
            return Refused(202, f"Auto-merged {repo.default_branch} into {ref} on deployment.")
        if asked.get("required_contexts") != [] and not green:
            return Refused(409, f"Conflict: Commit status checks failed for {ref}.")
        environment = str(asked.get("environment") or "production")
        new = GitHubDeployment(
            id=500_001 + len(self.all),
            repo=repo,
            commit=commit,
            ref=ref,
            environment=environment,
            payload=asked.get("payload") or {},
            description=str(asked.get("description") or ""),
            task=str(asked.get("task") or "deploy"),
            production=bool(asked.get("production_environment", environment == "production")),
            transient=bool(asked.get("transient_environment", False)),
            at=now,
        )
        self.all.append(new)
        return new

    def find(self, deployment_id: int) -> GitHubDeployment | None:
        """Return one deployment."""
        return next((one for one in self.all if one.id == deployment_id), None)

    def listed(self, repo: Repo, asked: Json) -> list[GitHubDeployment]:
        """Return a repository's deployments, newest first, filtered as the query asks."""
        wanted = {key: str(value) for key, value in asked.items() if value not in (None, "", "none")}
        return [
            one
            for one in reversed(self.all)
            if one.repo is repo
            and wanted.get("sha", one.commit.sha) == one.commit.sha
            and wanted.get("ref", one.ref) == one.ref
            and wanted.get("environment", one.environment) == one.environment
            and wanted.get("task", one.task) == one.task
        ]

    def add_status(self, one: GitHubDeployment, asked: Json, now: datetime) -> Status | Refused:
        """Add a status; a success makes the environment's earlier deployments inactive."""
        state, description = asked.get("state"), str(asked.get("description") or "")
        if state not in STATES:
            return Refused(422, f"Validation Failed: state must be one of {', '.join(STATES)}")
        if len(description) > MOST_DESCRIPTION:
            return Refused(422, "Validation Failed: description is too long (maximum is 140 characters)")
        status = self._status(one, str(state), now)
        status.description = description
        status.environment_url = str(asked.get("environment_url") or "")
        status.log_url = str(asked.get("log_url") or asked.get("target_url") or "")
        if state == "success" and asked.get("auto_inactive", True):
            for old in self.all:
                same = old.repo is one.repo and old.environment == one.environment and old.id < one.id
                if same and not old.transient and not old.production and _ended_well(old):
                    self._status(old, "inactive", now)
        return status

    def _status(self, one: GitHubDeployment, state: str, now: datetime) -> Status:
        number = 700_001 + sum(len(other.statuses) for other in self.all)
        status = Status(id=number, state=state, description="", environment_url="", log_url="", at=now)
        one.statuses.append(status)
        return status


def _ended_well(one: GitHubDeployment) -> bool:
    return bool(one.statuses) and one.statuses[-1].state == "success"


def deployment_shape(one: GitHubDeployment, root: str) -> Json:
    """Return a deployment as the REST API writes it."""
    url = f"{root}/repos/{one.repo.full_name}/deployments/{one.id}"
    return {
        "id": one.id,
        "node_id": node_id("DE", one.id),
        "sha": one.commit.sha,
        "ref": one.ref,
        "task": one.task,
        "payload": one.payload,
        "original_environment": one.environment,
        "environment": one.environment,
        "description": one.description,
        "creator": user(BOT, root),
        "created_at": stamp(one.at),
        "updated_at": stamp(one.statuses[-1].at if one.statuses else one.at),
        "url": url,
        "statuses_url": f"{url}/statuses",
        "repository_url": f"{root}/repos/{one.repo.full_name}",
        "transient_environment": one.transient,
        "production_environment": one.production,
    }


def status_shape(one: GitHubDeployment, status: Status, root: str) -> Json:
    """Return a deployment's status as the REST API writes it."""
    url = f"{root}/repos/{one.repo.full_name}/deployments/{one.id}"
    return {
        "id": status.id,
        "node_id": node_id("DES", status.id),
        "state": status.state,
        "creator": user(BOT, root),
        "description": status.description,
        "environment": one.environment,
        "environment_url": status.environment_url,
        "log_url": status.log_url,
        "target_url": status.log_url,
        "created_at": stamp(status.at),
        "updated_at": stamp(status.at),
        "url": f"{url}/statuses/{status.id}",
        "deployment_url": url,
        "repository_url": f"{root}/repos/{one.repo.full_name}",
    }
