"""Where to look: the playbook, else the incident, else the only one there is; else nobody guesses."""

import pytest

from bot.incidents.looks import LookPlace
from bot.incidents.looks.where import Spot, find
from playbooks.steps import CrashesProbe, RailwayProbe
from tests.bot.incidents.looks._world import project

FILE = project()
NOWHERE = LookPlace()


def probe(service="", environment=""):
    return RailwayProbe(kind="railway", service=service, environment=environment)


def more_services(*names):
    api = FILE.services[0]
    return FILE.model_copy(
        update={"services": (api, *(api.model_copy(update={"name": name}) for name in names))}
    )


def shown(found):
    assert isinstance(found, Spot), found
    return found.key


@pytest.mark.parametrize(
    ("asked", "place", "wanted"),
    [
        (probe("api", "staging"), LookPlace(service="mobile", environment="production"), ("api", "staging")),
        (probe(), LookPlace(service="api", environment="staging"), ("api", "staging")),
        (probe("api"), LookPlace(service="mobile", environment="production"), ("api", "production")),
        (probe("mobile"), LookPlace(service="api", environment="staging"), ("mobile", "production")),
        (probe(), NOWHERE, ("api", "production")),
    ],
)
def test_the_playbook_goes_before_the_incident_and_that_before_the_only_one(asked, place, wanted):
    assert shown(find(FILE, asked, place)) == wanted


def test_an_app_is_known_as_one():
    assert [find(FILE, probe(name), NOWHERE).app for name in ("api", "mobile")] == [False, True]


def test_with_several_services_one_has_to_be_named():
    assert find(more_services("worker"), probe(), NOWHERE) == (
        "No service is named, and there are api, worker, mobile. "
        "Name one in the playbook or for the incident."
    )


def test_with_several_guarded_environments_one_has_to_be_named():
    api = FILE.services[0]
    both = dict.fromkeys(("eu", "us"), api.environments["production"])
    file = FILE.model_copy(update={"services": (api.model_copy(update={"environments": both}),)})

    assert find(file, probe(), NOWHERE) == (
        "No environment is named, and api has eu, us. Name one in the playbook or for the incident."
    )


def test_without_a_guarded_environment_the_only_one_is_meant():
    api = FILE.services[0]
    bare = api.model_copy(update={"environments": {"staging": api.environments["staging"]}})

    assert shown(find(FILE.model_copy(update={"services": (bare,)}), probe(), NOWHERE)) == ("api", "staging")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (probe("web"), "There is no service web in pawdeploy.toml."),
        (probe("api", "moon"), "api has no environment moon in pawdeploy.toml."),
    ],
)
def test_a_name_nobody_knows_is_said(asked, said):
    assert find(FILE, asked, NOWHERE) == said


def test_where_crashes_are_asked_for_the_only_app_is_meant_else_the_only_service_sentry_knows():
    crashes = CrashesProbe(kind="crashes")
    silent = FILE.apps[0].model_copy(update={"sentry_project": ""})

    assert shown(find(FILE, crashes, NOWHERE, counted=True)) == ("mobile", "production")
    quiet = FILE.model_copy(update={"apps": (silent,)})
    assert shown(find(quiet, crashes, NOWHERE, counted=True)) == ("api", "production")
