"""What flows through production's gates need: one gate at a time, commits that soaked for as long as told."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tomlkit import TOMLDocument

from sandbox.launch import Sandbox
from sandbox.workspace.model import Message
from tests.flows.driver import BEN, DEPLOYS, flow
from tests.flows.soaking import OBSERVED, Soaking

DAY = 86_400.0
QUICK = {"reconcile": 0.5, "soak_poll": OBSERVED, "lock_nag": 120}
Edit = Callable[[Any], None]


def only(*kept: str, quorum: int = 1, more: Edit | None = None) -> Callable[[TOMLDocument], None]:
    """Return an edit that leaves production the gates ``kept`` of approval, soak and watch.

    ``more`` edits production's own table further.
    """

    def edit(document: TOMLDocument) -> None:
        production = document["services"][0]["environments"]["production"]  # type: ignore[index]  # tomlkit's own
        for name in ("approval", "soak", "watch"):
            if name not in kept:
                production.pop(name)
        if "approval" in kept:
            production["approval"] |= {"quorum": quorum, "expires": 120, "remind": 1}
        if "soak" in kept:
            production["soak"]["seconds"] = DAY
        if more:
            more(production)

    return edit


class Gated(Soaking):
    """A flow to a guarded environment whose gates can be set."""

    def cards(self) -> list[Message]:
        """Every card in #deploys, not what is said about locks there."""
        return [message for message in super().cards() if "Asked by" in message.everything]

    async def asked(self, words: str = "production", *, votes: str = "0 of 1") -> Message:
        """Ask for production; return the card once it asks people."""
        card = await self.deploy(words)
        await self.shows(card, votes)
        return card

    async def approved(self, card: Message, *, by: str = BEN) -> None:
        """Approve by button."""
        await self.press(card, "vote_approve", user=by)

    async def refused(self, card: Message, *words: str) -> str:
        """Wait for a white card that says ``words``; return all its text."""
        return await self.shows(card, ":white_circle: *Not deployed to production", *words)

    async def cancel(self, card: Message) -> None:
        """Press Cancel and wait until it has."""
        await self.press(card, "run_cancel")
        await self.shows(card, ":white_circle: *Cancelled")

    def state_of(self, card: Message) -> tuple[str, str]:
        """Return state and reason of the run of a card."""
        query = (
            "SELECT runs.state, runs.reason FROM runs JOIN posts ON posts.run_id = runs.id WHERE posts.ts = ?"
        )
        return self.rows(query, card.ts)[0]

    def told(self, user: str) -> str:
        """Return everything the bot wrote to one person directly."""
        return "\n".join(message.everything for message in self.ws.direct(user))

    def heard(self, user: str) -> str:
        """Return everything the bot answered one person alone in #deploys or elsewhere."""
        return "\n".join(message.everything for message in self.ws.ephemerals(user))

    def line(self) -> str:
        """Return everything in #deploys that is said to everybody."""
        return "\n".join(message.everything for message in self.ws.messages(DEPLOYS))


@asynccontextmanager
async def gated(
    state: Path,
    edit: Edit,
    *,
    timings: dict[str, float] | None = None,
    make: type[Sandbox] = Sandbox,
    secrets: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Gated]:
    """Start everything with the gates ``edit`` leaves; ``secrets`` go into the bot's environment."""

    def made(**more: Any) -> Sandbox:
        return make(edit=edit, bot=not secrets, **more)

    async with flow(state, timings=QUICK | (timings or {}), make=made) as plain:
        if secrets:
            plain.box.process._environment |= secrets
            await plain.box.start_bot()
            await plain.box.wait_ready()
        yield Gated(plain.box, state)
