"""The project file's rules as they decide on real events."""

import pytest

from bot.alerting import Quiet, Rule
from bot.alerts.router import Router
from bot.engine.alerts import Severity, Source
from playbooks.library import load_library
from playbooks.models import Playbook
from tests.bot.engine._groups import begun, later, sentry, told
from tests.bot.pipelines._memory import JumpingClock
from tests.bot.pipelines._world import pawlogic


def router(*rules, clock=None) -> Router:
    project = pawlogic()
    section = project.alerts.model_copy(update={"rules": rules} if rules else {})
    return Router(project.model_copy(update={"alerts": section}), clock or JumpingClock(), asks=True)


def test_a_sentry_project_is_the_service_that_names_it():
    assert router().grade(sentry(), None).service == "api"
    assert router().service_of("backend") == "api"
    assert router().service_of("mobile") == "mobile"  # an app
    assert [router().service_of(name) for name in ("", "another")] == ["", ""]


def test_a_sentry_project_that_several_name_is_no_service():
    project = pawlogic()
    (api, *others) = project.services
    twin = api.model_copy(update={"name": "worker"})
    both = Router(project.model_copy(update={"services": (api, twin, *others)}), JumpingClock(), asks=True)
    assert both.grade(sentry(), None).service == ""
    assert both.service_of("mobile") == "mobile"


def test_a_service_nobody_knows_is_none():
    assert router().grade(told(service="somebody-elses"), None).service == ""
    assert router().grade(sentry(project="another"), None).service == ""
    assert router().grade(told(service="api"), None).service == "api"
    assert router().grade(told(service="mobile"), None).service == "mobile"


def test_what_an_event_leaves_out_is_known_from_its_group():
    group = begun(sentry(environment="production", tags={"platform": "ios"}, service="api"))
    rule = Rule(environment=("production",), tags={"platform": "ios"}, set_severity=Severity.CRITICAL)
    graded = router(rule).grade(sentry(project="", severity=Severity.WARNING), group)
    assert (graded.service, graded.severity) == ("api", Severity.CRITICAL)


@pytest.mark.parametrize(
    ("known", "told", "graded"),
    [
        ("staging", "production", "production"),
        ("production", "staging", "production"),
        ("staging", "laptop", "staging"),
        ("", "staging", "staging"),
        ("staging", "", "staging"),
    ],
)
def test_what_was_seen_in_a_guarded_place_is_there_whatever_else_has_it(known, told, graded):
    rule = Rule(environment=("production",), set_severity=Severity.CRITICAL)
    group = begun(sentry(environment=known, service="api"))
    event = router(rule).grade(sentry(environment=told), group)
    wanted = Severity.CRITICAL if graded == "production" else Severity.ERROR
    assert (event.environment, event.severity) == (graded, wanted)


def test_a_new_group_without_a_severity_is_an_error_and_a_known_one_keeps_its_own():
    event = told(severity=None)
    assert router().grade(event, None).severity is Severity.ERROR
    assert router().grade(event, begun(told(severity=Severity.INFO))).severity is None


def test_what_a_rule_calls_it_holds_for_every_event():
    rule = Rule(source=(Source.SENTRY,), severity=(Severity.ERROR,), set_severity=Severity.INFO)
    alerts = router(rule)
    first = alerts.grade(sentry(), None)
    assert first.severity is Severity.INFO
    assert alerts.grade(sentry(at=5), begun(first)).severity is Severity.INFO


def test_the_repositorys_file_sends_production_errors_to_the_approvers_and_staging_keeps_quiet_at_night():
    clock = JumpingClock()
    alerts = router(clock=clock)
    production, staging = (begun(sentry(environment=name)) for name in ("production", "staging"))
    assert alerts.route(production).mention == ("approver",)
    assert (alerts.route(staging).mention, alerts.route(staging).quiet) == (("deployer",), False)
    clock.at = later(8 * 3600)
    assert alerts.route(staging).quiet
    assert not alerts.route(production).quiet


def test_a_rule_says_channel_mention_playbook_and_quiet_hours():
    quiet = Quiet(starts="11:00", ends="13:00", timezone="UTC")
    rule = Rule(channel="C0OTHER0001", mention=("lead",), playbook="api-down", quiet=quiet)
    route = router(rule).route(begun(told()))
    assert (route.channel, route.mention, route.playbook, route.quiet) == (
        "C0OTHER0001", ("lead",), "api-down", True,
    )  # fmt: skip


@pytest.mark.parametrize("asks", [True, False])
def test_the_store_is_told_what_the_section_says(asks):
    project = pawlogic()
    applying = Router(project, JumpingClock(), asks=asks).applying()
    section = project.alerts
    assert (applying.asks, applying.storm_groups) == (asks, section.storm_groups)
    assert applying.grace.total_seconds() == section.grace
    assert applying.storm_window.total_seconds() == section.storm_window


def suggesting(*rules, **playbooks) -> Router:
    """A router that knows playbooks, each suggested for what is named."""
    project = pawlogic()
    section = project.alerts.model_copy(update={"rules": rules})
    books = {
        name: Playbook.model_validate(
            {
                "title": "T",
                "when": "W",
                "triggers": {"suggest": list(suggest)},
                "steps": [{"kind": "do", "id": "a", "text": "A"}],
            }
        )
        for name, suggest in playbooks.items()
    }
    return Router(project.model_copy(update={"alerts": section}), JumpingClock(), asks=True, playbooks=books)


def test_a_playbook_that_is_for_an_alert_is_named_where_no_rule_names_another():
    alerts = suggesting(
        Rule(mention=("lead",)), down=[{"source": ["generic"]}, {"environment": ["production"]}]
    )
    assert [alerts.route(begun(one)).playbook for one in (told(), sentry(environment="production"))] == [
        "down",
        "down",
    ]
    assert alerts.route(begun(sentry(environment="staging"))).playbook == ""
    assert alerts.route(begun(told())).mention == ("lead",)
    named = suggesting(Rule(playbook="mine"), down=[{"source": ["generic"]}])
    assert named.route(begun(told())).playbook == "mine"


def test_of_two_playbooks_for_an_alert_the_first_is_named():
    alerts = suggesting(first=[{"severity": ["error"]}], second=[{}])
    error = told(severity=Severity.ERROR)
    assert alerts.route(begun(error)).playbook == "first"
    assert alerts.route(begun(told(severity=Severity.INFO))).playbook == "second"


@pytest.mark.parametrize(
    ("match", "fits_it"),
    [
        ({"service": ["api"], "tags": {"platform": "*"}}, True),
        ({"service": ["mobile"]}, False),
        ({"tags": {"platform": "android"}}, False),
        ({"source": ["sentry", "health"], "environment": ["production"], "severity": ["error"]}, True),
    ],
)
def test_what_a_playbook_is_for_are_all_of_its_conditions(match, fits_it):
    event = sentry(service="api", environment="production", tags={"platform": "ios"})
    assert suggesting(down=[match]).route(begun(event)).playbook == ("down" if fits_it else "")


def test_the_libraries_playbooks_are_suggested_for_their_alerts():
    project = pawlogic()
    section = project.alerts.model_copy(update={"rules": ()})
    alerts = Router(
        project.model_copy(update={"alerts": section}), JumpingClock(), asks=True, playbooks=load_library()
    )
    event = told(source=Source.HEALTH, environment="production", severity=Severity.CRITICAL)
    assert alerts.route(begun(event)).playbook == "api-down"
