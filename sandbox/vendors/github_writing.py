"""The simulated GitHub's routes that change a repository: git's objects, refs, pull requests, statuses.

Translate requests into ``github_pulls.py`` and ``github_statuses.py``, and their refusals into status codes.
"""

from collections.abc import Callable
from html import escape

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.vendors import github_shapes as shapes
from sandbox.vendors import github_statuses as posted
from sandbox.vendors._address import root_of
from sandbox.vendors.github_git import REPO
from sandbox.vendors.github_pulls import Pull, RefusedError
from sandbox.vendors.github_repo import GitCommit, Repo
from sandbox.vendors.github_state import State, body_of, listing
from sandbox.vendors.railway_page import page

TELLS_MERGE_UNTIL = "2026-03-10"
"""From this API version on, no pull request says what it was merged as."""
Pushed = Callable[[str, str, str], None]
"""Told (repository, branch, sha)."""


class Writing:
    """Routes under ``/git``, ``/pulls`` and ``/statuses``."""

    def __init__(self, state: State, pushed: Pushed) -> None:
        self._state = state
        self._pushed = pushed

    def routes(self) -> list[Route]:
        """Return them."""
        return [
            Route(f"{REPO}/git/commits", self.make_commit, methods=["POST"]),
            Route(f"{REPO}/git/commits/{{ref}}", self.bare_commit),
            Route(f"{REPO}/git/trees", self.make_tree, methods=["POST"]),
            Route(f"{REPO}/git/ref/heads/{{branch:path}}", self.ref),
            Route(f"{REPO}/git/refs/heads/{{branch:path}}", self.move_ref, methods=["PATCH"]),
            Route(f"{REPO}/git/refs", self.make_ref, methods=["POST"]),
            Route(f"{REPO}/pulls", self.open, methods=["POST"]),
            Route(f"{REPO}/pulls", self.pulls),
            Route(f"{REPO}/pulls/{{number:int}}", self.pull),
            Route(f"{REPO}/statuses/{{ref}}", self.post_status, methods=["POST"]),
        ]

    def pages(self) -> list[Route]:
        """Return the page of a pull request, which asks for no token."""
        one = "/{owner}/{name}/pull/{number:int}"
        return [Route(one, self.page), Route(f"{one}/{{doing}}", self.press, methods=["POST"])]

    async def bare_commit(self, request: Request) -> Response:
        """Answer a commit as git has it; only a whole SHA names one."""
        repo = self._state.repo(request)
        commit = repo.commits.get(request.path_params["ref"])
        if commit is None:
            raise HTTPException(404, "Not Found")
        return JSONResponse(_bare(repo, commit, root_of(request)))

    async def make_tree(self, request: Request) -> Response:
        """Make a tree."""
        repo, asked = self._state.repo(request), await body_of(request)
        entries = asked.get("tree")
        if not isinstance(entries, list) or not entries:
            raise HTTPException(422, "Invalid tree info")
        texts = {str(one["path"]): str(one["content"]) for one in entries}
        try:
            name = self._state.writings.tree(repo, str(asked.get("base_tree") or ""), texts)
        except RefusedError as error:
            raise HTTPException(422, str(error)) from error
        tree = [{"path": path, "mode": "100644", "type": "blob"} for path in texts]
        url = f"{root_of(request)}/repos/{repo.full_name}/git/trees/{name}"
        return JSONResponse({"sha": name, "url": url, "tree": tree, "truncated": False}, status_code=201)

    async def make_commit(self, request: Request) -> Response:
        """Make a commit on no branch."""
        repo, asked = self._state.repo(request), await body_of(request)
        parents = asked.get("parents")
        if not asked.get("message") or not isinstance(parents, list):
            raise HTTPException(422, "Invalid request.")
        tree, told = str(asked.get("tree") or ""), [str(one) for one in parents]
        try:
            made = self._state.writings.commit(repo, tree, told, str(asked["message"]), self._state.now())
        except RefusedError as error:
            raise HTTPException(422, str(error)) from error
        return JSONResponse(_bare(repo, made, root_of(request)), status_code=201)

    async def ref(self, request: Request) -> Response:
        """Answer where a branch is."""
        repo, branch = self._state.repo(request), str(request.path_params["branch"])
        if branch not in repo.branches:
            raise HTTPException(404, "Not Found")
        return JSONResponse(_ref(repo, branch, root_of(request)))

    async def make_ref(self, request: Request) -> Response:
        """Make a branch."""
        repo, asked = self._state.repo(request), await body_of(request)
        branch, sha = str(asked.get("ref") or "").removeprefix("refs/heads/"), str(asked.get("sha") or "")
        if branch in repo.branches:
            raise HTTPException(422, "Reference already exists")
        if sha not in repo.commits:
            raise HTTPException(422, "Object does not exist")
        repo.branches[branch] = sha
        self._pushed(repo.full_name, branch, sha)
        return JSONResponse(_ref(repo, branch, root_of(request)), status_code=201)

    async def move_ref(self, request: Request) -> Response:
        """Have a branch name another commit."""
        repo, branch = self._state.repo(request), str(request.path_params["branch"])
        asked = await body_of(request)
        if branch not in repo.branches:
            raise HTTPException(422, "Reference does not exist")
        sha = str(asked.get("sha") or "")
        try:
            self._state.writings.point(repo, branch, sha, force=asked.get("force") is True)
        except RefusedError as error:
            raise HTTPException(422, str(error)) from error
        self._pushed(repo.full_name, branch, sha)
        return JSONResponse(_ref(repo, branch, root_of(request)))

    async def open(self, request: Request) -> Response:
        """Open a pull request."""
        repo, asked = self._state.repo(request), await body_of(request)
        title, head, into = (str(asked.get(key) or "") for key in ("title", "head", "base"))
        head = head.removeprefix(f"{repo.full_name.split('/')[0]}:")
        try:
            pull = self._state.writings.open(
                repo, head, into, title, str(asked.get("body") or ""), self._state.now()
            )
        except RefusedError as error:
            raise HTTPException(422, str(error)) from error
        return JSONResponse(_pull(pull, request), status_code=201)

    async def pulls(self, request: Request) -> Response:
        """List pull requests, newest first."""
        repo, query = self._state.repo(request), request.query_params
        state, owner = query.get("state", "open"), repo.full_name.split("/")[0]
        found = [
            one
            for one in reversed(self._state.writings.pulls)
            if one.repo is repo
            and state in (one.state, "all")
            and query.get("base", one.into) == one.into
            and query.get("head", f"{owner}:{one.head}") == f"{owner}:{one.head}"
        ]
        return listing(request, found, lambda one: _pull(one, request))

    async def pull(self, request: Request) -> Response:
        """Answer one pull request."""
        pull = self._asked(request)
        whole = {"merged": bool(pull.merged_as), "mergeable": None, "commits": 1, "changed_files": 1}
        return JSONResponse(_pull(pull, request) | whole)

    async def post_status(self, request: Request) -> Response:
        """Post a commit status, as CI does."""
        repo, commit = self._state.commit(request)
        asked = await body_of(request)
        description = str(asked.get("description") or "")
        state = str(asked.get("state") or "")
        if state not in posted.STATES or len(description) > posted.LONGEST:
            raise HTTPException(422, "Validation Failed")
        one = self._state.posts.post(
            commit.sha,
            str(asked.get("context") or "default"),
            self._state.now(),
            state=state,
            description=description,
            target_url=str(asked.get("target_url") or ""),
        )
        return JSONResponse(posted.shape(repo, commit, one, root_of(request)), status_code=201)

    async def page(self, request: Request) -> Response:
        """Show a pull request, with buttons for people."""
        pull = self._asked(request)
        stands = "merged" if pull.merged_as else pull.state
        buttons = "".join(
            f'<form method="post" action="{pull.number}/{doing}"><button>{words}</button></form>'
            for doing, words in (("merge", "Squash and merge"), ("close", "Close"))
        )
        body = (
            f"<small>Simulated GitHub · {escape(pull.repo.full_name)}</small><h1>{escape(pull.title)}</h1>"
            f"<p>{stands} · <code>{escape(pull.head)}</code> into <code>{escape(pull.into)}</code></p>"
            f"<pre>{escape(pull.body)}</pre>{buttons if stands == 'open' else ''}"
        )
        return HTMLResponse(page(pull.title, body))

    async def press(self, request: Request) -> Response:
        """Merge or close a pull request, as somebody on its page does."""
        pull = self._asked(request)
        if request.path_params["doing"] == "close":
            self.close(pull.repo, pull.number)
        elif pull.state == "open":
            self.merge(pull.repo, pull.number)
        return RedirectResponse(f"{root_of(request)}/{pull.repo.full_name}/pull/{pull.number}", 303)

    def merge(self, repo: Repo, number: int) -> str:
        """Squash a pull request into its branch; return the commit."""
        pull = self._state.writings.find(repo, number)
        if pull is None:
            raise KeyError(number)
        sha = self._state.writings.merge(pull, self._state.now())
        self._pushed(repo.full_name, pull.into, sha)
        return sha

    def close(self, repo: Repo, number: int) -> None:
        """Close a pull request without merging it."""
        pull = self._state.writings.find(repo, number)
        if pull is None:
            raise KeyError(number)
        pull.closed = True

    def _asked(self, request: Request) -> Pull:
        repo = self._state.repo(request)
        pull = self._state.writings.find(repo, request.path_params["number"])
        if pull is None:
            raise HTTPException(404, "Not Found")
        return pull


def _bare(repo: Repo, one: GitCommit, root: str) -> shapes.Json:
    whole = shapes.commit(repo, one, root)
    git = whole["commit"]
    told = git if isinstance(git, dict) else {}
    return {
        "sha": one.sha,
        "node_id": whole["node_id"],
        "url": told.get("url"),
        "html_url": whole["html_url"],
        "author": told.get("author"),
        "committer": told.get("committer"),
        "message": told.get("message"),
        "tree": told.get("tree"),
        "parents": whole["parents"],
    }


def _ref(repo: Repo, branch: str, root: str) -> shapes.Json:
    sha, api = repo.branches[branch], f"{root}/repos/{repo.full_name}/git"
    return {
        "ref": f"refs/heads/{branch}",
        "node_id": shapes.node_id("REF", branch),
        "url": f"{api}/refs/heads/{branch}",
        "object": {"type": "commit", "sha": sha, "url": f"{api}/commits/{sha}"},
    }


def _pull(one: Pull, request: Request) -> shapes.Json:
    root, name = root_of(request), one.repo.full_name
    owner = name.split("/")[0]
    heads = one.repo.branches
    told = {
        "id": 8_000_000 + one.number,
        "node_id": shapes.node_id("PR", one.number),
        "number": one.number,
        "state": one.state,
        "title": one.title,
        "body": one.body or None,
        "draft": False,
        "user": shapes.user("pawdeploy-bot", root),
        "head": {"ref": one.head, "label": f"{owner}:{one.head}", "sha": heads.get(one.head, "")},
        "base": {"ref": one.into, "label": f"{owner}:{one.into}", "sha": heads.get(one.into, "")},
        "created_at": shapes.stamp(one.at),
        "updated_at": shapes.stamp(one.merged_at or one.at),
        "merged_at": shapes.stamp(one.merged_at) if one.merged_at else None,
        "url": f"{root}/repos/{name}/pulls/{one.number}",
        "html_url": f"{root}/{name}/pull/{one.number}",
    }
    version = request.headers.get("x-github-api-version", "2022-11-28")
    # Of an open one it is a trial merge, which is on no branch.
    trial = heads.get(one.head, "")[::-1]
    return told | ({"merge_commit_sha": one.merged_as or trial} if version < TELLS_MERGE_UNTIL else {})
