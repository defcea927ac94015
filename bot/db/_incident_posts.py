"""What an incident owes Slack, when a channel takes nothing of ours any more: where it goes from then on."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from bot.db._incident_rows import ENTRIES, INCIDENTS, POSTS, entry_columns
from bot.engine.incident_timeline import Entry, EntryKind

CARDS = frozenset({"incident", "incident_page"})
"""Kinds that show how an incident stands: they stay together, also where the incident has a room."""
_AFRESH: dict[str, Any] = {"ts": "", "sent_revision": 0, "trying_since": None}


def move(connection: Connection, key: str, *, to: str, why: str) -> None:
    """Send a message elsewhere; out of its card's channel the whole incident moves: card, pages, thread.

    A message to a channel of its own moves alone.
    """
    incident, post = _held(connection, key)
    if post["channel"] == to:
        return  # it moved already, with its card
    meant = {"misdirected": f"{post['channel']} {why}"}
    if post["kind"] not in CARDS and post["channel"] != incident["channel"]:
        change = update(POSTS).where(POSTS.c.key == key)
        connection.execute(change.values(channel=to, **_AFRESH, **meant))
        return
    of_it = POSTS.c.incident_id == incident["id"]
    cards = update(POSTS).where(of_it, POSTS.c.kind.in_(CARDS))
    connection.execute(cards.values(channel=to, **_AFRESH, **meant))
    unsent = (POSTS.c.channel == post["channel"]) & (POSTS.c.ts == "")
    connection.execute(update(POSTS).where(of_it, unsent).values(channel=to))
    connection.execute(update(INCIDENTS).where(INCIDENTS.c.id == incident["id"]).values(channel=to))


def leave_room(connection: Connection, key: str, *, channel: str, why: str, at: datetime) -> bool:
    """Have an incident talk in its card's thread, if ``channel`` was its own; false when it was not.

    A room that was closed on purpose is not forgotten: only what was still to be said there moves.
    """
    incident, post = _held(connection, key)
    if post["channel"] != channel:
        return True  # it moved already, with others
    if not incident["room"] or incident["room"] != channel:
        return False
    unsent = (POSTS.c.incident_id == incident["id"]) & (POSTS.c.channel == channel) & (POSTS.c.ts == "")
    connection.execute(update(POSTS).where(unsent).values(channel=incident["channel"], trying_since=None))
    if incident["room_state"] == "closed":
        return True
    said = Entry(
        at=at,
        kind=EntryKind.ROOM,
        text=f"Its own channel takes no messages any more ({why}). They go to the thread of its card.",
    )
    revision = int(incident["revision"]) + 1
    line = entry_columns(said, None, unnamed=f"#{revision}.0")
    connection.execute(insert(ENTRIES).values(incident_id=incident["id"], **line))
    forgotten = {"room": "", "room_state": "closed", "room_trouble": why, "revision": revision}
    connection.execute(update(INCIDENTS).where(INCIDENTS.c.id == incident["id"]).values(**forgotten))
    return True


def _held(connection: Connection, key: str) -> tuple[RowMapping, RowMapping]:
    """Return a message's incident and the message; nobody else changes the incident meanwhile."""
    of_it = select(POSTS.c.incident_id).where(POSTS.c.key == key).scalar_subquery()
    held = select(INCIDENTS).where(INCIDENTS.c.id == of_it).with_for_update()
    incident = connection.execute(held).mappings().one()
    return incident, connection.execute(select(POSTS).where(POSTS.c.key == key)).mappings().one()
