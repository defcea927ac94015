"""A group that is new: its row, its card, or its place in a storm. Within the caller's transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Insert, delete, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlmodel import SQLModel

from bot.db import _alert_rows as rows
from bot.db.session import Database
from bot.db.tables import Post
from bot.engine.alerting import Group
from bot.engine.alerts import AlertEvent, Severity
from bot.engine.routing import Route

MUTES = SQLModel.metadata.tables["mutes"]
STORMS = SQLModel.metadata.tables["storms"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Applying:
    """What is decided elsewhere and needed while events are written down. All of it pure."""

    grade: Callable[[AlertEvent, Group | None], AlertEvent]
    """Say which service an event is about, and how bad we call it."""
    route: Callable[[Group], Route]
    asks: bool
    """Whether Sentry can be asked how an issue stands."""
    grace: timedelta
    """How long a card waits for what Sentry knows."""
    storm_groups: int
    storm_window: timedelta


def routed(route: Route) -> dict[str, Any]:
    """Return what of a route is kept; the channel stays where the card is."""
    return {"mention": " ".join(route.mention), "playbook": route.playbook, "quiet": route.quiet}


def reroute(connection: Connection, row: Mapping[str, Any], route: Route, *, ready: bool) -> str:
    """Route an alert anew, whose messages go elsewhere then unless its card is posted; return its channel.

    ``ready``: its card need not wait any longer for what might be told.
    """
    card = rows.POSTS.c.key == f"alert:{row['id']}"
    if ready:
        connection.execute(update(rows.POSTS).where(card).values(not_before=None))
    # One that was tried may be there already; one that was sent elsewhere was refused here.
    untried = card & rows.POSTS.c.trying_since.is_(None) & (rows.POSTS.c.misdirected == "")
    posted = connection.execute(select(rows.POSTS.c.ts).where(untried)).scalar()
    channel = route.channel if posted == "" and row["storm_id"] is None else row["channel"]
    if channel != row["channel"]:
        unsent = (rows.POSTS.c.alert_id == row["id"]) & (rows.POSTS.c.ts == "")
        connection.execute(update(rows.POSTS).where(unsent).values(channel=channel))
    there = update(rows.ALERTS).where(rows.ALERTS.c.id == row["id"])
    connection.execute(there.values(channel=channel, **routed(route)))
    return str(channel)


def hide(connection: Connection, alert_id: int) -> None:
    """Take back the card of an alert of which nobody wants to hear, as it turns out, where it is not sent."""
    owed = (rows.POSTS.c.alert_id == alert_id) & (rows.POSTS.c.ts == "") & rows.POSTS.c.trying_since.is_(None)
    card = delete(rows.POSTS).where(owed, rows.POSTS.c.kind == "alert")
    if connection.execute(card.returning(rows.POSTS.c.key)).scalar() is None:
        return
    connection.execute(delete(rows.POSTS).where(owed))
    connection.execute(update(rows.ALERTS).where(rows.ALERTS.c.id == alert_id).values(carded=False))


def calm(connection: Connection, row: Mapping[str, Any], group: Group) -> bool:
    """Say whether a group is in no storm: it joined none, or came back after that was over."""
    if row["storm_id"] is None:
        return True
    ended = connection.execute(select(STORMS.c.ended_at).where(STORMS.c.id == row["storm_id"])).scalar()
    return ended is not None and group.opened_at >= ended


def open_mutes(connection: Connection, now: datetime) -> Sequence[RowMapping]:
    """Return the mutes in force."""
    query = select(MUTES).where(MUTES.c.ended_at.is_(None), MUTES.c.until > now)
    return connection.execute(query).mappings().all()


def is_muted(mutes: Sequence[RowMapping], service: str, environment: str) -> bool:
    """Say whether somebody wants no cards of a service there."""
    return any(
        mute["service"] == service and mute["environment"] in ("", environment) for mute in mutes if service
    )


def open_group(
    connection: Connection,
    db: Database,
    group: Group,
    applying: Applying,
    *,
    mutes: Sequence[RowMapping],
    now: datetime,
) -> int:
    """Write a new group and what it owes; return its number."""
    route = applying.route(group)
    muted = is_muted(mutes, group.service, group.environment)
    values = rows.columns_of(group) | routed(route)
    values |= {
        "channel": route.channel,
        "carded": not muted,
        "sync_tries": 0,
        "revision": 1,
        "urgent": 1,
        "assignee_user": "",
        "suspect": "",
        "incident": "",
    }
    alert_id = _inserted(connection, insert(rows.ALERTS).values(**values), rows.ALERTS.c.id)
    if not muted:
        show(connection, db, alert_id, group, applying, channel=route.channel, now=now)
    return alert_id


def show(
    connection: Connection,
    db: Database,
    alert_id: int,
    group: Group,
    applying: Applying,
    *,
    channel: str,
    now: datetime,
) -> None:
    """Owe a group's card, in the thread of a storm when there is one, or when this one makes it a storm.

    What is critical has a card of its own in the channel, whatever storm there is, until those are too many.
    """
    storm = None
    if group.severity is not Severity.CRITICAL or _too_many(connection, channel, applying, now):
        storm = _storm(connection, db, channel, applying, now)
    if storm is not None:
        connection.execute(update(rows.ALERTS).where(rows.ALERTS.c.id == alert_id).values(storm_id=storm))
    grace = applying.grace if group.stale and storm is None else timedelta(0)
    rows.owe_card(connection, db, alert_id, channel, now, grace=grace)


def _too_many(connection: Connection, channel: str, applying: Applying, now: datetime) -> bool:
    """Say whether the critical alerts of late are as many as may have cards of their own."""
    since = now - applying.storm_window
    known = rows.cards_since(connection, channel, since, severity=Severity.CRITICAL)
    return known.number >= applying.storm_groups


def _storm(
    connection: Connection, db: Database, channel: str, applying: Applying, now: datetime
) -> int | None:
    """Return the storm in a channel, begun if this group is one too many; None when it is calm."""
    query = select(STORMS.c.id).where(STORMS.c.channel == channel, STORMS.c.ended_at.is_(None)).limit(1)
    known = connection.execute(query).scalar()
    if known is not None:
        joined = update(STORMS).where(STORMS.c.id == known)
        connection.execute(joined.values(last_at=now, revision=STORMS.c.revision + 1))
        return int(known)
    lately = rows.cards_since(connection, channel, now - applying.storm_window)
    if lately.number < applying.storm_groups:
        return None
    begun = insert(STORMS).values(channel=channel, began_at=lately.first or now, last_at=now, revision=1)
    storm = _inserted(connection, begun, STORMS.c.id)
    rows.owe(
        connection,
        db,
        Post(key=f"storm:{storm}", kind="storm", storm_id=storm, channel=channel, created_at=now),
    )
    return storm


def _inserted(connection: Connection, statement: Insert, number: Column[int]) -> int:
    return int(connection.execute(statement.returning(number)).scalar_one())


def stir(connection: Connection, storms: set[int]) -> None:
    """Note that something about some storms is new."""
    if storms:
        change = update(STORMS).where(STORMS.c.id.in_(storms)).values(revision=STORMS.c.revision + 1)
        connection.execute(change)
