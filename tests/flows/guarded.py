"""What flows to production need besides ``driver``: short gates, a soaked commit, people's voices."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tomlkit import TOMLDocument

from sandbox.launch import Sandbox
from sandbox.workspace.model import Message
from tests.flows.driver import BEN, CLEO, DEPLOYS, flow
from tests.flows.soaking import OBSERVED, Soaking

SHORT = {
    "approval": {"expires": 60, "remind": 1},
    "soak": {"seconds": 86_400},
    "watch": {"seconds": 2.1, "baseline": 120, "bucket": 1},
}
"""Seconds of the gates of production here; two hold one whole second of Sentry's at least."""
USUAL = 1200.0
"""Errors a minute in production: enough for so short a watch to be sure of something."""
QUICK = {"reconcile": 0.5, "soak_poll": OBSERVED}
WATCHED = {"health_interval": 0.15, "card_interval": 0.25}
"""A card that counts down is not drawn so often that drawing it is most of what a watch costs."""


def gates(**sections: dict[str, Any]) -> partial[None]:
    """Return an edit of the project file that changes production's sections."""
    return partial(_edit, sections)


def _edit(sections: dict[str, dict[str, Any]], document: TOMLDocument) -> None:
    production = document["services"][0]["environments"]["production"]  # type: ignore[index]  # tomlkit's own
    for name, keys in {**SHORT, **{k: SHORT.get(k, {}) | v for k, v in sections.items()}}.items():
        for key, value in keys.items():
            production[name][key] = value  # type: ignore[index]  # tomlkit's own


class Guarded(Soaking):
    """A flow to an environment people guard."""

    def __init__(self, box: Sandbox, state: Path) -> None:
        super().__init__(box, state)
        self._soaked: list[str] = []

    async def soaked(self, title: str = "", **commit: Any) -> str:
        """Push a commit that has been live and well in staging for long enough; return its SHA."""
        sha = self.soaks_after(self._soaked[-2:], self.commit(title, **commit))
        self._soaked.append(sha)
        return sha

    async def asking(self, words: str = "production") -> Message:
        """Ask for production; return the card once it asks people and hears their reactions."""
        card = await self.deploy(words)
        await self.shows(card, "0 of 2")
        await self.listening(card)
        return card

    async def listening(self, card: Message) -> None:
        """Wait until reactions on ``card`` count."""
        query = "SELECT listening FROM runs JOIN posts ON posts.run_id = runs.id WHERE posts.ts = ?"
        await self.polled(lambda: self.rows(query, card.ts) == [(1,)])

    async def agree(self, card: Message) -> None:
        """Let Ben approve by button and Cleo by reaction."""
        await self.press(card, "vote_approve", user=BEN)
        await self.ws.react(CLEO, DEPLOYS, card.ts, "white_check_mark")


@asynccontextmanager
async def guarded(
    state: Path, *, timings: dict[str, float] | None = None, box: type[Sandbox] = Sandbox, **more: Any
) -> AsyncIterator[Guarded]:
    """Start everything with short gates."""
    sections = more.pop("sections", {})
    make = partial(box, edit=gates(**sections))
    async with flow(state, timings=QUICK | WATCHED | (timings or {}), make=make, **more) as plain:
        plain.box.sentry.ingestion_delay = 0.0
        plain.box.sentry.world.per_minute["backend", "production"] = USUAL
        yield Guarded(plain.box, state)
