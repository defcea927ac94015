"""Rules of ``bot/alerts/sources/_sentry_metrics.py``: one group a rule; the state is in the action."""

from datetime import UTC, datetime

import pytest

from bot.alerts.sources import sentry
from bot.engine.alerts import Happening, Severity, Source
from tests.bot.alerts._arrivals import arrived, sample
from tests.bot.test_webhooks import NOON


def read_one(arrival):
    (event,) = sentry.read(arrival)
    return event


def metric(action: str, **incident: object):
    body = {"action": action, "data": {"metric_alert": {"alert_rule": {"id": 7}} | incident}}
    return arrived(Source.SENTRY, "metric_alert", body)


def test_a_critical_metric_fires_for_its_rule():
    event = read_one(sample("metric_alert.critical.tests"))

    assert event.model_dump(exclude_defaults=True) == {
        "source": Source.SENTRY,
        "fingerprint": "sentry:metric:7",
        "happening": Happening.FIRED,
        "at": NOON,
        "title": "My Metric Alert",
        "detail": "100 events in the last 10 minutes",
        "project": "my-proj",
        "severity": Severity.CRITICAL,
        "url": "https://sentry.io/organizations/my-org/alerts/rules/details/7/",
        "first_seen": datetime(2023, 8, 27, 18, 24, tzinfo=UTC),
    }


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("metric_alert.critical.example_app", Severity.CRITICAL),
        ("metric_alert.critical_with_alert_rule_action.example_app", Severity.CRITICAL),
        ("metric_alert.warning.example_app", Severity.WARNING),
        ("metric_alert.warning_with_alert_rule_action.example_app", Severity.WARNING),
    ],
)
def test_the_action_is_the_severity(name, severity):
    event = read_one(sample(name))
    assert (event.happening, event.severity) == (Happening.FIRED, severity)
    assert (event.fingerprint, event.title) == ("sentry:metric:456", "metric alert")


def test_a_metric_that_is_well_again_resolves_and_keeps_its_name():
    event = read_one(sample("metric_alert.resolved.docs"))
    assert (event.happening, event.severity, event.at) == (Happening.RESOLVED, None, NOON)
    assert (event.title, event.project, event.first_seen) == ("Too many errors", "bar", None)


@pytest.mark.parametrize(
    ("status", "severity"), [(20, Severity.CRITICAL), (10, Severity.WARNING), (None, None)]
)
def test_an_open_one_says_by_its_status_how_bad_it_is(status, severity):
    event = read_one(metric("open", status=status))
    assert (event.happening, event.severity) == (Happening.FIRED, severity)


def test_it_is_over_when_we_hear_of_it_so_that_one_clock_tells_the_order():
    assert read_one(metric("resolved", date_closed="2026-05-04T11:58:00Z")).at == NOON


def test_a_rule_over_several_projects_names_none():
    assert read_one(metric("critical", projects=["a", "b"])).project == ""
    assert read_one(metric("critical", projects=[7, None])).project == ""


def test_a_rule_names_its_environment():
    assert read_one(metric("critical", alert_rule={"id": "7", "environment": "production"})).environment == (
        "production"
    )


@pytest.mark.parametrize("rule", [None, {}, {"id": ""}, {"id": None}, "7"])
def test_without_its_rule_it_cannot_be_read(rule):
    assert sentry.read(metric("critical", alert_rule=rule)).outcome == "unreadable"
