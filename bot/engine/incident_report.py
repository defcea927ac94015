"""The report of an incident: a Markdown file from its record, and the few lines Slack shows. Pure.

The same record gives the same text: no clock is asked, and everything known stands in it, unknown as unknown.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.engine.alerts import AlertState
from bot.engine.incident_report_parts import (
    alerts,
    evidence,
    facts,
    follow_ups,
    runs,
    steps,
    timeline,
    title,
)
from bot.engine.incident_report_text import length, lines, moment
from bot.engine.incident_timeline import Record
from bot.engine.incident_times import Times, times

MOST_SUMMARY = 2_500
"""Characters of what Slack shows."""
_NOBODY: Mapping[str, str] = MappingProxyType({})
_SHORT = 500
"""Characters of a summary or a cause in Slack; the file has all of it."""
_FEW = 5


def report(record: Record, *, names: Mapping[str, str] = _NOBODY) -> str:
    """Return the report as a Markdown file; ``names`` says what people are called, by Slack user id."""
    incident, found = record.incident, times(record)
    parts = [
        f"# {title(record, names)}",
        _table(("Fact", "Value"), facts(record, names)),
        f"Impact: {_impact(found)}",
        "## Times",
        _table(("Moment", "When (UTC)", "How long"), _moments(record, found)),
        "## Summary",
        lines(incident.summary, names) or "*Nobody has written one yet.*",
        "## Cause",
        lines(incident.cause, names) or "*Nobody has written it yet.*",
        "## What was done",
        *_listed(steps(record, names), "*The playbook had no steps that were there.*"),
        "## What was found",
        *_listed(evidence(record, names), "*Nothing was looked at.*"),
        "## Timeline",
        *_listed(timeline(record, names), "*Empty.*"),
        "## Deploys and other runs involved",
        *_listed(runs(record, names), "*None.*"),
        "## Alerts",
        *_listed(alerts(record, names), "*None belonged to it.*"),
        "## Follow-ups",
        *_listed(follow_ups(record, names), "*None were written down.*"),
        "---",
        f"*Written by pawdeploy from what it recorded until {moment(_until(record))}.*",
    ]
    return "\n\n".join(parts) + "\n"


def summary_lines(record: Record) -> str:
    """Return the report's short form: plain text, raw, at most 2,500 characters."""
    incident, found = record.incident, times(record)
    drill = "DRILL. " if incident.drill else ""
    head = f"{drill}Incident {incident.id}, {incident.severity.upper()}: {_cut(incident.headline, 150)}"
    said = [
        head,
        f"Impact: {_impact(found)}",
        *(f"{name}: {value}" for name, value in lengths(record, found)),
        f"Summary: {_cut(incident.summary) or 'nobody has written one yet'}",
        f"Cause: {_cut(incident.cause) or 'nobody has written it yet'}",
        *_noise(record),
    ]
    shown = incident.follow_ups[:_FEW]
    said += [f"To do: {_cut(one, 150)}" for one in shown]
    more = len(incident.follow_ups) - len(shown)
    said += [f"To do: {more} more, in the report"] if more else []
    return _cut_lines(said)


def lengths(record: Record, found: Times) -> tuple[tuple[str, str], ...]:
    """Return what it took to detect, acknowledge, mitigate and resolve; unknown with why."""
    since = ", counted from when it was noticed" if found.assumed else ""
    incident = record.incident
    firing = sum(alert.firing for alert in incident.alerts)
    unmitigated = "nobody said when it stopped hurting, and nothing else does"
    if firing:
        unmitigated = f"{firing} of its alerts still fired, and nobody said when it stopped hurting"
    elif aside := sum(alert.state == AlertState.ARCHIVED for alert in incident.alerts):
        were = "was" if aside == 1 else "were"
        unmitigated = f"{aside} of its alerts {were} archived, and nobody said when it stopped hurting"
    return (
        ("Time to detect", _length(found.to_detect, "no alert and no failed run says when it began")),
        ("Time to acknowledge", _length(found.to_acknowledge, "no person has worked on it")),
        ("Time to mitigate", _length(found.to_mitigate, unmitigated, since)),
        ("Time to resolve", _length(found.to_resolve, "it goes on", since)),
    )


def _length(time: timedelta | None, why: str, since: str = "") -> str:
    return f"unknown: {why}" if time is None else f"{length(time)}{since}"


def _moments(record: Record, found: Times) -> list[tuple[str, str, str]]:
    took = [f"{name}: {value}" for name, value in lengths(record, found)]
    assumed = " (assumed)" if found.assumed else ""
    return [
        ("Began", f"{moment(found.began_at)}{assumed}", ""),
        ("Detected", moment(found.detected_at), took[0]),
        ("Acknowledged", moment(found.acknowledged_at), took[1]),
        ("Mitigated", moment(found.mitigated_at), took[2]),
        ("Resolved", moment(found.resolved_at), took[3]),
    ]


def _impact(found: Times) -> str:
    began, ended = found.impact
    if ended is None or found.hurt is None:
        return f"from {moment(began)}, until an unknown time: nothing says that it stopped."
    rest = (
        "" if found.mitigated_at else " That is when it was resolved; nothing says when it stopped hurting."
    )
    return f"from {moment(began)} to {moment(ended)}, {length(found.hurt)}.{rest}"


def _noise(record: Record) -> list[str]:
    noisy = record.incident.noisy
    return [f"When it was resolved, {noisy} of its alerts still fired."] if noisy else []


def _until(record: Record) -> datetime:
    """Return the newest moment the record knows: the report is as old as that."""
    incident = record.incident
    known = [incident.opened_at, incident.resolved_at, incident.update_at]
    known += [entry.said_at or entry.at for entry in record.entries]
    return max(at for at in known if at is not None)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    marks = ["---"] * len(head)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, marks, *rows))


def _listed(items: Sequence[str], none: str) -> list[str]:
    return ["\n".join(f"- {item}" for item in items) or none]


def _cut(text: str, most: int = _SHORT) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1].rstrip()}…"


def _cut_lines(said: Sequence[str]) -> str:
    text = "\n".join(said)
    return text if len(text) <= MOST_SUMMARY else f"{text[: MOST_SUMMARY - 1].rstrip()}…"
