"""Looks after incidents on a timer: their runs and alerts, who is to be reminded, what opens one.

Everything it notes is noted under a key, so a restart notes nothing twice.
"""

from datetime import datetime, timedelta

import structlog

from bot.db.incidents_reader import Loaded
from bot.engine.incident_notes import IncidentNote, NoteKind
from bot.engine.incident_requests import OpenRequest, SameKind
from bot.engine.incidents import IncidentAlert, IncidentRun
from bot.incidents import course, news
from bot.incidents.changing import make
from bot.incidents.desk import IncidentDesk
from bot.incidents.draft import US
from bot.incidents.lane import seen
from bot.incidents.matching import opens_for_alert, opens_for_run
from bot.incidents.needs import IncidentKit
from bot.incidents.opening import home

log = structlog.get_logger(__name__)

_FRESH = timedelta(hours=1)
"""What happened earlier opens nothing by itself: somebody has seen it."""
_KEEP_JOBS = timedelta(days=7)


class IncidentKeeper:
    """Runs as jobs, on the leader."""

    def __init__(self, kit: IncidentKit, desk: IncidentDesk) -> None:
        self._kit = kit
        self._desk = desk
        self._alerts: dict[tuple[int, int], tuple[str, datetime]] = {}
        self._runs: dict[tuple[int, int], str] = {}

    async def sweep(self) -> None:
        """Note what changed for open incidents, remind whom it is time to remind."""
        for number in await self._kit.reader.open_ids():
            loaded = await self._kit.reader.load(number)
            if loaded is not None:
                await self._alerts_of(number, loaded)
                await self._runs_of(number, loaded)
        for number in await self._kit.reader.reminders_due(self._kit.clock.now()):
            await self._remind(number)

    async def _alerts_of(self, number: int, loaded: Loaded) -> None:
        for alert in loaded.alerts:
            seen = (alert.state, alert.state_at)
            if self._alerts.get((number, alert.id)) == seen:
                continue
            await self._name(number, alert)
            await make(self._kit, number, lambda draft, alert=alert: news.alert_changed(draft, alert))  # type: ignore[misc]  # bound now
            self._alerts[number, alert.id] = seen

    async def _name(self, number: int, alert: IncidentAlert) -> None:
        """Have the alert's card name its incident, once."""
        name = f"incident {number}"
        if self._kit.alerts is not None and (await self._kit.alerts.alert(alert.id)).incident != name:
            await self._kit.alerts.attach(alert.id, US, name)

    async def _runs_of(self, number: int, loaded: Loaded) -> None:
        of_step = {row.run: key for key, row in loaded.sheet.steps.items() if row.run is not None}
        for run in (*loaded.runs, *await self._others(loaded)):
            if self._runs.get((number, run.id)) == run.state:
                continue
            key = of_step.get(run.id)
            await make(
                self._kit,
                number,
                lambda draft, key=key, run=run: (  # type: ignore[misc]  # bound now
                    news.beside(draft, run) if key is None else news.followed(draft, key, run)
                ),
            )
            self._runs[number, run.id] = run.state

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
        since = self._kit.clock.now() - _FRESH
        for alert in (await self._kit.alerts.list("open", "")).alerts:
            name = opens_for_alert(self._kit.playbooks, alert)
            if not name or alert.opened_at < since or alert.test:
                continue
            if await self._kit.reader.of_alert(alert.id) is not None:
                continue
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
        since = self._kit.clock.now() - _FRESH
        for run in await self._kit.history.history(None, limit=20):
            name = opens_for_run(self._kit.playbooks, run)
            if not name or run.ended_at is None or run.ended_at < since or run.reason is None:
                continue
            await self._open(
                OpenRequest(
                    key=f"run:{run.id}:{run.attempt}",
                    playbook=name,
                    headline=f"Run {run.id} failed: {run.reason.value.replace('_', ' ')}",
                    by=US,
                    run=run.id,
                    service=run.service,
                    environment=run.environment,
                    why=f"run {run.id}: {run.reason.value}",
                )
            )

    async def _open(self, request: OpenRequest) -> None:
        opened = await self._desk.open(request)
        if isinstance(opened, SameKind):
            if request.alert is not None:
                await self._desk.attach(opened.incident.id, request.alert, US)
            return
        log.info("an incident is open by itself", incident=opened.id, why=request.why)

    async def drills(self) -> None:
        """Say when it is time to practise again."""
        section, now = self._kit.project.incidents.drills, self._kit.clock.now()
        if section is None:
            return
        last = await self._kit.reader.last_drill()
        if last is not None and now - last < timedelta(days=section.every):
            return
        roles = tuple(role for role in section.roles if role in self._kit.project.roles)
        days = "" if last is None else str((now - last).days)
        note = IncidentNote(kind=NoteKind.DRILL_DUE, text=days, mention=self._kit.mention(roles), drill=True)
        period = int(now.timestamp() // (section.every * 86_400))
        await self._kit.posts.owe(
            f"drill-due:{period}",
            kind="drill_due",
            channel=home(self._kit.project),
            body=note.encode(),
            at=now,
        )
        self._kit.cards.changed()

    async def tidy(self) -> None:
        """Forget jobs long done."""
        await self._kit.jobs.tidy(self._kit.clock.now() - _KEEP_JOBS)
