"""The payloads Slack sends an app: events, slash commands, block actions, form submissions.

See https://docs.slack.dev/reference/interaction-payloads.
"""

from sandbox.workspace.core import Core
from sandbox.workspace.model import Channel, Json, Message, View
from sandbox.workspace.screens import view_for_app
from sandbox.workspace.shapes import message_for_app

LEGACY_TOKEN = "legacy-verification-token"  # noqa: S105 - Slack still sends one; nobody may rely on it


def event_payload(core: Core, event: Json) -> Json:
    """Wrap an event the way the Events API does."""
    team = core.state.team
    authorization = {
        "enterprise_id": None,
        "team_id": team.id,
        "user_id": team.bot_user,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": LEGACY_TOKEN,
        "team_id": team.id,
        "api_app_id": team.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": core.state.new_id("Ev"),
        "event_time": int(core.clock()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": "4-sandbox",
    }


def command_payload(core: Core, user: str, channel: Channel, command: str, text: str) -> Json:
    """Build a slash command; Slack sends it as a form, so every value is a string."""
    team = core.state.team
    response = core.tickets.response(user, channel.id)
    return {
        "token": LEGACY_TOKEN,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.direct else channel.name,
        "user_id": user,
        "user_name": core.state.people[user].name,
        "command": command,
        "text": text,
        "api_app_id": team.app_id,
        "is_enterprise_install": "false",
        "response_url": f"{core.base_url}/slack/response/{response.id}",
        "trigger_id": core.tickets.trigger(user, channel.id),
    }


def message_action(core: Core, user: str, message: Message, action: Json, state: Json) -> Json:
    """Build what a press on a message's element sends."""
    team = core.state.team
    channel = core.state.channels[message.channel]
    ephemeral = message.ephemeral_to is not None
    response = core.tickets.response(user, channel.id, message_ts=message.ts, thread_ts=message.thread_ts)
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = _interaction(core, "block_actions", user) | {
        "container": container,
        "trigger_id": core.tickets.trigger(user, channel.id),
        "channel": {"id": channel.id, "name": channel.name},
        "state": {"values": state},
        "response_url": f"{core.base_url}/slack/response/{response.id}",
        "actions": [action],
    }
    # Slack leaves the message itself out for an ephemeral one.
    return payload if ephemeral else payload | {"message": message_for_app(message, team)}


def view_action(core: Core, user: str, view: View, action: Json) -> Json:
    """Build what a press on a form's element sends."""
    return _interaction(core, "block_actions", user) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": core.tickets.trigger(user, view.channel),
        "view": view_for_app(core, view),
        "actions": [action],
    }


def submission(core: Core, user: str, view: View) -> Json:
    """Build what submitting a form sends."""
    return _interaction(core, "view_submission", user) | {
        "trigger_id": core.tickets.trigger(user, view.channel),
        "view": view_for_app(core, view),
        "response_urls": [],
    }


def closing(core: Core, user: str, view: View, *, cleared: bool) -> Json:
    """Build what closing a form sends when it asked to be told."""
    return _interaction(core, "view_closed", user) | {
        "view": view_for_app(core, view),
        "is_cleared": cleared,
    }


def _interaction(core: Core, kind: str, user: str) -> Json:
    team = core.state.team
    return {
        "type": kind,
        "user": {
            "id": user,
            "username": core.state.people[user].name,
            "name": core.state.people[user].name,
            "team_id": team.id,
        },
        "api_app_id": team.app_id,
        "token": LEGACY_TOKEN,
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }
