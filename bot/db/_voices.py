"""Rows of ``voices`` inside somebody's transaction: the lock they are written under, and what they mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.db import audit_store
from bot.db.tables import Run
from bot.db.tables import Voice as VoiceRow
from bot.engine.consent import Via, Voice, Vote


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """What one person says to a run, and what their reactions last showed. ``at`` is aware UTC."""

    user: str
    binding: str
    """What it was said to; empty when only reactions were seen."""
    voice: Voice
    via: Via | None
    reacted: Voice
    at: datetime
    reason: str


def locked(session: Session, run_id: int) -> Run | None:
    """Wait for our turn among those who decide, then for the run's row; SQLite has one writer anyway."""
    audit_store.queue_up(session)
    query = select(Run).where(Run.id == run_id).with_for_update()
    return session.scalars(query).one_or_none()


def spoken_in(run_id: int) -> SelectOfScalar[VoiceRow]:
    """Ask for every row of a run, in the order people last spoke."""
    return select(VoiceRow).where(VoiceRow.run_id == run_id).order_by(col(VoiceRow.at), col(VoiceRow.user_id))


def rows_of(session: Session, run_id: int) -> list[VoiceRow]:
    """Return every row of a run, in the order people last spoke."""
    return list(session.scalars(spoken_in(run_id)))


def row_for(session: Session, run_id: int, user: str, at: datetime) -> VoiceRow:
    """Return a person's row, a new one if need be; the run's row is locked."""
    query = select(VoiceRow).where(VoiceRow.run_id == run_id, VoiceRow.user_id == user)
    found = session.scalars(query).one_or_none()
    if found is None:
        found = VoiceRow(run_id=run_id, user_id=user, at=at)
        session.add(found)
    return found


def spoken(row: VoiceRow) -> Spoken:
    """Say what a row means."""
    return Spoken(
        user=row.user_id,
        binding=row.binding,
        voice=Voice(row.voice),
        via=Via(row.via) if row.via else None,
        reacted=Voice(row.reacted),
        at=row.at,
        reason=row.reason,
    )


def vote(row: VoiceRow) -> Vote:
    """Give a row that holds a voice to those who count."""
    return Vote(
        user=row.user_id,
        voice=Voice(row.voice),
        via=Via(row.via),
        at=row.at,
        binding=row.binding,
        reason=row.reason,
    )


def record(
    session: Session,
    run_id: int,
    at: datetime,
    actor: str,
    action: str,
    told: Mapping[str, str | int | bool],
) -> None:
    """Write the audit entry of what was just said, without what is empty."""
    evidence = {key: value for key, value in told.items() if value != ""}
    audit_store.append(
        session, at=at, actor=actor, action=f"consent.{action}", run_id=run_id, evidence=evidence
    )
