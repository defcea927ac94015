"""Rules of ``bot/settings.py``: what is missing is named, with where to get it; a value is never shown."""

import base64
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
WHSEC = "whsec_" + base64.b64encode(b"k" * 32).decode()
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


WRONG = {
    "no bot token": ({"SLACK_BOT_TOKEN": None}, "SLACK_BOT_TOKEN is not set", "OAuth & Permissions"),
    "an empty bot token": ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is not set", "OAuth & Permissions"),
    "no GitHub token": ({"GITHUB_TOKEN": None}, "GITHUB_TOKEN is not set", "github.com/settings"),
    "no way to hear Slack": ({"SLACK_APP_TOKEN": None}, "SLACK_APP_TOKEN is not set", "SLACK_SIGNING_SECRET"),
    "no Railway token": (
        {"RAILWAY_TOKEN_STAGING": None},
        "RAILWAY_TOKEN_STAGING is not set",
        "project token",
    ),
    "a placeholder": (
        {"SLACK_BOT_TOKEN": "xoxb-your-token"},
        "SLACK_BOT_TOKEN is still a placeholder",
        "xoxb-…",
    ),
    "a placeholder in brackets": (
        {"GITHUB_TOKEN": "<token>"},
        "GITHUB_TOKEN is still a placeholder",
        "github.com",
    ),
    "dots for a token": ({"SLACK_APP_TOKEN": "xapp-..."}, "SLACK_APP_TOKEN is still a placeholder", "xapp-…"),
    "a Railway placeholder": (
        {"RAILWAY_TOKEN_STAGING": "changeme"},
        "RAILWAY_TOKEN_STAGING is still a placeholder",
        "project token",
    ),
    "a workspace placeholder": (
        {"RAILWAY_TOKEN": "todo"},
        "RAILWAY_TOKEN is still a placeholder",
        "railway.com/account/tokens",
    ),
    "a Sentry placeholder": (
        {"SENTRY_AUTH_TOKEN": "your-token"},
        "SENTRY_AUTH_TOKEN is still a placeholder",
        "internal integration",
    ),
    "a secret for signals that is none": (
        {"SIGNALS_SECRET": "hush-hush"},
        "SIGNALS_SECRET does not start with whsec_",
        "openssl rand -base64 32",
    ),
    "a secret for signals that is too short": (
        {"SIGNALS_SECRET": "whsec_aHVzaA=="},
        "SIGNALS_SECRET is not whsec_ and the base64 of 24 bytes",
        "openssl rand -base64 32",
    ),
    "a secret for alerts that is none": (
        {"ALERTS_SECRET": "hush-hush"},
        "ALERTS_SECRET does not start with whsec_",
        "openssl rand -base64 32",
    ),
    "a placeholder for Sentry's webhook": (
        {"SENTRY_WEBHOOK_SECRET": "<client secret>"},
        "SENTRY_WEBHOOK_SECRET is still a placeholder",
        "the Client Secret of your integration",
    ),
    "an address of Railway's that can be guessed": (
        {"RAILWAY_WEBHOOK_SECRET": "railway"},
        "RAILWAY_WEBHOOK_SECRET is not 24 to 120 letters",
        "openssl rand -hex 24",
    ),
    "an address of Railway's that breaks the path": (
        {"RAILWAY_WEBHOOK_SECRET": "ab/" * 10},
        "RAILWAY_WEBHOOK_SECRET is not 24 to 120 letters",
        "openssl rand -hex 24",
    ),
    "a heartbeat in the clear": (
        {"HEARTBEAT_URL": "http://beats.example/ping/1"},
        "HEARTBEAT_URL is not an address that starts with https://",
        "expects a request each minute",
    ),
    "an orchestrator in the clear": (
        {"ORCHESTRATOR_URL": "http://orchestrator.example/pawdeploy", "ORCHESTRATOR_SECRET": WHSEC},
        "ORCHESTRATOR_URL is not an address that starts with https://",
        "takes signed reports",
    ),
    "an orchestrator that cannot check": (
        {"ORCHESTRATOR_URL": "https://orchestrator.example/pawdeploy"},
        "ORCHESTRATOR_SECRET is not set, and the other is",
        "openssl rand -base64 32",
    ),
    "an orchestrator that is nowhere": (
        {"ORCHESTRATOR_SECRET": WHSEC},
        "ORCHESTRATOR_URL is not set, and the other is",
        "takes signed reports",
    ),
    "a placeholder for the orchestrator's secret": (
        {"ORCHESTRATOR_URL": "https://orchestrator.example/pawdeploy", "ORCHESTRATOR_SECRET": "changeme"},
        "ORCHESTRATOR_SECRET is still a placeholder",
        "openssl rand -base64 32",
    ),
    "no token of a dependency": (
        {"SUPABASE_TOKEN": None},
        "SUPABASE_TOKEN is not set, and [[health.dependencies]] names it",
        "docs/configuration.md",
    ),
    "a placeholder for a dependency's token": (
        {"UPSTASH_TOKEN": "your-token"},
        "UPSTASH_TOKEN is still a placeholder",
        "docs/configuration.md",
    ),
    "a Sentry address that is none": (
        {"SENTRY_API_URL": "sentry.io"},
        "SENTRY_API_URL is not an address",
        "docs/",
    ),
    "tokens swapped": (
        {"SLACK_BOT_TOKEN": "xapp-test"},
        "SLACK_BOT_TOKEN does not start with xoxb-",
        "xoxb-…",
    ),
    "the bot's token as app token": (
        {"SLACK_APP_TOKEN": "xoxb-test"},
        "SLACK_APP_TOKEN does not start with xapp-",
        "connections:write",
    ),
    "another database": ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL is neither SQLite", "postgresql://"),
    "a port that is none": ({"PORT": "http"}, "PORT ", "docs/configuration.md"),
    "a level nobody knows": ({"LOG_LEVEL": "loud"}, "LOG_LEVEL ", "docs/configuration.md"),
    "an address that is none": (
        {"GITHUB_API_URL": "api.github.com"},
        "GITHUB_API_URL is not an address",
        "docs/",
    ),
}


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
