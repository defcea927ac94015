"""Does at the source what people asked for, and asks it how things stand. One thing after the other.

One worker on the leader: an answer that is older than what was done meanwhile can never be taken for news.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from bot.alerts.acting import Actor
from bot.alerts.introducer import Introducer
from bot.alerts.needs import AlertKit, Issues
from bot.db.alerts_reader import Doubtful
from bot.engine.alerts import AlertState
from bot.engine.sentry_issues import Issue, state_of
from bot.errors import VendorError, VendorRejected

log = structlog.get_logger(__name__)

BATCH = 20
_LONGEST_PAUSE = timedelta(minutes=5)


class Worker:
    """Call ``tell`` from anywhere in the loop when somebody asked for something."""

    def __init__(
        self, kit: AlertKit, actor: Actor, introducer: Introducer, leads: Callable[[], Awaitable[bool]]
    ) -> None:
        self._kit = kit
        self._introducer = introducer
        self._actor = actor
        self._leads = leads
        self._wake = asyncio.Event()
        self._later: dict[int, datetime] = {}
        self._pause_until: datetime | None = None

    def tell(self) -> None:
        """Somebody asked for something, or something is new."""
        self._wake.set()

    async def turn(self) -> None:
        """Do all there is, then wait for more; called again and again."""
        while await self.step():
            pass
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await self._wake.wait()

    async def step(self) -> int:
        """Do what was asked for, then ask about a few alerts; return how much was done."""
        self._wake.clear()
        if not await self._leads():
            return 0
        done = 0
        for act in await self._kit.acts.pending():
            await self._actor.do(act)
            done += 1
        done += await self._ask_some()
        if await self._introducer.look():
            self._kit.cards.changed()
        return done

    async def _ask_some(self) -> int:
        now, asked = self._kit.clock.now(), 0
        if self._kit.issues is None or (self._pause_until is not None and now < self._pause_until):
            return 0
        self._later = {number: at for number, at in self._later.items() if at > now}
        for alert in await self._kit.reader.due(BATCH + len(self._later)):
            if alert.id in self._later or asked >= BATCH:
                continue
            if not await self._ask(alert, now):
                return asked
            asked += 1
            if self._wake.is_set():
                return asked  # somebody pressed a button: that goes first
        return asked

    async def _ask(self, alert: Doubtful, now: datetime) -> bool:
        """Ask Sentry about one issue; false when it does not answer, so that nobody else need be asked."""
        assert self._kit.issues is not None  # noqa: S101 - the caller looked; narrowed for mypy
        try:
            issue = await self._kit.issues.issue(alert.issue)
        except VendorError as error:
            if error.status == 404:
                log.warning("Sentry has no such issue", alert=alert.id)
                await self._actor.leave_alone(alert.id, now=now)
                return True
            wait = timedelta(seconds=error.retry_after or min(2 ** min(alert.tries, 8), 60))
            log.warning("Sentry is away", alert=alert.id, trouble=str(error), wait=wait.total_seconds())
            self._later[alert.id] = now + min(wait, _LONGEST_PAUSE)
            await self._kit.upkeep.note_tried(alert.id)
            if isinstance(error, VendorRejected):
                return True  # of this one it will not speak; the others may be asked
            self._pause_until = now + min(wait, timedelta(seconds=30))
            return False
        there = "" if alert.environment else await self._place_of(issue, self._kit.issues)
        now = self._kit.clock.now()
        await self._actor.adopt(alert.id, issue, doubts=alert.doubts, now=now, environment=there)
        return True

    async def _place_of(self, issue: Issue, issues: Issues) -> str:
        """Say where an issue that goes on happens: neither it nor a message about it says so."""
        if state_of(issue) is not AlertState.FIRING:
            return ""
        try:
            places = await issues.tag(issue.id, "environment")
        except VendorError as error:
            log.info("Sentry does not say where an issue happens", issue=issue.id, trouble=str(error))
            return ""
        router = self._kit.router
        return router.place_of(router.service_of(issue.project), [name for name, _ in places])
