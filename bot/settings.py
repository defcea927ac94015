"""Secrets and addresses from the environment: the only reader of ``os.environ``."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PLACEHOLDERS = ("changeme", "change-me", "todo", "xxx", "your-", "<")


class Settings(BaseSettings):
    """Everything that differs between two installations of the same project file."""

    model_config = SettingsConfigDict(env_file=None, frozen=True, extra="ignore", case_sensitive=False)

    slack_bot_token: SecretStr
    slack_app_token: SecretStr | None = None
    """With it: Socket Mode. Without: signed HTTP on ``port``."""
    slack_signing_secret: SecretStr | None = None
    github_token: SecretStr
    sentry_dsn: SecretStr | None = None
    database_url: str = "sqlite:///var/pawdeploy.sqlite3"

    pawdeploy_config: Path = Path("pawdeploy.toml")
    host: str = "0.0.0.0"  # noqa: S104 - a container's health check comes from outside
    port: int = Field(default=8080, ge=0, le=65535)
    log_format: str = "json"
    log_level: str = "INFO"

    slack_api_url: str = "https://slack.com/api/"
    railway_api_url: str = "https://backboard.railway.com/graphql/v2"
    github_api_url: str = "https://api.github.com"

    railway_tokens: dict[str, SecretStr] = Field(default_factory=dict)
    """Every ``RAILWAY_…TOKEN…`` variable, by its name; ``pawdeploy.toml`` says which is whose."""

    @field_validator("slack_bot_token", "slack_app_token", "slack_signing_secret", "github_token")
    @classmethod
    def _no_placeholder(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and value.get_secret_value().strip().lower().startswith(PLACEHOLDERS):
            msg = "is still a placeholder"
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _a_way_to_hear_slack(self) -> Self:
        if self.slack_app_token is None and self.slack_signing_secret is None:
            msg = "set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP mode)"
            raise ValueError(msg)
        return self
