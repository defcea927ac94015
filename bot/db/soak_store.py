"""What was observed of environments: stretches of one commit, well or not. Judges nothing."""

from datetime import timedelta
from typing import assert_never

from sqlalchemy import delete
from sqlalchemy.orm import Session
from sqlmodel import col, select

from bot.db.session import Database
from bot.db.tables import Soaked as SpanRow
from bot.engine.soak import Grow, Sample, Span, Start, extend

_KEPT = timedelta(days=30)
"""Observations that ended longer ago are dropped: no soak asks for them."""


class SoakStore:
    """Reads and writes ``soak_spans``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def sample(self, service: str, environment: str, sample: Sample, gap: float) -> None:
        """Add one look; looks more than ``gap`` seconds apart leave the time between them unobserved.

        Two who begin a stretch at the same moment leave two rows; judging counts no moment twice.
        """
        here = (col(SpanRow.service) == service, col(SpanRow.environment) == environment)
        newest = select(SpanRow).where(*here).order_by(col(SpanRow.id).desc()).limit(1).with_for_update()

        def work(session: Session) -> None:
            last = session.scalars(newest).one_or_none()
            match extend(_span(last) if last else None, sample, gap):
                case Grow(end):
                    assert last is not None  # noqa: S101 - only a stretch can grow; narrowed for mypy
                    last.ended_at = end
                case Start(span):
                    session.add(_row(service, environment, span))
                    old = col(SpanRow.ended_at) < sample.at - _KEPT
                    session.execute(delete(SpanRow).where(*here, old))
                case step:
                    assert_never(step)

        await self._db.change(work)

    async def spans(self, service: str, environment: str, sha: str | None = None) -> tuple[Span, ...]:
        """Return what was observed there, in that order; with ``sha`` only of one commit.

        To judge a commit takes all of it: what else was live, and what the newest look found.
        """
        query = select(SpanRow).where(SpanRow.service == service, SpanRow.environment == environment)
        if sha is not None:
            query = query.where(SpanRow.sha == sha)
        rows = await self._db.look(lambda session: session.scalars(query.order_by(col(SpanRow.id))).all())
        return tuple(_span(row) for row in rows)


def _span(row: SpanRow) -> Span:
    return Span(sha=row.sha, good=row.good, start=row.started_at, end=row.ended_at, why=row.why)


def _row(service: str, environment: str, span: Span) -> SpanRow:
    return SpanRow(
        service=service,
        environment=environment,
        sha=span.sha,
        good=span.good,
        why=span.why,
        started_at=span.start,
        ended_at=span.end,
    )
