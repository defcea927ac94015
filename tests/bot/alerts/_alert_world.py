"""The parts of alerts as the process joins them, over a real database, and a Sentry and a Slack with state.

Nothing is on the network: the simulators are called in place. The bot may die at any thing it does to the
database, to Sentry or to Slack, before or after that took effect; a new one goes on over what is left.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from sqlalchemy import text
from starlette.applications import Starlette

from bot import toml_file
from bot.alert_cards import AlertCards
from bot.alert_parts import make_alerts
from bot.cards import Composer
from bot.db.alerts_reader import AlertsReader
from bot.db.posts_store import PostsStore
from bot.db.runs_reader import RunsReader
from bot.db.session import Database
from bot.drawings import Studio
from bot.integrations._http import Retry, build_http
from bot.integrations.sentry import SentryIssues, auth_headers
from bot.integrations.slack.calls import SlackWeb
from bot.integrations.slack.pace import Pace
from bot.integrations.slack.publisher import Publisher
from bot.lookers import Lookers
from bot.metrics import Metrics
from bot.vendors import Vendors
from bot.web.hooks import HookSecrets, hooks_doors
from handlers.render.notices import render_notice
from sandbox.config import find_config
from sandbox.faults import Faults
from sandbox.vendors._answers import DROP
from sandbox.vendors.sentry import SENTRY_TOKEN, SentrySim
from sandbox.vendors.sentry_hooks import SENTRY_WEBHOOK_SECRET
from sandbox.vendors.sentry_lives import Life
from sandbox.workspace import Limits, Tokens, Workspace
from tests.flows.driver import ROOMY
from tests.sqlite import emptied

PROJECT = toml_file.load(find_config())


class Died(BaseException):
    """The bot's last moment. No ``Exception``, so that nobody in the bot can survive it."""


class JumpingClock:
    """Time that a story moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Doom:
    """Ends the bot at something it does to the world: at a certain one of what was drawn."""

    def __init__(self) -> None:
        self._at, self._left, self._after = "", 0, False
        self._whose: asyncio.Task | None = None
        self.sealed: list[str] = []
        """What took effect in a life that was about to end."""

    def draw(self, at: str, number: int, *, after: bool) -> None:
        """Die at the ``number``-th thing that has ``at`` in its name, before or ``after`` it took effect."""
        self._at, self._left, self._after = at, number, after
        self._whose = asyncio.current_task()
        self.sealed.clear()

    def lift(self) -> None:
        self._left = 0

    def before(self, what: str) -> bool:
        """Die now, or say whether to die once it is done."""
        if self._left == 0 or self._at not in what or asyncio.current_task() is not self._whose:
            return False
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Died
        return self._left == 0

    def after(self, what: str, *, doomed: bool) -> None:
        if doomed or self._left:
            self.sealed.append(what)
        if doomed:
            raise Died


class MortalDatabase(Database):
    """A database at whose every change the bot may die."""

    def __init__(self, opened: Database, doom: Doom) -> None:
        vars(self).update(vars(opened))  # its connections and threads; whoever opened it closes it
        self._doom = doom

    async def change(self, work):
        return await self._in_one_go(super().change, work)

    async def write_direct(self, work):
        return await self._in_one_go(super().write_direct, work)

    async def _in_one_go(self, write, work):
        doomed = self._doom.before("write")
        done = await write(work)
        self._doom.after("write", doomed=doomed)
        return done


class Wire(httpx.AsyncBaseTransport):
    """To a simulator in this process; cut where it cuts, and where the bot dies."""

    def __init__(self, app, doom: Doom) -> None:
        self._app, self._doom = app, doom
        self._inner = httpx.ASGITransport(self._reached)
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        """Happens once, when the next request is served and its answer is still on its way."""

    async def _reached(self, scope, receive, send) -> None:
        scope.setdefault("extensions", {})[DROP] = _cut
        await self._app(scope, receive, send)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name = f"{request.method} {request.url.path}"
        doomed = self._doom.before(name)
        answer = await self._inner.handle_async_request(request)
        if self.meanwhile is not None:
            happen, self.meanwhile = self.meanwhile, None
            await happen()
        self._doom.after(name, doomed=doomed)
        return answer


def _cut() -> None:
    msg = "cut"
    raise httpx.ReadError(msg)


class SlackInPlace:
    """What ``SlackWeb`` calls of Slack's client, over a simulated workspace without a socket."""

    def __init__(self, workspace: Workspace, doom: Doom) -> None:
        wire = Wire(Starlette(routes=workspace.routes()), doom)
        self._http = httpx.AsyncClient(transport=wire, base_url="http://slack.test")
        self._token = {"Authorization": f"Bearer {Tokens().bot}"}

    async def api_call(self, method: str, *, json=None, data=None) -> AsyncSlackResponse:
        url = f"/slack/api/{method}"
        answer = await self._http.post(url, headers=self._token, json=json, data=data)
        if answer.status_code >= 500:
            raise SlackApiError(answer.text, answer)
        return AsyncSlackResponse(
            client=self,
            http_verb="POST",
            api_url=url,
            req_args={},
            data=answer.json(),
            headers=dict(answer.headers),
            status_code=answer.status_code,
        ).validate()


class World:
    """Everything that outlives the bot; ``born`` makes the bot."""

    def __init__(self, opened: Database, *, storm_groups: int, limits: Limits = ROOMY) -> None:
        self.clock, self.doom, self.faults = JumpingClock(), Doom(), Faults()
        self.faults.slow_seconds = self.faults.timeout_seconds = 0.0
        section = PROJECT.alerts.model_copy(update={"storm_groups": storm_groups})
        self.project = PROJECT.model_copy(update={"alerts": section})
        serves = (Life("b" * 40, self.clock.at, None),)
        self.sentry = SentrySim(self.faults, now=self.clock.now, lives=lambda *_: serves)
        self.sentry.hooks.target, self.sentry.hooks.waiting = "http://bot.test/hooks/sentry", []
        self.workspace = Workspace(
            self.faults,
            limits=limits,
            clock=lambda: self.clock.now().timestamp(),
            base_url="http://slack.test",
        )
        self.database = MortalDatabase(opened, self.doom)
        self.reader, self.posts = AlertsReader(self.database), PostsStore(self.database)
        self.wire = Wire(self.sentry.asgi, self.doom)
        http = build_http("http://sentry.test", auth_headers(SENTRY_TOKEN), transport=self.wire)
        self._issues = SentryIssues(http, "pawlogic", retry=Retry(attempts=1))
        self._slack = SlackWeb(SlackInPlace(self.workspace, self.doom))

    def born(self) -> "Bot":
        """Make a bot that knows nothing but what the database says."""
        return Bot(self)

    async def begin(self) -> None:
        """Forget every earlier story."""
        await self.database.change(emptied)

    async def rows(self, query: str, **values) -> list[tuple]:
        """Read the database as it is now."""
        return await self.database.look(
            lambda session: [tuple(row) for row in session.execute(text(query), values)]
        )

    async def aclose(self) -> None:
        await self.workspace.aclose()
        await self.sentry.aclose()


async def _in_words(_occasion):
    return render_notice("a picture")


async def _leads() -> bool:
    return True


class Bot:
    """One bot: its parts, its memory, its door."""

    def __init__(self, world: World) -> None:
        database, project, clock = world.database, world.project, world.clock
        posts, runs = PostsStore(database), RunsReader(database)
        studio = Studio({"spark": _in_words})
        cards = AlertCards(
            posts, AlertsReader(database), clock, project, studio, asks=True, quiet=lambda _: False
        )
        self.publisher = Publisher(
            world._slack,
            posts,
            Composer(posts, runs, clock, project, studio=studio, alerts=cards),
            clock,
            interval=project.timings.card_interval,
            leads=_leads,
            pace=Pace(
                clock,
                between_posts=project.timings.slack_posts,
                edits_a_minute=project.timings.slack_edits,
            ),
            recount=project.alerts.recount,
            ops=project.alerts.ops,
        )
        metrics = Metrics()
        vendors = Vendors(
            None, {}, None, None, {}, world._issues, Lookers(None, {}, 0.0), None, None, None, {}, ()
        )
        self.parts = make_alerts(
            playbooks={},
            project=project,
            database=database,
            runs=runs,
            vendors=vendors,
            cards=self.publisher,
            clock=clock,
            metrics=metrics,
            leads=_leads,
        )
        secrets = HookSecrets(sentry=SecretStr(SENTRY_WEBHOOK_SECRET))
        doors = hooks_doors(self.parts.hooks, secrets, clock, self.parts.processor.tell, metrics.hook)
        door = httpx.ASGITransport(Starlette(routes=doors))
        self.door = httpx.AsyncClient(transport=door, base_url="http://bot.test")
