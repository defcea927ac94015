"""The writer of alerts: what was told becomes groups, each message once, all of it in one transaction."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update
from sqlmodel import SQLModel

from bot.db import _alert_openings as openings
from bot.db import _alert_rows as rows
from bot.db import acts_store, audit_store, done_once
from bot.db._alert_openings import Applying
from bot.db._alert_shapes import Applied, Audited, Told
from bot.db.session import Database
from bot.engine.alert_notes import AlertNote
from bot.engine.alerting import Fold, Group, begin, fold
from bot.engine.alerts import TELLING, AlertEvent, Happening

__all__ = ["AlertsStore", "Applied", "Applying", "Audited", "Told"]

Also = Callable[[Connection], None]
HOOKS = SQLModel.metadata.tables["hooks"]
TWINS = timedelta(days=7)
"""The same words again within this time are a repeat: as long as messages are kept, so that whoever once
saw a signed one cannot have it counted again."""


@dataclass(slots=True)
class _Work:
    """One group while its events are applied."""

    row: Mapping[str, Any] | None
    group: Group | None
    ordered: Mapping[Happening, str]
    """Who is having that done at the source at this moment."""
    urgent: bool = False
    reopened: bool = False
    notes: list[tuple[int, AlertNote]] = field(default_factory=list)
    told: list[datetime] = field(default_factory=list)
    hooks: list[int] = field(default_factory=list)
    id: int | None = None

    @property
    def learnt(self) -> bool:
        """Whether it was told now what rules go by and nobody knew: another place, or which tags it has."""
        if self.row is None or self.group is None:
            return False
        before, after = rows.group_of(self.row), self.group
        return before.environment != after.environment or (bool(after.tags) and not before.tags)


class AlertsStore:
    """Writes ``alerts`` and what they owe. Reading them as people see them is ``AlertsReader``'s."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def apply(self, batch: Sequence[Told], applying: Applying, *, now: datetime) -> Applied:
        """Write down what a batch of messages tells, and that they were read."""
        return await self._db.write_direct(lambda connection: self._apply(connection, batch, applying, now))

    async def change(
        self,
        alert_id: int,
        decide: Callable[[Group], Fold | None],
        *,
        now: datetime,
        audited: Audited | None = None,
        more: Mapping[str, Any] | None = None,
        also: Also | None = None,
        once: str = "",
    ) -> Group | None:
        """Change one group by what ``decide`` says of it as it is now; None when it says None.

        ``more`` are further columns; ``also`` is done in the same transaction. ``once`` names what a person
        asked for: a second time raises ``Repeated``.
        """

        def work(connection: Connection) -> Group | None:
            if audited is not None:
                audit_store.queue_up(connection)
            done_once.must_be_first(connection, once, now)
            changed = self._change(connection, alert_id, decide, now, more or {}, also)
            if changed is not None and audited is not None:
                said = {"alert": alert_id, **audited.evidence}
                audit_store.append(
                    connection, at=now, actor=audited.actor, action=audited.action, evidence=said
                )
            return changed

        # In the thread that takes messages in: whoever holds the lock across many awaits keeps them waiting.
        return await self._db.write_direct(work)

    def _change(
        self,
        connection: Connection,
        alert_id: int,
        decide: Callable[[Group], Fold | None],
        now: datetime,
        more: Mapping[str, Any],
        also: Also | None,
    ) -> Group | None:
        query = select(rows.ALERTS).where(rows.ALERTS.c.id == alert_id).with_for_update()
        row = dict(connection.execute(query).mappings().one())
        decided = decide(rows.group_of(row))
        if decided is None:
            return None
        mutes = openings.open_mutes(connection, now) if decided.note is not None else ()
        muted = openings.is_muted(mutes, decided.group.service, decided.group.environment)
        done = rows.quiet_fold(decided, now, muted=muted)
        revision = rows.write(connection, row, done.group, urgent=done.urgent, more=more)
        if done.note is not None and row["carded"]:
            channel, name = row["channel"], f"r{revision}"
            rows.owe_note(connection, self._db, alert_id, done.note, channel=channel, at=now, name=name)
        if also is not None:
            also(connection)
        if row["storm_id"] is not None:
            openings.stir(connection, {row["storm_id"]})
        return done.group

    def _apply(
        self, connection: Connection, batch: Sequence[Told], applying: Applying, now: datetime
    ) -> Applied:
        batch = self._unread(connection, batch)
        twins = self._twins(connection, batch)
        names = sorted({event.fingerprint for told in batch for event in told.events})
        known = rows.locked(connection, names)
        doing = acts_store.being_done(connection, [int(row["id"]) for row in known.values()], now=now)
        work = {name: _work(known.get(name), doing) for name in names}
        outcomes: dict[int, str] = {}
        for told in batch:
            repeat = bool(told.twin) and twins.get(told.twin, told.hook) < told.hook
            landed = [_tell(work[event.fingerprint], told, event, applying, repeat) for event in told.events]
            outcomes[told.hook] = told.outcome or (
                "duplicate" if repeat else "applied" if any(landed) else "ignored"
            )
        self._write(connection, work, applying, now)
        self._close(connection, batch, work, outcomes, now)
        return Applied(
            Counter((told.source, outcomes[told.hook]) for told in batch),
            any(each.reopened or (each.row is None and each.group) for each in work.values()),
        )

    def _unread(self, connection: Connection, batch: Sequence[Told]) -> list[Told]:
        """Leave out what another replica has read meanwhile."""
        query = select(HOOKS.c.id).where(
            HOOKS.c.id.in_([told.hook for told in batch]), HOOKS.c.done_at.is_(None)
        )
        unread = set(connection.execute(query.with_for_update()).scalars())
        return [told for told in batch if told.hook in unread]

    def _twins(self, connection: Connection, batch: Sequence[Told]) -> dict[str, int]:
        """Return the first message that said the same lately, by what it says."""
        said = {told.twin for told in batch if told.twin}
        if not said:
            return {}
        since = min(told.received_at for told in batch) - TWINS
        query = (
            select(HOOKS.c.twin, func.min(HOOKS.c.id))
            .where(HOOKS.c.twin.in_(said), HOOKS.c.received_at >= since)
            .group_by(HOOKS.c.twin)
        )
        return {twin: int(first) for twin, first in connection.execute(query)}

    def _write(
        self, connection: Connection, work: Mapping[str, _Work], applying: Applying, now: datetime
    ) -> None:
        mutes = openings.open_mutes(connection, now)
        storms: set[int] = set()
        changes: list[dict[str, Any]] = []
        counted: Counter[tuple[int, datetime]] = Counter()
        for each in work.values():
            if each.group is None:
                continue
            if each.row is None:
                each.id = openings.open_group(
                    connection, self._db, each.group, applying, mutes=mutes, now=now
                )
            else:
                each.id = int(each.row["id"])
                if each.reopened:
                    more = openings.routed(applying.route(each.group))
                    rows.write(connection, each.row, each.group, urgent=each.urgent, more=more)
                elif change := rows.change_of(each.row, each.group, urgent=each.urgent):
                    changes.append(change)
                channel = each.row["channel"]
                if each.learnt:
                    ready, route = each.group.synced_at is not None, applying.route(each.group)
                    channel = openings.reroute(connection, each.row, route, ready=ready)
                    if openings.is_muted(mutes, each.group.service, each.group.environment):
                        openings.hide(connection, each.id)
                storms |= {each.row["storm_id"]} - {None}
                for hook, note in each.notes if each.row["carded"] else ():
                    muted = openings.is_muted(mutes, each.group.service, each.group.environment)
                    done = rows.quiet_fold(Fold(each.group, note=note), now, muted=muted)
                    assert done.note is not None  # noqa: S101 - a note goes in, a note comes out
                    rows.owe_note(
                        connection, self._db, each.id, done.note, channel=channel, at=now, name=str(hook)
                    )
            counted.update((each.id, rows.bucket_of(at)) for at in each.told)
        rows.write_all(connection, changes)
        rows.fill_buckets(connection, self._db, counted)
        for each in work.values():
            if each.reopened and each.row is not None and each.group is not None and not each.group.issue_id:
                self._picture(connection, each.row, each.group, now)
        openings.stir(connection, storms)

    def _picture(self, connection: Connection, row: Mapping[str, Any], group: Group, now: datetime) -> None:
        """Owe the day of what came back, as we were told of it, for who has no count of its own."""
        if row["carded"] and openings.calm(connection, row, group):
            day = replace(group, spark=rows.day_of(connection, row["id"], now))
            rows.owe_picture(connection, self._db, row["id"], day, channel=row["channel"], at=now)

    def _close(
        self,
        connection: Connection,
        batch: Sequence[Told],
        work: Mapping[str, _Work],
        outcomes: Mapping[int, str],
        now: datetime,
    ) -> None:
        of_hook = {hook: each.id for each in work.values() for hook in each.hooks}
        # What nobody could read is kept as it came, to be looked at.
        kept = [
            {"hook": told.hook, "result": outcomes[told.hook], "alert": of_hook.get(told.hook)}
            for told in batch
        ]
        closing = (
            update(HOOKS)
            .where(HOOKS.c.id == bindparam("hook"))
            .values(done_at=now, outcome=bindparam("result"), alert_id=bindparam("alert"))
        )
        if kept:
            connection.execute(closing, kept)
        read = [told.hook for told in batch if outcomes[told.hook] not in ("unknown", "unreadable")]
        connection.execute(update(HOOKS).where(HOOKS.c.id.in_(read)).values(body=b""))


def _work(row: Mapping[str, Any] | None, doing: Mapping[tuple[int, Happening], str]) -> _Work:
    if row is None:
        return _Work(None, None, {})
    ordered = {what: who for (alert_id, what), who in doing.items() if alert_id == row["id"]}
    return _Work(row, rows.group_of(row), ordered)


def _tell(work: _Work, told: Told, event: AlertEvent, applying: Applying, repeat: bool) -> bool:  # noqa: FBT001 - one of two ways
    """Apply one event to its group; false when it says nothing to us."""
    graded = applying.grade(event, work.group)
    if who := work.ordered.get(event.happening):
        # The source tells of what we have it do, in our own name: it was somebody's wish.
        graded = graded.model_copy(update={"by": who})
    if work.group is None:
        work.group = None if repeat else begin(graded, asks=applying.asks)
        done = work.group is not None
    elif repeat:
        # Told twice is counted once; but it may be the only word of a change that was undone meanwhile.
        stale = work.group.stale or (applying.asks and bool(work.group.issue_id))
        work.group = replace(work.group, stale=stale)
        done = True
    else:
        after = fold(work.group, graded, asks=applying.asks)
        work.reopened |= after.group.openings > work.group.openings
        work.group, work.urgent = after.group, work.urgent or after.urgent
        if after.note is not None:
            work.notes.append((told.hook, after.note))
        done = True
    if done:
        work.hooks.append(told.hook)
        if not repeat and event.happening in TELLING:
            work.told.append(told.received_at)
    return done
