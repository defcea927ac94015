"""What flows of watches and of going back share: ship, read the run's card, look at what is live."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from sandbox.workspace.model import Message
from tests.faults.kill_switch import KillableSandbox
from tests.flows.driver import ANN, BEN, CLEO, DEPLOYS, PATIENCE
from tests.flows.guarded import USUAL, Guarded, guarded
from tests.flows.script import Script

RELEASES = "C0RELEASE01"
PLACE = ("api", "production")
LAST_SMOKE = "GET /backend/api/production/v1/pets"
"""The request after which the watch begins."""
GO_BACK = "POST railway deploymentRollback"


class RiggedSandbox(KillableSandbox):
    """A sandbox whose door follows a script, and whose bot can be killed at one exact moment."""

    script: Script

    def _app(self) -> ASGIApp:  # type: ignore[override]  # any ASGI app will do
        self.script = Script(super()._app())
        return self.script


@asynccontextmanager
async def watched(state: Path, *, runs: int = 1, **more: Any) -> AsyncIterator[Guarded]:
    """Start everything, with ``runs`` good runs in production."""
    async with guarded(state, box=RiggedSandbox, **more) as desk:
        for _ in range(runs):
            await shipped(desk)
        yield desk


async def fresh(desk: Guarded) -> Guarded:
    """Return ``desk`` as a test wants it: a bot alive, a well world, no lock."""
    calm(desk)
    desk.box.switch.armed.clear()  # type: ignore[attr-defined]  # a RiggedSandbox
    if not desk.box.bot_running:
        await desk.box.start_bot()
        await desk.box.wait_ready()
    await free(desk)
    return desk


def calm(desk: Guarded) -> None:
    """Put every knob back, and forget what went wrong: the next test starts from a well world."""
    desk.box.faults.reset()
    desk.box.faults.set("railway.speed", "fast")
    desk.box.railway.auto_deploys.clear()
    desk.box.sentry.world.heal()
    desk.box.sentry.world.per_minute["backend", "production"] = USUAL
    desk.box.backend.sick.clear()
    desk.box.backend.unhealthy.clear()


def live(desk: Guarded) -> str:
    """The commit production runs."""
    return desk.box.railway.live(*PLACE)


async def agreed(desk: Guarded, words: str = "production") -> Message:
    """Ask for production and have two people agree; return the card."""
    card = await desk.asking(words)
    await desk.agree(card)
    return card


async def shipped(desk: Guarded, title: str = "", **commit: Any) -> Message:
    """Ship a commit to production, to the end of its watch; return its card."""
    sha = await desk.soaked(title, **commit)
    card = await agreed(desk)
    await desk.shows(card, "*Deployed", "Live at", sha[:7])
    assert live(desk) == sha
    return card


async def agreed_back(desk: Guarded, words: str = "rollback production", *, user: str = ANN) -> Message:
    """Ask to go back and have two people agree; return the card."""
    card = await desk.deploy(words, user=user)
    await desk.shows(card, "0 of 2")
    await desk.press(card, "vote_approve", user=BEN)
    await desk.press(card, "vote_approve", user=CLEO)
    return card


async def card_of(desk: Guarded, run: int) -> Message:
    """Wait for the card of run ``run``."""
    query = "SELECT ts FROM posts WHERE run_id = ? AND kind = 'card' AND ts != ''"
    await desk.polled(lambda: desk.rows(query, run))
    ((ts,),) = desk.rows(query, run)
    return next(card for card in desk.cards() if card.ts == ts)


def run_of(desk: Guarded, card: Message) -> int:
    """The number of the run a card shows."""
    ((run,),) = desk.rows("SELECT run_id FROM posts WHERE ts = ?", card.ts)
    return int(run)


def ended(desk: Guarded, run: int) -> tuple[str, str]:
    """State and reason of a run."""
    return desk.rows("SELECT state, reason FROM runs WHERE id = ?", run)[0]  # type: ignore[return-value]  # two columns


def ways_back(desk: Guarded, run: int) -> list[int]:
    """The rollbacks run ``run`` was taken back by."""
    return [one for (one,) in desk.rows("SELECT id FROM runs WHERE parent_id = ?", run)]


def steps(desk: Guarded, run: int) -> set[str]:
    """The steps a run has."""
    return {name for (name,) in desk.rows("SELECT name FROM run_steps WHERE run_id = ?", run)}


def locks(desk: Guarded) -> list[tuple[Any, ...]]:
    """Who holds production, why, and whether auto-deploy was switched off: open locks only."""
    query = "SELECT by, reason, auto_deploy_off FROM holds WHERE ended_at IS NULL AND kind = 'lock'"
    return desk.rows(query)


async def free(desk: Guarded) -> None:
    """Open every lock of production, and wait until #deploys has heard of it: a test counts cards there."""
    if held := len(locks(desk)):
        told = len(desk.cards())
        await desk.say("/pawdeploy unlock production")
        await desk.ws.until(lambda: len(desk.cards()) >= told + held, PATIENCE)
        assert not locks(desk)


async def replied(desk: Guarded, card: Message, *words: str) -> Message:
    """Wait for a message in the card's thread that holds all of ``words``."""

    def found() -> list[Message]:
        thread = desk.ws.thread(DEPLOYS, card.ts)
        return [one for one in thread if all(word in one.everything for word in words)]

    try:
        return (await desk.ws.until(found, PATIENCE))[0]
    except TimeoutError:
        message = f"nobody said {words} under the card; the thread says:\n{desk.thread(card)}"
        raise AssertionError(message) from None
