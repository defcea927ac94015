"""Asks Sentry for what was not delivered: new issues nobody told of, and changes nobody told of.

Sentry repeats nothing to an internal integration, so what was sent while we were away is gone unless asked
for (``docs/alerts.md``). What is found goes in by the same door as what is told.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.alerts.needs import AlertKit, Issues
from bot.db.alerts_reader import KnownIssue
from bot.engine.alert_groups import UNTOLD
from bot.engine.alerts import AlertEvent, AlertState, Happening, Source
from bot.engine.arrivals import ours
from bot.engine.sentry_issues import MOST_RECENT, Issue, severity_of, state_of
from bot.errors import VendorError, VendorRejected

log = structlog.get_logger(__name__)

_FIRST = timedelta(hours=24)
"""How far back the first look goes; older issues were there before us."""
_OVERLAP = timedelta(minutes=5)


class Marks(Protocol):
    """Who remembers up to when everything was looked at."""

    async def seen_until(self, name: str) -> datetime | None:
        """Return it."""

    async def mark(self, name: str, at: datetime) -> None:
        """Remember it."""


class Backfill:
    """Runs as a job, and once at the start."""

    def __init__(self, kit: AlertKit, marks: Marks) -> None:
        self._kit = kit
        self._marks = marks

    async def look(self) -> int:
        """Look once at every project; return how many messages that made."""
        if self._kit.issues is None:
            return 0
        made = 0
        for slug in self._kit.project.sentry_projects:
            try:
                made += await self._look_at(slug)
            except VendorError as error:
                log.warning("Sentry cannot be asked for what was missed", project=slug, trouble=str(error))
        # Changes that make nothing happen are in no such list; the worker asks about them one by one.
        every = timedelta(seconds=self._kit.section.backfill)
        await self._kit.upkeep.doubt(self._kit.clock.now(), every=every)
        return made

    async def _look_at(self, slug: str) -> int:
        assert self._kit.issues is not None  # noqa: S101 - the caller looked; narrowed for mypy
        now, name = self._kit.clock.now(), f"sentry:{slug}"
        until = await self._marks.seen_until(name)
        since = (until or now - _FIRST) - _OVERLAP
        known = await self._kit.reader.known_issues()
        recent = await self._kit.issues.recent(slug, since=since)
        if len(recent) >= MOST_RECENT:
            # Asking again brings the same ones: it is said, and gone on from here.
            log.warning("more has happened than can be looked at", project=slug, issues=len(recent))
        found = [
            (event, _key(event, known.get(issue.id)))
            for issue in recent
            if (event := self._missed(issue, known.get(issue.id), since, now)) is not None
        ]
        guarded, others = self._environments(slug)
        moving = [issue for issue in recent if _may_move(issue, known.get(issue.id), guarded)]
        where = await self._where(self._kit.issues, slug, guarded, since) if moving else {}
        found += [
            (_placed(self._event(issue, Happening.NOTED, now), where), f"backfill:{issue.id}:moved")
            for issue in moving
            if issue.id in where
        ]
        if until is None:
            # The first look of all: what is there was there before us, and nobody wants a card of each.
            found = [one for one in found if one[0].happening is not Happening.FIRED]
        if any(event.happening is Happening.FIRED for event, _ in found):
            left = others if moving else (*guarded, *others)  # none is asked about twice
            where = await self._where(self._kit.issues, slug, left, since) | where
            found = [(_placed(event, where), key) for event, key in found]
        new = await self._kit.hooks.keep_all([ours(event, key) for event, key in found])
        await self._marks.mark(name, now)
        if new:
            log.info("found what was not delivered", project=slug, messages=new)
            self._kit.tell()
        return new

    def _environments(self, slug: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the environments of a Sentry project: those that are guarded, and the others."""
        names = {
            name: environment.guarded
            for service in self._kit.project.services_and_apps
            if service.sentry_project == slug
            for name, environment in service.environments.items()
        }
        guarded = tuple(name for name in names if names[name])
        return guarded, tuple(name for name in names if not names[name])

    async def _where(
        self, issues: Issues, slug: str, names: Sequence[str], since: datetime
    ) -> dict[str, str]:
        """Return in which of some environments issues happened, the first: no list of all says it."""
        where: dict[str, str] = {}
        for name in names:
            try:
                there = await issues.recent(slug, since=since, environment=name)
            except VendorRejected:  # nothing ever came from there
                continue
            for issue in there:
                where.setdefault(issue.id, name)
        return where

    def _missed(
        self,
        issue: Issue,
        known: KnownIssue | None,
        since: datetime,
        now: datetime,
    ) -> AlertEvent | None:
        """Return what we should have been told of an issue; None when we know it."""
        state = state_of(issue)
        if known is None:
            new = state is AlertState.FIRING and issue.first_seen >= since
            regressed = state is AlertState.FIRING and issue.substatus in ("regressed", "escalating")
            return self._event(issue, Happening.FIRED, now) if new or regressed else None
        if state is known.state:
            return None
        happening = {
            AlertState.FIRING: Happening.REOPENED,
            AlertState.RESOLVED: Happening.RESOLVED,
            AlertState.ARCHIVED: Happening.ARCHIVED,
        }[state]
        return self._event(issue, happening, now)

    def _event(self, issue: Issue, happening: Happening, now: datetime) -> AlertEvent:
        return AlertEvent(
            source=Source.SENTRY,
            fingerprint=f"sentry:issue:{issue.id}",
            happening=happening,
            at=min(issue.last_seen, now) if happening is Happening.FIRED else now,
            title=issue.title[:1000],
            culprit=issue.culprit[:1000],
            project=issue.project,
            severity=severity_of(issue.level),
            release=issue.first_release[:1000],
            url=issue.url[:1000],
            issue_id=issue.id,
            short_id=issue.short_id[:80],
            substatus=issue.substatus[:60],
            events=issue.events,
            users=issue.users,
            first_seen=issue.first_seen,
            last_seen=min(issue.last_seen, now),
            assignee=issue.assignee_email or issue.assignee,
            by=UNTOLD if happening in (Happening.RESOLVED, Happening.ARCHIVED) else "",
        )


def _placed(event: AlertEvent, where: Mapping[str, str]) -> AlertEvent:
    place = where.get(event.issue_id, "")
    return event.model_copy(update={"environment": place}) if place else event


def _may_move(issue: Issue, known: KnownIssue | None, guarded: Sequence[str]) -> bool:
    """Say whether an issue goes on elsewhere as we know it: where people guard, it may happen by now too."""
    if known is None or not guarded or known.state is not AlertState.FIRING or not known.environment:
        return False
    return state_of(issue) is AlertState.FIRING and known.environment not in guarded


def _key(event: AlertEvent, known: KnownIssue | None) -> str:
    """Name a find so that finding it again is the same message: by what changed, and from what."""
    since = event.first_seen if known is None else known.since
    return f"backfill:{event.issue_id}:{event.happening}:{since.isoformat() if since else ''}"
