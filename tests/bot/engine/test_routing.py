"""Where an alert goes: the first rule that fits decides."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.engine.alerts import Severity, Source
from bot.engine.routing import QuietHours, Route, Routed, RoutingRule, route

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(starts=time(19), ends=time(8), zone=BERLIN)
HERE = "C0ALERTS001"


def an_alert(**facts) -> Routed:
    known = {
        "source": Source.SENTRY,
        "service": "api",
        "environment": "production",
        "severity": Severity.ERROR,
        "tags": (("platform", "ios"),),
    }
    return Routed(**known | facts)


def sent(*rules, alert=None, now=NOON) -> Route:
    return route(rules, alert or an_alert(), channel=HERE, now=now)


def test_without_a_rule_it_goes_to_the_sections_channel_and_nobody_is_mentioned():
    assert sent() == Route(channel=HERE, severity=Severity.ERROR)


def test_a_rule_without_conditions_fits_everything():
    rule = RoutingRule(channel="C0OTHER0001", mention=("lead",), playbook="api-down")
    assert sent(rule) == Route(
        channel="C0OTHER0001", severity=Severity.ERROR, mention=("lead",), playbook="api-down"
    )


def test_the_first_rule_that_fits_decides_and_what_it_leaves_out_is_not_taken_from_the_next():
    first, second = RoutingRule(mention=("lead",)), RoutingRule(channel="C0OTHER0001", playbook="api-down")
    assert sent(first, second) == Route(channel=HERE, severity=Severity.ERROR, mention=("lead",))


@pytest.mark.parametrize(
    "condition",
    [
        {"sources": frozenset({Source.HEALTH})},
        {"services": frozenset({"web"})},
        {"environments": frozenset({"staging"})},
        {"severities": frozenset({Severity.CRITICAL})},
        {"tags": (("platform", "android"),)},
        {"tags": (("team", "*"),)},
        {"tags": (("platform", "ios"), ("team", "app"))},
    ],
)
def test_each_condition_keeps_out_what_does_not_meet_it(condition):
    assert sent(RoutingRule(mention=("lead",), **condition)).mention == ()


@pytest.mark.parametrize(
    "condition",
    [
        {"sources": frozenset({Source.HEALTH, Source.SENTRY})},
        {"services": frozenset({"api"})},
        {"environments": frozenset({"production"})},
        {"severities": frozenset({Severity.ERROR})},
        {"tags": (("platform", "ios"),)},
        {"tags": (("platform", "*"),)},
    ],
)
def test_each_condition_lets_in_what_meets_it(condition):
    assert sent(RoutingRule(mention=("lead",), **condition)).mention == ("lead",)


def test_an_alert_of_no_service_fits_no_rule_for_one():
    rule = RoutingRule(services=frozenset({"api"}), mention=("lead",))
    assert sent(rule, alert=an_alert(service="", environment="")).mention == ()


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"),
    [(16, 59, False), (17, 0, True), (23, 0, True), (5, 59, True), (6, 0, False), (12, 0, False)],
)
def test_quiet_hours_are_those_of_their_place_and_may_go_over_midnight(hour, minute, quiet):
    now = NOON.replace(hour=hour, minute=minute)  # Berlin is two hours ahead in May
    assert sent(RoutingRule(quiet=NIGHT), now=now).quiet is quiet


def test_quiet_hours_within_a_day():
    lunch = QuietHours(starts=time(12), ends=time(13), zone=ZoneInfo("UTC"))
    assert [lunch.hold(NOON.replace(hour=hour)) for hour in (11, 12, 13)] == [False, True, False]


def test_quiet_hours_move_with_summer_time():
    january = datetime(2026, 1, 5, 17, 30, tzinfo=UTC)
    assert not NIGHT.hold(january)
    assert NIGHT.hold(january.replace(hour=18))


def test_what_is_critical_is_never_quiet_also_when_only_the_rule_calls_it_so():
    night = NOON.replace(hour=22)
    assert not sent(RoutingRule(quiet=NIGHT), alert=an_alert(severity=Severity.CRITICAL), now=night).quiet
    assert not sent(RoutingRule(quiet=NIGHT, set_severity=Severity.CRITICAL), now=night).quiet


def test_a_rule_fits_by_what_the_source_said_and_sets_what_we_call_it():
    rule = RoutingRule(severities=frozenset({Severity.ERROR}), set_severity=Severity.INFO)
    assert sent(rule).severity is Severity.INFO


def suggested(*suggestions, rules=()):
    return route(rules, an_alert(), channel=HERE, now=NOON, suggestions=suggestions)


def test_the_first_suggestion_that_fits_names_the_playbook_and_nothing_else():
    elsewhere = RoutingRule(environments=frozenset({"staging"}), playbook="other")
    first = RoutingRule(playbook="first", channel="C0OTHER0001", mention=("lead",))
    assert suggested(elsewhere, first, RoutingRule(playbook="second")) == Route(
        channel=HERE, severity=Severity.ERROR, playbook="first"
    )
    assert suggested(elsewhere).playbook == ""


def test_a_rule_names_its_own_playbook_before_any_suggestion():
    suggestion = RoutingRule(playbook="suggested")
    assert suggested(suggestion, rules=[RoutingRule(playbook="mine")]).playbook == "mine"
    assert suggested(suggestion, rules=[RoutingRule(mention=("lead",))]).playbook == "suggested"


def test_a_suggestion_fits_by_what_the_source_said_and_not_by_what_a_rule_calls_it():
    critical = RoutingRule(severities=frozenset({Severity.CRITICAL}), playbook="down")
    called = RoutingRule(set_severity=Severity.CRITICAL)
    assert suggested(critical, rules=[called]).playbook == ""
