"""What testers say of builds, and that a person said to go on with an update. One transaction each."""

from datetime import datetime

from sqlalchemy.orm import Session
from sqlmodel import col, select, update

from bot.db import audit_store, done_once
from bot.db.device_tables import Device
from bot.db.session import Database, changed
from bot.db.tables import Run
from bot.engine.mobile import DeviceReport
from bot.engine.states import RunState

_OPEN = [RunState.PREPARING.value]
"""Until people are asked to agree, and while they are: afterwards a word changes nothing."""


class DevicesStore:
    """Keeps them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def report(self, run_id: int, said: DeviceReport, *, once: str = "") -> bool:
        """Keep what ``said.user`` says of a platform now; false when the run is past listening.

        ``once`` names it: a second time raises ``Repeated``, also where they said otherwise in between.
        """

        def work(session: Session) -> bool:
            audit_store.queue_up(session)
            done_once.must_be_first(session, once, said.at)
            listening = update(Run).where(col(Run.id) == run_id, col(Run.state).in_(_OPEN))
            if changed(session.execute(listening.values(revision=Run.revision + 1))) != 1:
                return False
            query = select(Device).where(
                Device.run_id == run_id, Device.platform == said.platform.value, Device.user_id == said.user
            )
            row = session.scalars(query).one_or_none() or Device(
                run_id=run_id, platform=said.platform.value, user_id=said.user, verdict="", at=said.at
            )
            row.verdict, row.device, row.note, row.at = said.verdict.value, said.device, said.note, said.at
            session.add(row)
            audit_store.append(
                session,
                at=said.at,
                actor=said.user,
                action="device.reported",
                run_id=run_id,
                evidence={
                    "platform": said.platform.value,
                    "verdict": said.verdict.value,
                    "device": said.device[:200],
                    "note": said.note[:1000],
                },
            )
            return True

        return await self._db.change(work)

    async def promote(self, run_id: int, *, percent: int, by: str, at: datetime) -> bool:
        """Note that a rollout goes on to ``percent`` at once; false when it was told before, or has ended."""
        change = (
            update(Run)
            .where(col(Run.id) == run_id, col(Run.promoted) < percent)
            .where(col(Run.state) == RunState.RUNNING.value)
            .values(promoted=percent, promoted_by=by, revision=Run.revision + 1)
        )

        def work(session: Session) -> bool:
            audit_store.queue_up(session)
            if changed(session.execute(change)) != 1:
                return False
            audit_store.append(
                session,
                at=at,
                actor=by,
                action="run.promoted",
                run_id=run_id,
                evidence={"percent": percent},
            )
            return True

        return await self._db.change(work)
