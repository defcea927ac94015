"""The card of one alert: how it stands first, then what it is, what brought it, what to press. Pure."""

from datetime import datetime

from bot.engine.alerts import AlertState, AlertView, Severity
from handlers.render import _alert_lines as lines
from handlers.render import _alert_words as words
from handlers.render._alert_buttons import (
    ACKNOWLEDGE,
    ARCHIVE,
    ASSIGN,
    ATTACH,
    OPEN_ALERT,
    OPEN_INCIDENT,
    REOPEN,
    RESOLVE,
    RETRY_ACT,
    SNOOZE,
    alert_buttons,
)
from handlers.render._alert_lines import NOTHING, AlertAround
from handlers.render._blocks import Message, context, message, section
from handlers.render._text import clock

__all__ = [
    "ACKNOWLEDGE",
    "ARCHIVE",
    "ASSIGN",
    "ATTACH",
    "NOTHING",
    "OPEN_ALERT",
    "OPEN_INCIDENT",
    "REOPEN",
    "RESOLVE",
    "RETRY_ACT",
    "SNOOZE",
    "AlertAround",
    "render_alert",
]


def render_alert(alert: AlertView, *, now: datetime, around: AlertAround = NOTHING) -> Message:
    """Draw the card of ``alert`` as it stands ``now`` (aware UTC)."""
    mentions = around.mentions if alert.firing and not alert.snoozed(now) else ""
    head = (_headline(alert), lines.status(alert, now), *lines.what(alert), lines.often(alert), mentions)
    more = "\n".join(line for line in (*lines.cause(alert), *lines.troubles(alert, around)) if line)
    return message(
        _fallback(alert, mentions),
        section("\n".join(line for line in head if line)),
        section(more) if more else None,
        *alert_buttons(alert, around),
        context(_footer(alert, now)),
    )


def _headline(alert: AlertView) -> str:
    facts = (
        f"{words.mark(alert)} {words.linked_outcome(alert)}",
        words.place_besides(alert),
        *_manner(alert),
    )
    return " · ".join(fact for fact in facts if fact)


def _fallback(alert: AlertView, mentions: str) -> str:
    facts = (
        words.outcome(alert).replace("`", ""),
        words.place_besides(alert).replace("`", ""),
        *_manner(alert),
    )
    return f"{' · '.join(fact for fact in facts if fact)} {mentions}".rstrip()


def _manner(alert: AlertView) -> tuple[str, ...]:
    """Say how bad it is, whether it goes up and down, how often it came back."""
    back = alert.openings - 1
    came_back = "" if back < 1 else "came back once" if back == 1 else f"came back {back:,} times"
    if alert.state is not AlertState.FIRING:
        return (came_back,)
    usual = alert.severity is Severity.ERROR  # the mark says so
    return "" if usual else alert.severity.value, "flapping" if alert.flapping else "", came_back


def _footer(alert: AlertView, now: datetime) -> str:
    number = f"Alert {alert.id} · as of {clock(now, '{time_secs}')}"
    return "\n".join(line for line in (lines.origin(alert), lines.tags(alert), number) if line)
