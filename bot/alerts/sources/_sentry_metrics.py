"""Sentry's metric alerts: one group a rule, whatever incident of it is told. Pure.

https://docs.sentry.io/organization/integrations/integration-platform/webhooks/metric-alerts/
"""

from typing import Annotated

from pydantic import BeforeValidator, Field

from bot.alerts.sources._told import (
    Line,
    Link,
    Moment,
    Name,
    Number,
    Prose,
    Read,
    Told,
    Unread,
    fingerprint,
    parse,
    past,
)
from bot.engine.alerts import AlertEvent, Happening, Severity, Source
from bot.engine.arrivals import Arrival

_ACTIONS: dict[str, tuple[Happening, Severity | None]] = {
    "critical": (Happening.FIRED, Severity.CRITICAL),
    "warning": (Happening.FIRED, Severity.WARNING),
    "open": (Happening.FIRED, None),
    "resolved": (Happening.RESOLVED, None),
}
_STATUSES = {20: Severity.CRITICAL, 10: Severity.WARNING}


def _projects(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


_Projects = Annotated[tuple[Name, ...], BeforeValidator(_projects)]


class _Rule(Told):
    id: Annotated[Name, Field(min_length=1)]
    name: Line = ""
    environment: Name = ""
    projects: _Projects = ()


class _Incident(Told):
    alert_rule: _Rule
    title: Line = ""
    status: Number = None
    projects: _Projects = ()
    date_started: Moment = None


class _Data(Told):
    metric_alert: _Incident
    description_text: Prose = ""
    description_title: Line = ""
    web_url: Link = ""


class _MetricAlert(Told):
    data: _Data


def read(action: str, told: dict[str, object], arrival: Arrival) -> Read:
    """Return what a metric alert says."""
    if action not in _ACTIONS:
        return Unread("unknown", "a metric alert's action")
    alert = parse(_MetricAlert, told)
    if isinstance(alert, Unread):
        return alert
    said, incident = alert.data, alert.data.metric_alert
    rule = incident.alert_rule
    happening, severity = _ACTIONS[action]
    if action == "open":
        severity = _STATUSES.get(incident.status or 0)
    projects = incident.projects or rule.projects
    over = happening is Happening.RESOLVED
    return (
        AlertEvent(
            source=Source.SENTRY,
            fingerprint=fingerprint("sentry", "metric", rule.id),
            happening=happening,
            # Sentry says when one was closed, but not when it got worse: only one clock can tell the order.
            at=arrival.at,
            # Not ``description_title``, if it can be helped: that begins with the state, which a card shows.
            title=rule.name or said.description_title or incident.title,
            detail=said.description_text,
            project=projects[0] if len(projects) == 1 else "",
            environment=rule.environment,
            severity=severity,
            url=said.web_url,
            first_seen=None if over else past(incident.date_started, arrival.at),
        ),
    )
