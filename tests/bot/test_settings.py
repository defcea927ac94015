"""Rules of ``bot/settings.py``: what is missing is named, with where to get it; a value is never shown."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot import settings
from bot.errors import ConfigError
from bot.project import Project
from bot.settings import Settings, config_path, database_url, read_settings
from bot.toml_file import load, parse
from tests.bot._wrong_settings import WRONG

ROOT = Path(__file__).parents[2]
GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-test",
    "SLACK_APP_TOKEN": "xapp-test",
    "GITHUB_TOKEN": "ghp_test",
    "RAILWAY_TOKEN_STAGING": "token-of-staging",
    "RAILWAY_TOKEN_PRODUCTION": "token-of-production",
    "SUPABASE_TOKEN": "sbp_test",
    "UPSTASH_TOKEN": "upstash-read-only",
}
KNOWN = (
    {name.upper() for name in Settings.model_fields} | set(GOOD) | {"RAILWAY_TOKEN", "SLACK_SIGNING_SECRET"}
)


@pytest.fixture
def project() -> Project:
    return load(ROOT / "pawdeploy.toml")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch):
    for name in KNOWN:
        monkeypatch.delenv(name, raising=False)

    def set_to(values: Mapping[str, str | None]) -> None:
        for name, value in values.items():
            if value is not None:
                monkeypatch.setenv(name, value)

    return set_to


def test_the_tokens_the_project_names_are_read(environment, project) -> None:
    environment(GOOD)

    found = read_settings(project)

    assert found.railway_token("RAILWAY_TOKEN_STAGING").value.get_secret_value() == "token-of-staging"
    assert found.railway_token("RAILWAY_TOKEN_STAGING").kind == "project"


def test_an_environment_without_its_own_token_uses_the_workspaces(environment, project) -> None:
    environment(GOOD | {"RAILWAY_TOKEN_PRODUCTION": None, "RAILWAY_TOKEN": "token-of-all"})

    token = read_settings(project).railway_token("RAILWAY_TOKEN_PRODUCTION")

    assert (token.value.get_secret_value(), token.kind) == ("token-of-all", "workspace")


@pytest.mark.parametrize("what", WRONG)
def test_what_is_missing_or_wrong_is_named_with_where_to_get_it(what, environment, project) -> None:
    change, problem, advice = WRONG[what]
    environment(GOOD | change)

    with pytest.raises(ConfigError) as caught:
        read_settings(project)

    (line,) = str(caught.value).splitlines()
    assert line.startswith(problem)
    assert advice in line


def test_everything_missing_is_said_at_once(environment, project) -> None:
    environment({})

    with pytest.raises(ConfigError) as caught:
        read_settings(project)

    assert [line.split()[0] for line in str(caught.value).splitlines()] == ["SLACK_BOT_TOKEN", "GITHUB_TOKEN"]


def test_a_wrong_value_is_not_shown(environment, project) -> None:
    environment(GOOD | {"SLACK_BOT_TOKEN": "xapp-verysecret", "DATABASE_URL": "mysql://u:verysecret@h/d"})

    with pytest.raises(ConfigError) as caught:
        read_settings(project)

    assert "verysecret" not in str(caught.value)


def test_settings_do_not_show_secrets(environment, project) -> None:
    environment(GOOD | {"DATABASE_URL": "postgresql://u:dbpassword@h/d"})

    shown = repr(read_settings(project))

    assert [value for value in [*GOOD.values(), "dbpassword"] if value in shown] == []


def test_every_secret_is_known_to_the_redaction(environment, project) -> None:
    more = {
        "SLACK_SIGNING_SECRET": "signing",
        "SENTRY_DSN": "https://k@o.example.com/1",
        "SENTRY_AUTH_TOKEN": "sntrys_test",
        "SIGNALS_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "ALERTS_SECRET": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        "SENTRY_WEBHOOK_SECRET": "client-of-sentry",
        "GITHUB_WEBHOOK_SECRET": "webhook-of-github",
        "EXPO_WEBHOOK_SECRET": "webhook-of-expo",
        "RAILWAY_WEBHOOK_SECRET": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "HEARTBEAT_URL": "https://beats.example/ping/1",
    }
    environment(GOOD | more)

    assert set(read_settings(project).secrets()) >= {*GOOD.values(), *more.values()}


def test_a_newline_copied_with_a_token_is_dropped(environment, project) -> None:
    environment(GOOD | {"SLACK_BOT_TOKEN": " xoxb-test\n"})

    assert read_settings(project).slack_bot_token.get_secret_value() == "xoxb-test"


def test_letters_that_stand_in_a_key_by_chance_are_no_placeholder(environment, project) -> None:
    environment(GOOD | {"SLACK_BOT_TOKEN": "xoxb-12xXxxXx7"})
    assert read_settings(project).slack_bot_token.get_secret_value() == "xoxb-12xXxxXx7"
    environment({"SLACK_BOT_TOKEN": "xoxb-xxxxxxxx-xxxx"})
    with pytest.raises(ConfigError, match="SLACK_BOT_TOKEN is still a placeholder"):
        read_settings(project)


def test_with_a_signing_secret_alone_it_is_http_mode(environment, project) -> None:
    environment(GOOD | {"SLACK_APP_TOKEN": None, "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5"})

    assert read_settings(project).slack_app_token is None


def test_a_service_shipped_by_a_workflow_needs_no_railway_token(environment) -> None:
    environment(GOOD | {"RAILWAY_TOKEN_STAGING": None, "RAILWAY_TOKEN_PRODUCTION": None})
    text = (ROOT / "pawdeploy.toml").read_text("utf-8")

    read_settings(parse(text.replace('method = "railway"', 'method = "github-workflow"')))


def test_slacks_address_ends_in_a_slash(environment, project) -> None:
    environment(GOOD | {"SLACK_API_URL": "http://127.0.0.1:8787/slack/api"})

    assert read_settings(project).slack_api_url == "http://127.0.0.1:8787/slack/api/"


@pytest.mark.parametrize(
    "address", ["http://slack.example/api/", "http://127.0.0.1.evil.example/", "ftp://x"]
)
def test_tokens_travel_in_the_clear_on_this_machine_only(environment, project, address) -> None:
    environment(GOOD | {"SLACK_API_URL": address})

    with pytest.raises(ConfigError, match="SLACK_API_URL is not an address that starts with https://"):
        read_settings(project)


def test_settings_cannot_be_changed(environment, project) -> None:
    environment(GOOD)

    with pytest.raises(ValidationError, match="frozen"):
        read_settings(project).port = 1


def test_the_audit_commands_need_no_secret(environment) -> None:
    environment({"DATABASE_URL": "sqlite:///x.sqlite3"})

    assert database_url() == "sqlite:///x.sqlite3"
    assert config_path() == Path("pawdeploy.toml")


def test_nobody_else_reads_the_environment() -> None:
    reads = re.compile(r"\bos\.(environ|getenv|putenv)\b")
    files = [path for folder in ("bot", "handlers", "playbooks") for path in (ROOT / folder).rglob("*.py")]

    assert [str(path.relative_to(ROOT)) for path in files if reads.search(path.read_text("utf-8"))] == [
        str(Path(settings.__file__).relative_to(ROOT))
    ]


def test_the_databases_password_is_a_secret_too(environment, project) -> None:
    environment(GOOD | {"DATABASE_URL": "postgresql://bot:hush%40hush@db/pets"})

    assert "hush@hush" in read_settings(project).secrets()
