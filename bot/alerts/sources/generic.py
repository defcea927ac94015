"""Messages of anybody else who signs by Standard Webhooks. Pure.

The body, as ``docs/alerts-setup.md`` tells people to write it; what stands in ``?`` may be left out::

    {
      "type": "alert.triggered",            or "alert.resolved"
      "timestamp"?: "2026-05-04T12:00:00Z", when it happened; else when it arrived
      "data": {
        "key": "disk-full/db-1",            names the group: the same key is the same alert, and resolves it
        "title": "Disk of db-1 is full",    needed when it is triggered
        "severity"?: "critical",            or "error", "warning", "info"; anything else is none
        "service"?: "api",                  as pawdeploy.toml calls it
        "environment"?: "production",
        "detail"?: "98 % of 40 GB",
        "url"?: "https://…",
        "tags"?: {"team": "storage"}
      }
    }
"""

from typing import Annotated

from pydantic import BeforeValidator, Field

from bot.alerts.sources._told import (
    Line,
    Link,
    Moment,
    Name,
    Prose,
    Read,
    Tags,
    Told,
    Unread,
    fingerprint,
    opened,
    parse,
    when,
)
from bot.engine.alerts import AlertEvent, Happening, Severity, Source
from bot.engine.arrivals import Arrival

_TYPES = {"alert.triggered": Happening.FIRED, "alert.resolved": Happening.RESOLVED}
_SEVERITIES = {severity.value: severity for severity in Severity}


def _severity(value: object) -> Severity | None:
    return _SEVERITIES.get(value.lower()) if isinstance(value, str) else None


class _Data(Told):
    key: Annotated[Line, Field(min_length=1)]
    title: Line = ""
    severity: Annotated[Severity | None, BeforeValidator(_severity)] = None
    service: Name = ""
    environment: Name = ""
    detail: Prose = ""
    url: Link = ""
    tags: Tags = Field(default={})


class _Payload(Told):
    timestamp: Moment = None
    data: _Data


class _Typed(Told):
    type: str


def read(arrival: Arrival) -> Read:
    """Return what a message says."""
    told = opened(arrival.body)
    typed = told if isinstance(told, Unread) else parse(_Typed, told)
    if isinstance(told, Unread) or isinstance(typed, Unread):
        return told if isinstance(told, Unread) else Unread("unreadable", "no type")
    happening = _TYPES.get(typed.type)
    if happening is None:
        return Unread("unknown", "a type that is neither alert.triggered nor alert.resolved")
    payload = parse(_Payload, told)
    if isinstance(payload, Unread):
        return payload
    data = payload.data
    if happening is Happening.FIRED and not data.title:
        return Unread("unreadable", "data.title: nothing to show")
    return (
        AlertEvent(
            source=Source.GENERIC,
            fingerprint=fingerprint("generic", data.key),
            happening=happening,
            at=when(payload.timestamp, arrival.at),
            title=data.title,
            detail=data.detail,
            service=data.service,
            environment=data.environment,
            severity=data.severity,
            url=data.url,
            tags=data.tags,
        ),
    )
