"""Alerts all the way to Slack: the sandbox's workspace, our real client, one clock for all that jumps."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.alert_cards import AlertCards
from bot.cards import Composer
from bot.db.alerts_reader import AlertsReader
from bot.db.runs_reader import RunsReader
from bot.db.session import Database
from bot.drawings import Studio
from bot.integrations.slack.calls import SlackWeb, make_client
from bot.integrations.slack.pace import Pace
from bot.integrations.slack.publisher import Publisher
from bot.project import Project
from handlers.render.posts import Drawing, Occasion
from sandbox.workspace import Workspace
from tests.bot.alerts._kit import AlertWorld
from tests.bot.pipelines._memory import NOON
from tests.sandbox.workspace.conftest import workspace

HERE, OPS = "C0ALERTS001", "C0OPSDESK01"
RECOUNT = 15.0


async def draw(occasion: Occasion) -> Drawing:
    """Draw without a drawing process."""
    return Drawing(filename=f"{occasion.key}.png", content=b"png", title="t", alt="a", comment="the last day")


class Shown(AlertWorld):
    """An alert world whose cards a publisher brings to Slack."""

    def __init__(self, ws: Workspace, db: Database, project: Project | None = None) -> None:
        super().__init__(db, project)
        self.ws = ws
        self.web = SlackWeb(make_client("xoxb-sandbox", f"{ws.base_url}/slack/api/"))
        self.republish()

    def republish(self, ops: str = OPS) -> None:
        """Begin the publisher's life anew."""
        studio, reader = Studio({"spark": draw}), AlertsReader(self.db)
        self.drawn = AlertCards(
            self.posts, reader, self.clock, self.project, studio, asks=True, quiet=self.kit.router.quiet
        )
        compose = Composer(
            self.posts, RunsReader(self.db), self.clock, self.project, self.web, studio=studio,
            alerts=self.drawn,
        )  # fmt: skip
        self.publisher = Publisher(
            self.web, self.posts, compose, self.clock, interval=1.0, leads=self._leads,
            pace=Pace(self.clock, between_posts=1.0, edits_a_minute=50), recount=RECOUNT, ops=ops,
        )  # fmt: skip

    async def show(self, seconds: float = 60) -> None:
        """Let the publisher send for so long, or until nothing waits."""
        end = self.clock.passed + seconds
        while self.clock.passed < end:
            wait = await self.publisher.flush()
            if wait is None:
                return
            await self.clock.sleep(max(wait, 0.01))

    def posted(self, channel: str = HERE):
        return self.ws.messages(channel)

    def thread(self, number: int = 0, channel: str = HERE):
        return self.ws.thread(channel, self.posted(channel)[number].ts)

    @property
    def edits(self) -> int:
        return sum(self.ws.updates.edits.values())


@asynccontextmanager
async def shown(db: Database) -> AsyncIterator[Shown]:
    """Open a workspace that lives by the world's clock."""
    started: list[Shown] = []

    def clock() -> float:
        return NOON.timestamp() + (started[0].clock.passed if started else 0.0)

    async with workspace(clock=clock) as ws:
        started.append(Shown(ws, db))
        yield started[0]
