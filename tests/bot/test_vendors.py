"""Rules of ``bot/vendors.py``: a client for whatever the file and the environment name, closed at the end."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from bot.toml_file import load
from bot.vendors import Vendors, make_vendors

ROOT = Path(__file__).parents[2]
PROJECT = load(ROOT / "pawdeploy.toml")


def made(project=PROJECT, **changes) -> Vendors:
    given = {
        "slack_bot_token": SecretStr("xoxb-test"),
        "slack_app_token": SecretStr("xapp-test"),
        "github_token": SecretStr("ghp_test"),
        "sentry_auth_token": SecretStr("sntrys_test"),
        "railway_tokens": {"RAILWAY_TOKEN": SecretStr("all")},
        "dependency_tokens": {
            one.token: SecretStr("any") for one in PROJECT.health.dependencies if one.token
        },
    }
    return make_vendors(Settings.model_validate(given | changes), project, lambda *_: None)


async def test_with_a_file_and_a_token_sentry_is_asked():
    vendors = made()

    assert vendors.sentry is not None
    await vendors.close()
    assert all(http.is_closed for http in vendors._https)


@pytest.mark.parametrize(
    ("project", "changes"),
    [(PROJECT, {"sentry_auth_token": None}), (PROJECT.model_copy(update={"sentry": None}), {})],
)
async def test_without_either_it_is_not(project, changes):
    vendors = made(project, **changes)

    assert vendors.sentry is None
    await vendors.close()


async def test_the_orchestrator_is_told_where_both_its_address_and_its_secret_are_set():
    vendors = made(
        orchestrator_url=SecretStr("https://orchestrator.example.com/pawdeploy"),
        orchestrator_secret=SecretStr("whsec_" + "a2tra2tra2tra2tra2tra2tra2tra2tra2s="),
    )
    assert vendors.orchestrator is not None
    await vendors.close()
    assert all(http.is_closed for http in vendors._https)

    vendors = made()
    assert vendors.orchestrator is None
    await vendors.close()


async def test_workflows_are_started_in_every_place_and_apps_are_shipped_by_nothing_else():
    vendors = made()
    apps = {("mobile", "production")}

    assert vendors.shippers.keys() - apps == {("api", "staging"), ("api", "production")}
    assert vendors.dispatchers.keys() == vendors.shippers.keys()
    assert all(vendors.shippers[app] is vendors.dispatchers[app] for app in apps)
    await vendors.close()


async def test_expo_is_asked_where_an_app_is_there_and_its_token_is_set():
    vendors = made(expo_token=SecretStr("expo-made-up"))
    assert vendors.expo is not None
    await vendors.close()
    assert all(http.is_closed for http in vendors._https)

    elsewhere = tuple(app.model_copy(update={"expo": None}) for app in PROJECT.apps)
    for project, changes in (
        (PROJECT, {}),
        (PROJECT.model_copy(update={"apps": elsewhere}), {"expo_token": SecretStr("expo-made-up")}),
    ):
        vendors = made(project, **changes)
        assert vendors.expo is None
        await vendors.close()
