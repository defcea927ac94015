"""Looks after incidents on a timer: their runs and alerts, who is to be reminded, what opens one.

Everything it notes is noted under a key, so a restart notes nothing twice. An incident that cannot be looked
after keeps none of the others waiting.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.db.incidents_reader import Loaded
from bot.engine.alerts import AlertView
from bot.engine.incident_notes import IncidentNote, NoteKind
from bot.engine.incident_requests import OpenRequest, SameKind
from bot.engine.incidents import IncidentAlert, IncidentRun
from bot.engine.runs import RunView
from bot.incidents import course, news
from bot.incidents.changing import make
from bot.incidents.desk import IncidentDesk
from bot.incidents.draft import US
from bot.incidents.lane import seen
from bot.incidents.matching import opens_for_alert, opens_for_run
from bot.incidents.needs import IncidentKit
from bot.incidents.opening import home
from bot.incidents.records import view_of

log = structlog.get_logger(__name__)

_FRESH = timedelta(hours=1)
"""What happened earlier opens nothing by itself: somebody has seen it."""
_SOON, _SELDOM, _LONG = timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1)
"""After how long a card is shown anew where nothing changes; seldom in one that goes on for long."""
_KEEP_JOBS = timedelta(days=7)
_REST = timedelta(minutes=1)
"""How long something is left alone after a mistake of ours."""


class IncidentKeeper:
    """Runs as jobs, on the leader."""

    def __init__(self, kit: IncidentKit, desk: IncidentDesk) -> None:
        self._kit = kit
        self._desk = desk
        self._alerts: dict[tuple[int, int], tuple[str, datetime]] = {}
        self._runs: dict[tuple[int, int], tuple[str, int, str | None]] = {}
        self._shown: dict[int, tuple[int, datetime]] = {}
        """Revision of each incident, and since when its card shows that."""
        self._rests: dict[str, datetime] = {}

    async def sweep(self) -> None:
        """Note what changed for open incidents, remind whom it is time to remind."""
        for number in await self._kit.reader.open_ids():
            await self._apart(f"incident {number}", partial(self._look_after, number))
        for number in await self._kit.reader.reminders_due(self._kit.clock.now()):
            await self._apart(f"reminder {number}", partial(self._remind, number))

    async def _apart(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do something; when it fails it is left alone for a while, and nothing else is."""
        now = self._kit.clock.now()
        if self._rests.get(name, now) > now:
            return
        try:
            await work()
        except Exception:
            log.exception("the keeper of incidents failed", at=name)
            self._rests[name] = now + _REST

    async def _look_after(self, number: int) -> None:
        loaded = await self._kit.reader.load(number)
        if loaded is not None:
            await self._alerts_of(number, loaded)
            await self._runs_of(number, loaded)
            await self._clock_of(number, loaded)

    async def _clock_of(self, number: int, loaded: Loaded) -> None:
        """Have a card shown anew where nothing but time changed: what became overdue, how long it goes on."""
        facts, now = loaded.sheet.facts, self._kit.clock.now()
        # In a new life nobody knows how old the card is: it is shown anew unless it has just been opened.
        revision, since = self._shown.get(number, (facts.revision, facts.opened_at))
        if revision != facts.revision:
            since = now
        dues = (step.due_at for step in view_of(loaded).steps if step.due_at is not None and not step.over)
        every = _SOON if now - facts.opened_at < _LONG else _SELDOM
        stale = now - since >= every or any(since < due <= now for due in dues)
        if stale and await make(self._kit, number, course.time_passed):
            self._shown[number] = facts.revision + 1, now
        else:
            self._shown[number] = facts.revision, since

    async def _alerts_of(self, number: int, loaded: Loaded) -> None:
        for alert in loaded.alerts:
            stands = (alert.state, alert.state_at)
            if self._alerts.get((number, alert.id)) == stands:
                continue
            if not loaded.sheet.facts.drill:
                await self._name(number, alert)
            await make(self._kit, number, lambda draft, alert=alert: news.alert_changed(draft, alert))  # type: ignore[misc]  # bound now
            self._alerts[number, alert.id] = stands

    async def _name(self, number: int, alert: IncidentAlert) -> None:
        """Have the alert's card name its incident, once."""
        name = str(number)
        if self._kit.alerts is not None and (await self._kit.alerts.alert(alert.id)).incident != name:
            await self._kit.alerts.attach(alert.id, US, name)

    async def _runs_of(self, number: int, loaded: Loaded) -> None:
        of_step = {row.run: key for key, row in loaded.sheet.steps.items() if row.run is not None}
        for run in (*loaded.runs, *await self._others(loaded)):
            key = of_step.get(run.id)
            state, agreed, of = self._runs.get((number, run.id), ("", 0, None))
            # A step may come to know its run after the run was seen: it has to hear how that ended.
            if (state, agreed) == (run.state, len(run.agreed)) and key in (of, None):
                continue
            await make(
                self._kit,
                number,
                lambda draft, key=key, run=run: (  # type: ignore[misc]  # bound now
                    news.beside(draft, run) if key is None else news.followed(draft, key, run)
                ),
            )
            self._runs[number, run.id] = run.state, len(run.agreed), key

    async def _others(self, loaded: Loaded) -> list[IncidentRun]:
        """Return the runs others asked for where it happens, since it began."""
        facts, known = loaded.sheet.facts, {run.id for run in loaded.runs}
        if facts.drill or not facts.environment:
            return []
        newest = await self._kit.history.history(facts.environment, limit=10)
        return [
            seen(run)
            for run in newest
            if run.service == facts.service and run.requested_at >= facts.opened_at and run.id not in known
        ]

    async def _remind(self, number: int) -> None:
        view = await self._desk.incident(number)
        whom = view.commander or ("" if view.opened_by == US else view.opened_by)
        mention = f"<@{whom}>" if whom else ""
        reminders = self._kit.project.incidents.reminders
        await make(self._kit, number, lambda draft: course.remind(draft, reminders, mention))

    async def look_for_triggers(self) -> None:
        """Open what playbooks open by themselves; an incident of the same kind gets the alert instead."""
        if not self._kit.project.incidents.automatic:
            return
        await self._from_alerts()
        await self._from_runs()

    async def _from_alerts(self) -> None:
        if self._kit.alerts is None:
            return
        for alert in (await self._kit.alerts.list("open", "")).alerts:
            await self._apart(f"alert {alert.id}", partial(self._from_alert, alert))

    async def _from_alert(self, alert: AlertView) -> None:
        name = opens_for_alert(self._kit.playbooks, alert)
        if not name or alert.test or self._old(alert.opened_at):
            return
        if await self._kit.reader.knew_alert(alert.id, alert.opened_at):
            return
        await self._open(
            OpenRequest(
                key=f"alert:{alert.id}:{alert.openings}",
                playbook=name,
                headline=alert.title,
                by=US,
                alert=alert.id,
                service=alert.service,
                environment=alert.environment,
                why=f"alert {alert.id}",
            )
        )

    async def _from_runs(self) -> None:
        for run in await self._kit.history.history(None, limit=20):
            await self._apart(f"run {run.id}", partial(self._from_run, run))

    async def _from_run(self, run: RunView) -> None:
        name = opens_for_run(self._kit.playbooks, run)
        if not name or run.reason is None or run.ended_at is None or self._old(run.ended_at):
            return
        if await self._kit.reader.knew_run(run.id, name, run.ended_at):
            return
        await self._open(
            OpenRequest(
                key=f"run:{run.id}:{run.attempt}",
                playbook=name,
                headline=f"Run {run.id} to {run.environment}: {run.reason.value.replace('_', ' ')}",
                by=US,
                run=run.id,
                service=run.service,
                environment=run.environment,
                why=f"run {run.id}",
            )
        )

    def _old(self, at: datetime) -> bool:
        return at < self._kit.clock.now() - _FRESH

    async def _open(self, request: OpenRequest) -> None:
        opened = await self._desk.open(request)
        if not isinstance(opened, SameKind):
            log.info("an incident is open by itself", incident=opened.id, why=request.why)
            return
        number = opened.incident.id
        if request.alert is not None:
            await self._desk.attach(number, request.alert, US)
        if request.run is not None:
            run = request.run
            await make(self._kit, number, lambda draft: course.involve(draft, run, request.why))

    async def drills(self) -> None:
        """Say when it is time to practise again."""
        section, now = self._kit.project.incidents.drills, self._kit.clock.now()
        if section is None:
            return
        last, reminded = await self._kit.reader.last_drill(), await self._kit.posts.newest("drill_due")
        if any(at is not None and now - at < timedelta(days=section.every) for at in (last, reminded)):
            return
        roles = tuple(role for role in section.roles if role in self._kit.project.roles)
        days = "" if last is None else str((now - last).days)
        note = IncidentNote(kind=NoteKind.DRILL_DUE, text=days, mention=self._kit.mention(roles), drill=True)
        await self._kit.posts.owe(
            f"drill-due:{now:%Y-%m-%d}",
            kind="drill_due",
            channel=home(self._kit.project),
            body=note.encode(),
            at=now,
        )
        self._kit.cards.changed()

    async def tidy(self) -> None:
        """Forget jobs long done."""
        await self._kit.jobs.tidy(self._kit.clock.now() - _KEEP_JOBS)
