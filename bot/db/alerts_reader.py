"""Alerts as people see them, read in one place. Changes nothing."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy
from sqlalchemy import case, func
from sqlalchemy.orm import Session
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.db.acts_store import act_view
from bot.db.alert_tables import Alert, AlertAct, Storm
from bot.db.incident_tables import Incident, IncidentAlertLink
from bot.db.session import Database
from bot.db.tables import Post, Run, Step
from bot.engine.alerts import (
    AlertList,
    AlertState,
    AlertView,
    Introduced,
    Severity,
    Source,
    StormView,
)
from bot.engine.incidents import IncidentState
from bot.engine.states import ACTIVE, StepName, StepState

LISTED = 20
_SAME = (
    "fingerprint", "service", "environment", "project", "title", "state_at", "first_seen", "last_seen",
    "opened_at", "revision", "culprit", "detail", "url", "issue_id", "short_id", "release", "first_release",
    "substatus", "state_by", "times", "events", "users", "openings", "flapping", "test", "acked_by",
    "acked_at", "assignee", "assignee_user", "snoozed_until", "snoozed_by", "archived_until", "archived_how",
    "playbook", "incident", "channel", "quiet", "stale", "doubts",
)  # fmt: skip

_WORST_FIRST = (
    case((col(Alert.state) == AlertState.FIRING.value, 0), else_=1),
    case({severity.value: severity.rank for severity in Severity}, value=col(Alert.severity)),
    col(Alert.times).desc(),
    col(Alert.id),
)
"""An outage that was told once stands before what is told often and is no outage."""


class Doubtful(NamedTuple):
    """An alert whose source has to be asked how it stands."""

    id: int
    issue: str
    tries: int
    """How often it was asked in vain."""
    doubts: int
    """How often something was told that only the source can settle."""
    environment: str
    """Where it happens; empty: nobody has told."""


class KnownIssue(NamedTuple):
    """What is known of an issue: its alert's number, how that stands and since when, where it happens."""

    id: int
    state: AlertState
    since: datetime
    environment: str
    """Empty: nobody has told."""


class AlertsReader:
    """Reads ``alerts``, acts and storms."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def view(self, alert_id: int) -> AlertView | None:
        """Return one alert, or None when there is none of that number."""
        return await self._one(select(Alert).where(Alert.id == alert_id))

    async def named(self, fingerprint: str) -> AlertView | None:
        """Return the alert with a fingerprint."""
        return await self._one(select(Alert).where(Alert.fingerprint == fingerprint))

    async def _one(self, query: SelectOfScalar[Alert]) -> AlertView | None:
        def look(session: Session) -> AlertView | None:
            row = session.scalars(query).one_or_none()
            return None if row is None else _view(session, row)

        return await self._db.look(look)

    async def firing(self, *, of: str = "", limit: int = LISTED) -> AlertList:
        """Return what goes on, newest first; ``of`` a person: what they acknowledged or were assigned."""
        where: list[Any] = [Alert.state == AlertState.FIRING.value]
        if of:
            where.append((col(Alert.acked_by) == of) | (col(Alert.assignee_user) == of))
        return await self._list(where, limit)

    async def kept_quiet(self, places: Sequence[tuple[str, str]], *, limit: int = LISTED) -> AlertList:
        """Return what goes on in services that are muted."""
        if not places:
            return AlertList(alerts=(), total=0)
        there = [
            (col(Alert.service) == service)
            & ((col(Alert.environment) == environment) if environment else col(Alert.id).is_not(None))
            for service, environment in places
        ]
        anywhere = there[0]
        for one in there[1:]:
            anywhere = anywhere | one
        return await self._list([Alert.state == AlertState.FIRING.value, anywhere], limit)

    async def _list(self, where: list[Any], limit: int) -> AlertList:
        query = select(Alert).where(*where).order_by(col(Alert.opened_at).desc(), col(Alert.id).desc())
        count = select(func.count()).select_from(Alert).where(*where)

        def look(session: Session) -> AlertList:
            total, rows = session.scalars(count).one(), session.scalars(query.limit(limit)).all()
            return AlertList(alerts=tuple([_view(session, row) for row in rows]), total=int(total))

        return await self._db.look(look)

    async def firing_by_severity(self) -> dict[str, int]:
        """Count what goes on, by severity."""
        query = select(col(Alert.severity), func.count()).where(Alert.state == AlertState.FIRING.value)
        rows = await self._db.look(lambda session: session.execute(query.group_by(col(Alert.severity))).all())
        return {severity: int(number) for severity, number in rows}

    async def storm(self, storm_id: int) -> StormView | None:
        """Return one storm with its worst groups: those that fire, the most severe, the most often told."""
        return await self._db.look(partial(_storm, storm_id))

    async def incidents_of(self, alert_id: int) -> dict[int, datetime]:
        """Return the incidents that go on to which an alert belongs, oldest first, and since when it does."""
        query = (
            select(col(Incident.id), col(IncidentAlertLink.since))
            .join(IncidentAlertLink, col(IncidentAlertLink.incident_id) == col(Incident.id))
            .where(col(IncidentAlertLink.alert_id) == alert_id)
            .where(Incident.state == IncidentState.OPEN.value, col(Incident.drill).is_(False))
            .order_by(col(Incident.id))
        )
        return await self._db.look(
            lambda session: {number or 0: since for number, since in session.execute(query).all()}
        )

    async def resolved(self, fingerprints: Sequence[str]) -> dict[str, datetime]:
        """Return since when those of them that are resolved are."""
        query = select(col(Alert.fingerprint), col(Alert.state_at)).where(
            col(Alert.fingerprint).in_(fingerprints), Alert.state == AlertState.RESOLVED.value
        )
        return await self._db.look(lambda session: dict(session.execute(query).all()))

    async def known_issues(self) -> dict[str, KnownIssue]:
        """Return every alert that is a Sentry issue, by issue."""
        query = sqlalchemy.select(
            col(Alert.issue_id), col(Alert.id), col(Alert.state), col(Alert.state_at), col(Alert.environment)
        )
        rows = await self._db.look(
            lambda session: session.execute(query.where(col(Alert.issue_id) != "")).all()
        )
        return {
            issue: KnownIssue(number or 0, AlertState(state), since, where)
            for issue, number, state, since, where in rows
        }

    async def due(self, limit: int) -> tuple[Doubtful, ...]:
        """Return alerts whose source has to be asked, new ones first."""
        query = (
            sqlalchemy.select(
                col(Alert.id),
                col(Alert.issue_id),
                col(Alert.sync_tries),
                col(Alert.doubts),
                col(Alert.environment),
            )
            .where(col(Alert.stale).is_(True), col(Alert.issue_id) != "")
            .order_by(col(Alert.synced_at).is_not(None), col(Alert.id))
            .limit(limit)
        )
        rows = await self._db.look(lambda session: session.execute(query).all())
        return tuple(
            Doubtful(number or 0, issue, tries, doubts, where) for number, issue, tries, doubts, where in rows
        )


def _storm(storm_id: int, session: Session) -> StormView | None:
    storm = session.scalar(select(Storm).where(Storm.id == storm_id))
    if storm is None or storm.id is None:
        return None
    sums = select(func.count(), func.coalesce(func.sum(Alert.times), 0)).where(Alert.storm_id == storm_id)
    groups, told = session.execute(sums).one()
    firing = select(func.count()).select_from(Alert)
    firing = firing.where(Alert.storm_id == storm_id, Alert.state == AlertState.FIRING.value)
    worst = select(Alert).where(Alert.storm_id == storm_id).order_by(*_WORST_FIRST)
    rows = session.scalars(worst.limit(5)).all()
    return StormView(
        id=storm.id,
        channel=storm.channel,
        began_at=storm.began_at,
        last_at=storm.last_at,
        ended_at=storm.ended_at,
        revision=storm.revision,
        groups=int(groups),
        told=int(told),
        firing=int(session.scalars(firing).one()),
        worst=tuple([_view(session, row) for row in rows]),
    )


def _view(session: Session, row: Alert) -> AlertView:
    assert row.id is not None  # noqa: S101 - it comes from the database; narrowed for mypy
    act = select(AlertAct).where(AlertAct.alert_id == row.id).order_by(col(AlertAct.id).desc()).limit(1)
    newest = session.scalar(act)
    storm_ended_at = None
    if row.storm_id is not None:
        storm = select(col(Storm.ended_at)).where(Storm.id == row.storm_id)
        storm_ended_at = session.scalar(storm)
    post = select(col(Post.misdirected)).where(Post.key == f"alert:{row.id}")
    facts: dict[str, Any] = {name: getattr(row, name) for name in _SAME}
    return AlertView(
        **facts,
        id=row.id,
        source=Source(row.source),
        severity=Severity(row.severity),
        state=AlertState(row.state),
        tags=tuple(json.loads(row.tags or "{}").items()),
        spark=tuple(json.loads(row.spark or "[]")),
        mention=tuple(row.mention.split()),
        storm=row.storm_id,
        storm_ended_at=storm_ended_at,
        introduced=_introduced(session, row),
        suspect=row.suspect if row.introduced_how else "",
        act=None if newest is None else act_view(newest),
        misdirected=session.scalar(post) or "",
    )


def _introduced(session: Session, row: Alert) -> Introduced | None:
    if row.introduced_run is None or not row.introduced_how:
        return None  # of what came back nobody knows yet
    run = session.scalar(select(Run).where(Run.id == row.introduced_run))
    if run is None or run.id is None:
        return None
    followed = select(col(Step.run_id)).where(
        Step.name == StepName.FOLLOW.value, Step.state == StepState.DONE.value
    )
    # One that never came to life left the suspect where it was.
    shipping = col(Run.state).in_([state.value for state in ACTIVE])
    later = (
        select(func.count())
        .select_from(Run)
        .where(Run.service == run.service, Run.environment == run.environment, col(Run.id) > run.id)
        .where(col(Run.deployment_id) != "", shipping | col(Run.id).in_(followed))
    )
    newest = not session.scalars(later).one()
    return Introduced(run=run.id, attempt=run.attempt, sha=run.sha, how=row.introduced_how, live=newest)
