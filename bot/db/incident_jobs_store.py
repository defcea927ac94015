"""What incidents want done outside the database: each once, also after a crash, again where it failed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update

from bot.db._incident_rows import JOBS
from bot.db.session import Database
from bot.engine.incident_sheet import JobKind

_PENDING = JOBS.c.state == "pending"


@dataclass(frozen=True, kw_only=True, slots=True)
class JobRow:
    """A job that is to be done."""

    id: int
    key: str
    incident_id: int
    kind: JobKind
    step: str
    body: str
    by: str
    asked_at: datetime
    tries: int
    """How often it was put off."""


class IncidentJobsStore:
    """Reads ``incident_jobs`` and writes how they went; asking for one is a move's."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def due(self, now: datetime, limit: int = 20) -> tuple[JobRow, ...]:
        """Return what is to be done by now, oldest first."""
        query = (
            select(JOBS).where(_PENDING, JOBS.c.due_at <= now).order_by(JOBS.c.due_at, JOBS.c.id).limit(limit)
        )
        found = await self._db.look(lambda session: session.execute(query).mappings().all())
        return tuple(
            JobRow(
                id=int(row["id"]),
                key=row["key"],
                incident_id=int(row["incident_id"]),
                kind=JobKind(row["kind"]),
                step=row["step"],
                body=row["body"],
                by=row["by"],
                asked_at=row["asked_at"],
                tries=int(row["tries"]),
            )
            for row in found
        )

    async def later(self, job_id: int, due_at: datetime, trouble: str) -> None:
        """Put a job off, because it did not go well now."""
        put_off = update(JOBS).where(JOBS.c.id == job_id, _PENDING)
        change = put_off.values(due_at=due_at, trouble=trouble, tries=JOBS.c.tries + 1)
        await self._db.write_direct(lambda connection: connection.execute(change))

    async def failed(self, job_id: int, trouble: str, at: datetime) -> None:
        """Give a job up. One that has ended stays as it is."""
        await self._end(job_id, "failed", trouble, at)

    async def done(self, job_id: int, at: datetime) -> None:
        """Note that a job is done and changed nothing about its incident."""
        await self._end(job_id, "done", "", at)

    async def _end(self, job_id: int, state: str, trouble: str, at: datetime) -> None:
        ended = update(JOBS).where(JOBS.c.id == job_id, _PENDING)
        change = ended.values(state=state, trouble=trouble, ended_at=at)
        await self._db.write_direct(lambda connection: connection.execute(change))

    async def next_due(self) -> datetime | None:
        """Return when the next job is due; None while there is none."""
        query = select(func.min(JOBS.c.due_at)).where(_PENDING)
        return await self._db.look(lambda session: session.scalar(query))

    async def tidy(self, before: datetime) -> None:
        """Drop jobs that ended before then."""
        old = delete(JOBS).where(JOBS.c.state != "pending", JOBS.c.ended_at < before)
        await self._db.write_direct(lambda connection: connection.execute(old))
