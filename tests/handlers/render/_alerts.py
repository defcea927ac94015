"""Alerts to draw: a plain one, and strategies that make every shape Slack could ever be sent."""

from datetime import timedelta

from hypothesis import strategies as st

from bot.engine.alerts import (
    MOST_COUNT,
    ActKind,
    ActState,
    ActView,
    AlertState,
    AlertView,
    Introduced,
    Severity,
    Source,
)
from handlers.render.alert_card import AlertAround, render_alert
from tests.handlers._limits import assert_message
from tests.handlers._runs import BEN, NOON, SHA, nasty, times

LONG_AGO = NOON - timedelta(minutes=9)
AT_SENTRY = AlertAround(at_source=True, assignable=True)


def an_alert(**changes) -> AlertView:
    facts = {
        "id": 7,
        "fingerprint": "sentry:issue:4711",
        "source": Source.SENTRY,
        "service": "api",
        "environment": "production",
        "project": "backend",
        "severity": Severity.ERROR,
        "title": "ZeroDivisionError: division by zero",
        "state": AlertState.FIRING,
        "state_at": LONG_AGO,
        "first_seen": LONG_AGO,
        "last_seen": NOON - timedelta(seconds=20),
        "opened_at": LONG_AGO,
        "revision": 3,
        "culprit": "pets.views.list",
        "url": "https://pawlogic.sentry.io/issues/4711/",
        "issue_id": "4711",
        "short_id": "BACKEND-1A",
        "release": SHA,
        "times": 12,
        "events": 1204,
        "users": 88,
    }
    return AlertView(**facts | changes)


def an_act(**changes) -> ActView:
    facts = {
        "id": 3,
        "kind": ActKind.RESOLVE,
        "how": "now",
        "by": BEN,
        "at": NOON,
        "state": ActState.PENDING,
        "trouble": "",
    }
    return ActView(**facts | changes)


def a_deploy(**changes) -> Introduced:
    return Introduced(**{"run": 12, "attempt": 2, "sha": SHA, "how": "release", "live": True} | changes)


def draw(alert: AlertView, around: AlertAround = AT_SENTRY):
    message = render_alert(alert, now=NOON, around=around)
    assert_message(message)
    return message


def headline(alert: AlertView) -> str:
    return draw(alert).blocks[0]["text"]["text"].split("\n")[0]


def pressable(alert: AlertView, around: AlertAround = AT_SENTRY) -> dict:
    rows = [block["elements"] for block in draw(alert, around).blocks if block["type"] == "actions"]
    return {element["action_id"]: element for row in rows for element in row}


ids = st.integers(1, 2**53)
numbers = st.integers(0, MOST_COUNT)
acts = st.builds(
    ActView,
    id=ids,
    kind=st.sampled_from(ActKind),
    how=nasty,
    by=nasty,
    at=times,
    state=st.sampled_from(ActState),
    trouble=nasty,
)
deploys = st.builds(
    Introduced,
    run=ids,
    attempt=ids,
    sha=nasty,
    how=st.sampled_from(["release", "first_seen", "time"]),
    live=st.booleans(),
)
alert_views = st.builds(
    AlertView,
    id=ids,
    fingerprint=nasty,
    source=st.sampled_from(Source),
    service=nasty,
    environment=nasty,
    project=nasty,
    severity=st.sampled_from(Severity),
    title=nasty,
    state=st.sampled_from(AlertState),
    state_at=times,
    first_seen=times,
    last_seen=times,
    opened_at=times,
    revision=ids,
    culprit=nasty,
    detail=nasty,
    tags=st.lists(st.tuples(nasty, nasty), max_size=2).map(lambda few: tuple(few) * 20),
    url=nasty,
    issue_id=nasty,
    short_id=nasty,
    release=nasty,
    first_release=nasty,
    substatus=nasty,
    state_by=nasty,
    times=numbers,
    events=st.none() | numbers,
    users=st.none() | numbers,
    openings=st.integers(1, MOST_COUNT),
    flapping=st.booleans(),
    test=st.booleans(),
    acked_by=nasty,
    acked_at=st.none() | times,
    assignee=nasty,
    assignee_user=nasty,
    snoozed_until=st.none() | times,
    snoozed_by=nasty,
    archived_until=st.none() | times,
    archived_how=nasty,
    introduced=st.none() | deploys,
    suspect=nasty,
    playbook=nasty,
    incident=nasty,
    channel=nasty,
    mention=st.just(("oncall",)),
    quiet=st.booleans(),
    storm=st.none() | ids,
    act=st.none() | acts,
    misdirected=nasty,
)
