"""How what is watched stands, with what people shall hear of it in the same transaction. Judges nothing."""

import json
from datetime import datetime
from functools import partial

from sqlalchemy import Executable, delete
from sqlalchemy.orm import Session
from sqlmodel import col, select

from bot.db.alert_tables import Hook
from bot.db.alert_tables import Pulse as PulseRow
from bot.db.session import Database
from bot.engine.arrivals import Arrival
from bot.engine.pulse import Pulse
from bot.engine.pulses import Component, PulseState


class PulsesStore:
    """Reads and writes ``pulses``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self) -> dict[str, Pulse]:
        """Return everything ever looked at and not forgotten, by target."""
        rows = await self._db.look(lambda session: session.scalars(select(PulseRow)).all())
        return {row.target: _pulse(row) for row in rows}

    async def save(
        self, pulse: Pulse, arrivals: tuple[Arrival, ...] = (), *, seen: datetime | None = None
    ) -> bool:
        """Keep how a target stands, and what came of it; false, and nothing changed, when it moved meanwhile.

        ``seen`` is ``checked_at`` of the pulse this one was made of: another replica may have looked too.
        """
        values = _row(pulse).model_dump()
        statement = self._db.insert(PulseRow).values(**values)
        statement = statement.on_conflict_do_update(
            index_elements=["target"],
            set_={name: value for name, value in values.items() if name != "target"},
            where=col(PulseRow.checked_at).is_not_distinct_from(seen),
        )
        return await self._db.change(partial(self._kept, statement.returning(col(PulseRow.target)), arrivals))

    async def forget(self, target: str, arrivals: tuple[Arrival, ...] = ()) -> bool:
        """Drop a target nobody watches any more, and say so; false when it was dropped before."""
        statement = delete(PulseRow).where(col(PulseRow.target) == target).returning(col(PulseRow.target))
        return await self._db.change(partial(self._kept, statement, arrivals))

    def _kept(self, statement: Executable, arrivals: tuple[Arrival, ...], session: Session) -> bool:
        """Do it, and tell of it only where it did something."""
        if session.scalar(statement) is None:
            return False
        for arrival in arrivals:
            row = Hook(
                key=arrival.key,
                twin=arrival.twin,
                source=arrival.source.value,
                resource=arrival.resource,
                body=arrival.body,
                received_at=arrival.at,
            )
            statement = self._db.insert(Hook).values(**row.model_dump(exclude={"id"}))
            session.execute(statement.on_conflict_do_nothing(index_elements=["key"]))
        return True


def _pulse(row: PulseRow) -> Pulse:
    return Pulse(
        target=row.target,
        state=PulseState(row.state),
        since=row.since,
        said=row.said,
        components=tuple(Component(**part) for part in json.loads(row.evidence)),
        bad=row.bad,
        good=row.good,
        history=row.history,
        flapping=row.flapping,
        paused=row.paused,
        checked_at=row.checked_at,
        known_at=row.known_at,
        next_at=row.next_at,
    )


def _row(pulse: Pulse) -> PulseRow:
    parts = [{"name": part.name, "ok": part.ok, "said": part.said} for part in pulse.components]
    return PulseRow(
        target=pulse.target,
        state=pulse.state.value,
        since=pulse.since,
        said=pulse.said,
        evidence=json.dumps(parts),
        bad=pulse.bad,
        good=pulse.good,
        history=pulse.history,
        flapping=pulse.flapping,
        paused=pulse.paused,
        checked_at=pulse.checked_at,
        known_at=pulse.known_at,
        next_at=pulse.next_at,
    )
