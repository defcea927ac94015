"""What GitHub knows of a repository's history: what refs name, what lies between commits, files at a commit.

The part of ``GitHub`` that reads git. Knows nothing of checks or deployments.
"""

import difflib
import re

from bot.engine.runs import Commit, Comparison
from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.github._api import VENDOR, Api, file_path, repository_path, segment
from bot.integrations.github.models import (
    BranchPage,
    CommitAnswer,
    ComparisonAnswer,
    ContentAnswer,
    Standing,
)

FILES_LIMIT = 300
"""GitHub lists this many files of a comparison and no more (docs: commits/compare-two-commits)."""
FILE_LIMIT = 1024 * 1024
"""Bytes of a file; GitHub sends no larger one inline (docs: repos/contents)."""
_SHA = re.compile(r"[0-9a-f]{40}")
_TYPEABLE = re.compile(r"[\w./+@#%=,-]+")
"""Branches worth suggesting; git also allows names that are Slack markup or that shells read."""
_NEAR, _BRANCH_PAGES = 3, 5
_COMMIT_PAGES = 10
"""A thousand commits; a comparison that holds more says so (``Comparison.commits_complete``)."""


class History:
    """Commits, comparisons and files of repositories. Only reads, so everything is repeated."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def resolve(self, repository: str, ref: str) -> Commit:
        """Return the commit ``ref`` names now: branch, tag or SHA.

        Unknown: ``VendorRejected`` with status 404 or 422. A 40-character SHA is itself or nothing, never a
        branch somebody gave that name. (https://docs.github.com/rest/commits/commits#get-a-commit)
        """
        doing = "resolving a ref"
        path = f"{repository_path(repository, doing)}/commits/{segment(ref, doing)}"
        found = await self._api.get(CommitAnswer, doing, path)
        if not _SHA.fullmatch(found.sha):
            raise VendorUnavailable(VENDOR, doing, detail="an answer we cannot read: sha")
        if _SHA.fullmatch(ref.lower()) and found.sha != ref.lower():
            raise VendorRejected(VENDOR, doing, status=404, detail="there is no such commit")
        return found.to_commit()

    async def near_refs(self, repository: str, ref: str) -> tuple[str, ...]:
        """Return up to three branches whose names are close to ``ref``; none when GitHub does not answer.

        Raises:
            VendorRejected: when the repository itself is not there, or not for this token (404): then it is
                not the ref that is wrong.

        """
        doing = "listing branches"
        names: list[str] = []
        try:
            path = f"{repository_path(repository, doing)}/branches"
            async for page in self._api.pages(BranchPage, doing, path, most=_BRANCH_PAGES):
                names.extend(branch.name for branch in page.root if _TYPEABLE.fullmatch(branch.name))
        except VendorRejected as error:
            if error.status != 404:
                return ()
            seeing = f"reading {repository}: it is not there, or this token may not see it"
            raise VendorRejected(VENDOR, seeing, status=404) from error
        except VendorUnavailable:
            return ()
        by_lower = {name.lower(): name for name in names}
        near = difflib.get_close_matches(ref.lower(), by_lower, n=_NEAR, cutoff=0.6)
        return tuple(by_lower[name] for name in near)

    async def compare(self, repository: str, base: str, head: str) -> Comparison:
        """Return what lies between two commits, from their merge base to ``head``.

        Files come with the first page only, 300 at most; a renamed file counts under both its names. Commits
        come page by page: unpaged, GitHub would leave out all but 250.
        (https://docs.github.com/rest/commits/commits#compare-two-commits)
        """
        doing = "comparing commits"
        path = f"{repository_path(repository, doing)}/compare/{segment(base, doing)}...{segment(head, doing)}"
        pages = [page async for page in self._api.pages(ComparisonAnswer, doing, path, most=_COMMIT_PAGES)]
        first = pages[0]
        files = first.files or ()
        names = [name for file in files for name in (file.previous_filename, file.filename) if name]
        commits = tuple(commit.to_commit() for page in pages for commit in page.commits)
        return Comparison(
            commits=commits,
            total_commits=first.total_commits,
            files=tuple(dict.fromkeys(names)),
            files_complete=first.files is not None and len(files) < FILES_LIMIT,
            additions=sum(file.additions for file in files),
            deletions=sum(file.deletions for file in files),
            url=first.html_url,
            status=first.status,
            gone=tuple(dict.fromkeys(name for file in files for name in file.gone)),
            authors=tuple(dict.fromkeys(commit.login or commit.author for commit in commits)),
        )

    async def contains(self, repository: str, branch: str, sha: str) -> bool:
        """Say whether ``sha`` is the head of ``branch`` or an ancestor of it: false after a force push.

        Raises:
            VendorRejected: 404 when branch or commit is not there; unknown is never "contained".

        """
        doing = "looking for a commit on a branch"
        ends = f"{segment(branch, doing)}...{segment(sha, doing)}"
        try:
            found = await self._api.get(
                Standing, doing, f"{repository_path(repository, doing)}/compare/{ends}", per_page=1
            )
        except VendorRejected as error:
            if error.status == 404 and "no common ancestor" in error.detail.lower():
                return False
            raise
        return found.status in ("behind", "identical")

    async def file_at(self, repository: str, path: str, sha: str) -> str:
        """Return a text file as it is at ``sha``.

        Raises:
            VendorRejected: not there (404), a folder or submodule, larger than ``FILE_LIMIT``, or no UTF-8
                text. (https://docs.github.com/rest/repos/contents)

        """
        doing = "reading a file"
        where = f"{repository_path(repository, doing)}/contents/{file_path(path, doing)}"
        doing = f"reading {path}"
        found = await self._api.get(ContentAnswer, doing, where, ref=sha)
        if found.type != "file":
            raise VendorRejected(VENDOR, doing, detail=f"it is a {found.type or 'thing'}, not a file")
        if found.size > FILE_LIMIT:
            detail = f"it has {found.size:,} bytes; files of up to {FILE_LIMIT:,} are read"
            raise VendorRejected(VENDOR, doing, detail=detail)
        text = found.text()
        if text is None:
            raise VendorRejected(VENDOR, doing, detail="it is not UTF-8 text")
        return text
