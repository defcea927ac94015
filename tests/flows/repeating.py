"""Deliveries that come again: a bot died after it did what they asked and before it noted that."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from bot.intake import key_of
from sandbox.workspace.outcome import Outcome, Parcel
from tests.flows.driver import Flow


@contextmanager
def taped(flow: Flow) -> Iterator[list[Parcel]]:
    """Keep what Slack delivers meanwhile, in order."""
    link, tape = flow.ws.link, list[Parcel]()
    deliver = link.deliver

    async def kept(parcel: Parcel) -> Outcome:
        tape.append(parcel)
        return await deliver(parcel)

    link.deliver = kept  # type: ignore[method-assign]  # for a moment it stands here
    try:
        yield tape
    finally:
        link.deliver = deliver  # type: ignore[method-assign]  # as it was


async def again(flow: Flow, parcel: Parcel) -> None:
    """Have a delivery come again that the inbox knows nothing of, and wait until it is worked off."""
    key = key_of(parcel.payload)
    with closing(sqlite3.connect(flow.state / "pawdeploy.sqlite3", timeout=10)) as connection, connection:
        assert connection.execute("DELETE FROM inbox WHERE key = ?", (key,)).rowcount == 1
    await flow.ws.link.deliver(parcel)
    await flow.polled(lambda: flow.rows("SELECT 1 FROM inbox WHERE key = ? AND done_at IS NOT NULL", key))
