"""Sessions of apps at the simulated Sentry: so many an hour, and those of a release that crashes end badly.

Follows the documented endpoint: whole hours only, the running one among them. Must not know tokens.
(https://docs.sentry.io/api/releases/retrieve-release-health-session-statistics/)
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.vendors.sentry_search import environment_of, project_of, terms
from sandbox.vendors.sentry_world import World

PER_HOUR = 1200
USUAL = 0.002
"""The part of sessions that crash where nothing is wrong."""
MOST = 0.9
"""The part that does at the worst."""
HOUR = 3600
FIELDS = ("sum(session)", "crash_free_rate(session)")
_PERIOD = re.compile(r"(\d{1,3})([hd])")


class Sessions:
    """The route ``sessions`` below an organization."""

    def __init__(self, world: World, apps: Sequence[str]) -> None:
        self._world = world
        self.per_hour = dict.fromkeys(apps, PER_HOUR)
        """By project; others have none, and neither has what is not named as a build is, ``app@1.2.3+4``."""

    async def numbers(self, request: Request) -> Response:
        """Answer with the hours of one project, environment and release."""
        given = request.query_params
        fields = given.getlist("field")
        if not fields or set(fields) - set(FIELDS):
            raise HTTPException(400, f"the sandbox has the fields {', '.join(FIELDS)}; one at least")
        if given.get("interval", "1h") != "1h":
            raise HTTPException(400, "the sandbox counts sessions by the hour, and nothing else")
        asked = terms(given.get("query", ""), frozenset({"release", "project"}))
        project, environment = project_of(request, self._world, asked), environment_of(request, self._world)
        now = self._world.now().timestamp()
        last = -(-int(now) // HOUR) * HOUR
        first = last - _hours(given.get("statsPeriod", "90d")) * HOUR
        hours = range(first, last, HOUR)
        counted = [self._counted(project, environment, asked.get("release", ""), at, now) for at in hours]
        sessions, well = [one for one, _ in counted], [one - crashed for one, crashed in counted]
        rates = [part / one if one else None for one, part in zip(sessions, well, strict=True)]
        total = sum(sessions)
        series = dict(zip(FIELDS, (sessions, rates), strict=True))
        totals = dict(zip(FIELDS, (total, sum(well) / total if total else None), strict=True))
        group = {
            "by": {},
            "totals": {name: totals[name] for name in fields},
            "series": {name: series[name] for name in fields},
        }
        body = {"start": _iso(first), "end": _iso(last), "intervals": [_iso(at) for at in hours]}
        return JSONResponse(body | {"query": given.get("query", ""), "groups": [group]})

    def _counted(
        self, project: str, environment: str, release: str, hour: int, now: float
    ) -> tuple[int, int]:
        """Return the sessions of an hour so far, and how many of them crashed."""
        past = max(0.0, min(now, hour + HOUR) - hour)
        there = self.per_hour.get(project, 0) if "@" in release else 0
        sessions = int(there * past / HOUR)
        crashes = sum(
            stream.per_minute / 60 * stream.within(hour, hour + past)
            for stream in self._world.streams.of(project, environment, release, {})
        )
        return sessions, int(min(sessions * MOST, sessions * USUAL + crashes))


def _hours(text: str) -> int:
    if found := _PERIOD.fullmatch(text):
        return int(found[1]) * (24 if found[2] == "d" else 1)
    raise HTTPException(400, f"Invalid statsPeriod: {text!r}")


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).replace(tzinfo=None).isoformat() + "Z"
