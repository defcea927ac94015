"""How runs may end, asserted the same way everywhere: by the card, by the database, by what Retry does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.engine.reasons import Reason
from bot.engine.states import RunState
from sandbox.workspace.model import Message
from tests.flows.driver import Flow, flow
from tests.flows.script import ScriptedSandbox

RETRY, CANCEL = "run_retry", "run_cancel"


@asynccontextmanager
async def scripted(state: Path, **timings: float) -> AsyncIterator[Flow]:
    """Start everything with a door that follows a script; a vendor's silence is a short one."""
    async with flow(state, make=ScriptedSandbox, timings=timings) as made:
        made.box.faults.timeout_seconds = 0.2
        yield made


def newest(desk: Flow) -> tuple[str, str]:
    """Return state and reason of the newest run."""
    return desk.rows("SELECT state, reason FROM runs ORDER BY id DESC LIMIT 1")[0]  # type: ignore[return-value]  # two columns


async def ended_badly(desk: Flow, card: Message, reason: Reason, *words: str, refused: bool = False) -> str:
    """Wait for the red (or white) card with its two ways out; return all its text."""
    text = await desk.shows(card, "Retry", "Cancel", *words)
    ((not_done,),) = desk.rows("SELECT not_done FROM runs ORDER BY id DESC LIMIT 1")
    assert str(not_done or "nothing") in text
    state = RunState.REFUSED if refused else RunState.FAILED
    assert newest(desk) == (state, reason), text
    assert desk.buttons(card) >= {RETRY, CANCEL}
    return text


async def retry_succeeds(desk: Flow, card: Message, sha: str, *, deployments: int = 1) -> str:
    """Press Retry; the run must end well, with so many deployments asked of the vendor in all."""
    cards = len(desk.cards())
    await desk.press(card, RETRY)
    text = await desk.shows(card, "Deployed", sha[:7], "attempt 2")
    assert desk.shipped(sha) == deployments
    assert desk.box.railway.live("api", "staging") == sha
    assert len(desk.cards()) == cards
    return text


async def cancelled(desk: Flow, card: Message, *words: str) -> str:
    """Wait for the white card; a cancelled run offers nothing to press but links."""
    text = await desk.shows(card, "Cancelled", "cancelled by", *words)
    assert newest(desk) == (RunState.CANCELLED, Reason.CANCELLED), text
    assert not desk.buttons(card) & {RETRY, CANCEL}
    return text


async def next_run_goes_through(desk: Flow) -> None:
    """The environment's line is free: a new deploy succeeds."""
    desk.box.faults.reset()
    desk.box.faults.set("railway.speed", "fast")
    sha = desk.commit()
    await desk.shows(await desk.deploy("staging --again"), "Deployed", sha[:7])
