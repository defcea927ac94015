"""The pages GitHub links on cards open in the sandbox: a commit, a comparison, a workflow run, in plain HTML.

They ask for no token and never suffer from the ``github.answers`` knob. Must not know the REST API.
"""

from html import escape

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sandbox.vendors.github_state import State
from sandbox.vendors.railway_page import page

REPO = "/{owner}/{name}"


class Pages:
    """Routes for people, beside the API."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Return them."""
        return [
            Route(f"{REPO}/commit/{{ref}}", self.commit),
            Route(f"{REPO}/actions/runs/{{id:int}}/job/{{job:int}}", self.run),
            Route(f"{REPO}/actions/runs/{{id:int}}", self.run),
            Route(f"{REPO}/compare/{{spec:path}}", self.compare),
        ]

    async def commit(self, request: Request) -> Response:
        """Show a commit."""
        repo, commit = self._state.commit(request)
        files = "".join(f"<li><code>{escape(file.name)}</code></li>" for file in commit.files)
        body = (
            f"<small>Simulated GitHub · {escape(repo.full_name)}</small><h1>{escape(commit.title)}</h1>"
            f"<p>{escape(commit.author)} · <code>{commit.sha}</code></p><ul>{files}</ul>"
        )
        return HTMLResponse(page(commit.title, body))

    async def compare(self, request: Request) -> Response:
        """Show what lies between two commits."""
        repo = self._state.repo(request)
        base, _, head = str(request.path_params["spec"]).partition("...")
        ends = repo.resolve(base), repo.resolve(head)
        between = repo.between(ends[0], ends[1]) if ends[0] and ends[1] else None
        if between is None:
            raise HTTPException(404, "Not Found")
        commits = "".join(
            f"<li><code>{one.sha[:7]}</code> {escape(one.title)} <small>{escape(one.author)}</small></li>"
            for one in between.ahead
        )
        title = f"{base[:7]}...{head[:7]}"
        body = f"<small>Simulated GitHub</small><h1>{escape(title)}</h1><ol>{commits}</ol>"
        return HTMLResponse(page(title, body))

    async def run(self, request: Request) -> Response:
        """Show a workflow run with its log."""
        run = self._state.runs.find(request.path_params["id"])
        if run is None:
            return HTMLResponse(page("CI", "<small>Simulated GitHub</small><h1>CI</h1>"))
        log = escape("\n".join(run.log))
        body = (
            f"<small>Simulated GitHub Actions</small><h1>{escape(run.conclusion or run.status)}</h1>"
            f"<p>{escape(run.title)}</p><pre>{log}</pre>"
        )
        return HTMLResponse(page(run.title, body, refresh=run.conclusion is None))
