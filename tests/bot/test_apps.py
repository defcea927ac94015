"""Rules of ``bot/apps.py``: apps and workflows that do not fit the rest of the file are refused at start."""

import json
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.apps import Expo, Ota
from bot.errors import ConfigError
from bot.project import Project
from bot.toml_file import parse

GOOD = (Path(__file__).parents[2] / "pawdeploy.toml").read_text("utf-8")
TOO_MANY = ", ".join(f"i{number} = ''" for number in range(21))

# what is replaced, by what, the key, what is said, what to write
WRONG = {
    "an app with a service's name": (
        'name = "mobile"',
        'name = "api"',
        "apps[0].name",
        "a service is named 'api' already",
        "give each service and app its own name",
    ),
    "an app that may be shipped by nobody known": (
        '[apps.environments.production]\ndeploy_roles = ["deployer"]',
        '[apps.environments.production]\ndeploy_roles = ["deploier"]',
        "apps[0].environments.production.deploy_roles",
        "'deploier' is not a role",
        "write one of deployer, approver, lead",
    ),
    "approvals of an app by nobody known": (
        'roles = ["approver"]\nquorum = 1',
        'roles = ["aprover"]\nquorum = 1',
        "apps[0].environments.production.approval.roles",
        "'aprover' is not a role",
        "write one of deployer, approver, lead",
    ),
    "an app that goes nowhere": (
        GOOD[GOOD.index("[apps.expo]") : GOOD.index("[[workflows]]")],
        "environments = {}\n\n",
        "apps[0].environments",
        "must not be empty",
        "[apps.environments.production]",
    ),
    "stages that fall": (
        "stages = [10, 50, 100]",
        "stages = [50, 10, 100]",
        "apps[0].environments.production.ota.stages",
        "stages must rise, and end at 100",
        "write stages = [10, 50, 100]",
    ),
    "stages that reach nobody in the end": (
        "stages = [10, 50, 100]",
        "stages = [10, 50]",
        "apps[0].environments.production.ota.stages",
        "stages must rise, and end at 100",
        "write stages = [10, 50, 100]",
    ),
    "updates of an app that is not at Expo": (
        GOOD[GOOD.index("[apps.expo]") : GOOD.index("[apps.stores]")],
        "",
        "apps[0].environments.production.ota",
        "the app has no [apps.expo]",
        "or remove this section",
    ),
    "a watch of an app whose errors nobody counts": (
        'sentry_project = "mobile"',
        'sentry_project = ""',
        "apps[0].environments.production.watch",
        "errors are counted nowhere",
        "add [sentry] and the service's sentry_project",
    ),
    "a role nobody defined, for testers": (
        'devices = ["ios", "android"]',
        'tester_roles = ["qa"]',
        "apps[0].environments.production.tester_roles",
        "'qa' is not a role of this file",
        "or add [roles.qa]",
    ),
    "a platform that is none": (
        'devices = ["ios", "android"]',
        'devices = ["ios", "web"]',
        "apps[0].environments.production.devices[1]",
        "'ios' or 'android'",
        'devices = ["ios", "android"]',
    ),
    "an app with a key of services": (
        'sentry_project = "mobile"',
        'railway_project = "5f1c"',
        "apps[0].railway_project",
        "not a key",
        "",
    ),
    "a workflow that is how the app is shipped": (
        'file = "source-maps.yml"',
        'file = "mobile-build.yml"',
        "workflows[1].file",
        "is how mobile is shipped to production: it would pass every gate",
        "ship it by its command",
    ),
    "two workflows of one name": (
        'name = "source-maps"',
        'name = "downgrade"',
        "workflows[1].name",
        "two workflows are named 'downgrade'",
        "give each workflow its own name",
    ),
    "a workflow of a service nobody ships": (
        'service = "mobile"',
        'service = "web"',
        "workflows[1].service",
        "'web' is not a service or an app",
        "write one of mobile, api",
    ),
    "a workflow for a place the app does not go to": (
        'service = "mobile"\nenvironment = "production"',
        'service = "mobile"\nenvironment = "staging"',
        "workflows[1].environment",
        "'mobile' has no environment 'staging'",
        "write one of production",
    ),
    "a workflow in a folder": (
        'file = "migrate.yml"',
        'file = "../deploy/migrate.yml"',
        "workflows[0].file",
        "does not have the form",
        'file = "migrate.yml"',
    ),
    "a workflow that is no YAML": (
        'file = "migrate.yml"',
        'file = "migrate.sh"',
        "workflows[0].file",
        "does not have the form",
        'file = "migrate.yml"',
    ),
    "an input pawdeploy sends itself": (
        'inputs = { action = "downgrade" }',
        'inputs = { sha = "main" }',
        "workflows[0].inputs.sha",
        "'sha' is sent by pawdeploy itself",
        "leave it out",
    ),
    "an input that is no text": (
        'inputs = { action = "downgrade" }',
        "inputs = { force = true }",
        "workflows[0].inputs.force",
        "must be text",
        'inputs = { action = "downgrade" }',
    ),
    "an input longer than any": (
        'inputs = { action = "downgrade" }',
        f'inputs = {{ action = "{"x" * 201}" }}',
        "workflows[0].inputs.action",
        "200",
        'inputs = { action = "downgrade" }',
    ),
    "an input with a name GitHub does not take": (
        'inputs = { action = "downgrade" }',
        'inputs = { "a b" = "downgrade" }',
        "workflows[0].inputs.a b",
        "is not a usable name",
        "letters, digits and dashes",
    ),
    "more inputs than GitHub takes": (
        'inputs = { action = "downgrade" }',
        f"inputs = {{ {TOO_MANY} }}",
        "workflows[0].inputs",
        "20",
        'inputs = { action = "downgrade" }',
    ),
    "a workflow without a title": (
        'title = "Take the last migration back"',
        'title = ""',
        "workflows[0].title",
        "",
        'title = "Take the last migration back"',
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_fit_is_named_with_what_to_write(what: str) -> None:
    old, new, key, problem, advice = WRONG[what]
    assert old in GOOD
    with pytest.raises(ConfigError) as caught:
        parse(GOOD.replace(old, new, 1))
    said = str(caught.value)

    assert f"{key}:" in said
    assert problem in said
    assert advice in said


def test_what_deploys_there_is_no_workflow_beside_it() -> None:
    by_workflow = GOOD.replace(
        'method = "railway"\nrequired_checks = ["test", "lint"]\ndeploy_roles = ["deployer"]\nemergency',
        'method = "github-workflow"\nrequired_checks = ["test"]\ndeploy_roles = ["deployer"]\nemergency',
    )
    with pytest.raises(ConfigError, match="it would pass every gate"):
        parse(by_workflow.replace('file = "migrate.yml"', 'file = "backend-deploy.yml"'))

    assert parse(by_workflow).workflow("downgrade") is not None


def test_an_app_is_found_where_runs_look_and_is_no_service() -> None:
    project = parse(GOOD)
    mobile = project.service_or_app("mobile")

    assert mobile is not None
    assert (mobile.repository, mobile.environments["production"].guarded) == ("pawlogic/mobile", True)
    assert project.service("mobile") is None
    assert project.service_or_app("api") == project.service("api")
    assert project.service_or_app("web") is None
    assert project.environments == ("staging", "production")


def test_a_file_without_apps_and_workflows_is_whole() -> None:
    start, end = GOOD.index("[[apps]]"), GOOD.index("# Seconds, unless")
    project = parse(GOOD[:start] + GOOD[end:])

    assert (project.apps, project.workflows, project.workflow("downgrade")) == ((), (), None)


@pytest.mark.parametrize(
    ("shape", "key", "most"), [(Expo, "config", 120), (Ota, "branch", 100), (Ota, "channel", 100)]
)
def test_a_word_has_a_length_and_letters_of_every_script(
    shape: type[Expo | Ota], key: str, most: int
) -> None:
    others = {"project": "5f8a2c1e-8f4b-4c1a-9d3e-1b2c3d4e5f60"} if shape is Expo else {}
    assert getattr(shape(**others, **{key: "ä" * most}), key) == "ä" * most
    for wrong in ("ä" * (most + 1), "", "a b"):
        with pytest.raises(ValidationError):
            shape(**others, **{key: wrong})


def test_no_pattern_counts_letters_of_every_script() -> None:
    """Each would cost 15 MB and 70 ms at every start: a length is told beside the pattern."""
    patterns = re.findall(r'"pattern": "(.*?)"[,}\s]', json.dumps(Project.model_json_schema()))
    assert len(patterns) > 20
    assert not [one for one in patterns if re.search(r"\\\\[wdWDS](?:[^\]]*\])?\{\d*,?\d{2,}\}", one)]
