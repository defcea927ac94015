"""The simulated Sentry's issues, as its API lists, shows and changes them.

Knows parameters, pages and refusals. Must not know tokens, or what a change means to an issue.
"""

import json
import re
from collections.abc import Callable, Sequence
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.vendors._address import root_of
from sandbox.vendors.sentry_changes import WrongError, read_change
from sandbox.vendors.sentry_issues import Issue, Member, Standing
from sandbox.vendors.sentry_search import ISSUE_KEYS, environment_of, fits, project_id, project_of, terms
from sandbox.vendors.sentry_shapes import Where, detail_shape, filtered_shape, listed_shape, tag_shape
from sandbox.vendors.sentry_world import World

_PERIOD = re.compile(r"(\d{1,4})([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800}
_CURSOR = re.compile(r"\d+:(\d{1,6}):[01]")

Changed = Callable[[Issue, Standing | None, Member | None], None]
"""Called after a change with the standing the issue has now (None: it had it), and who newly has it."""


class Board:
    """Routes below an organization."""

    def __init__(self, world: World, organization: str, members: Sequence[Member], changed: Changed) -> None:
        self._world = world
        self._organization = organization
        self._members = members
        self._changed = changed

    def routes(self) -> list[Route]:
        """Return them."""
        return [
            Route("/issues/", self.listing),
            Route("/issues/{id:int}/", self.one, methods=["GET", "PUT"]),
            Route("/issues/{id:int}/tags/{key}/", self.tag),
        ]

    async def listing(self, request: Request) -> Response:
        """List issues; unresolved ones when no query is given, all when it is empty."""
        given = request.query_params
        asked = terms(given.get("query", "is:unresolved"), ISSUE_KEYS)
        project, environment = project_of(request, self._world, asked), environment_of(request, self._world)
        limit, order = given.get("limit", "100"), given.get("sort", "date")
        if not limit.isdecimal() or not 0 < int(limit) <= 100:
            raise HTTPException(400, "limit must be from 1 to 100")
        if order not in ("date", "new"):
            raise HTTPException(400, f"the sandbox sorts by date or new, not by {order}")
        now = self._world.now()
        since = now - _period(given.get("statsPeriod", "90d"))
        found = [
            issue
            for issue in self._world.issues()
            if fits(issue, asked, project, environment) and issue.last_seen(now) >= since
        ]
        if order == "date":
            found.sort(key=lambda issue: issue.last_seen(now), reverse=True)
        start, size = _start(given.get("cursor", "")), int(limit)
        shown = [
            listed_shape(one, self._where(request, one), now)
            | {"filtered": filtered_shape(one, now) if asked.keys() - {"is", "project"} else None}
            for one in found[start : start + size]
        ]
        return JSONResponse(shown, headers={"Link": _links(request, start, size, len(found))})

    async def one(self, request: Request) -> Response:
        """Show one issue; with ``PUT`` change it first."""
        issue = self._world.find(request.path_params["id"])
        if issue is None:
            raise HTTPException(404, "The requested resource does not exist")
        if request.method == "PUT":
            try:
                self._change(issue, await _body(request))
            except WrongError as wrong:
                return JSONResponse(wrong.fields, 400)
        return JSONResponse(detail_shape(issue, self._where(request, issue), self._world.now()))

    async def tag(self, request: Request) -> Response:
        """Show the values of one tag over an issue's events; HTTP 404 where no event has that tag."""
        issue, key = self._world.find(request.path_params["id"]), request.path_params["key"]
        environment, now = environment_of(request, self._world), self._world.now()
        here = issue is not None and environment in ("", issue.environment)
        values = issue.tagged(key, now) if issue is not None and here else {}
        if issue is None or not values:
            raise HTTPException(404, "The requested resource does not exist")
        return JSONResponse(tag_shape(key, values, issue, now))

    def _change(self, issue: Issue, body: dict[str, object]) -> None:
        live = self._world.live(issue.project, issue.environment)
        known = [one.version for one in self._world.releases.values() if issue.project in one.projects]
        known += [live] if live and live not in known else []
        change = read_change(
            body,
            issue,
            members=self._members,
            latest=live or (known[-1] if known else ""),
            known=known,
            now=self._world.now(),
        )
        stands = None if change.standing in (None, issue.standing) else change.standing
        gets = change.assignee if change.assigns and change.assignee != issue.assignee else None
        issue.standing = stands or issue.standing
        issue.assignee = change.assignee if change.assigns else issue.assignee
        self._changed(issue, stands, gets)

    def _where(self, request: Request, issue: Issue) -> Where:
        return Where(
            root=root_of(request).partition("/api/0")[0],
            organization=self._organization,
            number=project_id(self._world, issue.project),
        )


def _period(text: str) -> timedelta:
    if found := _PERIOD.fullmatch(text):
        return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])
    raise HTTPException(400, f"Invalid statsPeriod: {text!r}")


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    if found := _CURSOR.fullmatch(cursor):
        return int(found[1])
    raise HTTPException(400, "Invalid cursor parameter.")


def _links(request: Request, start: int, size: int, total: int) -> str:
    """Return Sentry's ``Link`` header: both ways, each saying whether anything is there."""
    before, after = f"0:{max(0, start - size)}:1", f"0:{start + size}:0"
    return ", ".join(
        f'<{request.url.include_query_params(cursor=cursor)}>; rel="{rel}"; '
        f'results="{"true" if there else "false"}"; cursor="{cursor}"'
        for rel, cursor, there in (
            ("previous", before, start > 0),
            ("next", after, start + size < total),
        )
    )


async def _body(request: Request) -> dict[str, object]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise HTTPException(400, "JSON parse error") from None
    if not isinstance(body, dict):
        raise HTTPException(400, "Invalid data")
    return body
