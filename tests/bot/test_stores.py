"""Rules of ``bot/stores.py``: which store is asked about which app, and keys that are none."""

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from bot.engine.mobile import AppPlatform
from bot.errors import ConfigError
from bot.settings import Settings
from bot.stores import make_stores
from bot.toml_file import load
from tests.bot.integrations._store_keys import P256, key_file, pem
from tests.interpreter import said_by

ROOT = Path(__file__).parents[2]
PROJECT = load(ROOT / "pawdeploy.toml")
APP = PROJECT.apps[0].name
IOS, ANDROID = AppPlatform.IOS, AppPlatform.ANDROID
APPLE = {"appstore_key": SecretStr(pem(P256)), "appstore_key_id": "2X9R4HXF34", "appstore_issuer": "5724"}
GOOGLE = {"googleplay_account": SecretStr(key_file())}


def made(project=PROJECT, **given):
    always = {
        "slack_bot_token": SecretStr("xoxb-test"),
        "slack_app_token": SecretStr("xapp-test"),
        "github_token": SecretStr("ghp_test"),
    }
    connected = []

    def connect(vendor, url):
        connected.append((vendor, url))
        return httpx.AsyncClient(base_url=url, transport=httpx.MockTransport(lambda _: httpx.Response(500)))

    settings = Settings.model_validate(always | given)
    stores = make_stores(settings, project, connect, lambda: datetime(2026, 11, 23, tzinfo=UTC))
    return {name: [store.platform for store in found] for name, found in stores.items()}, connected


def with_stores(**changes):
    app = PROJECT.apps[0]
    stores = app.stores.model_copy(update=changes)
    return PROJECT.model_copy(update={"apps": (app.model_copy(update={"stores": stores}),)})


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        (APPLE | GOOGLE, [IOS, ANDROID]),
        (APPLE, [IOS]),
        (GOOGLE, [ANDROID]),
        ({}, []),
    ],
    ids=["both", "Apple", "Google", "neither"],
)
def test_a_store_is_asked_where_the_environment_has_access(given, asked):
    assert made(**given)[0] == {APP: asked}


@pytest.mark.parametrize(
    ("changes", "asked"),
    [({"apple": None}, [ANDROID]), ({"google": None}, [IOS]), ({"apple": None, "google": None}, [])],
    ids=["no Apple ID", "no package", "neither"],
)
def test_a_store_the_app_does_not_name_is_not_asked(changes, asked):
    stores, connected = made(with_stores(**changes), **APPLE, **GOOGLE)

    assert stores == {APP: asked}
    assert len(connected) == len(asked)


def test_an_app_without_stores_has_none():
    app = PROJECT.apps[0].model_copy(update={"stores": None})

    assert made(PROJECT.model_copy(update={"apps": (app,)}), **APPLE, **GOOGLE) == ({}, [])


def test_each_store_is_reached_at_the_address_the_environment_names():
    _, connected = made(**APPLE, **GOOGLE, appstore_api_url="http://127.0.0.1:8787/appstore")

    assert connected == [
        ("App Store Connect", "http://127.0.0.1:8787/appstore"),
        ("Google Play", "https://androidpublisher.googleapis.com"),
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            APPLE | {"appstore_key": SecretStr("-----BEGIN")},
            r"APPSTORE_KEY is not the text of a \.p8 file; set",
        ),
        ({"googleplay_account": SecretStr("{}")}, "GOOGLEPLAY_ACCOUNT is not the text of a service account"),
    ],
    ids=["Apple", "Google"],
)
def test_a_key_that_is_none_stops_the_start_and_says_where_to_get_one(given, said):
    with pytest.raises(ConfigError, match=said):
        made(**given)


def test_a_key_nobody_needs_is_not_looked_at():
    project = with_stores(apple=None, google=None)

    assert made(project, appstore_key=SecretStr("x"), appstore_key_id="x", appstore_issuer="x")[1] == []


def loaded_by(code):
    """Which of what signs for a store an interpreter of its own has loaded that ran ``code``."""
    code += (
        "\nimport sys; print(*sorted({'jwt', 'cryptography', 'bot.integrations.appstore'} & {*sys.modules}))"
    )
    return said_by(code).split()


def test_who_has_no_store_loads_nothing_to_sign_with():
    assert loaded_by("import bot.app") == []


def test_a_key_is_looked_at_before_anything_is_signed_with_it():
    key = f"from bot.integrations.appstore import Key\nkey = Key({pem(P256)!r}, '2X9R4HXF34', '5724')\n"

    assert loaded_by(key) == ["bot.integrations.appstore", "cryptography"]
    sign = "from datetime import UTC, datetime\nassert key.sign(datetime.now(UTC)).count('.') == 2"
    assert "jwt" in loaded_by(key + sign)
