"""Which alerts wait to be put down to a deploy, what shipped where, and what was found."""

from sqlalchemy import update
from sqlalchemy.orm import Session, aliased
from sqlmodel import col, select

from bot.db.alert_tables import Alert
from bot.db.session import Database
from bot.db.tables import Run, Step
from bot.engine.alerts import AlertState
from bot.engine.introduced import Shipped, Unexplained, suspected
from bot.engine.states import StepName, StepState

_LISTED = 20


def overtake(session: Session, run_id: int) -> None:
    """Have the cards drawn anew that offer to go back from a run before this one, which ships now."""
    run = aliased(Run)
    before = (
        select(col(Run.id))
        .join(run, (col(run.service) == col(Run.service)) & (col(run.environment) == col(Run.environment)))
        .where(col(run.id) == run_id, col(Run.id) < run_id)
    )
    offering = update(Alert).where(
        col(Alert.introduced_run).in_(before), col(Alert.state) == AlertState.FIRING.value
    )
    session.execute(offering.values(revision=Alert.revision + 1, urgent=Alert.revision + 1))


class ExplainStore:
    """Reads alerts and runs, writes what alerts are put down to."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def unexplained(self) -> tuple[Unexplained, ...]:
        """Return alerts that go on and were not looked at, oldest first."""
        query = (
            select(Alert)
            .where(Alert.introduced_how == "", Alert.service != "", Alert.state == AlertState.FIRING.value)
            .order_by(col(Alert.id))
            .limit(100)
        )
        return await self._db.look(lambda session: tuple(_unexplained(row) for row in session.scalars(query)))

    async def shipped(self, service: str, environment: str) -> tuple[Shipped, ...]:
        """Return the newest runs that shipped there, newest first, without their versions."""
        ship, follow = aliased(Step), aliased(Step)
        query = (
            select(Run, ship, follow)
            .join(ship, (col(ship.run_id) == col(Run.id)) & (col(ship.name) == StepName.SHIP.value))
            .join(
                follow,
                (col(follow.run_id) == col(Run.id)) & (col(follow.name) == StepName.FOLLOW.value),
                isouter=True,
            )
            .where(Run.service == service, Run.environment == environment)
            .where(col(Run.deployment_id) != "", col(ship.started_at).is_not(None))
            .order_by(col(Run.id).desc())
            .limit(_LISTED)
        )
        rows = await self._db.look(lambda session: session.execute(query).all())
        return tuple(_shipped(run, started, live) for run, started, live in rows)

    async def explain(self, alert_id: int, run: int | None, how: str, suspect: str) -> None:
        """Note what an alert is put down to, if nobody has."""
        seen = {} if run is None else {"revision": Alert.revision + 1, "urgent": Alert.revision + 1}
        change = (
            update(Alert)
            .where(col(Alert.id) == alert_id, col(Alert.introduced_how) == "")
            .values(introduced_run=run, introduced_how=how, suspect=suspect, **seen)
        )
        # In the thread that takes messages in: a storm brings many of these, and they must not wait on each.
        await self._db.write_direct(lambda now: now.execute(change))

    async def commit_of(self, run: int) -> str:
        """Say which commit a run shipped: SHA, title and author."""
        query = select(col(Run.sha), col(Run.commit_title), col(Run.commit_author)).where(Run.id == run)
        found = await self._db.look(lambda session: session.execute(query).one_or_none())
        return "" if found is None else suspected(*found)


def _unexplained(row: Alert) -> Unexplained:
    assert row.id is not None  # noqa: S101 - it comes from the database; narrowed for mypy
    return Unexplained(
        id=row.id,
        service=row.service,
        environment=row.environment,
        opened_at=row.opened_at,
        first_seen=row.first_seen,
        openings=row.openings,
        # The release of any event says nothing of the first one, where Sentry can say in which it was.
        release=row.release if row.openings > 1 or not row.issue_id else "",
        first_release=row.first_release,
        asked=not row.issue_id or row.synced_at is not None,
    )


def _shipped(run: Run, ship: Step, follow: Step | None) -> Shipped:
    assert run.id is not None  # noqa: S101 - it comes from the database; narrowed for mypy
    assert ship.started_at is not None  # noqa: S101 - asked for; narrowed for mypy
    live = follow is not None and follow.state == StepState.DONE.value
    return Shipped(
        run=run.id,
        sha=run.sha,
        version="",
        began=ship.started_at,
        live=follow.ended_at if follow is not None and live else None,
    )
