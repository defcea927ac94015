"""Why nothing was done about an alert: who was first, since when. Words alone, mrkdwn, escaped."""

from datetime import UTC, datetime
from html import escape

from bot.engine.alert_groups import UNTOLD, is_person
from bot.engine.alert_words import doing
from bot.engine.alerts import ActRequest, ActView, AlertState, AlertView

_STANDS = {AlertState.RESOLVED: "resolved", AlertState.ARCHIVED: "archived", AlertState.FIRING: "open"}
_MOST_NAME = 60


def already(alert: AlertView, state: AlertState) -> str:
    """Say that it is in that ``state`` without anybody's doing."""
    return f"Alert {alert.id} is {_STANDS[state]} already{_by(alert)}. Nothing was changed."


def not_acknowledged(alert: AlertView) -> str:
    """Say who looks at it already, or that it is over."""
    if alert.acked_by:
        since = f" {_at(alert.acked_at)}" if alert.acked_at else ""
        return f"<@{alert.acked_by}> acknowledged alert {alert.id} already,{since}. Nothing was changed."
    return f"{_over(alert)}; there is nothing to acknowledge. The card shows it."


def not_snoozed(alert: AlertView) -> str:
    """Say that it is over, so that nobody is mentioned."""
    return f"{_over(alert)}: it mentions nobody, and was not snoozed. When it comes back, people are called."


def under_way(other: ActView, asked: ActRequest) -> str:
    """Say who asked for an act of that kind that is not done yet; empty: it is the one that is ``asked``."""
    same = other.how == asked.how
    if same and other.by == asked.by:
        return ""
    if same:
        return f"<@{other.by}> asked for the same a moment ago; the card says when it is done."
    who = "You" if other.by == asked.by else f"<@{other.by}>"
    said = doing(other.kind, other.how, to=f"<@{other.how}>")
    return f"{who} asked to {said} a moment ago. Nothing was changed; ask anew when that is done."


def belongs(alert_id: int, incident: int, since: datetime) -> str:
    """Say which incident that goes on has it, since when."""
    return (
        f"Alert {alert_id} belongs to incident {incident} since {since:%d %b %H:%M} UTC and is counted there "
        "until that is resolved. Nothing was changed. "
        f"`/pawincident note {incident} …` writes on its timeline where else it is worked on."
    )


def _over(alert: AlertView) -> str:
    return f"Alert {alert.id} is {_STANDS[alert.state]}{_by(alert)}"


def _by(alert: AlertView) -> str:
    since = f", since {_at(alert.state_at)}"
    name = " ".join(alert.state_by.split())[:_MOST_NAME]
    if alert.state_by == UNTOLD:
        return f" at Sentry{since}"
    if is_person(name):
        return f", by <@{name}>{since}"
    return f", by {escape(name, quote=False)}{since}" if name else since


def _at(moment: datetime) -> str:
    """Say when in the reader's own time."""
    utc = moment.astimezone(UTC)
    return f"<!date^{int(utc.timestamp())}^{{date_short_pretty}} at {{time}}|{utc:%Y-%m-%d %H:%M} UTC>"
