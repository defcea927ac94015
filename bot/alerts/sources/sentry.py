"""Sentry's messages: issue alerts, issues, metric alerts, errors, comments. Pure.

The kind of message stands in a header, not in the body
(https://docs.sentry.io/organization/integrations/integration-platform/webhooks/).
"""

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import BeforeValidator, Field

from bot.alerts.sources import _sentry_metrics
from bot.alerts.sources._told import (
    Line,
    Link,
    Moment,
    Name,
    Number,
    Part,
    Prose,
    Read,
    Tags,
    Told,
    Unread,
    fingerprint,
    opened,
    parse,
    past,
    when,
)
from bot.engine.alerts import AlertEvent, Happening, Source
from bot.engine.arrivals import Arrival
from bot.engine.sentry_issues import severity_of

_PROJECT = re.compile(r"/projects/[^/]+/([^/]+)/")
_ISSUES = {
    "created": Happening.FIRED,
    "resolved": Happening.RESOLVED,
    "ignored": Happening.ARCHIVED,  # as it is sent; the documentation says archived
    "archived": Happening.ARCHIVED,
    "unresolved": Happening.REOPENED,
    "assigned": Happening.ASSIGNED,
}


def _number(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


# Digits and nothing else: it becomes part of addresses at Sentry.
_IssueId = Annotated[str, BeforeValidator(_number), Field(pattern=r"^[0-9]{1,20}$")]


class _Actor(Told):
    type: Line = ""
    id: Line = ""
    name: Line = ""

    @property
    def who(self) -> str:
        """Who did it; empty when it was Sentry by itself."""
        return "" if (self.type, self.id) == ("application", "sentry") else self.name


class _Act(Told):
    action: str
    actor: Annotated[_Actor, Part] = _Actor()


class _Event(Told):
    issue_id: _IssueId
    title: Line = ""
    message: Line = ""
    culprit: Line = ""
    level: Line = ""
    environment: Name = ""
    release: Line = ""
    datetime: Moment = None
    tags: Tags = Field(default={})
    web_url: Link = ""
    url: Line = ""
    """Of the API; names the project, whose number alone stands elsewhere."""
    issue_url: Line = ""


class _EventIn(Told):
    event: _Event


class _ErrorIn(Told):
    error: _Event


class _EventAlert(_Act):
    data: _EventIn


class _Error(_Act):
    data: _ErrorIn


class _Project(Told):
    slug: Name = ""


class _Assignee(Told):
    name: Line = ""
    email: Line = ""


class _Issue(Told):
    id: _IssueId
    short_id: Name = Field(default="", alias="shortId")
    title: Line = ""
    culprit: Line = ""
    level: Line = ""
    substatus: Name = ""
    project: Annotated[_Project, Part] = _Project()
    assigned_to: Annotated[_Assignee, Part] = Field(default=_Assignee(), alias="assignedTo")
    count: Number = None
    user_count: Number = Field(default=None, alias="userCount")
    first_seen: Moment = Field(default=None, alias="firstSeen")
    last_seen: Moment = Field(default=None, alias="lastSeen")
    web_url: Link = ""
    permalink: Link = ""


class _IssueIn(Told):
    issue: _Issue


class _IssueAct(_Act):
    data: _IssueIn


class _CommentIn(Told):
    issue_id: _IssueId
    comment: Prose = ""
    project_slug: Name = ""
    timestamp: Moment = None


class _Comment(_Act):
    data: _CommentIn


def read(arrival: Arrival) -> Read:
    """Return what a message says."""
    reader = _READERS.get(arrival.resource)
    if arrival.resource == "installation":
        return Unread("ignored", "an installation came or went")
    if not arrival.body:
        return Unread("ignored", "an empty message")  # signed all the same: Sentry asks whether we are there
    if reader is None:
        return Unread("unknown", f"Sentry's {arrival.resource}")
    told = opened(arrival.body)
    if isinstance(told, Unread):
        return told
    act = parse(_Act, told)
    return act if isinstance(act, Unread) else reader(act.action, told, arrival)


def _event_alert(action: str, told: dict[str, object], arrival: Arrival) -> Read:
    if action != "triggered":
        return Unread("unknown", "an issue alert's action")
    alert = parse(_EventAlert, told)
    return alert if isinstance(alert, Unread) else (_happened(alert.data.event, arrival),)


def _error(action: str, told: dict[str, object], arrival: Arrival) -> Read:
    if action != "created":
        return Unread("unknown", "an error's action")
    error = parse(_Error, told)
    return error if isinstance(error, Unread) else (_happened(error.data.error, arrival),)


def _happened(event: _Event, arrival: Arrival) -> AlertEvent:
    project = _PROJECT.search(event.url) or _PROJECT.search(event.issue_url)
    level = event.level or event.tags.get("level", "")
    at = when(event.datetime, arrival.at)
    return AlertEvent(
        source=Source.SENTRY,
        fingerprint=fingerprint("sentry", "issue", event.issue_id),
        happening=Happening.FIRED,
        at=at,
        title=event.title or event.message,
        culprit=event.culprit,
        project=project[1] if project else "",
        environment=event.environment or event.tags.get("environment", ""),
        release=event.release or event.tags.get("sentry:release", "") or event.tags.get("release", ""),
        severity=severity_of(level),
        url=event.web_url,
        issue_id=event.issue_id,
        tags=event.tags,
        last_seen=at,
    )


def _issue(action: str, told: dict[str, object], arrival: Arrival) -> Read:
    happening = _ISSUES.get(action)
    if happening is None:
        return Unread("unknown", "an issue's action")
    act = parse(_IssueAct, told)
    if isinstance(act, Unread):
        return act
    issue = act.data.issue
    first, last = past(issue.first_seen, arrival.at), past(issue.last_seen, arrival.at)
    if happening is Happening.REOPENED and issue.substatus == "escalating":
        happening = Happening.ESCALATED
    assignee = issue.assigned_to.email or issue.assigned_to.name
    return (
        AlertEvent(
            source=Source.SENTRY,
            fingerprint=fingerprint("sentry", "issue", issue.id),
            happening=happening,
            # When somebody resolved it the message does not say.
            at=(last or arrival.at) if happening is Happening.FIRED else arrival.at,
            title=issue.title,
            culprit=issue.culprit,
            project=issue.project.slug,
            severity=severity_of(issue.level),
            url=issue.web_url or issue.permalink,
            issue_id=issue.id,
            short_id=issue.short_id[:80],
            substatus=issue.substatus[:60],
            events=issue.count,
            users=issue.user_count,
            first_seen=first,
            last_seen=last,
            assignee=assignee if "assigned_to" in issue.model_fields_set else None,
            by=act.actor.who,
        ),
    )


def _comment(action: str, told: dict[str, object], arrival: Arrival) -> Read:
    if action not in ("created", "updated", "deleted"):
        return Unread("unknown", "a comment's action")
    act = parse(_Comment, told)
    if isinstance(act, Unread):
        return act
    comment = act.data
    return (
        AlertEvent(
            source=Source.SENTRY,
            fingerprint=fingerprint("sentry", "issue", comment.issue_id),
            happening=Happening.NOTED,
            at=when(comment.timestamp, arrival.at),
            detail="" if action == "deleted" else comment.comment,
            project=comment.project_slug,
            issue_id=comment.issue_id,
            by=act.actor.who,
        ),
    )


def _metric_alert(action: str, told: dict[str, object], arrival: Arrival) -> Read:
    return _sentry_metrics.read(action, told, arrival)


_READERS: dict[str, Callable[[str, dict[str, object], Arrival], Read]] = {
    "event_alert": _event_alert,
    "issue": _issue,
    "metric_alert": _metric_alert,
    "error": _error,
    "comment": _comment,
}
"""By the word in the header. What else Sentry may send is kept, counted, and not read."""
