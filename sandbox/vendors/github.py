"""The simulated GitHub: its REST API behind a token, and plain pages for the links that stand on cards.

Knows tokens, API versions and rate headers. Must not know the bot, Railway, or any one endpoint.
"""

from collections.abc import Callable, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.faults import Faults
from sandbox.vendors._address import root_of
from sandbox.vendors._answers import Answers, Refusal
from sandbox.vendors.github_actions import Deliver, Run, Work
from sandbox.vendors.github_deployments import GitHubDeployment
from sandbox.vendors.github_doing import Actions, Recording
from sandbox.vendors.github_git import Git
from sandbox.vendors.github_pages import Pages
from sandbox.vendors.github_repo import Files, GitCommit, Repo
from sandbox.vendors.github_seed import seeded, seeded_app
from sandbox.vendors.github_shapes import user
from sandbox.vendors.github_state import DOCS, State
from sandbox.vendors.github_writing import Writing
from sandbox.vendors.places import Now, utc_now

GITHUB_TOKEN = "sandbox-github-token"  # noqa: S105 - opens nothing outside this process
VERSIONS = frozenset({"2022-11-28", "2026-03-10"})
LIMIT = 5000
OnPush = Callable[[str, str, str], None]
"""Told (repository, branch, sha)."""


def _said(status: int, message: str) -> dict[str, str]:
    return {"message": message, "documentation_url": DOCS, "status": str(status)}


def _refusal(status: int, message: str, **headers: str) -> Refusal:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Refusal(status, _said(status, message), named)


REFUSALS = {
    "503": _refusal(503, "No server is currently available to service your request."),
    "429": _refusal(429, "You have exceeded a secondary rate limit.", retry_after="1"),
    "401": _refusal(401, "Bad credentials"),
    "403": _refusal(
        403, "Resource not accessible by personal access token", x_accepted_github_permissions="contents=read"
    ),
    "404": _refusal(404, "Not Found"),
    # REST has no GraphQL errors; the nearest thing is an answer of the wrong kind under HTTP 200.
    "graphql_error": Refusal(200, {"errors": [{"message": "Something went wrong"}], "data": None}, {}),
}
"""What a request gets instead of being done."""


class GitHubSim:
    """GitHub with state: repositories, checks, recorded deployments, workflow runs."""

    def __init__(
        self,
        faults: Faults,
        *,
        now: Now = utc_now,
        repositories: Sequence[str] = ("pawlogic/backend",),
        apps: Sequence[str] = (),
        deliver: Deliver = lambda _service, _environment, _sha: None,
    ) -> None:
        self.faults = faults
        self.requests: list[str] = []
        """``METHOD path`` of every API request, in order."""
        self.on_push: OnPush = lambda _repository, _branch, _sha: None
        """Told of every push and force push: what else hears of it, such as Railway."""
        repos = [seeded(name, now()) for name in repositories]
        repos += [seeded_app(name, now()) for name in apps if name not in repositories]
        self.state = State(faults, now, repos, deliver, apps=set(apps) - set(repositories))
        git, actions = Git(self.state), Actions(self.state)
        self.writing = Writing(self.state, self._heard)
        """What changes a repository."""
        api = Starlette(
            routes=[
                *self.writing.routes(),
                *git.routes(),
                *actions.routes(),
                *Recording(self.state).routes(),
                Route("/user", self._user),
                Route("/rate_limit", self._rate),
            ],
            exception_handlers={HTTPException: _refuse},
        )
        guarded = Answers(_Door(api, self.requests), faults, "github.answers", REFUSALS)
        self.asgi: ASGIApp = Starlette(
            routes=[
                Route("/_logs/{id:int}", actions.log_text),
                *self.writing.pages(),
                *Pages(self.state).routes(),
                Mount("/", app=guarded),
            ],
            exception_handlers={HTTPException: _refuse},
        )
        """Serves the API and its pages; mount it under ``/github``."""

    @property
    def repo(self) -> Repo:
        """The first repository."""
        return next(iter(self.state.repos.values()))

    @property
    def on_mobile(self) -> Work:
        """What a run of the app's workflow does when it has worked so far."""
        return self.state.runs.work

    @on_mobile.setter
    def on_mobile(self, work: Work) -> None:
        self.state.runs.work = work

    @property
    def deployments(self) -> list[GitHubDeployment]:
        """Every recorded deployment, oldest first."""
        return self.state.deployments.all

    @property
    def runs(self) -> list[Run]:
        """Every dispatched workflow run as it is now, oldest first."""
        return self.state.runs.all()

    def push(
        self,
        branch: str,
        title: str,
        author: str = "Ann Requin",
        files: Files = (),
        *,
        login: str | None = None,
        repository: str = "",
    ) -> str:
        """Commit on a branch of a repository, the first when not named; return the SHA.

        ``files`` may be texts by name; ``login`` is the author's account ("" when they have none).
        """
        repo = self.state.repos[repository] if repository else self.repo
        sha = repo.push(branch, title, author, files, self.state.now(), login=login)
        self.on_push(repo.full_name, branch, sha)
        return sha

    def move_branch(self, branch: str, sha: str) -> None:
        """Have a branch name another commit, as a force push does; ``KeyError`` for an unknown commit."""
        self.repo.move(branch, sha)
        self.on_push(self.repo.full_name, branch, sha)

    def post_status(self, sha: str, context: str, description: str, *, state: str = "success") -> None:
        """Post a commit status, as a workflow does; the newest of a context counts."""
        self.state.posts.post(sha, context, self.state.now(), state=state, description=description)

    def merge(self, repository: str, number: int) -> str:
        """Squash a pull request into its branch, as people do; return the commit."""
        return self.writing.merge(self.state.repos[repository], number)

    def set_checks(self, sha: str, mood: str) -> None:
        """Have CI say ``mood`` (a position of ``github.checks``) of one commit, whatever the knob says."""
        self.state.moods[sha] = mood

    def head(self, branch: str = "main", *, repository: str = "") -> str:
        """Return the SHA a branch points at, in the first repository when not named."""
        return (self.state.repos[repository] if repository else self.repo).branches[branch]

    def commit_of(self, sha: str) -> tuple[str, str]:
        """Return (title, author) of a commit of any repository; empty when unknown."""
        for repo in self.state.repos.values():
            if commit := repo.commits.get(sha):
                return commit.title, commit.author
        return "", ""

    def commits_of(self, repository: str, sha: str, previous: str) -> list[GitCommit]:
        """Return what ``sha`` brought since ``previous`` (alone when that is unknown), newest first."""
        repo = self.state.repos.get(repository)
        if repo is None or sha not in repo.commits:
            return []
        head, base = repo.commits[sha], repo.commits.get(previous)
        between = repo.between(base, head) if base else None
        return [*reversed(between.ahead)] if between else [head]

    def _heard(self, repository: str, branch: str, sha: str) -> None:
        self.on_push(repository, branch, sha)

    async def _user(self, request: Request) -> Response:
        return JSONResponse(user("pawdeploy-bot", root_of(request)))

    async def _rate(self, _: Request) -> Response:
        used = len(self.requests)
        core = {"limit": LIMIT, "remaining": max(LIMIT - used, 0), "reset": 0, "used": used}
        return JSONResponse({"resources": {"core": core}})


class _Door:
    """What every API request passes: the log, the token, the API version; and the rate headers going out."""

    def __init__(self, app: ASGIApp, requests: list[str]) -> None:
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        path = request.url.path.removeprefix(str(scope.get("root_path", "")))
        self._requests.append(f"{request.method} {path}")
        refused = _turned_away(request)
        if refused is not None:
            await refused(scope, receive, send)
            return

        async def with_rate(message: Message) -> None:
            if message["type"] == "http.response.start":
                left = str(max(LIMIT - len(self._requests), 1))
                rate = [
                    (b"x-ratelimit-limit", str(LIMIT).encode()),
                    (b"x-ratelimit-remaining", left.encode()),
                ]
                message["headers"] = [*message.get("headers", []), *rate]
            await send(message)

        await self._app(scope, receive, with_rate)


def _turned_away(request: Request) -> Response | None:
    given = request.headers.get("authorization", "")
    if not request.headers.get("user-agent"):
        return JSONResponse(_said(403, "Request forbidden by administrative rules."), status_code=403)
    if not given:
        return JSONResponse(_said(401, "Requires authentication"), status_code=401)
    if given not in (f"Bearer {GITHUB_TOKEN}", f"token {GITHUB_TOKEN}"):
        return JSONResponse(_said(401, "Bad credentials"), status_code=401)
    version = request.headers.get("x-github-api-version", "2022-11-28")
    if version not in VERSIONS:
        return JSONResponse(_said(400, f"{version} is not a supported API version."), status_code=400)
    return None


def _refuse(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):  # starlette's signature is wider than what it calls us with
        raise error
    body = _said(error.status_code, error.detail)
    return JSONResponse(body, status_code=error.status_code, headers=error.headers)
