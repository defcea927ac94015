"""An incident as data: what an export writes and the orchestrator is sent. Pure; ready to be written as JSON.

Every key is explained in ``docs/incident-report.md``. Keys may be added; none changes its meaning.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from bot.engine.incident_report import report
from bot.engine.incident_timeline import Entry, Record
from bot.engine.incident_times import Times, times
from bot.engine.incidents import Finding, IncidentAlert, IncidentRun, IncidentStep, IncidentView

VERSION = 1
"""Of the form. A reader that knows 1 reads everything written under it."""
_NOBODY: Mapping[str, str] = MappingProxyType({})


def as_data(record: Record, *, names: Mapping[str, str] = _NOBODY) -> dict[str, object]:
    """Return everything about an incident; ``names`` are for the report alone, people are ids elsewhere."""
    incident = record.incident
    return {
        "version": VERSION,
        "id": incident.id,
        "playbook": incident.playbook,
        "title": incident.title,
        "headline": incident.headline,
        "severity": incident.severity.value,
        "state": incident.state.value,
        "drill": incident.drill,
        "service": incident.service,
        "environment": incident.environment,
        "opened_by": incident.opened_by,
        "why_opened": incident.why_opened,
        "openings": incident.openings,
        "resolved_by": incident.resolved_by,
        "summary": incident.summary,
        "cause": incident.cause,
        "noisy": incident.noisy,
        "times": _times(incident, times(record)),
        "durations": _durations(times(record)),
        "roles": [{"role": role, "user": user} for role, user in incident.roles],
        "steps": [_step(step) for step in incident.steps],
        "findings": [_evidence(*found) for found in record.evidence],
        "runs": [_run(run) for run in incident.runs],
        "alerts": [_alert(alert) for alert in incident.alerts],
        "timeline": [_entry(entry) for entry in sorted(record.entries, key=lambda entry: entry.at)],
        "follow_ups": list(incident.follow_ups),
        "report": report(record, names=names),
    }


def _times(incident: IncidentView, found: Times) -> dict[str, object]:
    return {
        "opened": _moment(incident.opened_at),
        "began": _moment(found.began_at),
        "began_assumed": found.assumed,
        "detected": _moment(found.detected_at),
        "acknowledged": _moment(found.acknowledged_at),
        "mitigated": _moment(found.mitigated_at),
        "resolved": _moment(found.resolved_at),
    }


def _durations(found: Times) -> dict[str, object]:
    return {
        "detect": _seconds(found.to_detect),
        "acknowledge": _seconds(found.to_acknowledge),
        "mitigate": _seconds(found.to_mitigate),
        "resolve": _seconds(found.to_resolve),
        "impact": _seconds(found.hurt),
    }


def _step(step: IncidentStep) -> dict[str, object]:
    return {
        "key": step.key,
        "kind": step.kind,
        "text": step.text,
        "mark": step.mark.value,
        "by": step.by,
        "at": _moment(step.at),
        "why": step.why,
        "remark": step.remark,
        "owner": step.owner,
        "choice": step.choice,
        "run": step.run,
        "trouble": step.trouble,
        "found": None if step.finding is None else step.finding.status.value,
    }


def _evidence(step: str, finding: Finding, at: datetime) -> dict[str, object]:
    return {
        "step": step,
        "at": _moment(at),
        "status": finding.status.value,
        "said": finding.said,
        "details": list(finding.details),
        "url": finding.url,
        "points_at": finding.points_at,
    }


def _run(run: IncidentRun) -> dict[str, object]:
    return {
        "id": run.id,
        "what": run.what,
        "state": run.state,
        "asked_by": run.asked_by,
        "at": _moment(run.at),
        "ended": _moment(run.ended_at),
        "sha": run.sha,
    }


def _alert(alert: IncidentAlert) -> dict[str, object]:
    return {
        "id": alert.id,
        "title": alert.title,
        "place": alert.place,
        "firing": alert.firing,
        "state": alert.state,
        "since": _moment(alert.state_at),
        "opened": _moment(alert.opened_at),
        "first_seen": _moment(alert.first_seen),
        "acknowledged": _moment(alert.acked_at),
        "url": alert.url,
    }


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "at": _moment(entry.at),
        "kind": entry.kind.value,
        "by": entry.by,
        "text": entry.text,
        "step": entry.step,
        "url": entry.url,
        "noted": _moment(entry.said_at),
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="milliseconds")


def _seconds(time: timedelta | None) -> float | None:
    return None if time is None else round(time.total_seconds(), 3)
