"""The parts of an incident's report, each a list of lines for ``incident_report.py`` to put together. Pure.

What a person reads first in a line is what it is about: how a step ended, when something happened.
"""

from collections.abc import Iterator

from bot.engine.incident_report_text import Names, line, lines, link, moment, who
from bot.engine.incident_timeline import Entry, EntryKind, Record, answered
from bot.engine.incident_times import person
from bot.engine.incidents import IncidentRun, IncidentStep, IncidentView, Mark

_MARKS = {
    Mark.TODO: "not done",
    Mark.RUNNING: "under way",
    Mark.DONE: "done",
    Mark.FAILED: "failed",
    Mark.SKIPPED: "skipped",
}
_KINDS = {
    EntryKind.TICK: "done",
    EntryKind.UNTICK: "taken back",
    EntryKind.SKIP: "skipped",
    EntryKind.EVIDENCE: "found",
    EntryKind.ACT: "pressed",
    EntryKind.ROOM: "channel",
}
"""What an entry is about, where the word of its kind would not do."""
_NAMED = (EntryKind.ALERT, EntryKind.RUN)
"""Whose text begins with a name, ``run 7``, and not with the word of its kind."""
_INDENT = "  "


def title(record: Record, names: Names) -> str:
    """Return the first line, DRILL first when it is one."""
    incident = record.incident
    drill = "DRILL: " if incident.drill else ""
    words = line(incident.headline or incident.title, names)
    if words.endswith("#"):  # such an end would be taken for a heading's
        words = f"{words[:-1]}\\#"
    return f"{drill}Incident {incident.id}: {words}"


def facts(record: Record, names: Names) -> tuple[tuple[str, str], ...]:
    """Return what stands in the table at the top."""
    incident = record.incident
    there = " in ".join(one for one in (incident.service, incident.environment) if one)
    opened = f"{who(incident.opened_by, names)}, {moment(incident.opened_at)}"
    found = [
        ("Severity", incident.severity.upper()),
        ("State", _state(incident, names)),
        *((line(role.capitalize()), who(user, names) if user else "nobody") for role, user in incident.roles),
        ("Opened by", opened),
        ("Opened because of", line(incident.why_opened, names)),
        ("Place", line(there)),
        ("Playbook", f"{line(incident.title)} ({line(incident.playbook)})"),
        ("Steps", "{} of {} done or skipped".format(*incident.progress)),
        ("Opened again", _times(incident.openings - 1)),
        ("Drill", "yes: nothing real was touched" if incident.drill else ""),
    ]
    return tuple((name, value) for name, value in found if value)


def steps(record: Record, names: Names) -> tuple[str, ...]:
    """Return what was done and by whom, in the playbook's order."""
    incident = record.incident
    return tuple(_step(step, names, drill=incident.drill) for step in incident.steps)


def evidence(record: Record, names: Names) -> tuple[str, ...]:
    """Return what was found, oldest first, each with its details below it."""
    return tuple(
        "\n".join(
            [
                f"{moment(at)} · **{finding.status}** · {line(answered(step, finding.said), names)}"
                + link(finding.url, "source"),
                *(f"{_INDENT}- {said}" for detail in finding.details if (said := line(detail, names))),
            ]
        )
        for step, finding, at in sorted(record.evidence, key=lambda found: found[2])
    )


def timeline(record: Record, names: Names) -> tuple[str, ...]:
    """Return everything that happened, in the order in which it did."""
    return tuple(_entry(entry, names) for entry in sorted(record.entries, key=lambda entry: entry.at))


def runs(record: Record, names: Names) -> tuple[str, ...]:
    """Return the runs that belong to it, oldest first."""
    found = sorted(record.incident.runs, key=lambda run: (run.at, run.id))
    return tuple(_run(run, names) for run in found)


def alerts(record: Record, names: Names) -> tuple[str, ...]:
    """Return its alerts, and which of them still fired at the end."""
    noisy = record.incident.noisy
    told = [f"**{noisy} still fired when it was resolved.**"] if noisy else []
    return (
        *told,
        *(
            f"**{'still fires' if alert.firing else line(alert.state)}** since {moment(alert.state_at)} · "
            f"alert {alert.id}, {line(alert.title, names)}"
            + (f", {line(alert.place)}" if alert.place.strip() else "")
            + f" · opened {moment(alert.opened_at)}, first seen {moment(alert.first_seen)}"
            + link(alert.url, "source")
            for alert in record.incident.alerts
        ),
    )


def follow_ups(record: Record, names: Names) -> tuple[str, ...]:
    """Return what is left to do, as a checklist: what people wrote, then steps neither done nor skipped."""
    written = (f"[ ] {said}" for one in record.incident.follow_ups if (said := line(one, names)))
    return (*written, *_left(record.incident, names))


def _left(incident: IncidentView, names: Names) -> Iterator[str]:
    for step in incident.steps:
        if not step.over:
            whose = f" · {who(step.owner, names)}" if step.owner else ""
            yield f"[ ] {line(step.text, names)} (step, {_MARKS[step.mark]}){whose}"


def _state(incident: IncidentView, names: Names) -> str:
    if incident.open:
        return "open"
    return f"resolved by {who(incident.resolved_by, names)}, {moment(incident.resolved_at)}"


def _times(number: int) -> str:
    return f"{number} {'time' if number == 1 else 'times'}" if number else ""


def _told(step: IncidentStep, *, drill: bool) -> str:
    if step.mark is not Mark.DONE:
        return "To be told"
    if step.by_hand:
        return "Told by hand"
    return "Would have been told" if drill else "Told"


def _step(step: IncidentStep, names: Names, *, drill: bool) -> str:
    head = f"**{_MARKS[step.mark]}** · {line(step.text, names)}"
    if step.mark is not Mark.TODO:
        head += f" · {who(step.by, names)}" + (f", {moment(step.at)}" if step.at else "")
    elif step.owner:
        head += f" · {who(step.owner, names)} was to do it"
    chosen = next((choice.text for choice in step.choices if choice.id == step.choice), step.choice)
    below = [
        ("Decided", chosen),
        ("Why skipped" if step.mark is Mark.SKIPPED else "Taken back", step.why),
        ("Found", step.finding.in_words if step.finding else ""),
        (_told(step, drill=drill), ", ".join(step.told)),
        ("Run", f"{step.run}, {step.run_state or 'state unknown'}" if step.run else ""),
        ("Trouble", step.trouble),
        ("Note", step.remark),
    ]
    details = [
        f"{_INDENT}- {name}: {said}" for name, text in below if (said := lines(text, names, _INDENT * 2))
    ]
    return "\n".join([head, *details])


def _entry(entry: Entry, names: Names) -> str:
    by = f" · {who(entry.by, names)}" if person(entry.by) else ""
    later = f" *Noted {moment(entry.said_at)}.*" if entry.said_at and entry.said_at > entry.at else ""
    kind = _KINDS.get(entry.kind, entry.kind.value)
    told = entry.text if entry.kind in _NAMED else entry.text.removeprefix(kind).removeprefix(": ")
    text = lines(told, names, _INDENT)
    said = f": {text}" if text else ""
    return f"{moment(entry.at)} · **{kind}**{by}{said}{link(entry.url, 'source')}{later}"


def _run(run: IncidentRun, names: Names) -> str:
    ended = f", ended {moment(run.ended_at)}" if run.ended_at else ""
    commit = f", commit {line(run.sha[:7])}" if run.sha.strip() else ""
    agreed = ", ".join(who(user, names) for user, _ in run.agreed)
    why = f" · {line(run.why, names)}" if run.why.strip() else ""
    approved = f", approved by {agreed}" if agreed else ""
    return (
        f"**{line(run.state)}** · run {run.id}, {line(run.what, names)}{commit} · asked for by "
        f"{who(run.asked_by, names)}, {moment(run.at)}{approved}{ended}{why}"
    )
