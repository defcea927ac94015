from pathlib import Path

import pytest
import tomlkit

from bot.check_playbooks import folders
from bot.errors import ConfigError
from bot.settings import read_settings
from bot.toml_file import load
from sandbox.config import (
    _SHORTER,
    _SHORTER_APP,
    REMINDERS,
    SOONER,
    TIMINGS,
    derive,
    environment,
    find_config,
)
from sandbox.vendors.sentry_hooks import SENTRY_WEBHOOK_SECRET

REPOSITORY = Path(__file__).resolve().parents[2] / "pawdeploy.toml"
URL = "http://127.0.0.1:8787"


@pytest.fixture
def derived(tmp_path):
    def make(**more):
        path = tmp_path / "pawdeploy.toml"
        path.write_text(derive(REPOSITORY, url=URL, timings={"poll": 0.1}, **more), "utf-8")
        return load(path)

    return make


def test_only_urls_times_and_freezes_differ_from_the_repositorys_file(derived):
    ours, theirs = derived().model_dump(mode="json"), load(REPOSITORY).model_dump(mode="json")

    assert ours["timings"]["poll"] == 0.1
    for service in ours["services"]:
        for name, place in service["environments"].items():
            assert place["url"] == f"{URL}/backend/{service['name']}/{name}"
    theirs["health"]["dependencies"] = [
        one for one in theirs["health"]["dependencies"] if one["kind"] != "redis"
    ]
    for project in (ours, theirs):
        del project["timings"]
        for severity in REMINDERS:
            del project["incidents"]["reminders"][severity]
        for section, sooner in SOONER.items():
            for key in sooner:
                del project[section][key]
        for dependency in project["health"]["dependencies"]:
            del dependency["url"]
        for service in project["services"]:
            for place in service["environments"].values():
                del place["url"]
                del place["freeze"]
                _forget_times(place)
        for app in project["apps"]:
            del app["expo"]["build_timeout"]
            for place in app["environments"].values():
                _forget_times(place)
        for workflow in project["workflows"]:
            del workflow["timeout"]
    assert ours == theirs


def _forget_times(place) -> None:
    for section, key, _ in (*_SHORTER, *_SHORTER_APP):
        if place.get(section):
            place[section].pop(key, None)


def test_dependencies_are_the_sandboxs_own_and_redis_is_none(derived):
    found = {one.kind: one for one in derived().health.dependencies}

    assert set(found) <= {"supabase", "upstash", "statuspage"}
    assert all(str(one.url).startswith(f"{URL}/{kind}") for kind, one in found.items() if one.url)


def test_a_file_without_alerts_and_health_gets_none(derived):
    def without(document):
        for name in ("alerts", "health"):
            document.pop(name, None)

    project = derived(edit=without)

    assert (project.alerts, project.health) == (None, None)


def test_a_file_that_never_had_them_is_derived_all_the_same(tmp_path):
    document = tomlkit.parse(REPOSITORY.read_text("utf-8"))
    for name in ("alerts", "health"):
        document.pop(name, None)
    bare = tmp_path / "bare.toml"
    bare.write_text(tomlkit.dumps(document), "utf-8")

    text = derive(bare, url=URL, timings=TIMINGS)

    assert not {"alerts", "health"} & set(tomlkit.parse(text))


def test_an_incident_asks_for_an_update_while_one_still_looks(tmp_path):
    document = tomlkit.parse(REPOSITORY.read_text("utf-8"))
    document.pop("incidents")
    document["incidents"] = {"channel": "C0OPSDESK01"}
    bare = tmp_path / "bare.toml"
    bare.write_text(tomlkit.dumps(document), "utf-8")

    bare.write_text(derive(bare, url=URL, timings=TIMINGS), "utf-8")

    assert load(bare).incidents.reminders.model_dump() == {**REMINDERS, "sev3": 0}


def test_the_teams_own_playbooks_are_found_from_where_the_derived_file_is(tmp_path):
    home, away = tmp_path / "home", tmp_path / "away"
    (home / "books").mkdir(parents=True)
    away.mkdir()
    document = tomlkit.parse(REPOSITORY.read_text("utf-8"))
    document["incidents"]["playbooks"] = "books"
    (home / "pawdeploy.toml").write_text(tomlkit.dumps(document), "utf-8")
    derived = away / "pawdeploy.toml"

    derived.write_text(derive(home / "pawdeploy.toml", url=URL, timings=TIMINGS), "utf-8")

    assert folders(load(derived), derived)[-1] == home / "books"


def test_the_bot_can_hear_every_source_and_ask_every_dependency(derived):
    project = derived()
    told = environment(
        project, url=URL, bot_port=1, config=Path("x.toml"), database_url="sqlite:///x", mode="socket"
    )

    assert told["SENTRY_WEBHOOK_SECRET"] == SENTRY_WEBHOOK_SECRET
    assert {one.token for one in project.health.dependencies if one.token} <= set(told)
    assert told["HEARTBEAT_URL"].startswith(URL)
    assert told["SUPABASE_API_URL"].startswith(URL)


@pytest.mark.parametrize(
    "name",
    [
        "GITHUB_WEBHOOK_SECRET",
        "EXPO_WEBHOOK_SECRET",
        "RAILWAY_WEBHOOK_SECRET",
        "ALERTS_SECRET",
        "ORCHESTRATOR_SECRET",
        "ORCHESTRATOR_URL",
    ],
)
def test_every_secret_is_one_the_bot_takes(derived, monkeypatch, name):
    project = derived()
    told = environment(
        project, url=URL, bot_port=1, config=Path("x.toml"), database_url="sqlite:///x", mode="socket"
    )
    for variable, value in told.items():
        monkeypatch.setenv(variable, value)

    settings = read_settings(project)

    assert getattr(settings, name.lower()).get_secret_value() == told[name]


def test_comments_survive(tmp_path):
    text = derive(REPOSITORY, url=URL, timings=TIMINGS)

    assert "# Roles give rights" in text


def test_a_test_may_change_the_file_further(derived):
    def by_workflow(document):
        for place in document["services"][0]["environments"].values():
            place["method"] = "github-workflow"

    project = derived(edit=by_workflow)

    assert {place.method for place in project.services[0].environments.values()} == {"github-workflow"}


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_the_bot_gets_no_variable_of_the_persons_own(derived, monkeypatch, mode):
    monkeypatch.setenv("SENTRY_DSN", "https://key@sentry.example/1")
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_real")

    told = environment(
        derived(), url=URL, bot_port=1, config=Path("x.toml"), database_url="sqlite:///x", mode=mode
    )

    assert "SENTRY_DSN" not in told
    assert told["GITHUB_TOKEN"] == "sandbox-github-token"
    assert ("SLACK_APP_TOKEN" in told, "SLACK_SIGNING_SECRET" in told) == (mode == "socket", mode == "http")
    assert {"RAILWAY_TOKEN_STAGING", "RAILWAY_TOKEN_PRODUCTION"} <= set(told)


def test_the_folder_one_stands_in_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_config() == REPOSITORY

    (tmp_path / "pawdeploy.toml").write_text("")
    assert find_config() == tmp_path / "pawdeploy.toml"


def test_a_file_that_is_no_toml_is_said_so_before_anything_starts(tmp_path):
    (tmp_path / "pawdeploy.toml").write_text("version = ")

    with pytest.raises(ConfigError, match="line 1"):
        load(tmp_path / "pawdeploy.toml")
