"""Secrets in the environment: where a person gets each, and what a wrong one looks like. Reads none."""

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, SecretStr

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
        "Organization: read, Project: read, Issue & Event: read and write, Release: admin"
    ),
    "SIGNALS_SECRET": "whsec_ and the base64 of 24 bytes or more, e.g. echo whsec_$(openssl rand -base64 32)",
    "ALERTS_SECRET": "whsec_ and the base64 of 24 bytes or more, e.g. echo whsec_$(openssl rand -base64 32)",
    "SENTRY_WEBHOOK_SECRET": "the Client Secret of your integration (Sentry, Settings, Developer Settings)",
    "GITHUB_WEBHOOK_SECRET": "the secret of the repository's webhook (GitHub, Settings, Webhooks)",
    "EXPO_WEBHOOK_SECRET": "the --secret given to eas webhook:create, 16 characters or more",
    "EXPO_TOKEN": "the access token of a robot user (Expo, the account, Settings, Access tokens)",
    "APPSTORE_KEY": "the text of a team key's .p8 file (App Store Connect, Users and Access, Integrations)",
    "APPSTORE_KEY_ID": "the Key ID beside that key",
    "APPSTORE_ISSUER": "the Issuer ID above the list of keys",
    "APPSTORE_WEBHOOK_SECRET": "the webhook's secret (App Store Connect, Users and Access, Integrations)",
    "GOOGLEPLAY_ACCOUNT": (
        "the text of the JSON key of a service account that Play Console invited (Google Cloud, IAM)"
    ),
    "RAILWAY_WEBHOOK_SECRET": "24 characters or more nobody can guess, e.g. openssl rand -hex 24",
    "HEARTBEAT_URL": "an https:// address that expects a request each minute",
    "ORCHESTRATOR_URL": "the https:// address at which the orchestrator takes signed reports",
    "ORCHESTRATOR_SECRET": (
        "what the orchestrator checks them with: whsec_ and the base64 of 24 bytes or more, "
        "e.g. echo whsec_$(openssl rand -base64 32)"
    ),
    "SENTRY_DSN": "the DSN under Client Keys of your project's settings in Sentry",
    "DATABASE_URL": "sqlite:///var/pawdeploy.sqlite3 or postgresql://user:password@host/name",
    WORKSPACE_TOKEN: "a token of your workspace from https://railway.com/account/tokens",
}
"""Where a person gets the value of each variable."""

SAFE_ADDRESS = r"https://[^/\s]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/|$)"
_UNFILLED = re.compile(
    r"changeme|change-me|your[-_]|replace[-_]|(?<![a-z0-9+/])x{5,}(?![a-z0-9+/])"  # in keys by chance too
    r"|[<>…]|\.\.\.|^(todo|xxx+|secret|token)$",
    re.IGNORECASE,
)


def _filled(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().strip()
    if _UNFILLED.search(text):
        msg = "is still a placeholder"
        raise ValueError(msg)
    return SecretStr(text)


def begins(prefix: str) -> Callable[[SecretStr], SecretStr]:
    """Tell the two Slack tokens apart: they are easily swapped."""

    def check(value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(prefix):
            msg = f"does not start with {prefix}"
            raise ValueError(msg)
        return value

    return check


def a_webhook_secret(value: SecretStr) -> SecretStr:
    """Refuse at start what could sign nothing."""
    secret_key(value.get_secret_value())
    return value


def unguessable(value: SecretStr) -> SecretStr:
    """Refuse what could be guessed, or could not stand in an address."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{24,120}", value.get_secret_value()):
        msg = "is not 24 to 120 letters, digits, - and _"
        raise ValueError(msg)
    return value


def an_https_address(value: SecretStr) -> SecretStr:
    """Refuse what would carry a secret in the clear."""
    if not re.match(SAFE_ADDRESS, value.get_secret_value()):
        msg = "is not an address that starts with https:// (http:// is for this machine alone)"
        raise ValueError(msg)
    return value


Secret = Annotated[SecretStr, AfterValidator(_filled)]
