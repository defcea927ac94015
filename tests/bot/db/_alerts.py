"""Messages on their way to being alerts, for the stores' tests: kept, read, written down."""

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.db.alert_tables import Alert, AlertBucket, Hook, Storm
from bot.db.alerts_reader import AlertsReader
from bot.db.alerts_store import AlertsStore, Applied, Applying, Told
from bot.db.hooks_store import HooksStore
from bot.db.session import Database
from bot.db.tables import Post
from bot.engine.alerting import Group
from bot.engine.alerts import AlertEvent, AlertView, Severity, Source
from bot.engine.arrivals import Arrival
from bot.engine.routing import Route
from tests.bot.engine._groups import NOON, later, told

HERE, ELSEWHERE = "C0ALERTS001", "C0OTHER0001"


def an_arrival(name="1", *, body: bytes | None = None, source=Source.GENERIC, at: datetime = NOON) -> Arrival:
    said = f"body {name}".encode() if body is None else body
    return Arrival(key=f"{source}:{name}", source=source, resource="alert", body=said, at=at)


def routed(group: Group) -> Route:
    """Critical ones go elsewhere and call somebody."""
    if group.severity is Severity.CRITICAL:
        return Route(
            channel=ELSEWHERE, severity=group.severity, mention=("lead",), playbook="api-down", quiet=True
        )
    return Route(channel=HERE, severity=group.severity)


def applying(*, asks=True, grace=5.0, groups=50, window=60.0, route=routed) -> Applying:
    return Applying(
        grade=lambda event, _group: event,
        route=route,
        asks=asks,
        grace=timedelta(seconds=grace),
        storm_groups=groups,
        storm_window=timedelta(seconds=window),
    )


class Book:
    """The stores of one database, and a hand to put messages in."""

    def __init__(self, db: Database, how: Applying | None = None) -> None:
        self.db = db
        self.hooks, self.alerts, self.reader = HooksStore(db), AlertsStore(db), AlertsReader(db)
        self.how = how or applying()
        self._names = itertools.count(1)

    async def keep(self, *events: AlertEvent, body: bytes | None = None, at: datetime = NOON) -> Told:
        """Keep one message; what it says is for the caller to know."""
        name = str(next(self._names))
        await self.hooks.keep(an_arrival(name, body=body, at=at))
        query = select(Hook).where(Hook.key == f"generic:{name}")
        hook = await self.db.look(lambda session: session.scalars(query).one())
        return Told(hook=hook.id, source="generic", twin=hook.twin, received_at=at, events=tuple(events))

    async def apply(self, *batch: Told, now: datetime = NOON) -> Applied:
        return await self.alerts.apply(batch, self.how, now=now)

    async def tell(self, *events: AlertEvent, now: datetime | None = None) -> Applied:
        """Have each event come as a message of its own, all in one batch."""
        at = now or max((event.at for event in events), default=NOON)
        return await self.apply(*[await self.keep(event, at=at) for event in events], now=at)

    async def named(self, fingerprint="generic:disk") -> AlertView:
        found = await self.reader.named(fingerprint)
        assert found is not None
        return found

    async def row(self, alert_id=1) -> Alert:
        query = select(Alert).where(Alert.id == alert_id)
        return await self.db.look(lambda session: session.scalars(query).one())

    async def posts(self, *kinds: str) -> Sequence[Post]:
        query = select(Post).order_by(col(Post.created_at), col(Post.key))
        rows = await self.db.look(lambda session: session.scalars(query).all())
        return [row for row in rows if not kinds or row.kind in kinds]

    async def storms(self) -> Sequence[Storm]:
        return await self.db.look(
            lambda session: session.scalars(select(Storm).order_by(col(Storm.id))).all()
        )

    async def buckets(self) -> dict[tuple[int, datetime], int]:
        rows = await self.db.look(lambda session: session.scalars(select(AlertBucket)).all())
        return {(row.alert_id, row.at): row.told for row in rows}

    async def kept(self) -> Sequence[Hook]:
        return await self.db.look(lambda session: session.scalars(select(Hook).order_by(col(Hook.id))).all())


def group_number(number: int, **facts) -> AlertEvent:
    """Return an event of a group of its own."""
    return told(fingerprint=f"generic:{number}", title=f"Group {number}", **facts)


__all__ = ["ELSEWHERE", "HERE", "NOON", "Book", "an_arrival", "applying", "group_number", "later", "told"]
