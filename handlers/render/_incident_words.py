"""An incident in a few words: its mark, its name, how long it goes on. Shared by all that is about one. Pure.

Marks mean what they mean elsewhere: red is broken, yellow wants a look, blue goes on and is no harm, green
is well again, white is not known.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.engine.alerts import AlertState
from bot.engine.incidents import IncidentAlert, IncidentRow, IncidentState, IncidentView, Sev, Status
from handlers.render import _steps as marks
from handlers.render._alert_words import WHEN, channel
from handlers.render._text import clock, link, person, plain, size

__all__ = [
    "DRILL",
    "NOT_REAL",
    "OURSELVES",
    "WHEN",
    "addressee",
    "alert_line",
    "by",
    "channel",
    "circle",
    "clock",
    "day_and_time",
    "headline",
    "lasted",
    "mark",
    "named",
    "prose",
    "run_state",
    "standing",
    "steady",
    "titled",
]

DRILL = "*DRILL*"
NOT_REAL = "nothing real is touched"
OURSELVES = "pawdeploy"
"""Who did it when it was done by itself."""
_CIRCLES = {Status.OK: marks.DONE, Status.BAD: marks.FAILED, Status.UNKNOWN: marks.STOPPED}
_CHUNK = 500
"""Characters of one line at most; escaped, five times as many still fit a paragraph."""
_PARAGRAPH = 2_700


_RUN_STATES = {
    "asking": "waits for approval",
    "preparing": "is being prepared",
    "waiting": "waits in line",
    "running": "is under way",
    "cancelling": "is being cancelled",
    "succeeded": "succeeded",
    "failed": "failed",
    "refused": "was refused",
    "cancelled": "was cancelled",
}


def steady(text: str, limit: int = 150) -> str:
    """Return one escaped line that may stand inside our bold."""
    return plain(text, limit).replace("*", "∗")  # noqa: RUF001 - looks the same, means nothing to Slack


def mark(incident: IncidentView | IncidentRow) -> str:
    """Return the one state mark."""
    if incident.state is IncidentState.RESOLVED:
        return marks.DONE
    if incident.drill:
        return marks.GOING
    return marks.WAITING if incident.severity is Sev.SEV3 else marks.FAILED


def circle(status: str) -> str:
    """Return the mark of what a look found; white for what nobody knows."""
    return _CIRCLES[Status(status)] if status in list(Status) else marks.STOPPED


def headline(incident: IncidentView | IncidentRow, limit: int = 150) -> str:
    """Return what it is called, escaped; its playbook's title where nobody wrote anything."""
    return steady(incident.headline, limit) or steady(incident.title, limit) or f"incident {incident.id}"


def named(incident: IncidentView | IncidentRow, limit: int = 100) -> str:
    """Say which one it is: ``incident 3, API does not answer``."""
    return f"incident {incident.id}, {headline(incident, limit)}"


def titled(incident: IncidentView) -> str:
    """Name it in a form's first line; a drill says so first."""
    drill = f"{DRILL} · {NOT_REAL} · " if incident.drill else ""
    return f"{drill}*{incident.severity.upper()} · {headline(incident)}* · incident {incident.id}"


def lasted(time: timedelta) -> str:
    """Say how long an incident goes on, as people say it: no seconds."""
    minutes = max(0, int(time.total_seconds() // 60))
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes // 1440} days {minutes % 1440 // 60} h"


def standing(incident: IncidentView, now: datetime) -> str:
    """Say in bold how it stands and what it is, then how far it has come."""
    over, all_of_them = incident.progress
    progress = f"{over} of {all_of_them} steps" if all_of_them else "no steps"
    severity, called, time = incident.severity.upper(), headline(incident), lasted(incident.elapsed(now))
    if incident.open:
        return f"*{severity} · {called}* · open for {time} · {progress}"
    return f"*Resolved after {time} · {severity} · {called}* · {progress}"


def by(user: str) -> str:
    """Say who did it: a mention, or by itself."""
    return f"by {person(user)}" if user.strip() and user != OURSELVES else "by itself"


def day_and_time(moment: datetime, now: datetime) -> str:
    """Say when: the time alone within half a day, else with its day."""
    near = abs(now - moment) < timedelta(hours=12)
    return clock(moment) if near else clock(moment, WHEN)


def run_state(state: str) -> str:
    """Say how a run stands, as its card does."""
    return _RUN_STATES.get(state, plain(state, 40))


def alert_line(alert: IncidentAlert, where: str = "", limit: int = 110) -> str:
    """Name an alert and whether it fires; ``where`` is the address of its card.

    One that was archived is put aside: whether it is well nobody knows, so its mark is white.
    """
    quiet = marks.DONE if alert.state == AlertState.RESOLVED else marks.STOPPED
    shown = marks.FAILED if alert.firing else quiet
    name = link(where or alert.url, steady(alert.title, limit) or f"alert {alert.id}")
    stands = "still fires" if alert.firing else plain(alert.state, 30) or "quiet"
    return " · ".join(word for word in (f"{shown} {name}", plain(alert.place, 60), stands) if word)


def addressee(text: str) -> str:
    """Name one a message goes to: a channel is mentioned, everybody else named as the playbook does."""
    mentioned = channel(text)
    return mentioned if mentioned.startswith("<#") else plain(text, 80)


def prose(text: str, most: int = 9_000) -> tuple[str, ...]:
    """Return what a person wrote, lines kept, escaped, as paragraphs that fit; cut after ``most``."""
    held: list[list[str]] = [[]]
    used = total = 0
    for line in _lines(text):
        if total + size(line) > most:
            held[-1].append("…")
            break
        if held[-1] and used + size(line) + 1 > _PARAGRAPH:
            held.append([])
            used = 0
        held[-1].append(line)
        used += size(line) + 1
        total += size(line) + 1
    joined = ("\n".join(lines).strip("\n") for lines in held)
    return tuple(paragraph for paragraph in joined if paragraph.strip())


def _lines(text: str) -> Iterator[str]:
    for line in text[:20_000].splitlines():
        while len(line) > _CHUNK:
            space = line.rfind(" ", 1, _CHUNK)
            end = space if space > 0 else _CHUNK
            yield plain(line[:end], _PARAGRAPH)
            line = line[end:].lstrip()
        yield plain(line, _PARAGRAPH)
