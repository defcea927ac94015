"""The Slack half of ``pawdeploy check``: tokens, scopes, channel, groups. Asks and tells; changes nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import httpx
import yaml

from bot.check_incidents import channels_told
from bot.errors import VendorError, VendorUnavailable
from bot.findings import Finding
from bot.integrations._http import VendorModel, parse, request
from bot.project import Project
from bot.secrets import WHERE
from bot.settings import Settings

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


M = TypeVar("M", bound=VendorModel)


class _Refusal(VendorModel):
    ok: bool
    error: str = "no reason given"
    needed: str = ""


class _Who(VendorModel):
    user: str
    team: str


class _Nothing(VendorModel):
    pass


class _Channel(VendorModel):
    name: str = ""
    is_member: bool = False
    is_archived: bool = False


class _ChannelAnswer(VendorModel):
    channel: _Channel


class _Members(VendorModel):
    users: tuple[str, ...] = ()


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
        who, granted = await _call(_Who, http, bot_token, "auth.test")
    except (SlackRefused, VendorError) as error:
        return [Finding(ok=False, name="Slack bot token", said=_advise(error, "SLACK_BOT_TOKEN"))]
    findings = [
        Finding(ok=True, name="Slack bot token", said=f"@{who.user} in {who.team}"),
        _scopes(granted, settings.pawdeploy_config.parent),
        await _delivery(http, settings),
        *[
            await _channel(http, bot_token, *named)
            for named in _channels(project, channels_told(settings, project)).items()
        ],
    ]
    groups = dict.fromkeys(group for role in project.roles.values() for group in role.groups)
    return findings + [await _group(http, bot_token, group) for group in groups]


async def _call(
    model: type[M], http: httpx.AsyncClient, token: str, method: str, **arguments: str
) -> tuple[M, frozenset[str]]:
    """Call one Web API method; give its answer and the scopes the token has (header ``x-oauth-scopes``)."""
    doing = f"calling {method}"
    headers = {"Authorization": f"Bearer {token}"}
    answer = await request(http, VENDOR, doing, "POST", method, data=arguments, headers=headers)
    try:
        body = answer.json()
    except ValueError as error:
        raise VendorUnavailable(VENDOR, doing, detail="an answer that is not JSON") from error
    verdict = parse(_Refusal, body, VENDOR, doing)
    if not verdict.ok:
        raise SlackRefused(verdict.error, verdict.needed)
    scopes = answer.headers.get("x-oauth-scopes", "")
    granted = frozenset(scope.strip() for scope in scopes.split(",") if scope.strip())
    return parse(model, body, VENDOR, doing), granted


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
        await _call(_Nothing, http, token, "apps.connections.open")
    except (SlackRefused, VendorError) as error:
        return Finding(ok=False, name="Slack delivery", said=_advise(error, "SLACK_APP_TOKEN"))
    return Finding(ok=True, name="Slack delivery", said="Socket Mode")


def _channels(project: Project, told: Mapping[str, str]) -> dict[str, str]:
    """Give every channel the bot posts in, with the key that names it first."""
    named = {project.channels.deploys: "channels.deploys"}
    if project.alerts is not None:
        named.setdefault(project.alerts.channel, "alerts.channel")
        if project.alerts.ops is not None:
            named.setdefault(project.alerts.ops, "alerts.ops")
        for at, rule in enumerate(project.alerts.rules):
            if rule.channel is not None:
                named.setdefault(rule.channel, f"alerts.rules[{at}].channel")
    if project.incidents.channel is not None:
        named.setdefault(project.incidents.channel, "incidents.channel")
    return named | {channel: key for channel, key in told.items() if channel not in named}


async def _channel(http: httpx.AsyncClient, token: str, channel: str, key: str) -> Finding:
    name = f"Slack channel {channel}"
    try:
        answer, _ = await _call(_ChannelAnswer, http, token, "conversations.info", channel=channel)
    except (SlackRefused, VendorError) as error:
        return Finding(ok=False, name=name, said=_advise(error, f"{key} of pawdeploy.toml"))
    found = answer.channel
    shown = f"#{found.name or channel}"
    if found.is_archived:
        return Finding(ok=False, name=name, said=f"{shown} is archived; name another as {key}")
    if not found.is_member:
        return Finding(ok=False, name=name, said=f"the bot is not in {shown}; write /invite @pawdeploy there")
    return Finding(ok=True, name=name, said=f"a member of {shown}")


async def _group(http: httpx.AsyncClient, token: str, group: str) -> Finding:
    name = f"Slack group {group}"
    try:
        answer, _ = await _call(_Members, http, token, "usergroups.users.list", usergroup=group)
    except (SlackRefused, VendorError) as error:
        return Finding(ok=False, name=name, said=_advise(error, "[roles] of pawdeploy.toml"))
    people = len(answer.users)
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
