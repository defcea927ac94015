"""Whether the alerts of an incident still fire. Pure."""

from datetime import datetime

from bot.engine.incidents import Finding, IncidentAlert, Status
from bot.incidents.looks.words import length, many


def look(alerts: tuple[IncidentAlert, ...], now: datetime) -> Finding:
    """Say which of them fire ``now``; none: all is quiet."""
    firing = [alert for alert in alerts if alert.firing]
    details = tuple(_line(alert, now) for alert in sorted(alerts, key=lambda one: not one.firing))
    if firing:
        verb = "fires" if len(firing) == 1 else "fire"
        return Finding(
            status=Status.BAD,
            said=f"{many(len(firing), 'alert')} still {verb}: {firing[0].title}"
            + (f" and {len(firing) - 1} more." if len(firing) > 1 else "."),
            details=details,
            url=firing[0].url,
        )
    said = f"All {len(alerts)} alerts are quiet." if len(alerts) > 1 else "Its alert is quiet."
    return Finding(
        status=Status.OK,
        said=said if alerts else "No alert belongs to this incident, so none fires.",
        details=details,
    )


def _line(alert: IncidentAlert, now: datetime) -> str:
    how = "fires" if alert.firing else alert.state
    where = f" ({alert.place})" if alert.place else ""
    return f"Alert {alert.id}: {alert.title}{where}: {how}, for {length(now - alert.state_at)}"
