"""What time does to alerts: snoozes and archives that are over, cards owed after a mute, storms that end."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, tuple_, update

from bot.db import _alert_openings as openings
from bot.db import _alert_rows as rows
from bot.db._alert_openings import STORMS, Applying
from bot.db.session import Database, changed
from bot.engine.alerting import REFRESH, SOON, Group, is_old
from bot.engine.alerts import AlertState
from bot.engine.routing import Route

_SOME = 100
_LATELY = timedelta(days=1)
"""What happened last before that, and was not counted, was in nobody's way."""
_OVER = timedelta(hours=1)
"""Between two looks at what is over, ..."""
_KEPT_IN_MIND = timedelta(days=14)
"""... as long as somebody may bring it back."""


class AlertUpkeep:
    """Reads what is over and writes what follows, each once."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def snoozes_over(self, now: datetime) -> tuple[int, ...]:
        """Return alerts whose snooze has ended."""
        return await self._numbers(rows.ALERTS.c.snoozed_until <= now)

    async def archives_over(self, now: datetime) -> tuple[int, ...]:
        """Return alerts of ours that were archived until a moment that has come; Sentry sees to its own."""
        there = (rows.ALERTS.c.issue_id == "") & (rows.ALERTS.c.state == AlertState.ARCHIVED.value)
        return await self._numbers(there & (rows.ALERTS.c.archived_until <= now))

    async def _numbers(self, where: Any) -> tuple[int, ...]:  # noqa: ANN401 - SQLAlchemy's own expression
        query = select(rows.ALERTS.c.id).where(where).order_by(rows.ALERTS.c.id).limit(_SOME)
        return await self._db.look(lambda session: tuple(session.scalars(query)))

    async def show_unmuted(self, applying: Applying, *, now: datetime) -> int:
        """Owe the cards of what goes on in services that are not muted any more; return how many."""
        hidden = (rows.ALERTS.c.carded.is_(False)) & (rows.ALERTS.c.state == AlertState.FIRING.value)
        where = select(rows.ALERTS.c.service, rows.ALERTS.c.environment).where(hidden).distinct()
        if not await self._db.look(lambda session: session.execute(where).first()):
            return 0

        def show(connection: Connection) -> int:
            mutes, shown = openings.open_mutes(connection, now), 0
            places = [(service, environment) for service, environment in connection.execute(where)]
            heard = [place for place in places if not openings.is_muted(mutes, *place)]
            there = tuple_(rows.ALERTS.c.service, rows.ALERTS.c.environment).in_(heard)
            query = select(rows.ALERTS).where(hidden, there).order_by(rows.ALERTS.c.id).limit(_SOME)
            for row in connection.execute(query.with_for_update()).mappings().all():
                carded = update(rows.ALERTS).where(rows.ALERTS.c.id == row["id"]).values(carded=True)
                connection.execute(carded)
                group = rows.group_of(dict(row))
                openings.show(
                    connection, self._db, row["id"], group, applying, channel=row["channel"], now=now
                )
                shown += 1
            return shown

        return await self._db.write_direct(show)

    async def end_storms(self, *, calm: timedelta, now: datetime) -> int:
        """End the storms no group has joined for a while; return how many."""
        over = (STORMS.c.ended_at.is_(None)) & (STORMS.c.last_at <= now - calm)
        one = select(STORMS.c.id).where(over).limit(1)
        if await self._db.look(lambda session: session.scalar(one)) is None:
            return 0
        change = update(STORMS).where(over).values(ended_at=now, revision=STORMS.c.revision + 1)
        return await self._db.change(lambda session: changed(session.execute(change)))

    async def keep_hours(self, route: Callable[[Group], Route]) -> int:
        """Have the cards drawn anew that are quiet now and were not, or were and are not; return how many."""
        columns = rows.ALERTS.c
        cards = select(rows.ALERTS).where(
            columns.state == AlertState.FIRING.value, columns.carded.is_(True), columns.mention != ""
        )

        def keep(connection: Connection) -> int:
            revision, kept = columns.revision + 1, 0
            for row in connection.execute(cards.with_for_update()).mappings().all():
                quiet = route(rows.group_of(dict(row))).quiet
                if quiet != row["quiet"]:
                    change = update(rows.ALERTS).where(columns.id == row["id"])
                    connection.execute(change.values(quiet=quiet, revision=revision, urgent=revision))
                    kept += 1
            return kept

        return await self._db.write_direct(keep)

    async def recount(self, now: datetime) -> int:
        """Have the source asked once more about what happened since, or just before; return how many.

        While much is told it is asked now and then alone, and may count late; the last word is to be right.
        """
        columns = rows.ALERTS.c
        asked = (columns.issue_id != "") & columns.stale.is_(False) & (columns.synced_at <= now - SOON)
        query = select(columns.id, columns.last_seen, columns.synced_at, columns.opened_at).where(
            asked, columns.state == AlertState.FIRING.value, columns.last_seen >= now - _LATELY
        )
        found = await self._db.look(lambda session: session.execute(query).all())
        numbers = [
            number
            for number, seen, synced, opened in found
            if is_old(synced, opened, at=now) and seen >= synced - REFRESH
        ]
        if numbers:
            change = update(rows.ALERTS).where(columns.id.in_(numbers)).values(stale=True)
            await self._db.change(lambda session: session.execute(change))
        return len(numbers)

    async def doubt(self, now: datetime, *, every: timedelta) -> int:
        """Have the source asked about what it was not asked about for so long; return how many.

        Where an issue only changed hands or was called over, and nobody told, no list of what
        happened has it.
        """
        columns = rows.ALERTS.c
        asked = func.coalesce(columns.synced_at, columns.state_at)
        firing = columns.state == AlertState.FIRING.value
        due = or_(
            and_(firing, asked <= now - every),
            and_(~firing, asked <= now - max(every, _OVER), columns.state_at > now - _KEPT_IN_MIND),
        )
        sure = (columns.issue_id != "") & columns.stale.is_(False)
        some = select(columns.id).where(sure, due).order_by(asked).limit(_SOME)
        change = update(rows.ALERTS).where(columns.id.in_(some)).values(stale=True)
        return await self._db.change(lambda session: changed(session.execute(change)))

    async def note_tried(self, alert_id: int) -> None:
        """Note that an alert's source was asked in vain."""
        columns = rows.ALERTS.c
        change = update(rows.ALERTS).where(columns.id == alert_id).values(sync_tries=columns.sync_tries + 1)
        await self._db.change(lambda session: session.execute(change))

    def settled(
        self, alert_id: int, route: Callable[[Group], Route], *, now: datetime, learnt: bool = False
    ) -> Callable[[Connection], None]:
        """Return what follows when a source has said how an alert stands, in that transaction.

        Its card goes where the rules send what is known now; its picture is owed. It need not wait longer,
        unless nobody has told yet where it happens: the next message may. ``learnt``: the source has said
        where, which nobody knew.
        """

        def settle(connection: Connection) -> None:
            query = select(rows.ALERTS).where(rows.ALERTS.c.id == alert_id)
            row = dict(connection.execute(query).mappings().one())
            group = rows.group_of(row)
            channel = openings.reroute(connection, row, route(group), ready=bool(group.environment))
            mutes = openings.open_mutes(connection, now) if learnt else ()
            if openings.is_muted(mutes, group.service, group.environment):
                openings.hide(connection, alert_id)
                return
            if row["carded"] and any(group.spark) and openings.calm(connection, row, group):
                rows.owe_picture(connection, self._db, alert_id, group, channel=channel, at=now)

        return settle
