"""The card of a storm: many alerts at once, summed up; each one's own card is in its thread. Pure."""

from datetime import datetime

from bot.engine.alerts import AlertView, StormView
from handlers.render import _alert_words as words
from handlers.render import _steps as steps
from handlers.render._blocks import Message, context, message, section
from handlers.render._text import clock, count, duration, person

MOST_GROUPS = 8


def render_storm(storm: StormView, *, now: datetime) -> Message:
    """Draw ``storm`` as it stands ``now``."""
    head = _over(storm) if storm.ended_at else _raging(storm)
    worst = [_line(alert) for alert in storm.worst[:MOST_GROUPS]]
    more = storm.groups - len(worst)
    if worst and more > 0:
        worst.append(f"and {more:,} more")
    where = "What began it has cards beside this one; each of these has its own in the thread."
    name = f"Storm {storm.id}"
    at = clock(storm.ended_at, words.WHEN) if storm.ended_at else f"as of {clock(now, '{time_secs}')}"
    return message(
        head.replace("*", ""),
        section(f"{_mark(storm)} {head}"),
        section("\n".join(worst)) if worst else None,
        context(f"{where} {name} · {at}"),
    )


def _mark(storm: StormView) -> str:
    if storm.ended_at is None:
        return steps.FAILED
    return steps.WAITING if storm.firing else steps.DONE


def _raging(storm: StormView) -> str:
    groups = f"{storm.groups:,} {'group' if storm.groups == 1 else 'groups'}"
    quiet = _quiet(storm)
    since = clock(storm.began_at)
    said = f"*Alert storm: {groups} since {since}, {words.told_times(storm.told)}*"
    return f"{said} · {quiet}" if quiet else said


def _over(storm: StormView) -> str:
    lasted = duration((storm.ended_at or storm.last_at) - storm.began_at)
    groups = count(storm.groups, "group")
    still = _quiet(storm) or ("it still fires" if storm.groups == 1 else "all of them still fire")
    said = f"{groups} in {lasted}, {words.told_times(storm.told)}"
    return f"*The storm is over:* {said}; {still}"


def _quiet(storm: StormView) -> str:
    """Say how many fire no more; empty while all do."""
    quiet = max(0, storm.groups - storm.firing)
    if not quiet:
        return ""
    return "all quiet again" if quiet >= storm.groups else f"{quiet:,} of {storm.groups:,} quiet again"


def _line(alert: AlertView) -> str:
    seen = f"seen by {person(alert.acked_by)}" if alert.acked_by and alert.firing else ""
    facts = (words.linked_outcome(alert, 90), words.place_besides(alert), words.counts(alert), seen)
    return f"{words.mark(alert)} {' · '.join(fact for fact in facts if fact)}"
