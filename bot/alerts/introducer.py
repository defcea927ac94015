"""Puts alerts down to the deploy that brought them, and names the commit one suspects then.

What counts as such is ``engine/introduced.py``'s to say.
"""

from datetime import timedelta
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.engine.introduced import NOBODY, Began, Shipped, Unexplained, introduced, suspected
from bot.engine.sentry_issues import SuspectCommit
from bot.errors import VendorError
from bot.project import Project

log = structlog.get_logger(__name__)

_WAIT = timedelta(minutes=1)
"""For what Sentry knows of the release."""


class Store(Protocol):
    """Who keeps alerts and runs."""

    async def unexplained(self) -> tuple[Unexplained, ...]:
        """Return alerts that go on and were not looked at."""

    async def shipped(self, service: str, environment: str) -> tuple[Shipped, ...]:
        """Return the newest runs that shipped there, newest first, without their versions."""

    async def explain(self, alert_id: int, run: int | None, how: str, suspect: str) -> None:
        """Note what an alert is put down to."""

    async def commit_of(self, run: int) -> str:
        """Say which commit a run shipped."""


class Commits(Protocol):
    """Who knows the commits of a release: Sentry."""

    async def commits(self, version: str) -> tuple[SuspectCommit, ...]:
        """Return them, newest first; raises ``VendorError``."""


class Introducer:
    """Looks when something opened, and again when more is known."""

    def __init__(self, store: Store, project: Project, clock: Clock, releases: Commits | None) -> None:
        self._store = store
        self._releases = releases
        self._project = project
        self._clock = clock
        within = project.alerts.introduced if project.alerts else 0.0
        self._within = timedelta(seconds=within)

    async def look(self) -> int:
        """Look at everything new; return how many were put down to a deploy."""
        found = 0
        for alert in await self._store.unexplained():
            if not alert.asked and self._clock.now() - alert.opened_at < _WAIT:
                continue
            found += await self._explain(alert)
        return found

    async def _explain(self, alert: Unexplained) -> bool:
        shipped = await self._store.shipped(alert.service, alert.environment)
        named = tuple(self._named(one, alert.service) for one in shipped)
        first = alert.openings == 1
        began = Began(
            at=alert.first_seen if first else alert.opened_at,
            release=(alert.first_release or alert.release) if first else alert.release,
            first=first,
        )
        verdict = introduced(named, began, within=self._within)
        if verdict is None:
            await self._store.explain(alert.id, None, NOBODY, "")
            return False
        run, how = verdict
        suspect = await self._suspect(run, began.release if how == "release" else "")
        await self._store.explain(alert.id, run, how, suspect)
        return True

    async def _suspect(self, run: int, release: str) -> str:
        """Name the commits Sentry has for the release; else the one our run shipped."""
        if self._releases is not None and release:
            try:
                commits = await self._releases.commits(release)
            except VendorError as error:
                log.info("Sentry names no commits of a release", release=release, trouble=str(error))
            else:
                if commits:
                    newest = commits[0]
                    more = f", the newest of {len(commits)} commits" if len(commits) > 1 else ""
                    return suspected(newest.sha, newest.title, newest.author) + more
        return await self._store.commit_of(run)

    def _named(self, one: Shipped, service: str) -> Shipped:
        sentry = self._project.sentry
        version = "" if sentry is None else sentry.named(service=service, sha=one.sha)
        return Shipped(run=one.run, sha=one.sha, version=version, began=one.began, live=one.live)
