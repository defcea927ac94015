"""A git repository as the simulated GitHub knows it: commits, branches, tags, and what lies between.

Knows git's rules only. Must not know HTTP, JSON or who asks.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SHORTEST_SHA = 4


@dataclass(frozen=True, slots=True)
class File:
    """One file a commit touches."""

    name: str
    additions: int = 12
    deletions: int = 3
    status: str = "modified"
    """GitHub's word: ``added``, ``modified``, ``removed`` or ``renamed``."""
    text: str | None = None
    """What the file holds after the commit; None: a line that names it."""
    previous: str = ""
    """Its name before, when it was renamed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GitCommit:
    """One commit. ``at`` is aware UTC."""

    sha: str
    title: str
    author: str
    at: datetime
    parents: tuple[str, ...]
    files: tuple[File, ...]
    account: str | None = None
    """The author's GitHub name when it is not their first name; empty: they have none."""

    @property
    def login(self) -> str:
        """The author's GitHub name."""
        return self.author.split()[0].lower() if self.account is None else self.account


@dataclass(frozen=True, kw_only=True, slots=True)
class Between:
    """What lies between two commits."""

    base: GitCommit
    head: GitCommit
    merge_base: GitCommit
    ahead: tuple[GitCommit, ...]
    """Reachable from head only, oldest first."""
    behind: int
    files: tuple[File, ...]

    @property
    def status(self) -> Literal["ahead", "behind", "identical", "diverged"]:
        """GitHub's word for it."""
        if self.ahead:
            return "diverged" if self.behind else "ahead"
        return "behind" if self.behind else "identical"


Files = Iterable[File | str] | Mapping[str, str]
"""What a commit touches: files, names, or texts by name."""


class Repo:
    """One repository's history."""

    def __init__(self, full_name: str, *, default_branch: str = "main") -> None:
        self.full_name = full_name
        self.default_branch = default_branch
        self.commits: dict[str, GitCommit] = {}
        self.branches: dict[str, str] = {}
        self.tags: dict[str, str] = {}

    def push(
        self, branch: str, title: str, author: str, files: Files, at: datetime, *, login: str | None = None
    ) -> str:
        """Commit on ``branch`` (made from the default branch when new); return the SHA."""
        parent = self.branches.get(branch) or self.branches.get(self.default_branch)
        made = self.add(title, author, files, at, parents=(parent,) if parent else (), login=login)
        self.branches[branch] = made.sha
        return made.sha

    def add(
        self,
        title: str,
        author: str,
        files: Files,
        at: datetime,
        *,
        parents: tuple[str, ...],
        login: str | None = None,
    ) -> GitCommit:
        """Make a commit that no branch names yet."""
        touched = self._touched(files, parents[0] if parents else None)
        # Not of the time: a sandbox started again with its old state finds the commits it knew.
        text = f"{self.full_name}\n{len(self.commits)}\n{parents}\n{title}\n{author}"
        sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        made = GitCommit(
            sha=sha, title=title, author=author, at=at, parents=parents, files=touched, account=login
        )
        self.commits[sha] = made
        return made

    def move(self, branch: str, sha: str) -> None:
        """Have ``branch`` name another commit, as a force push does; ``KeyError`` for an unknown commit."""
        self.branches[branch] = self.commits[sha].sha

    def text_at(self, commit: GitCommit, path: str) -> str | None:
        """Return what a file holds at a commit; None when it is not there."""
        for one in self.log(commit):
            for file in one.files:
                if file.name == path:
                    told = f"# {path}\n" if file.text is None else file.text
                    return None if file.status == "removed" else told
                if file.previous == path:
                    return None
        return None

    def resolve(self, ref: str) -> GitCommit | None:
        """Return the commit a branch, tag, full or short SHA names; None when nothing does."""
        for prefix, names in (("heads/", self.branches), ("tags/", self.tags)):
            bare = ref.removeprefix("refs/").removeprefix(prefix)
            if bare in names:
                return self.commits[names[bare]]
        if ref == "HEAD":
            return self.commits[self.branches[self.default_branch]]
        if len(ref) >= SHORTEST_SHA:
            found = [commit for sha, commit in self.commits.items() if sha.startswith(ref.lower())]
            if len(found) == 1:
                return found[0]
        return None

    def log(self, head: GitCommit) -> list[GitCommit]:
        """Return ``head`` and all its ancestors, newest first."""
        seen: set[str] = set()
        waiting = [head.sha]
        while waiting:
            sha = waiting.pop()
            if sha not in seen:
                seen.add(sha)
                waiting.extend(self.commits[sha].parents)
        # By when they were made here, never by their clocks, which may go backwards: parents come first.
        return [self.commits[sha] for sha in reversed(self.commits) if sha in seen]

    def between(self, base: GitCommit, head: GitCommit) -> Between | None:
        """Compare as GitHub's three dots do; None when the two share no history."""
        of_base, of_head = self.log(base), self.log(head)
        has_base, has_head = {c.sha for c in of_base}, {c.sha for c in of_head}
        common = next((commit for commit in of_head if commit.sha in has_base), None)
        if common is None:
            return None
        ahead = tuple(commit for commit in reversed(of_head) if commit.sha not in has_base)
        return Between(
            base=base,
            head=head,
            merge_base=common,
            ahead=ahead,
            behind=sum(1 for commit in of_base if commit.sha not in has_head),
            files=_merged(file for commit in ahead for file in commit.files),
        )

    def _touched(self, files: Files, parent: str | None) -> tuple[File, ...]:
        if not isinstance(files, Mapping):
            return tuple(file if isinstance(file, File) else File(file) for file in files)
        before = self.commits.get(parent or "")
        return tuple(
            File(
                name,
                additions=len(text.splitlines()),
                deletions=0,
                status="modified" if before and self.text_at(before, name) is not None else "added",
                text=text,
            )
            for name, text in files.items()
        )


def _merged(files: Iterable[File]) -> tuple[File, ...]:
    merged: dict[str, File] = {}
    for file in files:
        old = merged.get(file.name, File(file.name, 0, 0, file.status))
        status = file.status if file.status in ("removed", "renamed") else old.status
        added, gone = old.additions + file.additions, old.deletions + file.deletions
        merged[file.name] = File(file.name, added, gone, status, previous=file.previous or old.previous)
    return tuple(sorted(merged.values(), key=lambda file: file.name))
