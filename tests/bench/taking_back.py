"""How long it takes to be back where one was: from the deciding look to old commit, lock and picture."""

import asyncio
import time
from datetime import datetime
from pathlib import Path

from tests.flows.driver import DEPLOYS, PATIENCE
from tests.flows.guarded import Guarded
from tests.flows.returning import agreed, fresh, live, locks, run_of, watched


async def taking_back(state: Path, count: int) -> tuple[list[float], list[float]]:
    """Ship ``count`` commits that hurt; return seconds until back and locked, and until the picture."""
    back: list[float] = []
    drawn: list[float] = []
    async with watched(state) as desk:
        for _ in range(count):
            await fresh(desk)
            before = live(desk)
            await desk.soaked()
            desk.box.faults.set("sentry.errors", "spike after deploy")
            card = await agreed(desk)

            def pictures(ts: str = card.ts) -> bool:
                return any(one.files for one in desk.ws.thread(DEPLOYS, ts))

            run = run_of(desk, card)
            await desk.polled(lambda run=run: _decided(desk, run))
            decided = _decided(desk, run)
            both = asyncio.gather(
                _when(desk, lambda before=before: live(desk) == before and bool(locks(desk))),
                _when(desk, pictures),
            )
            is_back, is_drawn = await both
            back.append(is_back - decided)
            drawn.append(is_drawn - decided)
            await desk.shows(card, "Taken back")
    return back, drawn


def _decided(desk: Guarded, run: int) -> float:
    """The moment of the verdict, in seconds since 1970; 0 before it."""
    query = "SELECT ended_at FROM run_steps WHERE run_id = ? AND name = 'watch' AND state = 'failed'"
    found = desk.rows(query, run)
    return datetime.fromisoformat(f"{found[0][0]}+00:00").timestamp() if found else 0.0


async def _when(desk, found) -> float:
    await desk.polled(found, PATIENCE)
    return time.time()
