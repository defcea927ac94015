"""What ``make bench`` measures of incidents: how soon a card is right when a hundred people tick at once."""

import asyncio
import statistics
import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

from tests.flows.incidents import Incidents
from tests.flows.ticking import STEPS, laid_out, right, tick_at_once, ticking

_BREATH = 65.0
"""Seconds between two rounds: Slack counts edits by the minute, and so do we."""


async def to_the_right_card(desk: Incidents, words: str) -> tuple[float, float]:
    """Have everybody tick; return the seconds to the right card: from the last tick kept, from the press."""
    card = await laid_out(desk, words)
    ready = asyncio.create_task(desk.ws.until(lambda: right(desk, card, len(STEPS)) and time.time(), 120))
    pressed = time.time()
    await tick_at_once(desk, card, STEPS)
    shown = await ready
    kept = max(one.at for one in desk.entries(card, "tick")).replace(tzinfo=UTC).timestamp()
    await desk.resolved(card)
    return shown - kept, shown - pressed


async def measure_incidents(state: Path, tell: Callable[[str], None], *, rounds: int = 3) -> None:
    """Run everything, telling results as they come."""
    kept, pressed = [], []
    async with ticking(state) as desk:
        for number in range(rounds):
            await asyncio.sleep(_BREATH if number else 0)
            since_kept, since_pressed = await to_the_right_card(desk, f"round {number}")
            kept.append(since_kept)
            pressed.append(since_pressed)
        refused = sum(desk.ws.refused_calls.values())
    middle, first = statistics.median(kept), statistics.median(pressed)
    tell("100 people tick at once")
    tell(f"  the last tick to the right card: median {middle:.2f} s, worst {max(kept):.2f} s (aim: 3 s)")
    tell(
        f"  the first press to the right card: median {first:.2f} s; calls Slack refused: {refused} (aim: 0)"
    )
