"""Incidents in memory for the door's own tests: every call kept. ``trouble`` is raised next."""

import dataclasses
import functools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.engine.incident_requests import OpenRequest, ResolveRequest, SameKind
from bot.engine.incident_timeline import Record
from bot.engine.incidents import (
    IncidentList,
    IncidentRow,
    IncidentState,
    IncidentStep,
    IncidentView,
    Mark,
    Sev,
)
from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.project import Project
from playbooks.library import LIBRARY, load_library
from playbooks.models import Playbook

INCIDENTS, ROOM = "C0ALERTS001", "C0INCROOM01"


def guarding(project: Project, *roles: str, **changes) -> Project:
    """The same project where only ``roles`` may work on incidents."""
    facts = project.model_dump(mode="json")
    return Project.model_validate(facts | {"incidents": {"roles": list(roles)} | changes})


def a_step(key: str = "look-at-log", **changes) -> IncidentStep:
    facts = {"key": key, "kind": "do", "text": "Read the log.", "mark": Mark.TODO, "revision": 1}
    return IncidentStep(**facts | changes)


def an_incident(**changes) -> IncidentView:
    now = datetime.now(UTC)  # the door reads the machine's clock
    facts = {
        "id": 1,
        "playbook": "api-down",
        "title": "API down",
        "headline": "The API answers 500",
        "severity": Sev.SEV2,
        "state": IncidentState.OPEN,
        "opened_by": "U0ANNREQ001",
        "opened_at": now - timedelta(minutes=12),
        "revision": 3,
        "steps": (a_step(),),
        "roles": (("commander", ""), ("scribe", "")),
        "service": "api",
        "environment": "production",
        "channel": INCIDENTS,
        "ts": "1.0",
    }
    return IncidentView(**facts | changes)


@functools.cache
def _library() -> Mapping[str, Playbook]:
    return load_library(LIBRARY)


class MemoryIncidents:
    """Incidents by number; what was asked for, in order, as tuples."""

    def __init__(self) -> None:
        self.incidents: dict[int, IncidentView] = {}
        self.said: list[tuple] = []
        self.shown_again: list[tuple[int, str]] = []
        self.opened: dict[str, OpenRequest] = {}
        self.resolved: ResolveRequest | None = None
        self.same: IncidentView | None = None
        self.library = _library()
        self.trouble: Exception | None = None
        self.lines: list[str] = []
        """What was typed where no number was."""
        self.several: tuple[int, ...] = ()
        """The incidents a marked message may be about."""

    def add(self, **changes) -> IncidentView:
        incident = an_incident(**{"id": len(self.incidents) + 1} | changes)
        self.incidents[incident.id] = incident
        return incident

    def playbooks(self) -> Mapping[str, Playbook]:
        return self.library

    async def open(self, request: OpenRequest) -> IncidentView | SameKind:
        self._fail()
        if self.same is not None and not request.another:
            return SameKind(incident=self.same, asked=request)
        self.opened.setdefault(request.key, request)
        return self.add(playbook=request.playbook, headline=request.headline, drill=request.drill)

    async def join(
        self, incident_id: int, by: str, *, alert: int | None = None, run: int | None = None
    ) -> IncidentView:
        brought = tuple(one for one in (("alert", alert), ("run", run)) if one[1] is not None)
        return self._keep(("join", incident_id, by, *brought), await self.incident(incident_id))

    async def incident(self, incident_id: int) -> IncidentView:
        self._fail()
        if incident_id not in self.incidents:
            msg = f"There is no incident {incident_id}. `/pawincident list` lists them."
            raise UserError(msg, reason=Reason.UNKNOWN_INCIDENT)
        return self.incidents[incident_id]

    async def here(self, channel: str, thread_ts: str = "", *, line: str = "") -> IncidentView:
        self._fail()
        self.lines.append(line)
        found = [each for each in self.incidents.values() if channel in (each.channel, each.room)]
        if len(found) != 1:
            msg = "No incident is meant here. `/pawincident list` lists them."
            raise UserError(msg, reason=Reason.UNKNOWN_INCIDENT)
        return found[0]

    async def list(self) -> IncidentList:
        self._fail()
        rows = tuple(_row(each) for each in self.incidents.values())
        return IncidentList(rows=rows, open=len(rows), total=len(rows))

    async def record(self, incident_id: int) -> Record:
        return Record(incident=await self.incident(incident_id), entries=())

    async def tick(self, incident_id: int, step: str, by: str) -> IncidentView:
        return await self._did("tick", incident_id, step, by)

    async def show_again(self, incident_id: int, step: str) -> None:
        self.shown_again.append((incident_id, step))

    async def untick(self, incident_id: int, step: str, by: str, why: str) -> IncidentView:
        return await self._did("untick", incident_id, step, by, why)

    async def skip(self, incident_id: int, step: str, by: str, why: str) -> IncidentView:
        return await self._did("skip", incident_id, step, by, why)

    async def choose(self, incident_id: int, step: str, choice: str, by: str) -> IncidentView:
        return await self._did("choose", incident_id, step, choice, by)

    async def look(self, incident_id: int, step: str, by: str) -> IncidentView:
        return await self._did("look", incident_id, step, by)

    async def act(self, incident_id: int, step: str, by: str) -> IncidentView:
        return await self._did("act", incident_id, step, by)

    async def draft(self, incident_id: int, step: str) -> str:
        incident = await self.incident(incident_id)
        return f"{incident.headline}: we look into it."

    async def tell(self, incident_id: int, step: str, by: str, text: str) -> IncidentView:
        return await self._did("tell", incident_id, step, by, text)

    async def remark(self, incident_id: int, step: str, by: str, text: str, key: str) -> IncidentView:
        return await self._did("remark", incident_id, step, by, text, key)

    async def own(self, incident_id: int, step: str, by: str, user: str) -> IncidentView:
        return await self._did("own", incident_id, step, by, user)

    async def update(self, incident_id: int, by: str, text: str, key: str) -> IncidentView:
        return await self._did("update", incident_id, by, text, key)

    async def role(self, incident_id: int, by: str, role: str, user: str) -> IncidentView:
        incident = await self.incident(incident_id)
        if role not in dict(incident.roles):
            msg = f"There is no role {role} in this incident."
            raise UserError(msg, reason=Reason.UNKNOWN_ROLE)
        return self._keep(("role", incident_id, by, role, user), incident)

    async def command(self, incident_id: int, by: str) -> IncidentView:
        return await self._did("command", incident_id, by)

    async def severity(self, incident_id: int, by: str, severity: Sev) -> IncidentView:
        incident = await self.incident(incident_id)
        return self._keep(("severity", incident_id, by, severity), incident, severity=severity)

    async def note(self, incident_id: int, by: str, text: str, key: str) -> IncidentView:
        return await self._did("note", incident_id, by, text, key)

    async def remind_later(self, incident_id: int, by: str, seconds: int) -> IncidentView:
        return await self._did("remind_later", incident_id, by, seconds)

    async def resolve(self, incident_id: int, request: ResolveRequest) -> IncidentView:
        incident = await self.incident(incident_id)
        self.resolved = request
        return self._keep(("resolve", incident_id), incident, state=IncidentState.RESOLVED)

    async def reopen(self, incident_id: int, by: str, why: str) -> IncidentView:
        incident = await self.incident(incident_id)
        return self._keep(("reopen", incident_id, by, why), incident, state=IncidentState.OPEN)

    async def attach(self, incident_id: int, alert_id: int, by: str) -> IncidentView:
        return await self._did("attach", incident_id, alert_id, by)

    async def noticed(self, channel: str, ts: str, by: str, *, key: str) -> tuple[int, ...]:
        self._fail()
        self.said.append(("noticed", channel, ts, by, key))
        return self.several

    async def _did(self, what: str, incident_id: int, *how) -> IncidentView:
        return self._keep((what, incident_id, *how), await self.incident(incident_id))

    def _keep(self, said: tuple, incident: IncidentView, **changes) -> IncidentView:
        self.said.append(said)
        self.incidents[incident.id] = dataclasses.replace(incident, **changes)
        return self.incidents[incident.id]

    def _fail(self) -> None:
        if self.trouble is not None:
            raise self.trouble


def _row(incident: IncidentView) -> IncidentRow:
    return IncidentRow(
        id=incident.id,
        title=incident.title,
        headline=incident.headline,
        severity=incident.severity,
        state=incident.state,
        drill=incident.drill,
        opened_at=incident.opened_at,
        resolved_at=incident.resolved_at,
        commander=incident.commander,
        progress=incident.progress,
        channel=incident.channel,
        ts=incident.ts,
    )
