"""The audit log: one row a decision, each with the hash of the one before: no row can be changed unseen."""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import insert, text
from sqlalchemy.orm import Session
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.db.session import Database, Within
from bot.db.tables import AuditEntry
from bot.engine.reasons import Reason

GENESIS = "0" * 64
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Intact:
    """Every entry is as it was written."""

    entries: int
    head: str
    """Hash of the newest entry; keep it elsewhere to detect a log cut short."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The chain breaks at ``seq``."""

    seq: int
    what: str


AuditVerdict = Intact | Broken


def queue_up(within: Within) -> None:
    """Wait for the writers before us, until the transaction ends; SQLite's wait for each other anyway.

    The chain needs it. Who changes several rows before ``append`` calls it first, or two may wait for
    each other's rows.
    """
    bind = within.get_bind() if isinstance(within, Session) else within
    if bind.dialect.name == "postgresql":
        within.execute(text("SELECT pg_advisory_xact_lock(7057002)"))


def append(
    within: Within,
    *,
    at: datetime,
    actor: str,
    action: str,
    run_id: int | None = None,
    reason: Reason | None = None,
    evidence: Mapping[str, str | int | bool] | None = None,
) -> None:
    """Add an entry in the caller's transaction: a decision and its record stand or fall together."""
    queue_up(within)
    newest = select(col(AuditEntry.seq), col(AuditEntry.hash)).order_by(col(AuditEntry.seq).desc()).limit(1)
    last = within.execute(newest).first()
    entry = AuditEntry(
        seq=last.seq + 1 if last else 1,
        at=at.astimezone(UTC),  # as it will be read back, so that the hash stays right
        actor=actor,
        action=action,
        run_id=run_id,
        reason=reason.value if reason else "",
        evidence=json.dumps(evidence or {}, sort_keys=True, ensure_ascii=True),
        previous=last.hash if last else GENESIS,
        hash="",
    )
    entry.hash = digest(entry)
    within.execute(insert(AuditEntry).values(**entry.model_dump()))


def digest(entry: AuditEntry) -> str:
    """Return the SHA-256, in hex, over every field but ``hash``."""
    fields = [
        entry.seq,
        entry.at.isoformat(timespec="microseconds"),
        entry.actor,
        entry.action,
        entry.run_id,
        entry.reason,
        entry.evidence,
        entry.previous,
    ]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=True).encode()).hexdigest()


class AuditStore:
    """Read the log, check it, and add what belongs to no other change."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def refused(self, *, at: datetime, actor: str, reason: Reason, asked: str) -> None:
        """Note that somebody was refused something; ``asked`` is what they typed or pressed."""
        said = {"asked": asked[:300]}
        entry = partial(append, at=at, actor=actor, action="refused", reason=reason, evidence=said)
        await self._db.change(entry)

    async def entries(self) -> AsyncIterator[AuditEntry]:
        """Yield every entry, oldest first, a page at a time."""
        after: int | None = None
        while True:
            query = select(AuditEntry).order_by(col(AuditEntry.seq))
            if after is not None:
                query = query.where(col(AuditEntry.seq) > after)
            page = await self._db.look(partial(_read, query.limit(_PAGE)))
            for entry in page:
                yield entry
            if len(page) < _PAGE:
                return
            after = page[-1].seq

    async def verify(self) -> AuditVerdict:
        """Recompute the whole chain."""
        previous, count = GENESIS, 0
        async for entry in self.entries():
            count += 1
            if entry.seq != count:
                return Broken(count, f"entry {count} is missing")
            if entry.previous != previous:
                return Broken(entry.seq, "it does not follow the entry before it")
            if digest(entry) != entry.hash:
                return Broken(entry.seq, "its content was changed")
            previous = entry.hash
        return Intact(count, previous)


def _read(page: SelectOfScalar[AuditEntry], session: Session) -> Sequence[AuditEntry]:
    return session.scalars(page).all()
