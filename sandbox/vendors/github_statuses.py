"""Commit statuses at the simulated GitHub: CI's own, and what workflows, people and tests post beside them.

State and shapes. Must not know HTTP, who posts, or what a context means.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sandbox.vendors import github_checks as ci
from sandbox.vendors.github_repo import GitCommit, Repo
from sandbox.vendors.github_shapes import Json, node_id, stamp

STATES = ("error", "failure", "pending", "success")
LONGEST = 140
"""Characters of a description."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """One status somebody posted."""

    number: int
    context: str
    state: str
    description: str
    target_url: str
    at: datetime


class Posts:
    """Every posted status, by commit."""

    def __init__(self) -> None:
        self._by_sha: defaultdict[str, list[Posted]] = defaultdict(list)

    def post(
        self,
        sha: str,
        context: str,
        at: datetime,
        *,
        state: str = "success",
        description: str = "",
        target_url: str = "",
    ) -> Posted:
        """Add a status to a commit; an earlier one of the same context stays, and counts no more."""
        posted = Posted(
            number=50_001 + sum(map(len, self._by_sha.values())),
            context=context,
            state=state,
            description=description,
            target_url=target_url,
            at=at,
        )
        self._by_sha[sha].append(posted)
        return posted

    def of(self, sha: str) -> list[Posted]:
        """Return a commit's, newest first."""
        return self._by_sha.get(sha, [])[::-1]


def shape(repo: Repo, one: GitCommit, posted: Posted, root: str) -> Json:
    """Return a posted status."""
    return {
        "id": posted.number,
        "node_id": node_id("SC", posted.number),
        "context": posted.context,
        "state": posted.state,
        "description": posted.description or None,
        "target_url": posted.target_url or None,
        "url": f"{root}/repos/{repo.full_name}/statuses/{one.sha}",
        "created_at": stamp(posted.at),
        "updated_at": stamp(posted.at),
    }


def listed(repo: Repo, one: GitCommit, mood: str, posts: Posts, root: str) -> list[Json]:
    """Return every status of a commit, newest first."""
    posted = [shape(repo, one, each, root) for each in posts.of(one.sha)]
    return posted + ci.statuses(repo, one, mood, root)


def combined(repo: Repo, one: GitCommit, mood: str, posts: Posts, root: str) -> Json:
    """Return the newest of each context and GitHub's word for all; ``pending`` where there is none."""
    newest: dict[object, Json] = {}
    for status in listed(repo, one, mood, posts, root):
        newest.setdefault(status["context"], status)
    states = {status["state"] for status in newest.values()}
    together = "success" if states == {"success"} else "pending"
    return {
        "state": "failure" if states & {"error", "failure"} else together,
        "statuses": list(newest.values()),
        "sha": one.sha,
        "total_count": len(newest),
        "repository": {"full_name": repo.full_name},
        "commit_url": f"{root}/repos/{repo.full_name}/commits/{one.sha}",
        "url": f"{root}/repos/{repo.full_name}/commits/{one.sha}/status",
    }
