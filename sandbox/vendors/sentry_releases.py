"""Releases and deploys of the simulated Sentry, as its API takes and lists them.

Knows which fields are required and what is known already. Must not know tokens.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.vendors.github_repo import GitCommit
from sandbox.vendors.sentry_search import project_id
from sandbox.vendors.sentry_shapes import commit_shape, iso, release_shape
from sandbox.vendors.sentry_world import Release, World

_REQUIRED = ["This field is required."]

CommitsOf = Callable[[str, str, str], Sequence[GitCommit]]
"""Called with a repository, a SHA and the release's previous one (or nothing): its commits, newest first."""


class Releases:
    """Routes below an organization."""

    def __init__(self, world: World, repositories: Sequence[str], commits_of: CommitsOf) -> None:
        self._world = world
        self._repositories = frozenset(repositories)
        self._commits_of = commits_of

    def routes(self) -> list[Route]:
        """Return them."""
        one = "/releases/{version:path}"
        return [
            Route("/releases/", self.releases, methods=["GET", "POST"]),
            Route(f"{one}/deploys/", self.deploys, methods=["GET", "POST"]),
            Route(f"{one}/commits/", self.commits),
            Route(f"{one}/", self.release),
        ]

    async def releases(self, request: Request) -> Response:
        """List releases, newest first, or record one: 201 for a new one, 208 for one that is known."""
        if request.method == "GET":
            return JSONResponse([self._shape(one) for one in reversed(self._world.releases.values())])
        body = await _body(request)
        wrong = self._wrong(body)
        if wrong:
            return JSONResponse(wrong, 400)
        known = self._world.releases.get(body["version"])
        release = known or Release(
            version=body["version"], projects=list(body["projects"]), created_at=self._world.now()
        )
        self._world.releases[release.version] = release
        refs = body.get("refs", [])
        strangers = [ref["repository"] for ref in refs if ref["repository"] not in self._repositories]
        if strangers:  # the release stays: Sentry makes it before it looks at the commits
            return JSONResponse({"refs": [f"Invalid repository names: {', '.join(strangers)}"]}, 400)
        release.refs = refs or release.refs
        release.url = body.get("url", release.url)
        return JSONResponse(self._shape(release), 208 if known else 201)

    async def release(self, request: Request) -> Response:
        """Show one release."""
        return JSONResponse(self._shape(self._find(request)))

    async def deploys(self, request: Request) -> Response:
        """List a release's deploys, newest first, or record one."""
        release = self._find(request)
        if request.method == "GET":
            return JSONResponse(release.deploys[::-1])
        body = await _body(request)
        if not body.get("environment"):
            return JSONResponse({"environment": _REQUIRED}, 400)
        made: dict[str, str | None] = {
            "id": str(sum(len(one.deploys) for one in self._world.releases.values()) + 1),
            "environment": body["environment"],
            "name": body.get("name"),
            "url": body.get("url"),
            "dateStarted": body.get("dateStarted"),
            "dateFinished": body.get("dateFinished") or iso(self._world.now()),
        }
        release.deploys.append(made)
        return JSONResponse(made, 201)

    async def commits(self, request: Request) -> Response:
        """List a release's commits, newest first; none when it was recorded without."""
        found = [
            commit_shape(commit)
            for ref in self._find(request).refs
            for commit in self._commits_of(ref["repository"], ref["commit"], ref.get("previousCommit", ""))
        ]
        return JSONResponse(found)

    def _find(self, request: Request) -> Release:
        release = self._world.releases.get(request.path_params["version"])
        if release is None:
            raise HTTPException(404, "The requested resource does not exist")
        return release

    def _wrong(self, body: dict[str, Any]) -> dict[str, list[str]]:
        if not body.get("version"):
            return {"version": _REQUIRED}
        if not body.get("projects"):
            return {"projects": _REQUIRED}
        if not set(body["projects"]) <= set(self._world.projects):
            return {"projects": ["Invalid project ids or slugs"]}
        return {}

    def _shape(self, release: Release) -> dict[str, object]:
        numbers = {slug: project_id(self._world, slug) for slug in release.projects}
        return release_shape(release, numbers)


async def _body(request: Request) -> dict[str, Any]:  # a client's JSON before it is looked at
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise HTTPException(400, "JSON parse error") from None
    if not isinstance(body, dict):
        raise HTTPException(400, "Invalid data")
    return body
