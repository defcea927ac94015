"""Secrets and addresses from the environment: the only reader of ``os.environ``. Knows no vendor."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import unquote

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import ConfigError
from bot.project import Project
from bot.secrets import (
    SAFE_ADDRESS,
    WHERE,
    WORKSPACE_TOKEN,
    Secret,
    a_webhook_secret,
    an_https_address,
    begins,
    unguessable,
)

_DATABASES = ("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://", "sqlite+aiosqlite:///")


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

    slack_bot_token: Annotated[Secret, AfterValidator(begins("xoxb-"))]
    slack_app_token: Annotated[Secret, AfterValidator(begins("xapp-"))] | None = None
    """With it: Socket Mode. Without: signed HTTP on ``port``."""
    slack_signing_secret: Secret | None = None
    github_token: Secret
    sentry_auth_token: Secret | None = None
    """Needed where the project file has ``[sentry]``: releases, and the errors a watch looks at."""
    signals_secret: Annotated[Secret, AfterValidator(a_webhook_secret)] | None = None
    """Shared with the testing agent; without it nobody can report."""
    alerts_secret: Annotated[Secret, AfterValidator(a_webhook_secret)] | None = None
    """Shared with whoever posts to ``/hooks/generic``; without a secret an address does not exist."""
    sentry_webhook_secret: Secret | None = None
    github_webhook_secret: Secret | None = None
    expo_webhook_secret: Secret | None = None
    railway_webhook_secret: Annotated[Secret, AfterValidator(unguessable)] | None = None
    """Part of the address, for Railway signs nothing."""
    heartbeat_url: Annotated[Secret, AfterValidator(an_https_address)] | None = None
    """Asked each minute while the bot is well; whoever answers there raises the alarm when that stops."""
    orchestrator_url: Annotated[Secret, AfterValidator(an_https_address)] | None = None
    """Where another agent of the team is sent reports of incidents."""
    orchestrator_secret: Annotated[Secret, AfterValidator(a_webhook_secret)] | None = None
    """What those reports are signed with; both or none."""
    expo_token: Secret | None = None
    """Needed where an app of the project file has ``[apps.expo]``."""
    appstore_key: Secret | None = None
    """The private key of App Store Connect, PEM; with it the two ids below."""
    appstore_key_id: str = ""
    appstore_issuer: str = ""
    appstore_webhook_secret: Secret | None = None
    googleplay_account: Secret | None = None
    """The service account of Google Play: its JSON key file's content."""
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
    supabase_api_url: str = "https://api.supabase.com"
    expo_api_url: str = "https://api.expo.dev"
    appstore_api_url: str = "https://api.appstoreconnect.apple.com"
    googleplay_api_url: str = "https://androidpublisher.googleapis.com"

    railway_tokens: dict[str, Secret] = Field(default_factory=dict)
    """The Railway tokens that are set, by variable; ``railway_token`` says which is used where."""

    dependency_tokens: dict[str, Secret] = Field(default_factory=dict)
    """What ``[[health.dependencies]]`` name, by variable."""

    @field_validator(
        "slack_api_url",
        "railway_api_url",
        "github_api_url",
        "sentry_api_url",
        "supabase_api_url",
        "expo_api_url",
        "appstore_api_url",
        "googleplay_api_url",
    )
    @classmethod
    def _an_address(cls, value: str) -> str:
        # Tokens travel to these addresses: in the clear only where they never leave the machine.
        if not re.match(SAFE_ADDRESS, value):
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

    @model_validator(mode="after")
    def _an_orchestrator_that_can_check(self) -> Self:
        held = {"ORCHESTRATOR_URL": self.orchestrator_url, "ORCHESTRATOR_SECRET": self.orchestrator_secret}
        missing = [name for name, value in held.items() if value is None]
        if len(missing) == 1:
            msg = f"{missing[0]} is not set, and the other is; set it to {WHERE[missing[0]]}, or unset both"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _a_whole_key_of_apple(self) -> Self:
        held = {
            "APPSTORE_KEY": self.appstore_key,
            "APPSTORE_KEY_ID": self.appstore_key_id,
            "APPSTORE_ISSUER": self.appstore_issuer,
        }
        missing = [name for name, value in held.items() if not value]
        if 0 < len(missing) < len(held):
            msg = f"{missing[0]} is not set, and another of the three is; set it to {WHERE[missing[0]]}"
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
            self.alerts_secret,
            self.sentry_webhook_secret,
            self.github_webhook_secret,
            self.expo_webhook_secret,
            self.railway_webhook_secret,
            self.heartbeat_url,
            self.orchestrator_url,
            self.orchestrator_secret,
            self.expo_token,
            self.appstore_key,
            self.appstore_webhook_secret,
            self.googleplay_account,
            self.sentry_dsn,
            *self.railway_tokens.values(),
            *self.dependency_tokens.values(),
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
    health = project.health.dependencies if project.health else ()
    keys = sorted({one.token for one in health if one.token})
    try:
        settings = Settings(railway_tokens=_present(names), dependency_tokens=_present(keys))
    except ValidationError as error:
        raise ConfigError(_describe(error)) from None
    used = {
        environment.railway_token
        for service in project.services
        for environment in service.environments.values()
        if environment.method == "railway"
    }
    if absent := [name for name in keys if name not in settings.dependency_tokens]:
        said = "is not set, and [[health.dependencies]] names it; set it to what docs/configuration.md says"
        raise ConfigError("\n".join(f"{name} {said}" for name in absent))
    missing = [name for name in sorted(used) if not {name, WORKSPACE_TOKEN} & settings.railway_tokens.keys()]
    if missing:
        raise ConfigError("\n".join(_no_railway_token(name) for name in missing))
    return settings


def _present(names: list[str]) -> dict[str, SecretStr]:
    return {name: SecretStr(os.environ[name]) for name in names if os.environ.get(name)}


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
