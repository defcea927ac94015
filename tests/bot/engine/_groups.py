"""Groups and what is told of them, for tests of what is decided."""

from datetime import UTC, datetime, timedelta

from bot.engine.alerting import Fold, Group, begin, fold
from bot.engine.alerts import AlertEvent, Happening, Severity, Source
from bot.engine.sentry_issues import Issue

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def told(happening=Happening.FIRED, at=0.0, **facts) -> AlertEvent:
    """Return something a sender tells who cannot be asked."""
    known = {"source": Source.GENERIC, "fingerprint": "generic:disk", "title": "Disk is full"}
    return AlertEvent(happening=happening, at=later(at), **known | facts)


def sentry(happening=Happening.FIRED, at=0.0, issue="4711", **facts) -> AlertEvent:
    """Return something Sentry tells of an issue."""
    known = {
        "source": Source.SENTRY,
        "fingerprint": f"sentry:issue:{issue}",
        "issue_id": issue,
        "title": "ZeroDivisionError",
        "project": "backend",
        "severity": Severity.ERROR,
    }
    return AlertEvent(happening=happening, at=later(at), **known | facts)


def begun(event: AlertEvent, *, asks=True) -> Group:
    group = begin(event, asks=asks)
    assert group is not None
    return group


def folded(group, *events, asks=False) -> Fold:
    """Return what becomes of a group by one event after the other."""
    done = Fold(group)
    for event in events:
        done = fold(done.group, event, asks=asks)
    return done


def an_issue(**facts) -> Issue:
    known = {
        "id": "4711",
        "short_id": "BACKEND-9",
        "title": "ZeroDivisionError",
        "culprit": "pets.views.list",
        "project": "backend",
        "level": "error",
        "status": "unresolved",
        "substatus": "new",
        "events": 3,
        "users": 2,
        "first_seen": later(0),
        "last_seen": later(0),
    }
    return Issue(**known | facts)
