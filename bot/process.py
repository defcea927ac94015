"""The life of one bot process: start in an order in which nothing is missed, run, drain, stop."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from starlette.routing import Route

from bot import heap, workflows
from bot.bells import Bells
from bot.doors import make_doors
from bot.errors import StartupError
from bot.jobs import Job, Jobs, forever, once
from bot.jobs.going_out import GoingOut
from bot.web import create_web
from bot.web.health import Part, Readiness
from bot.web.server import listen, make_server
from bot.web.signals import signals_door

if TYPE_CHECKING:
    from bot.app import Parts

log = structlog.get_logger(__name__)

_ABANDONED = timedelta(seconds=20)
"""A delivery this old and not worked off was left by a replica that died; listeners take a few seconds."""
_DRAIN = 8.0
"""Seconds listeners under way may take at the end; Railway kills 10 s after SIGTERM unless told otherwise."""


class Process:
    """Runs ``parts`` until it is told to stop."""

    def __init__(self, parts: "Parts") -> None:
        self._parts = parts
        self._stop = asyncio.Event()
        self._lost = False
        self._jobs = Jobs(self._table())
        settings = parts.settings
        slack = parts.slack if settings.slack_app_token is None else None
        secret = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else ""
        shared = settings.signals_secret
        tests = signals_door(parts.signals, shared.get_secret_value(), parts.clock) if shared else None
        app = create_web(
            slack, self, parts.metrics, signing_secret=secret, tests=tests, hooks=self._hooks_doors()
        )
        self._server = make_server(app)

    def _hooks_doors(self) -> Sequence[Route]:
        """Return the addresses we are told things at; what is told is kept where ``[alerts]`` reads it."""
        parts, count = self._parts, self._parts.metrics.hook
        bells = Bells(parts.kit.nudges, parts.project)
        if (alerts := parts.alerts) is None:
            return make_doors(parts.settings, bells, parts.clock, count)
        kept, tell = alerts.hooks, alerts.processor.tell
        return make_doors(parts.settings, bells, parts.clock, count, store=kept, tell=tell)

    def _leading(self, work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
        """Only one replica looks outside: what all would see is the same."""

        async def lead() -> None:
            if await self._parts.slot.leads():
                await work()

        return lead

    def _table(self) -> tuple[Job, ...]:
        parts, timings = self._parts, self._parts.project.timings
        return (
            Job(name="keep promises", every=5, work=parts.keeper.sweep),
            Job(name="watch the link", every=2, work=self._watch_link),
            Job(name="watch the slot", every=2, work=self._watch_slot),
            Job(name="replay deliveries", every=15, work=lambda: self._replay(_ABANDONED)),
            Job(name="tidy the inbox", every=3600, work=parts.intake.tidy),
            Job(name="observe what soaks", every=timings.soak_poll, work=self._leading(parts.observer.look)),
            Job(name="nag about locks", every=min(60, timings.lock_nag), work=parts.nag.look),
            Job(
                name="watch what goes out",
                every=timings.review_poll,
                work=self._leading(GoingOut(parts.kit).look),
            ),
            *self._incident_jobs(),
            *self._alert_jobs(),
        )

    def _incident_jobs(self) -> tuple[Job, ...]:
        keeper = self._parts.incidents.keeper
        return (
            Job(name="keep incidents", every=1, work=self._leading(keeper.sweep)),
            Job(name="open incidents", every=2, work=self._leading(keeper.look_for_triggers)),
            Job(name="remind of drills", every=3600, work=self._leading(keeper.drills)),
            Job(name="tidy incidents", every=3600, work=self._leading(keeper.tidy)),
        )

    def _alert_jobs(self) -> tuple[Job, ...]:
        alerts, section = self._parts.alerts, self._parts.project.alerts
        if alerts is None or section is None:
            return ()
        every = section.backfill
        return (
            Job(name="watch health", every=1, work=self._leading(alerts.monitor.look)),
            Job(name="keep alerts", every=2, work=self._leading(alerts.keeper.sweep)),
            Job(name="look for what was missed", every=every, work=self._leading(alerts.backfill.look)),
            Job(name="watch for silence", every=60, work=self._leading(alerts.silence.look)),
            Job(name="heartbeat", every=60, work=self._leading(alerts.heartbeat.beat)),
            Job(name="tidy what was told", every=3600, work=alerts.keeper.tidy),
        )

    def _tasks(self) -> tuple[Job, ...]:
        """Return what goes on all the time."""
        publish = Job(name="publish", every=1, work=self._parts.publisher.turn)
        incidents = Job(name="work on incidents", every=1, work=self._parts.incidents.worker.turn)
        if (alerts := self._parts.alerts) is None:
            return (publish, incidents)
        return (
            publish,
            incidents,
            Job(name="read what was told", every=1, work=alerts.processor.turn),
            Job(name="act at the source", every=1, work=alerts.worker.turn),
        )

    async def _first_looks(self) -> None:
        """Ask at the start for what was missed while nobody was here; a vendor that is away costs nothing."""
        await self._leading(self._parts.incidents.keeper.drills)()
        if (alerts := self._parts.alerts) is not None:
            await self._leading(alerts.backfill.look)()
            await self._leading(alerts.heartbeat.beat)()

    async def run(self) -> None:
        """Live until ``stop``."""
        parts, loop = self._parts, asyncio.get_running_loop()
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signal_number, self.stop)
        door = listen(parts.settings.host, parts.settings.port)
        await workflows.launch(parts.database, parts.slot)
        going_on = [asyncio.create_task(forever(job)) for job in self._tasks()]
        serving = asyncio.create_task(self._server.serve(sockets=[door]))
        await parts.keeper.sweep()
        self._jobs.start()
        await parts.link.start()
        if parts.slot.alone:
            await self._replay(timedelta(0))
        heap.settled()
        log.info("running", slot=parts.slot.name, mode=type(parts.link).__name__)
        first = asyncio.create_task(once(Job(name="first looks", every=0, work=self._first_looks)))
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({stopping, serving}, return_when=asyncio.FIRST_COMPLETED)
        await self._drain()
        for task in (stopping, first, *going_on):
            task.cancel()
        await asyncio.gather(*going_on, first, return_exceptions=True)
        await serving
        await self._close()
        if self._lost:
            msg = (
                "the database connection that holds our name was lost; stopped before anything happens twice"
            )
            raise StartupError(msg)

    async def _replay(self, age: timedelta) -> None:
        await self._parts.intake.replay(self._parts.slack, age)

    def stop(self) -> None:
        """Ask for an orderly end."""
        self._stop.set()

    async def _drain(self) -> None:
        """Take nothing new, finish what is under way, show what is owed."""
        log.info("draining")
        await self._parts.link.stop()
        self._server.should_exit = True
        self._jobs.stop()
        await self._parts.intake.drain(_DRAIN)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2.0):
                await self._parts.publisher.flush()

    async def _close(self) -> None:
        await asyncio.to_thread(workflows.shut_down)
        await self._parts.vendors.close()
        await self._parts.database.close()
        await self._parts.slot.release()
        log.info("stopped")

    async def _watch_link(self) -> None:
        for _ in range(await self._parts.presence.look()):
            self._parts.metrics.slack_reconnected()

    async def _watch_slot(self) -> None:
        if not await self._parts.slot.held():
            self._lost = True
            self.stop()
            return
        await workflows.take_over(self._parts.slot)

    async def readiness(self) -> Readiness:
        """Say how every part is, now."""
        connections = await self._parts.link.connected()
        database = await self._parts.database.ping()
        return Readiness(
            database=Part(ok=database, said="answers" if database else "does not answer"),
            slack=Part(ok=connections > 0, said=f"{connections} connections"),
            scheduler=Part(ok=self._jobs.running, said="runs" if self._jobs.running else "stopped"),
        )
