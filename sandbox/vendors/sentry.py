"""The simulated Sentry: one organization's API behind a token, its webhooks, and a plain page for people.

Knows paths, tokens and parameters. Must not know the bot, or where errors come from (``sentry_world.py``).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.faults import Faults
from sandbox.vendors._answers import Answers, Refusal
from sandbox.vendors.places import Now, utc_now
from sandbox.vendors.sentry_acts import Acts
from sandbox.vendors.sentry_board import Board
from sandbox.vendors.sentry_hooks import SentryHooks
from sandbox.vendors.sentry_issues import Issue, Member
from sandbox.vendors.sentry_now import Turns
from sandbox.vendors.sentry_page import Pages
from sandbox.vendors.sentry_releases import CommitsOf, Releases
from sandbox.vendors.sentry_search import (
    EVENT_KEYS,
    environment_of,
    project_id,
    project_of,
    tags_of,
    terms,
)
from sandbox.vendors.sentry_sessions import Sessions
from sandbox.vendors.sentry_shapes import series_shape
from sandbox.vendors.sentry_streams import Tags
from sandbox.vendors.sentry_world import SPIKE, Lives, Release, VersionOf, World

SENTRY_TOKEN = "sandbox-sentry-token"  # noqa: S105 - opens nothing outside this process
MEMBERS = (
    Member(id="701", name="Ann Requin", email="ann@pawlogic.app"),
    Member(id="702", name="Ben Aprile", email="ben@pawlogic.app"),
    Member(id="703", name="Cleo Marsh", email="cleo@pawlogic.app"),
)
DATASETS = ("errors", "logs", "profile_functions", "spans", "tracemetrics", "uptime_results")
MOST_BUCKETS = 10_000
_DEFAULT_INTERVAL = 300


def _refusal(status: int, detail: str, **headers: str) -> Refusal:
    return Refusal(status, {"detail": detail}, {n.replace("_", "-"): value for n, value in headers.items()})


REFUSALS = {
    "503": _refusal(503, "Service unavailable"),
    "429": _refusal(
        429, "You are attempting to use this endpoint too frequently.", x_sentry_rate_limit_reset="1"
    ),
    "401": _refusal(401, "Invalid token"),
    "403": _refusal(403, "You do not have permission to perform this action."),
    "404": _refusal(404, "The requested resource does not exist"),
    "empty": Refusal(200, {}, {}),
}
"""What a request gets instead of being done."""


class SentrySim:
    """Sentry with state: error counts, issues, releases and deploys of one organization."""

    def __init__(
        self,
        faults: Faults,
        *,
        organization: str = "pawlogic",
        projects: Mapping[str, str] | None = None,
        environments: Sequence[str] = ("staging", "production"),
        repositories: Sequence[str] = ("pawlogic/backend",),
        now: Now = utc_now,
        lives: Lives = lambda _service, _environment: (),
        version_of: VersionOf = lambda _service, sha: sha,
        members: Sequence[Member] = MEMBERS,
        commits_of: CommitsOf = lambda _repository, _sha, _previous: (),
        apps: Sequence[str] = (),
    ) -> None:
        self.organization = organization
        self.requests: list[str] = []
        """``METHOD path`` of every API request, in order."""
        self.world = World(faults, now, projects or {"backend": "api"}, environments, lives, version_of)
        self.hooks = SentryHooks(faults, now)
        """What it sends the bot, and what came of it."""
        self.acts = acts = Acts(self.world, self.hooks, organization, members)
        self.new_issue, self.happen, self.storm, self.burst = (
            acts.new_issue, acts.happen, acts.storm, acts.burst,
        )  # fmt: skip
        self.resolve, self.archive, self.reopen = acts.resolve, acts.archive, acts.reopen
        self.regress, self.escalate, self.assign = acts.regress, acts.escalate, acts.assign
        self.metric_alert = acts.metric_alert
        self._turns = Turns(faults, self.world, acts, apps)
        releases = Releases(self.world, repositories, commits_of)
        self.sessions = Sessions(self.world, apps)
        board = Board(self.world, organization, members, acts.changed)
        api = Starlette(
            routes=[
                Route("/projects/{org}/{slug}/", self._project),
                Mount(
                    "/organizations/{org}",
                    routes=[
                        Route("/", self._organization),
                        Route("/events-timeseries/", self._series),
                        Route("/sessions/", self.sessions.numbers),
                        *board.routes(),
                        *releases.routes(),
                    ],
                ),
            ],
            exception_handlers={HTTPException: _refuse},
        )
        api.router.redirect_slashes = False  # Sentry's own addresses end in a slash, or are none
        guarded = Answers(_Door(api, self), faults, "sentry.answers", REFUSALS)
        self.asgi: ASGIApp = Starlette(
            routes=[Mount("/api/0", app=guarded), *Pages(self.world).routes()],
            exception_handlers={HTTPException: _refuse},
        )
        """Serves the API and its pages; mount it under ``/sentry``."""

    @property
    def releases(self) -> list[Release]:
        """Every recorded release, oldest first."""
        return list(self.world.releases.values())

    @property
    def issues(self) -> list[Issue]:
        """Every issue there is by now, newest first."""
        return self.world.issues()

    @property
    def delivering(self) -> bool:
        """Whether webhooks arrive; False: they are lost and nobody tries again."""
        return self.hooks.delivering

    @delivering.setter
    def delivering(self, arrive: bool) -> None:
        self.hooks.delivering = arrive

    def reached_at(self, url: str, bot: str) -> None:
        """Learn the address it is mounted at, and the bot's, whose ``/hooks/sentry`` hears its webhooks."""
        self.acts.root, self.hooks.target = url.rstrip("/"), f"{bot}/hooks/sentry"

    async def aclose(self) -> None:
        """Drop what is still to be delivered."""
        await self._turns.aclose()
        await self.hooks.aclose()

    @property
    def ingestion_delay(self) -> float:
        """Seconds an event may be on its way; buckets that end later are incomplete."""
        return self.world.delay.total_seconds()

    @ingestion_delay.setter
    def ingestion_delay(self, seconds: float) -> None:
        self.world.delay = timedelta(seconds=seconds)

    def spike(
        self, project: str, environment: str, *, per_minute: float = SPIKE, at: datetime | None = None
    ) -> None:
        """Have a place fail from ``at`` (now) on."""
        self.world.spike(project, environment, per_minute=per_minute, at=at)

    def crashes(
        self,
        project: str,
        environment: str,
        *,
        tags: Tags,
        release: str,
        title: str,
        per_minute: float = SPIKE,
    ) -> None:
        """Have unhandled errors come from now on that carry ``tags``, and a new issue of many people.

        Told again while they come, it only changes how many come.
        """
        now = self.world.now()
        if self.world.streams.start(project, environment, tags, release, per_minute, now):
            self.world.add_issue(
                project, environment, release, title,
                tags=dict(tags), level="fatal", events=40, users=23, pace=20,
            )  # fmt: skip

    def calm(self, tags: Tags) -> None:
        """End every crash that carries ``tags``, among others."""
        self.world.streams.calm(tags, self.world.now())

    def spread(self, project: str, environment: str, *, tags: Tags, share: float) -> None:
        """Have ``share`` (0 to 1) of the people run what sets ``tags``: so much of the usual errors has them.

        An update that nobody is told to have sends no errors at all, as if it had broken reporting.
        """
        self.world.streams.spread(project, environment, tags, share, self.world.now())

    async def _organization(self, _: Request) -> Response:
        return JSONResponse({"id": "1", "slug": self.organization, "name": self.organization.title()})

    async def _project(self, request: Request) -> Response:
        slug = request.path_params["slug"]
        if slug not in self.world.projects:
            raise HTTPException(404, "The requested resource does not exist")
        number = project_id(self.world, slug)
        return JSONResponse({"id": number, "slug": slug, "name": slug, "platform": "python"})

    async def _series(self, request: Request) -> Response:
        given = request.query_params
        if given.get("dataset") not in DATASETS:
            raise HTTPException(400, f"dataset must be one of: {', '.join(DATASETS)}")
        if (given["dataset"], given.get("yAxis", "count()")) != ("errors", "count()"):
            raise HTTPException(400, "the sandbox counts errors, by count(), and nothing else")
        asked = terms(given.get("query", ""), EVENT_KEYS)
        project, environment = project_of(request, self.world, asked), environment_of(request, self.world)
        if not given.getlist("project"):
            return JSONResponse({"timeSeries": []})  # an integration is a member of no project
        start, end = _moment(given.get("start", "")), _moment(given.get("end", ""))
        if start >= end:
            raise HTTPException(400, "start must be before end")
        interval = _interval(given.get("interval", ""), (end - start).total_seconds())
        begin = int(start.timestamp()) // interval * interval
        seconds = int(end.timestamp()) // interval * interval + interval - begin
        counted = [
            self.world.counts(slug, place, begin, seconds, asked.get("release", ""), tags_of(asked))
            for slug in ([project] if project else self.world.projects)
            for place in ([environment] if environment else self.world.environments)
        ]
        counts = [sum(of) for of in zip(*counted, strict=True)]
        until = self.world.complete_until()
        shape = series_shape(counts, begin=begin, end=end, interval=interval, complete_until=until)
        return JSONResponse(shape)


class _Door:
    """What every API request passes: the log, the token, the organization."""

    def __init__(self, app: ASGIApp, sim: SentrySim) -> None:
        self._app = app
        self._sim = sim

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        path = request.url.path.removeprefix(str(scope.get("root_path", "")))
        self._sim.requests.append(f"{request.method} {path}")
        given = request.headers.get("authorization", "")
        refused: Response | None = None
        if not given:
            refused = JSONResponse({"detail": "Authentication credentials were not provided."}, 401)
        elif given != f"Bearer {SENTRY_TOKEN}":
            refused = JSONResponse({"detail": "Invalid token"}, 401)
        elif path.split("/")[2:3] != [self._sim.organization]:
            refused = JSONResponse({"detail": "The requested resource does not exist"}, 404)
        await (refused or self._app)(scope, receive, send)


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise HTTPException(400, "Invalid date range") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _interval(text: str, seconds: float) -> int:
    """Return the width that was asked for; what is wrong is silently replaced, as Sentry does."""
    fit = text.isdecimal() and int(text) > 0 and seconds / int(text) <= MOST_BUCKETS
    return int(text) if fit else _DEFAULT_INTERVAL


def _refuse(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):  # starlette's signature is wider than what it calls us with
        raise error
    return JSONResponse({"detail": error.detail}, status_code=error.status_code)
