"""What of a repository we change: one file, on a branch or by a pull request. Never forces, never merges.

The part of ``GitHub`` that writes git. Each change is sent once; whoever lost an answer looks.
"""

from typing import Literal

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations._http import parse, read_json
from bot.integrations.github._api import VENDOR, file_path, repository_path, segment
from bot.integrations.github._git_models import BareCommit, Pull, PullPage, Reference, Tree
from bot.integrations.github._history import History

TELLS_MERGE = "2022-11-28"
"""The last API version that tells what a pull request was merged as; later ones dropped ``merge_commit_sha``
(https://docs.github.com/rest/about-the-rest-api/breaking-changes)."""
_PLAIN_FILE = "100644"


class Writing(History):
    """Commits and pull requests of one changed file."""

    async def raise_file(
        self, repository: str, branch: str, path: str, *, base: str, text: str, message: str
    ) -> str:
        """Commit ``text`` as ``path`` on top of ``base``; return the commit's SHA.

        Raises:
            VendorRejected: 409 when ``branch`` is not at ``base``, 422 when it moved meanwhile or is guarded.
                (https://docs.github.com/rest/git/refs#update-a-reference)

        """
        doing = f"committing to {branch}"
        where = f"{repository_path(repository, doing)}/git/refs/heads/{_branch_path(branch, doing)}"
        at = await self._head(repository, branch, doing)
        if at != base:
            detail = f"it is not at {base[:7]} any more" if at else "there is no such branch"
            raise VendorRejected(VENDOR, doing, status=409 if at else 404, detail=detail)
        made = await self._commit(repository, path, base=base, text=text, message=message)
        await self._api.send(doing, "PATCH", where, {"sha": made, "force": False})
        return made

    async def propose_file(
        self, repository: str, branch: str, path: str, *, base: str, text: str, message: str, into: str
    ) -> tuple[int, str]:
        """Put the same commit on a new ``branch`` and open a pull request; return its number and page.

        Asked again it returns the one there is, even when people have merged or closed it meanwhile, and goes
        on from a branch that it left without one.

        Raises:
            VendorRejected: 422 when ``branch`` holds something else.

        """
        doing = "opening a pull request"
        root = repository_path(repository, doing)
        owner = repository.partition("/")[0]
        asked = {"head": f"{owner}:{branch}", "base": into, "state": "all"}
        found = await self._api.get(PullPage, doing, f"{root}/pulls", **asked)
        # GitHub leaves out a filter it does not understand.
        ours = [pull for pull in found.root if pull.head.ref == branch]
        if ours:
            pull = next((one for one in ours if one.state == "open"), ours[0])
            return pull.number, pull.html_url
        title, _, rest = message.partition("\n")
        at = await self._head(repository, branch, doing)
        if not at:
            made = await self._commit(repository, path, base=base, text=text, message=message)
            await self._api.send(
                doing, "POST", f"{root}/git/refs", {"ref": f"refs/heads/{branch}", "sha": made}
            )
        elif not await self._is_ours(repository, at, base, title):
            detail = f"there is a branch {branch} already, with something else on it"
            raise VendorRejected(VENDOR, doing, status=422, detail=detail)
        body = {"title": title, "head": branch, "base": into, "body": rest.strip()}
        answer = await self._api.send(doing, "POST", f"{root}/pulls", body)
        opened = parse(Pull, read_json(answer, VENDOR, doing), VENDOR, doing)
        return opened.number, opened.html_url

    async def merged(self, repository: str, number: int) -> tuple[Literal["open", "merged", "closed"], str]:
        """Say how a pull request stands, and the SHA it was merged as, squashed and rebased ones included.

        (https://docs.github.com/rest/pulls/pulls?apiVersion=2022-11-28#get-a-pull-request)
        """
        doing = "looking at a pull request"
        path = f"{repository_path(repository, doing)}/pulls/{number}"
        answer = await self._api.retry.run(lambda: self._api.send(doing, "GET", path, version=TELLS_MERGE))
        pull = parse(Pull, read_json(answer, VENDOR, doing), VENDOR, doing)
        if not (pull.merged or pull.merged_at):
            return ("closed" if pull.state == "closed" else "open"), ""
        if not pull.merge_commit_sha:
            raise VendorUnavailable(VENDOR, doing, detail="it is merged, and not told as which commit")
        return "merged", pull.merge_commit_sha

    async def _head(self, repository: str, branch: str, doing: str) -> str:
        """Return the commit a branch is at, straight from git; empty when there is no such branch."""
        path = f"{repository_path(repository, doing)}/git/ref/heads/{_branch_path(branch, doing)}"
        try:
            return (await self._api.get(Reference, doing, path)).object.sha
        except VendorRejected as error:
            if error.status != 404:
                raise
            return ""

    async def _is_ours(self, repository: str, sha: str, base: str, title: str) -> bool:
        """Say whether a branch's tip is what an earlier call of ``propose_file`` put there."""
        doing = "reading a commit"
        path = f"{repository_path(repository, doing)}/git/commits/{segment(sha, doing)}"
        tip = await self._api.get(BareCommit, doing, path)
        return [one.sha for one in tip.parents] == [base] and tip.message.partition("\n")[0] == title

    async def _commit(self, repository: str, path: str, *, base: str, text: str, message: str) -> str:
        """Make a commit that no branch has yet; one that none gets is forgotten by git."""
        doing = f"writing {path}"
        file_path(path, doing)
        git = f"{repository_path(repository, doing)}/git"
        under = await self._api.get(BareCommit, doing, f"{git}/commits/{segment(base, doing)}")
        entry = {"path": path, "mode": _PLAIN_FILE, "type": "blob", "content": text}
        told = await self._api.send(
            doing, "POST", f"{git}/trees", {"base_tree": under.tree.sha, "tree": [entry]}
        )
        tree = parse(Tree, read_json(told, VENDOR, doing), VENDOR, doing)
        body = {"message": message, "tree": tree.sha, "parents": [base]}
        made = await self._api.send(doing, "POST", f"{git}/commits", body)
        return parse(BareCommit, read_json(made, VENDOR, doing), VENDOR, doing).sha


def _branch_path(branch: str, doing: str) -> str:
    """Return a branch's name as GitHub's paths to refs have it: slashes stay."""
    return "/".join(segment(part, doing) for part in branch.split("/"))
