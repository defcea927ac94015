"""What the simulated GitHub remembers, and what every route of it shares: lookups, refusals, pages, bodies.

Knows GitHub's common rules (404 before anything else, 30 a page, ``Link``). Must not know any one endpoint.
"""

import json
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.faults import Faults
from sandbox.vendors.github_actions import Deliver, Runs
from sandbox.vendors.github_deployments import Deployments
from sandbox.vendors.github_pulls import Writings
from sandbox.vendors.github_repo import GitCommit, Repo
from sandbox.vendors.github_shapes import Json
from sandbox.vendors.github_statuses import Posts
from sandbox.vendors.github_workflows import APP_FILES, BACKEND_FILES, DECLARED
from sandbox.vendors.places import Now

T = TypeVar("T")
PER_PAGE, MOST_PER_PAGE = 30, 100
DOCS = "https://docs.github.com/rest"


class State:
    """Repositories, dispatched runs and recorded deployments, under one clock."""

    def __init__(
        self, faults: Faults, now: Now, repos: Sequence[Repo], deliver: Deliver, *, apps: Collection[str] = ()
    ) -> None:
        self.faults = faults
        self.now = now
        self.repos = {repo.full_name: repo for repo in repos}
        self.runs = Runs(faults, now, deliver)
        self.deployments = Deployments()
        self.posts = Posts()
        """Commit statuses that were posted."""
        self.writings = Writings()
        """Pull requests, and what git was given."""
        self.workflows = {name: 7101 + index for index, name in enumerate(DECLARED)}
        self._apps = frozenset(apps)
        self.moods: dict[str, str] = {}
        """What CI says of single commits, whatever the knob says of the others."""
        self.dispatch_tells_run = True
        """False: a dispatch answers 204 and nothing else, as some have seen it do."""

    def files(self, repo: Repo) -> tuple[str, ...]:
        """Return the workflow files a repository has."""
        return APP_FILES if repo.full_name in self._apps else BACKEND_FILES

    def mood(self, commit: GitCommit) -> str:
        """Return what CI says of this commit: a position of ``github.checks``."""
        return self.moods.get(commit.sha) or self.faults.get("github.checks")

    def repo(self, request: Request) -> Repo:
        """Return the repository of the path, or 404: GitHub does not tell hidden from missing."""
        name = f"{request.path_params['owner']}/{request.path_params['name']}"
        if repo := self.repos.get(name):
            return repo
        raise HTTPException(404, "Not Found")

    def commit(self, request: Request) -> tuple[Repo, GitCommit]:
        """Return the commit the path's ref names, or 422 as GitHub answers."""
        repo, ref = self.repo(request), str(request.path_params["ref"])
        if commit := repo.resolve(ref):
            return repo, commit
        raise HTTPException(422, f"No commit found for SHA: {ref}")


async def body_of(request: Request) -> Json:
    """Return the JSON object of the body, or 400."""
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise HTTPException(400, "Problems parsing JSON")
    return body


def page_of(request: Request, items: Sequence[T]) -> tuple[Sequence[T], dict[str, str]]:
    """Return the asked page of ``items`` and the ``Link`` header that goes with it."""
    size = min(max(_number(request, "per_page", PER_PAGE), 1), MOST_PER_PAGE)
    page = max(_number(request, "page", 1), 1)
    last = max((len(items) + size - 1) // size, 1)
    links = []
    for rel, number in (("prev", page - 1), ("next", page + 1), ("last", last)):
        if 1 <= number <= last and number != page:
            links.append(f'<{request.url.include_query_params(page=number, per_page=size)}>; rel="{rel}"')
    return items[(page - 1) * size : page * size], {"link": ", ".join(links)} if links else {}


def listing(request: Request, items: Sequence[T], shape: Callable[[T], Json], *, under: str = "") -> Response:
    """Answer one page: a bare list, or ``{total_count, <under>: [...]}``."""
    page, headers = page_of(request, items)
    shaped = [shape(item) for item in page]
    content: object = {"total_count": len(items), under: shaped} if under else shaped
    return JSONResponse(content, headers=headers)


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    return int(text) if text.isdecimal() else default
