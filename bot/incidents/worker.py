"""Does what incidents want done outside the database: looks, starts, messages, rooms, reports. Leader only.

A job that a crash left is done again: a look looks, a start finds its run by its key, a message is known by
its id, a room by its name, and the first report of an ending stays. No job waits for another: what is pressed
during an outage starts while looks still wait for an answer.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.db.incident_jobs_store import JobRow
from bot.engine.incident_sheet import JobKind, Sheet
from bot.engine.incidents import Mark
from bot.errors import UserError, VendorError, VendorRejected
from bot.incidents import evidence, news
from bot.incidents.changing import change, make
from bot.incidents.draft import US, steps_of
from bot.incidents.giving_up import give_up
from bot.incidents.looks.drill import rehearsed
from bot.incidents.looks.needs import LookPlace
from bot.incidents.needs import IncidentKit
from bot.incidents.reporting import notify, write_report
from bot.incidents.rooming import close_room, let_in, open_room, set_topic
from bot.incidents.starter import plain, start
from playbooks.steps import Act, Look

log = structlog.get_logger(__name__)

_IDLE = 0.5
_LONGEST_PAUSE = 60.0
_GIVE_UP = 30
"""Tries, some twenty minutes of them, while a vendor is away."""
_MISTAKES = 6
"""Tries, a minute of them, of what fails by a mistake of ours: trying it again seldom helps."""
_AT_ONCE = 20


class Worker:
    """Call ``tell`` from anywhere in the loop when something is to be done."""

    def __init__(self, kit: IncidentKit, leads: Callable[[], Awaitable[bool]]) -> None:
        self._kit = kit
        self._leads = leads
        self._wake = asyncio.Event()
        self._going: dict[int, asyncio.Task[None]] = {}
        """What is being done, by the job's number."""
        self._work: dict[JobKind, Callable[[JobRow, Sheet], Awaitable[None]]] = {
            JobKind.LOOK: self._look,
            JobKind.START: self._start,
            JobKind.NOTIFY: lambda job, sheet: notify(self._kit, job, sheet),
            JobKind.ROOM: lambda job, sheet: open_room(self._kit, job, sheet),
            JobKind.CLOSE_ROOM: lambda job, sheet: close_room(self._kit, job, sheet),
            JobKind.INVITE: lambda job, sheet: let_in(self._kit, job, sheet),
            JobKind.TOPIC: lambda job, sheet: set_topic(self._kit, job, sheet),
            JobKind.REPORT: lambda job, sheet: write_report(self._kit, job, sheet),
        }

    def tell(self) -> None:
        """Something is to be done."""
        self._wake.set()

    async def turn(self) -> None:
        """Begin what is due, then wait for more, or for the end of something; called again and again."""
        try:
            await self._begin()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_IDLE):
                    await self._wake.wait()
        except asyncio.CancelledError:
            await self._stop()
            raise

    async def step(self) -> int:
        """Do what is due, side by side, to its end; return how much was begun."""
        begun = await self._begin()
        await asyncio.gather(*self._going.values())
        return begun

    async def _begin(self) -> int:
        self._wake.clear()
        if not await self._leads():
            return 0
        going = frozenset(self._going)  # what ends while we read may still be read as due
        jobs = await self._kit.jobs.due(self._kit.clock.now(), limit=_AT_ONCE + len(going))
        new = [job for job in jobs if job.id not in going][: _AT_ONCE - len(self._going)]
        for job in new:
            task = self._going[job.id] = asyncio.create_task(self._do(job), name=f"incident job {job.key}")
            task.add_done_callback(lambda task, job=job: self._ended(job, task))  # type: ignore[misc]  # bound now
        return len(new)

    def _ended(self, job: JobRow, task: asyncio.Task[None]) -> None:
        self._going.pop(job.id, None)
        if task.cancelled():
            return
        if (error := task.exception()) is not None:
            # How it went could not be written down. It is due again, and the next turn is soon enough.
            log.error("a job of an incident is not settled", job=job.key, trouble=repr(error))
            return
        self._kit.cards.changed()
        self.tell()

    async def _stop(self) -> None:
        """Leave what is being done to the next life."""
        going = tuple(self._going.values())
        for task in going:
            task.cancel()
        await asyncio.gather(*going, return_exceptions=True)

    async def _do(self, job: JobRow) -> None:
        try:
            sheet = await self._kit.store.sheet(job.incident_id)
            if sheet is None:
                await self._kit.jobs.done(job.id, self._kit.clock.now())
                return
            await self._work[job.kind](job, sheet)
        except VendorRejected as error:
            await self._fail(job, str(error))
        except VendorError as error:
            if job.tries >= _GIVE_UP:
                await self._fail(job, str(error))
            else:
                await self._say_it_waits(job, str(error))
                await self._wait(job, str(error), error.retry_after)
        except Exception as error:
            log.exception("a job of an incident failed by a mistake of ours", job=job.key)
            if job.tries >= _MISTAKES:
                await self._fail(job, "a mistake of pawdeploy's, and it is in the log")
            else:
                await self._wait(job, repr(error))

    async def _say_it_waits(self, job: JobRow, trouble: str) -> None:
        if job.kind in (JobKind.START, JobKind.NOTIFY) and job.step:
            await make(self._kit, job.incident_id, lambda draft: news.waits(draft, job.step, trouble))

    async def _fail(self, job: JobRow, why: str) -> None:
        log.warning("a job of an incident failed", job=job.key, trouble=why)
        await give_up(self._kit, job, why)
        await self._kit.jobs.failed(job.id, why[:500], self._kit.clock.now())

    async def _wait(self, job: JobRow, trouble: str, asked: float | None = None) -> None:
        wait = asked or min(_LONGEST_PAUSE, 2.0 ** min(job.tries, 6))
        log.warning("a job of an incident waits", job=job.key, trouble=trouble, wait=wait)
        await self._kit.jobs.later(job.id, self._kit.clock.now() + timedelta(seconds=wait), trouble[:500])

    async def _look(self, job: JobRow, sheet: Sheet) -> None:
        number, step = int(job.body), steps_of(sheet.facts.copy).get(job.step)
        row = sheet.steps.get(job.step)
        by_timer = job.by == US
        if (
            not isinstance(step, Look)
            or row is None
            or row.looks != number
            or row.since is None
            or sheet.facts.resolved_at
            or (row.mark is Mark.SKIPPED and by_timer)
        ):
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
            self._kit, job, lambda draft: evidence.found(draft, job.step, number, finding, asked_by=job.by)
        )

    async def _start(self, job: JobRow, sheet: Sheet) -> None:
        number, step = int(job.body), steps_of(sheet.facts.copy).get(job.step)
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
