"""The sandbox's Slack over loopback HTTP, our real client, a real outbox, a clock that jumps."""

from dataclasses import dataclass, field

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards import Composer
from bot.db.posts_store import PostsStore
from bot.db.runs_reader import RunsReader
from bot.db.runs_store import RunsStore
from bot.db.session import Database
from bot.drawings import Draws, Studio
from bot.integrations.slack.calls import SlackWeb, make_client
from bot.integrations.slack.publisher import Publisher
from handlers.render._blocks import Message
from handlers.render.notices import render_notice
from handlers.render.posts import WORDS, Occasion, Words
from sandbox.faults import Faults
from sandbox.workspace import Workspace
from tests.bot.pipelines._world import ANN, NOON, JumpingClock, pawlogic
from tests.sandbox.workspace.conftest import workspace

DEPLOYS = "C0DEPLOYS01"


def render_words(occasion: Occasion) -> Message:
    """Say the body and nothing else: what is tested here is where it goes and how often."""
    return render_notice(occasion.body)


PLAIN: dict[str, Words] = dict.fromkeys(WORDS, render_words)


@dataclass
class Desk:
    """One workspace and one outbox; a publisher dies and is born again by ``reborn``."""

    ws: Workspace
    db: Database
    clock: JumpingClock
    leading: bool = True
    words: dict[str, Words] = field(
        default_factory=lambda: PLAIN | {kind: WORDS[kind] for kind in ("note", "notice")}
    )
    pictures: dict[str, Draws] = field(default_factory=dict)
    """How kinds look; a test may add its own."""

    def __post_init__(self) -> None:
        self.runs, self.posts, self.reader = RunsStore(self.db), PostsStore(self.db), RunsReader(self.db)
        self.web = SlackWeb(make_client("xoxb-sandbox", f"{self.ws.base_url}/slack/api/"))
        self.reborn()

    def reborn(self, *, hurried: bool = False) -> None:
        """Start a new life; ``hurried`` gives up on answers after a fifth of a second."""
        client = AsyncWebClient(
            "xoxb-sandbox", f"{self.ws.base_url}/slack/api/", timeout=0.2, retry_handlers=[]
        )
        web = SlackWeb(client) if hurried else self.web
        compose = Composer(
            self.posts, self.reader, self.clock, pawlogic(), self.web, self.words, Studio(self.pictures)
        )

        async def leads() -> bool:
            return self.leading

        self.publisher = Publisher(web, self.posts, compose, self.clock, interval=1.0, leads=leads)

    async def a_run(self, key="trigger:1", channel=DEPLOYS) -> int:
        return await self.runs.create(
            key=key,
            service="api",
            environment="staging",
            ref="main",
            again=False,
            by=ANN,
            at=NOON,
            card_channel=channel,
        )

    async def flush(self, times: int = 1) -> None:
        for _ in range(times):
            if wait := await self.publisher.flush():
                await self.clock.sleep(wait)

    @property
    def cards(self):
        return self.ws.messages(DEPLOYS)


@pytest.fixture
async def desk(fresh_database):
    async with workspace(faults=Faults()) as ws:
        yield Desk(ws, fresh_database, JumpingClock())
