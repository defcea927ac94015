"""Drives the whole product as people do: type, wait for the card, press, look at the vendors.

A module shares one sandbox and one bot, because starting them is what takes time; each deploy ships a commit
of its own, so tests do not see each other.
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.launch import Mode, Sandbox
from sandbox.vendors.github_repo import Files
from sandbox.workspace import Limits
from sandbox.workspace.model import Message, Team

ANN, BEN, CLEO, OTTO = "U0ANNREQ001", "U0BENAPP001", "U0CLEOAPP01", "U0OTTOOUT01"
DEPLOYS, GENERAL = "C0DEPLOYS01", "C0GENERAL01"
PATIENCE = 60.0
FAST = {
    "poll": 0.05,
    "health_interval": 0.05,
    "health_timeout": 3.0,
    "deployment_timeout": 3.0,
    "checks_wait": 2.0,
    "vendor_patience": 2.0,
    "vendor_settle": 0.6,
    "card_interval": 0.1,
    "slack_posts": 0.01,  # how fast we speak is tested elsewhere
    "slack_edits": 10_000,
    "smoke_timeout": 2.0,
    "soak_poll": 3600.0,  # nobody but the run itself asks staging how it is
}
ROOMY = Limits(per_minute=(1000, 10_000, 10_000, 10_000), posts_per_second=100, posts_burst=100)

_READERS: dict[Path, sqlite3.Connection] = {}
"""Of each bot's database one: opening one reads the whole schema, and who waits looks all the time."""


class Flow:
    """One sandbox and what tests do with it."""

    def __init__(self, box: Sandbox, state: Path) -> None:
        self.box = box
        self.ws = box.workspace
        self.state = state
        self._made = 0

    def commit(self, title: str = "", *, files: Files = (), checks: str = "green") -> str:
        """Push a commit to main; return its SHA."""
        self._made += 1
        sha = self.box.github.push("main", title or f"Change number {self._made}", "Ann Requin", files)
        self.box.github.set_checks(sha, checks)
        return sha

    async def say(self, text: str, *, user: str = ANN, channel: str = GENERAL) -> str:
        """Type a command; return what the bot tells this person alone, once it has."""
        before = len(self.ws.ephemerals(user))
        said = await self.ws.say(user, channel, text)
        assert said.ok, said
        return (await self.ws.until(lambda: self.ws.ephemerals(user)[before:], PATIENCE))[0].everything

    async def deploy(self, words: str = "staging", *, user: str = ANN) -> Message:
        """Type ``/pawdeploy`` with ``words``; return the card it makes."""
        before = {message.ts for message in self.cards()}
        said = await self.ws.say(user, GENERAL, f"/pawdeploy {words}")
        assert said.ok, said

        def new() -> list[Message]:
            return [message for message in self.cards() if message.ts not in before]

        return (await self.ws.until(new, PATIENCE))[0]

    def cards(self) -> list[Message]:
        """Every message in #deploys."""
        return self.ws.messages(DEPLOYS)

    async def shows(self, card: Message, *words: str, patience: float = PATIENCE) -> str:
        """Wait until the card holds all of ``words``; return all its text."""
        try:
            await self.ws.until(lambda: all(word in card.everything for word in words), patience)
        except TimeoutError:
            message = f"no {words} within {patience} s; the card says:\n{card.everything}"
            raise AssertionError(message) from None
        return card.everything

    async def press(self, card: Message, action_id: str, *, user: str = ANN) -> None:
        """Press a button of the card."""
        said = await self.ws.press(user, DEPLOYS, card.ts, action_id)
        assert said.ok, said

    def buttons(self, card: Message) -> set[str]:
        """The action ids one can press."""
        return {element["action_id"] for element in card.actions}

    def thread(self, card: Message) -> str:
        """All text in the card's thread."""
        return "\n".join(message.everything for message in self.ws.thread(DEPLOYS, card.ts))

    def shipped(self, sha: str) -> int:
        """How many deployments of ``sha`` were asked of Railway."""
        return sum(deployment.sha == sha and deployment.asked for deployment in self.box.railway.deployments)

    async def polled(self, found: Callable[[], object], patience: float = PATIENCE) -> None:
        """Look again and again until ``found`` is true: for the bot's database, which sends no events."""
        async with asyncio.timeout(patience):
            while not found():  # noqa: ASYNC110 - another process changes what is looked at
                await asyncio.sleep(0.005)

    def now(self) -> datetime:
        """The present moment, for what a test writes itself."""
        return datetime.now(UTC)

    def last_command(self, text: str) -> str:
        """A slash command as Slack would deliver it, as the inbox would keep it."""
        return json.dumps(
            {
                "command": "/pawdeploy",
                "text": text.removeprefix("/pawdeploy ").strip(),
                "user_id": ANN,
                "channel_id": GENERAL,
                "team_id": Team().id,
                "trigger_id": "1.2.3",
                "response_url": f"{self.box.url}/slack/response/none",
            }
        )

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the bot's SQLite file as it is now."""
        if self.state not in _READERS:
            path = f"file:{self.state / 'pawdeploy.sqlite3'}?mode=ro"
            _READERS[self.state] = sqlite3.connect(path, uri=True, timeout=5)
        return _READERS[self.state].execute(query, values).fetchall()


@asynccontextmanager
async def flow(
    state: Path,
    *,
    mode: Mode = "socket",
    database_url: str | None = None,
    timings: dict[str, float] | None = None,
    make: Callable[..., Sandbox] = Sandbox,
) -> AsyncIterator[Flow]:
    """Start everything with short timings."""
    async with make(
        port=0,
        state=state,
        mode=mode,
        database_url=database_url,
        timings=FAST | (timings or {}),
        slack_limits=ROOMY,
    ) as box:
        box.faults.set("railway.speed", "fast")
        box.faults.slow_seconds = 0.3
        try:
            yield Flow(box, state)
        finally:
            if reader := _READERS.pop(state, None):
                reader.close()
