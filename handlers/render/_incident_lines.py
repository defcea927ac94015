"""The head of an incident's card: how it stands, who does what, what belongs to it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.engine.incidents import COMMANDER, IncidentRun, IncidentView
from handlers.render import _incident_words as words
from handlers.render._alert_lines import misdirected
from handlers.render._text import code, count, first_few, link, listed, person, plain, size, told

_MOST_ROLES = 9
_MOST_ALERTS = 3
_MOST_RUNS = 3
NEVER = ":no_entry:"


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentAround:
    """What a card needs to know besides its incident. Texts are mrkdwn, ready to show."""

    mentions: str = ""
    """Whom to mention where it has just been opened; never in a drill."""
    run_links: Mapping[int, str] = field(default_factory=dict)
    """Addresses of runs' cards, by number; one that is missing is named without a link."""
    alert_links: Mapping[int, str] = field(default_factory=dict)
    """Addresses of alerts' cards, by number."""
    misdirected: str = ""
    """The channel the card was meant for and why it is not there, as posts keep it."""


NOTHING = IncidentAround()


def head(incident: IncidentView, now: datetime, around: IncidentAround, limit: int) -> Iterator[str]:
    """Say everything between the first line and the checklist; ``limit`` is for each text people wrote."""
    if incident.drill:
        yield f"This is a drill: {words.NOT_REAL}."
    if astray := misdirected(around.misdirected):
        yield astray
    yield opened(incident, now)
    yield roles(incident)
    yield from _update(incident, now, limit)
    if incident.room and incident.open:
        yield f"Talk about it in {words.channel(incident.room)}."
        if incident.room_trouble.strip():
            yield f":warning: {told(incident.room_trouble, limit).rstrip('.')}."
    elif incident.room_trouble.strip() and not incident.room:
        why = plain(incident.room_trouble, limit).rstrip(".")
        yield f":warning: It has no channel of its own: {why}. Talk about it in the thread."
    yield from belongs(incident, around)
    if not incident.open:
        yield from _over(incident, limit, now)


def opened(incident: IncidentView, now: datetime) -> str:
    """Say by which playbook, where, by whom and why it was opened."""
    title = words.steady(incident.title, 80)
    what = "" if title == words.headline(incident) else title
    where = " in ".join(plain(one, 40) for one in (incident.service, incident.environment) if one.strip())
    when = words.day_and_time(incident.opened_at, now)
    why = plain(incident.why_opened, 150)
    began = f"opened {words.by(incident.opened_by)} {when}{f': {why}' if why else ''}"
    again = f"reopened {count(incident.openings - 1, 'time')}" if incident.openings > 1 else ""
    said = " · ".join(word for word in (what, where, began, again) if word)
    return f"{said[:1].upper()}{said[1:]}" if said.startswith("opened") else said


def roles(incident: IncidentView) -> str:
    """Say who has which role, and how one that is free is taken."""
    held = [f"{_title(role)}: {person(user)}" for role, user in incident.roles[:_MOST_ROLES] if user]
    return " · ".join([*held, vacant(incident)] if vacant(incident) else held)


def vacant(incident: IncidentView) -> str:
    """Name the roles nobody has, and what to type to take the first; empty where there is none to take."""
    free = [role for role, user in incident.roles[:_MOST_ROLES] if not user]
    if COMMANDER not in dict(incident.roles):
        free.insert(0, COMMANDER)
    if not free or not incident.open:
        return ""
    command = code(f"/pawincident role {incident.id} {free[0]} me", 80)
    return f"Nobody yet: {listed([plain(role, 30) for role in free])} ({command})"


def _title(role: str) -> str:
    shown = plain(role, 30)
    return f"{shown[:1].upper()}{shown[1:]}"


def _update(incident: IncidentView, now: datetime, limit: int) -> Iterator[str]:
    if incident.update.strip():
        when = f" {words.day_and_time(incident.update_at, now)}" if incident.update_at else ""
        yield f"*Update*{when} {words.by(incident.update_by)}: {plain(incident.update, limit)}"
    due = incident.next_update_at
    if due is not None and incident.open:
        when = words.day_and_time(due, now)
        yield f"*Update overdue since {when}*" if due <= now else f"Next update due {when}"


def belongs(incident: IncidentView, around: IncidentAround) -> Iterator[str]:
    """Name the alerts, those that fire first, and the runs that belong to it."""
    alerts = sorted(incident.alerts, key=lambda alert: not alert.firing)
    lines = [words.alert_line(alert, around.alert_links.get(alert.id, "")) for alert in alerts[:_MOST_ALERTS]]
    yield from first_few(lines, _MOST_ALERTS, len(alerts))
    runs = [_run(run, around) for run in incident.runs[-_MOST_RUNS:]]
    yield from first_few(runs, _MOST_RUNS, len(incident.runs))


def _run(run: IncidentRun, around: IncidentAround) -> str:
    where = around.run_links.get(run.id, "")
    stands = words.run_state(run.state) or "not known"
    why = plain(run.why, 120).rstrip(".")
    return f"{link(where, f'Run {run.id}')}: {plain(run.what, 100)}, {stands}{f': {why}' if why else ''}"


def _over(incident: IncidentView, limit: int, now: datetime) -> Iterator[str]:
    when = f" {words.day_and_time(incident.resolved_at, now)}" if incident.resolved_at else ""
    summary = plain(incident.summary, limit)
    yield f"Resolved {words.by(incident.resolved_by)}{when}{f': {summary}' if summary else '.'}"
    if incident.cause.strip():
        yield f"*Cause:* {plain(incident.cause, limit)}"
    if incident.follow_ups:
        first = plain(incident.follow_ups[0], 120)
        more = f" and {len(incident.follow_ups) - 1} more" if len(incident.follow_ups) > 1 else ""
        yield f"*To follow up:* {first}{more}"
    if incident.noisy:
        fired = "1 alert still fired" if incident.noisy == 1 else f"{incident.noisy:,} alerts still fired"
        yield f":warning: {fired} when it was resolved."
    command = code(f"pawdeploy incidents export {incident.id}", 60)
    yield f"Its report is {_report_place(incident)}; {command}, typed on the server, writes it to a file."


def _report_place(incident: IncidentView) -> str:
    """Say where this ending's report is: after a reopening an earlier one may be elsewhere."""
    if not incident.report_in:
        return "being written"
    return (
        "in the thread"
        if incident.report_in == incident.channel
        else f"in {words.channel(incident.report_in)}"
    )


def nevers(incident: IncidentView, limit: int) -> str:
    """Return the prohibitions, a line each; as many as fit ``limit``, and how many more there are."""
    lines: list[str] = []
    used = 0
    for never in incident.nevers:
        line = f"{NEVER} *{words.steady(never, 320)}*"
        if lines and used + size(line) > limit:
            break
        lines.append(line)
        used += size(line) + 1
    return "\n".join(first_few(lines, len(lines), len(incident.nevers)))
