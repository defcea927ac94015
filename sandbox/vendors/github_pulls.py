"""What somebody writes to a repository of the simulated GitHub: trees, loose commits, refs, pull requests.

State and its rules. Must not know HTTP.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sandbox.vendors.github_repo import GitCommit, Repo

WRITER = "pawdeploy-bot"


class RefusedError(Exception):
    """GitHub refuses; holds its words."""


@dataclass(kw_only=True, slots=True)
class Pull:
    """One pull request."""

    repo: Repo
    number: int
    title: str
    body: str
    head: str
    """Name of the branch it brings."""
    into: str
    at: datetime
    merged_as: str = ""
    merged_at: datetime | None = None
    closed: bool = False

    @property
    def state(self) -> Literal["open", "closed"]:
        """GitHub's word; a merged one is closed too."""
        return "closed" if self.closed or self.merged_as else "open"


@dataclass(frozen=True, slots=True)
class _Tree:
    base: GitCommit
    texts: Mapping[str, str]


@dataclass(kw_only=True, slots=True)
class Writings:
    """Trees that were made, and every pull request, oldest first."""

    pulls: list[Pull] = field(default_factory=list)
    _trees: dict[str, _Tree] = field(default_factory=dict)

    def tree(self, repo: Repo, base_tree: str, texts: Mapping[str, str]) -> str:
        """Make a tree on top of a commit's; return its name."""
        base = repo.commits.get(base_tree[::-1]) or repo.commits.get(base_tree)
        if base is None:
            raise RefusedError("Tree SHA does not exist")
        told = "\n".join((base.sha, *(f"{path}\0{text}" for path, text in sorted(texts.items()))))
        name = hashlib.sha1(told.encode(), usedforsecurity=False).hexdigest()
        self._trees[name] = _Tree(base, texts)
        return name

    def commit(self, repo: Repo, tree: str, parents: list[str], message: str, at: datetime) -> GitCommit:
        """Make a commit that is on no branch yet."""
        known = self._trees.get(tree)
        if known is None:
            raise RefusedError("Tree SHA does not exist")
        if parents != [known.base.sha]:
            msg = "The sandbox only commits on top of what the tree was made from"
            raise RefusedError(msg)
        title = message.partition("\n")[0]
        return repo.add(title, WRITER, known.texts, at, parents=tuple(parents))

    def point(self, repo: Repo, branch: str, sha: str, *, force: bool) -> None:
        """Have a branch name a commit; unforced, only one that comes after what it names."""
        commit = repo.commits.get(sha)
        if commit is None:
            raise RefusedError("Object does not exist")
        if not force and repo.branches[branch] not in {one.sha for one in repo.log(commit)}:
            raise RefusedError("Update is not a fast forward")
        repo.branches[branch] = sha

    def open(self, repo: Repo, head: str, into: str, title: str, body: str, at: datetime) -> Pull:
        """Open a pull request."""
        if head not in repo.branches or into not in repo.branches:
            raise RefusedError("Validation Failed")
        if any(one.repo is repo and one.head == head and one.state == "open" for one in self.pulls):
            owner = repo.full_name.split("/")[0]
            msg = f"A pull request already exists for {owner}:{head}."
            raise RefusedError(msg)
        pull = Pull(
            repo=repo, number=301 + len(self.pulls), title=title, body=body, head=head, into=into, at=at
        )
        self.pulls.append(pull)
        return pull

    def find(self, repo: Repo, number: int) -> Pull | None:
        """Return one pull request."""
        return next((one for one in self.pulls if one.repo is repo and one.number == number), None)

    def merge(self, pull: Pull, at: datetime) -> str:
        """Squash it into its branch, as somebody who presses the button does; return the commit."""
        repo = pull.repo
        if pull.state != "open":
            raise RefusedError("Pull Request is not mergeable")
        between = repo.between(repo.commits[repo.branches[pull.into]], repo.commits[repo.branches[pull.head]])
        ahead = between.ahead if between else ()
        touched = {file.name: file for one in ahead for file in one.files}
        tip = (repo.branches[pull.into],)
        made = repo.add(f"{pull.title} (#{pull.number})", WRITER, tuple(touched.values()), at, parents=tip)
        repo.branches[pull.into] = made.sha
        pull.merged_as, pull.merged_at = made.sha, at
        return made.sha
