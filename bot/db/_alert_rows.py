"""Alerts' rows and the groups the engine decides on: one into the other, within somebody's transaction.

Everything here runs on a plain connection, so that the one thread that takes in messages and a session alike
can use it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, select, update
from sqlmodel import SQLModel

from bot.db.alert_tables import Alert, AlertBucket
from bot.db.session import Database
from bot.db.tables import Post
from bot.engine.alert_notes import AlertNote
from bot.engine.alerting import Fold, Group
from bot.engine.alerts import AlertState, Severity, Source

ALERTS = SQLModel.metadata.tables["alerts"]
BUCKETS = SQLModel.metadata.tables["alert_buckets"]
POSTS = SQLModel.metadata.tables["posts"]
_NAMES = tuple(field.name for field in fields(Group))
_UPDATE = (
    update(ALERTS)
    .where(ALERTS.c.id == bindparam("of"))
    .values({name: bindparam(f"new_{name}") for name in (*_NAMES, "revision", "urgent")})
)
SPARK = timedelta(hours=1)
"""One picture of a day in this time is enough, however often an alert comes back."""
BUCKET = 1800
"""Seconds of one bucket."""


def bucket_of(at: datetime) -> datetime:
    """Return where the half hour of a moment begins."""
    return datetime.fromtimestamp(at.timestamp() // BUCKET * BUCKET, UTC)


def group_of(row: Mapping[str, Any] | Alert) -> Group:
    """Read a row."""
    facts = row.model_dump() if isinstance(row, Alert) else row
    known: dict[str, Any] = {name: facts[name] for name in _NAMES}
    return Group(
        **known
        | {
            "source": Source(facts["source"]),
            "state": AlertState(facts["state"]),
            "severity": Severity(facts["severity"]),
            "tags": tuple(json.loads(facts["tags"] or "{}").items()),
            "spark": tuple(json.loads(facts["spark"] or "[]")),
        }
    )


def columns_of(group: Group) -> dict[str, Any]:
    """Write a row's part."""
    known = {name: getattr(group, name) for name in _NAMES}
    return known | {
        "source": group.source.value,
        "state": group.state.value,
        "severity": group.severity.value,
        "tags": json.dumps(dict(group.tags)),
        "spark": json.dumps(list(group.spark)) if group.spark else "",
    }


def locked(connection: Connection, fingerprints: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the rows of some groups, held until the transaction ends."""
    query = select(ALERTS).where(ALERTS.c.fingerprint.in_(fingerprints)).with_for_update()
    return {row["fingerprint"]: dict(row) for row in connection.execute(query).mappings()}


def write(
    connection: Connection, row: Mapping[str, Any], group: Group, *, urgent: bool, more: Mapping[str, Any]
) -> int:
    """Update a row; return its new revision, or the old one when nothing the card shows changed."""
    new = {name: value for name, value in more.items() if row[name] != value}
    change = change_of(row, group, urgent=urgent, more=bool(new))
    if change is None:
        return int(row["revision"])
    write_all(connection, [change])
    if new:
        connection.execute(update(ALERTS).where(ALERTS.c.id == row["id"]).values(**new))
    return int(change["new_revision"])


def change_of(
    row: Mapping[str, Any], group: Group, *, urgent: bool, more: bool = False
) -> dict[str, Any] | None:
    """Return what ``write_all`` takes to bring a row up to date; None when it is. ``more`` changes too."""
    was = group_of(row)
    if was == group and not more and not urgent:
        return None
    seen = urgent or more or _shown(was) != _shown(group)
    revision = int(row["revision"]) + (1 if seen else 0)
    marks = {"revision": revision, "urgent": revision if urgent else row["urgent"]}
    return {f"new_{name}": value for name, value in (columns_of(group) | marks).items()} | {"of": row["id"]}


def write_all(connection: Connection, changes: Sequence[Mapping[str, Any]]) -> None:
    """Update rows; many cost little more than one, for the statement is made and sent once."""
    if changes:
        connection.execute(_UPDATE, [dict(change) for change in changes])


def _shown(group: Group) -> Group:
    """Leave out what no card shows."""
    return replace(group, stale=False, doubts=0, synced_at=None, spark=())


def fill_buckets(connection: Connection, db: Database, told: Mapping[tuple[int, datetime], int]) -> None:
    """Count what was told, by alert and where the half hour begins."""
    if not told:
        return
    statement = db.insert(AlertBucket)
    adding = statement.on_conflict_do_update(
        index_elements=["alert_id", "at"], set_={"told": BUCKETS.c.told + statement.excluded.told}
    )
    values = [{"alert_id": alert, "at": start, "told": count} for (alert, start), count in told.items()]
    connection.execute(adding, values)


def day_of(connection: Connection, alert_id: int, now: datetime) -> tuple[int, ...]:
    """Return how often an alert was told in each half hour of the last day, oldest first."""
    newest = bucket_of(now)
    starts = [newest - timedelta(seconds=BUCKET * back) for back in range(47, -1, -1)]
    query = select(BUCKETS.c.at, BUCKETS.c.told).where(
        BUCKETS.c.alert_id == alert_id, BUCKETS.c.at >= starts[0]
    )
    told: dict[datetime, int] = {row.at: row.told for row in connection.execute(query)}
    return tuple(told.get(start, 0) for start in starts)


def owe(connection: Connection, db: Database, post: Post) -> None:
    """Owe a message; the same key twice is one."""
    values = post.model_dump()
    connection.execute(db.insert(Post).values(**values).on_conflict_do_nothing(index_elements=["key"]))


def owe_card(
    connection: Connection, db: Database, alert_id: int, channel: str, at: datetime, *, grace: timedelta
) -> None:
    """Owe an alert's card, not before ``grace`` is over."""
    card = Post(
        key=f"alert:{alert_id}",
        kind="alert",
        alert_id=alert_id,
        channel=channel,
        created_at=at,
        not_before=at + grace if grace else None,
    )
    owe(connection, db, card)


def owe_note(
    connection: Connection,
    db: Database,
    alert_id: int,
    note: AlertNote,
    *,
    channel: str,
    at: datetime,
    name: str,
) -> None:
    """Owe a word in an alert's thread; ``name`` makes saying it twice one message."""
    post = Post(
        key=f"alert:{alert_id}:{note.kind}:{name}"[:120],
        kind="alert_note",
        alert_id=alert_id,
        channel=channel,
        body=note.encode(),
        created_at=at,
    )
    owe(connection, db, post)


def owe_picture(
    connection: Connection, db: Database, alert_id: int, group: Group, *, channel: str, at: datetime
) -> None:
    """Owe the picture of an alert's last day: when it opens, but not again within ``SPARK``.

    ``pictures.SparkChart`` reads its body.
    """
    lately = select(func.count()).where(
        POSTS.c.kind == "spark", POSTS.c.alert_id == alert_id, POSTS.c.created_at > at - SPARK
    )
    if connection.execute(lately).scalar_one():
        return
    place = " in ".join(word for word in (group.service or group.project, group.environment) if word)
    chart = {"title": group.title, "place": place, "counts": group.spark, "ends": at.isoformat()}
    post = Post(
        key=f"alert:{alert_id}:spark:{group.openings}",
        kind="spark",
        alert_id=alert_id,
        channel=channel,
        body=json.dumps({"kind": "spark"} | chart),
        created_at=at,
    )
    owe(connection, db, post)


class Cards(NamedTuple):
    """How many there are, and when the first of them was owed; None where there is none."""

    number: int
    first: datetime | None


def cards_since(
    connection: Connection, channel: str, since: datetime, *, severity: Severity | None = None
) -> Cards:
    """Return the alerts whose card was owed to ``channel`` since then, of one severity or of all."""
    owed = (POSTS.c.kind == "alert") & (POSTS.c.channel == channel) & (POSTS.c.created_at >= since)
    query = select(func.count(), func.min(POSTS.c.created_at)).where(owed)
    if severity is not None:
        query = query.join(ALERTS, ALERTS.c.id == POSTS.c.alert_id).where(ALERTS.c.severity == severity.value)
    number, first = connection.execute(query).one()
    return Cards(int(number), first)


def quiet_fold(fold: Fold, now: datetime, *, muted: bool) -> Fold:
    """Take the mention out of what is said about a group somebody snoozed, or whose service is muted."""
    until = fold.group.snoozed_until
    snoozed = until is not None and now < until
    if fold.note is None or not (snoozed or muted):
        return fold
    return Fold(fold.group, urgent=fold.urgent, note=fold.note.model_copy(update={"mention": False}))
