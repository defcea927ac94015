"""Secrets and addresses from the environment: the only reader of ``os.environ``. Knows no vendor."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import unquote

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import ConfigError
from bot.project import Project
from bot.webhooks import secret_key

WORKSPACE_TOKEN = "RAILWAY_TOKEN"  # noqa: S105 - the name of a variable
"""Used for every environment whose own variable is not set."""

_SLACK_APP = "of your app on https://api.slack.com/apps"
WHERE = {
    "SLACK_BOT_TOKEN": f'the "Bot User OAuth Token" (xoxb-…) under OAuth & Permissions {_SLACK_APP}',
    "SLACK_APP_TOKEN": (
        f'an "App-Level Token" (xapp-…) with connections:write, under Basic Information {_SLACK_APP}'
    ),
    "SLACK_SIGNING_SECRET": f'the "Signing Secret" under Basic Information {_SLACK_APP}',
    "GITHUB_TOKEN": (
        "a fine-grained token for the repositories of pawdeploy.toml, "
        "from https://github.com/settings/personal-access-tokens"
    ),
    "SENTRY_AUTH_TOKEN": (
        "the token of an internal integration (Sentry, Settings, Developer Settings) with "
        "Organization: read, Project: read, Issue & Event: read, Release: admin"
    ),
    "SIGNALS_SECRET": "whsec_ and the base64 of 24 bytes or more, e.g. echo whsec_$(openssl rand -base64 32)",
    "SENTRY_DSN": "the DSN under Client Keys of your project's settings in Sentry",
    "DATABASE_URL": "sqlite:///var/pawdeploy.sqlite3 or postgresql://user:password@host/name",
    WORKSPACE_TOKEN: "a token of your workspace from https://railway.com/account/tokens",
}
"""Where a person gets the value of each variable."""

_UNFILLED = re.compile(
    r"changeme|change-me|your[-_]|replace[-_]|xxxxx|[<>…]|\.\.\.|^(todo|xxx+|secret|token)$", re.IGNORECASE
)
_DATABASES = ("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://", "sqlite+aiosqlite:///")


def _filled(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().strip()
    if _UNFILLED.search(text):
        msg = "is still a placeholder"
        raise ValueError(msg)
    return SecretStr(text)


def _begins(prefix: str) -> Callable[[SecretStr], SecretStr]:
    """Tell the two Slack tokens apart: they are easily swapped."""

    def check(value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(prefix):
            msg = f"does not start with {prefix}"
            raise ValueError(msg)
        return value

    return check


def _a_webhook_secret(value: SecretStr) -> SecretStr:
    """Refuse at start what could sign nothing."""
    secret_key(value.get_secret_value())
    return value


Secret = Annotated[SecretStr, AfterValidator(_filled)]


@dataclass(frozen=True, slots=True)
class RailwayToken:
    """A Railway token and the header it belongs in: a project token opens one environment, no more."""

    value: SecretStr
    kind: Literal["project", "workspace"]


class _Environment(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=None,
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        case_sensitive=False,
        hide_input_in_errors=True,
    )


class _ConfigPath(_Environment):
    pawdeploy_config: Path = Path("pawdeploy.toml")


class _State(_Environment):
    database_url: str = Field(default="sqlite:///var/pawdeploy.sqlite3", repr=False)

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(_DATABASES):
            msg = "is neither SQLite nor PostgreSQL"
            raise ValueError(msg)
        return value


class Settings(_State):
    """Everything that differs between two installations of the same project file."""

    slack_bot_token: Annotated[Secret, AfterValidator(_begins("xoxb-"))]
    slack_app_token: Annotated[Secret, AfterValidator(_begins("xapp-"))] | None = None
    """With it: Socket Mode. Without: signed HTTP on ``port``."""
    slack_signing_secret: Secret | None = None
    github_token: Secret
    sentry_auth_token: Secret | None = None
    """Needed where the project file has ``[sentry]``: releases, and the errors a watch looks at."""
    signals_secret: Annotated[Secret, AfterValidator(_a_webhook_secret)] | None = None
    """Shared with the testing agent; without it nobody can report."""
    sentry_dsn: SecretStr | None = None
    """Where our own errors go; nothing to do with the token."""

    pawdeploy_config: Path = Path("pawdeploy.toml")
    host: str = "0.0.0.0"  # noqa: S104 - a container's health check comes from outside
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    log_format: Literal["json", "console"] = "json"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    slack_api_url: str = "https://slack.com/api/"
    railway_api_url: str = "https://backboard.railway.com/graphql/v2"
    github_api_url: str = "https://api.github.com"
    sentry_api_url: str = "https://sentry.io"

    railway_tokens: dict[str, Secret] = Field(default_factory=dict)
    """The Railway tokens that are set, by variable; ``railway_token`` says which is used where."""

    @field_validator("slack_api_url", "railway_api_url", "github_api_url", "sentry_api_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        # Tokens travel to these addresses: in the clear only where they never leave the machine.
        if not re.match(r"https://[^/\s]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/|$)", value):
            msg = "is not an address that starts with https:// (http:// is for this machine alone)"
            raise ValueError(msg)
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_a_slash(cls, value: str) -> str:
        return value.rstrip("/") + "/"  # slack_sdk joins method names to it

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: str) -> str:
        return value.upper()

    @model_validator(mode="after")
    def _a_way_to_hear_slack(self) -> Self:
        if self.slack_app_token is None and self.slack_signing_secret is None:
            msg = (
                "SLACK_APP_TOKEN is not set, nor is SLACK_SIGNING_SECRET: the bot has no way to hear Slack; "
                f"for Socket Mode set SLACK_APP_TOKEN to {WHERE['SLACK_APP_TOKEN']}; "
                f"for HTTP mode set SLACK_SIGNING_SECRET to {WHERE['SLACK_SIGNING_SECRET']}"
            )
            raise ValueError(msg)
        return self

    def railway_token(self, variable: str) -> RailwayToken:
        """Give the token for an environment that names ``variable``: its own, else the workspace's.

        Raises ``ConfigError``: neither is set.
        """
        for name in (variable, WORKSPACE_TOKEN):
            if name in self.railway_tokens:
                kind: Literal["project", "workspace"] = "workspace" if name == WORKSPACE_TOKEN else "project"
                return RailwayToken(self.railway_tokens[name], kind)
        raise ConfigError(_no_railway_token(variable))

    def secrets(self) -> tuple[str, ...]:
        """Every value that must never be shown, for redaction."""
        held = (
            self.slack_bot_token,
            self.slack_app_token,
            self.slack_signing_secret,
            self.github_token,
            self.sentry_auth_token,
            self.signals_secret,
            self.sentry_dsn,
            *self.railway_tokens.values(),
        )
        password = re.search(r"://[^/@:]*:([^/@]+)@", self.database_url)
        known = [secret.get_secret_value() for secret in held if secret is not None]
        return (*known, *([unquote(password[1])] if password else []))


def config_path() -> Path:
    """Give the project file's path: ``PAWDEPLOY_CONFIG``, or ``pawdeploy.toml`` here."""
    return _ConfigPath().pawdeploy_config


def database_url() -> str:
    """Give ``DATABASE_URL`` alone, for commands that need no secret.

    Raises ``ConfigError``: it is neither SQLite nor PostgreSQL.
    """
    try:
        return _State().database_url
    except ValidationError as error:
        raise ConfigError(_describe(error)) from None


def read_settings(project: Project) -> Settings:
    """Read the environment, with the Railway tokens that ``project`` names.

    Raises ``ConfigError``: something is missing or wrong; one line for each, which says where to get it.
    """
    named = {
        environment.railway_token
        for service in project.services
        for environment in service.environments.values()
    }
    names = sorted({*named, WORKSPACE_TOKEN})
    try:
        settings = Settings(railway_tokens={n: SecretStr(os.environ[n]) for n in names if os.environ.get(n)})
    except ValidationError as error:
        raise ConfigError(_describe(error)) from None
    used = {
        environment.railway_token
        for service in project.services
        for environment in service.environments.values()
        if environment.method == "railway"
    }
    missing = [name for name in sorted(used) if not {name, WORKSPACE_TOKEN} & settings.railway_tokens.keys()]
    if missing:
        raise ConfigError("\n".join(_no_railway_token(name) for name in missing))
    return settings


def _no_railway_token(variable: str) -> str:
    return (
        f"{variable} is not set; set it to a project token of that environment (Railway, the project, "
        f"Settings, Tokens), or set {WORKSPACE_TOKEN} to {WHERE[WORKSPACE_TOKEN]}"
    )


def _describe(error: ValidationError) -> str:
    return "\n".join(_line(wrong) for wrong in error.errors(include_input=False))


def _line(wrong: ErrorDetails) -> str:
    """Say one wrong variable in one line, without its value."""
    said = wrong["msg"].removeprefix("Value error, ")
    if not wrong["loc"]:
        return said
    # A dictionary of tokens is named by the variable inside it.
    name = str(wrong["loc"][-1]).upper()
    problem = "is not set" if wrong["type"] == "missing" else said[:1].lower() + said[1:]
    where = WHERE.get(name, "the form shown in docs/configuration.md")
    if name.startswith(f"{WORKSPACE_TOKEN}_"):
        where = "a project token of that environment (Railway, the project, Settings, Tokens)"
    return f"{name} {problem}; set it to {where}"
