"""Does what incidents want done outside the database: looks, starts, messages, rooms, reports. Leader only.

A job that a crash left is done again: a look looks, a start finds its run by its key, a message is known by
its id, a room by its name, and the first report of an ending stays.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.db.incident_jobs_store import JobRow
from bot.engine.incident_sheet import JobKind, Sheet
from bot.errors import UserError, VendorError, VendorRejected
from bot.incidents import news
from bot.incidents.changing import change
from bot.incidents.draft import playbook_of
from bot.incidents.looks.drill import rehearsed
from bot.incidents.looks.needs import LookPlace
from bot.incidents.needs import IncidentKit
from bot.incidents.reporting import notify, write_report
from bot.incidents.rooming import close_room, open_room
from bot.incidents.starter import plain, start
from playbooks.plan import every_step
from playbooks.steps import Act, Look

log = structlog.get_logger(__name__)

_IDLE = 0.5
_LONGEST_PAUSE = 60.0
_GIVE_UP = 30
"""Tries, some twenty minutes of them."""


class Worker:
    """Call ``tell`` from anywhere in the loop when something is to be done."""

    def __init__(self, kit: IncidentKit, leads: Callable[[], Awaitable[bool]]) -> None:
        self._kit = kit
        self._leads = leads
        self._wake = asyncio.Event()
        self._work: dict[JobKind, Callable[[JobRow, Sheet], Awaitable[None]]] = {
            JobKind.LOOK: self._look,
            JobKind.START: self._start,
            JobKind.NOTIFY: lambda job, sheet: notify(self._kit, job, sheet),
            JobKind.ROOM: lambda job, sheet: open_room(self._kit, job, sheet),
            JobKind.CLOSE_ROOM: lambda job, sheet: close_room(self._kit, job, sheet),
            JobKind.REPORT: lambda job, sheet: write_report(self._kit, job, sheet),
        }

    def tell(self) -> None:
        """Something is to be done."""
        self._wake.set()

    async def turn(self) -> None:
        """Do all there is, then wait for more; called again and again."""
        while await self.step():
            pass
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_IDLE):
                await self._wake.wait()

    async def step(self) -> int:
        """Do what is due, side by side; return how much was done."""
        self._wake.clear()
        if not await self._leads():
            return 0
        jobs = await self._kit.jobs.due(self._kit.clock.now())
        await asyncio.gather(*(self._do(job) for job in jobs))
        if jobs:
            self._kit.cards.changed()
        return len(jobs)

    async def _do(self, job: JobRow) -> None:
        sheet = await self._kit.store.sheet(job.incident_id)
        if sheet is None:
            await self._kit.jobs.done(job.id, self._kit.clock.now())
            return
        try:
            await self._work[job.kind](job, sheet)
        except VendorError as error:
            await self._again(job, error)

    async def _again(self, job: JobRow, error: VendorError) -> None:
        now = self._kit.clock.now()
        if isinstance(error, VendorRejected) or job.tries >= _GIVE_UP:
            log.warning("a job of an incident failed", job=job.key, trouble=str(error))
            await self._give_up(job, str(error))
            await self._kit.jobs.failed(job.id, str(error)[:500], now)
            return
        wait = error.retry_after or min(_LONGEST_PAUSE, 2.0 ** min(job.tries, 6))
        log.warning("a job of an incident waits", job=job.key, trouble=str(error), wait=wait)
        await self._kit.jobs.later(job.id, now + timedelta(seconds=wait), str(error)[:500])

    async def _give_up(self, job: JobRow, why: str) -> None:
        if job.kind is JobKind.START:
            number = int(job.body)
            await change(self._kit, job, lambda draft: news.not_started(draft, job.step, number, why))
        elif job.kind is JobKind.NOTIFY and job.step:
            await change(self._kit, job, lambda draft: news.delivered(draft, job.step, why))
        elif job.kind is JobKind.ROOM:
            await change(self._kit, job, lambda draft: news.no_room(draft, why))

    async def _look(self, job: JobRow, sheet: Sheet) -> None:
        number, step = int(job.body), _step(sheet, job.step)
        row = sheet.steps.get(job.step)
        if row is None or row.looks != number or sheet.facts.resolved_at or not isinstance(step, Look):
            await self._kit.jobs.done(job.id, self._kit.clock.now())
            return
        if sheet.facts.drill:
            finding = rehearsed(step)
        else:
            loaded = await self._kit.reader.load(job.incident_id)
            place = LookPlace(
                service=sheet.facts.service,
                environment=sheet.facts.environment,
                incident=sheet.facts.id,
                alerts=loaded.alerts if loaded else (),
            )
            finding = await self._kit.looker.look(step.probe, place, since=sheet.facts.opened_at)
        await change(
            self._kit, job, lambda draft: news.found(draft, job.step, number, finding, asked_by=job.by)
        )

    async def _start(self, job: JobRow, sheet: Sheet) -> None:
        number, step = int(job.body), _step(sheet, job.step)
        if not isinstance(step, Act):
            await self._kit.jobs.done(job.id, self._kit.clock.now())
            return
        try:
            done = await start(self._kit, sheet.facts, step, number=number, by=job.by)
        except UserError as error:
            why = plain(error)
            await change(self._kit, job, lambda draft: news.not_started(draft, job.step, number, why))
            return
        await change(
            self._kit,
            job,
            lambda draft: news.started(draft, job.step, number, run=done.run, words=done.words),
        )


def _step(sheet: Sheet, key: str) -> object:
    steps = every_step(playbook_of(sheet.facts.copy))
    return next((planned.step for planned in steps if planned.step.id == key), None)
