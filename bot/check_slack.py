"""The Slack half of ``pawdeploy check``: tokens, scopes, channel, groups. Asks and tells; changes nothing."""

from pathlib import Path
from typing import Any

import httpx
import yaml

from bot.errors import VendorError, VendorUnavailable
from bot.findings import Finding
from bot.integrations._http import request
from bot.project import Project
from bot.settings import WHERE, Settings

VENDOR = "Slack"
MANIFEST = "app.manifest.yaml"
_REFUSED = {
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "not_allowed_token_type",
}


class SlackRefused(Exception):  # noqa: N818 - reads as what happened
    """Slack answered ``ok: false``; never leaves this module."""

    def __init__(self, code: str, needed: str) -> None:
        super().__init__(code)
        self.code = code
        self.needed = needed


async def check_slack(http: httpx.AsyncClient, settings: Settings, project: Project) -> list[Finding]:
    """Check everything about Slack; what depends on a token that is refused is left out."""
    bot_token = settings.slack_bot_token.get_secret_value()
    try:
        who, granted = await _call(http, bot_token, "auth.test")
    except (SlackRefused, VendorError) as error:
        return [Finding(ok=False, name="Slack bot token", said=_advise(error, "SLACK_BOT_TOKEN"))]
    findings = [
        Finding(ok=True, name="Slack bot token", said=f"@{who.get('user')} in {who.get('team')}"),
        _scopes(granted, settings.pawdeploy_config.parent),
        await _delivery(http, settings),
        await _channel(http, bot_token, project.channels.deploys),
    ]
    groups = dict.fromkeys(group for role in project.roles.values() for group in role.groups)
    return findings + [await _group(http, bot_token, group) for group in groups]


async def _call(
    http: httpx.AsyncClient, token: str, method: str, **arguments: str
) -> tuple[dict[str, Any], frozenset[str]]:
    """Call one Web API method; give its answer and the scopes the token has (header ``x-oauth-scopes``)."""
    answer = await request(
        http, VENDOR, f"calling {method}", "POST", method,
        data=arguments, headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip
    try:
        body = answer.json()
    except ValueError as error:
        raise VendorUnavailable(VENDOR, f"calling {method}", detail="an answer that is not JSON") from error
    if not isinstance(body, dict) or not body.get("ok"):
        said = body if isinstance(body, dict) else {}
        raise SlackRefused(str(said.get("error", "no reason given")), str(said.get("needed", "")))
    scopes = answer.headers.get("x-oauth-scopes", "")
    return body, frozenset(scope.strip() for scope in scopes.split(",") if scope.strip())


def _scopes(granted: frozenset[str], folder: Path) -> Finding:
    """Compare the token's scopes with the manifest's."""
    path = next(
        (path for path in (folder / MANIFEST, Path(__file__).parents[1] / MANIFEST) if path.is_file()), None
    )
    if path is None:
        return Finding(
            ok=False, name="Slack scopes", said=f"cannot be compared: put {MANIFEST} beside pawdeploy.toml"
        )
    manifest = yaml.safe_load(path.read_text("utf-8"))
    wanted = frozenset(manifest["oauth_config"]["scopes"]["bot"])
    if missing := sorted(wanted - granted):
        said = f"missing {', '.join(missing)}; add them under OAuth & Permissions, then reinstall the app"
        return Finding(ok=False, name="Slack scopes", said=said)
    return Finding(ok=True, name="Slack scopes", said=f"all {len(wanted)} of the manifest")


async def _delivery(http: httpx.AsyncClient, settings: Settings) -> Finding:
    """Check how Slack reaches us."""
    if settings.slack_app_token is None:
        said = (
            f"HTTP mode: Slack must reach /slack/events on port {settings.port}; "
            "whether SLACK_SIGNING_SECRET is right shows with its first request"
        )
        return Finding(ok=True, name="Slack delivery", said=said)
    token = settings.slack_app_token.get_secret_value()
    try:
        # Gives a single-use address and opens nothing.
        await _call(http, token, "apps.connections.open")
    except (SlackRefused, VendorError) as error:
        return Finding(ok=False, name="Slack delivery", said=_advise(error, "SLACK_APP_TOKEN"))
    return Finding(ok=True, name="Slack delivery", said="Socket Mode")


async def _channel(http: httpx.AsyncClient, token: str, channel: str) -> Finding:
    name = f"Slack channel {channel}"
    try:
        answer, _ = await _call(http, token, "conversations.info", channel=channel)
    except (SlackRefused, VendorError) as error:
        return Finding(ok=False, name=name, said=_advise(error, "channels.deploys of pawdeploy.toml"))
    found = answer.get("channel", {})
    shown = f"#{found.get('name', channel)}"
    if found.get("is_archived"):
        return Finding(ok=False, name=name, said=f"{shown} is archived; name another under [channels]")
    if not found.get("is_member"):
        return Finding(ok=False, name=name, said=f"the bot is not in {shown}; write /invite @pawdeploy there")
    return Finding(ok=True, name=name, said=f"a member of {shown}")


async def _group(http: httpx.AsyncClient, token: str, group: str) -> Finding:
    name = f"Slack group {group}"
    try:
        answer, _ = await _call(http, token, "usergroups.users.list", usergroup=group)
    except (SlackRefused, VendorError) as error:
        return Finding(ok=False, name=name, said=_advise(error, "[roles] of pawdeploy.toml"))
    people = len(answer.get("users", []))
    if not people:
        return Finding(
            ok=False, name=name, said="nobody is in it; add people in Slack or name users in [roles]"
        )
    return Finding(ok=True, name=name, said=f"{people} member{'' if people == 1 else 's'}")


def _advise(error: SlackRefused | VendorError, culprit: str) -> str:
    """Say what Slack said and what to change."""
    if isinstance(error, VendorError):
        return f"{error}; try again, then look at https://slack-status.com"
    if error.code in _REFUSED and culprit in WHERE:
        return f"Slack refuses {culprit} ({error.code}); set it to {WHERE[culprit]}"
    if error.code == "missing_scope":
        return f"the token lacks the scope {error.needed}; add it and reinstall the app"
    if error.code == "plan_upgrade_required":
        return "this workspace's plan has no user groups; name people under users = [...] instead"
    return f"Slack says {error.code}; check {culprit}"
