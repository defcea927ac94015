"""Web API: making, filling, naming and closing channels (https://docs.slack.dev/reference/methods)."""

import re

from sandbox.workspace.api_method import Method, find_channel
from sandbox.workspace.arguments import Args
from sandbox.workspace.core import Core
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Json
from sandbox.workspace.shapes import channel_for_app

MANAGE = ("channels:manage",)
NAME_LIMIT = 80
TOPIC_LIMIT = 250
INVITED = 100
"""People in one ``conversations.invite``; documented as 100 and as 1,000, the milder is not relied on."""


def _create(core: Core, args: Args) -> Json:
    if args.flag("is_private"):
        raise Refused("missing_scope", needed="groups:write", provided=",".join(core.manifest.scopes))
    name = args.text("name")
    if problem := _wrong_with(name):
        raise Refused(problem)
    if any(one.name == name for one in core.state.channels.values() if not one.direct):
        raise Refused("name_taken")  # an archived channel keeps its name
    made = core.state.create(name, core.state.team.bot_user)
    return {"channel": channel_for_app(made, core.state.team)}


def _wrong_with(name: str) -> str:
    """Return Slack's word for a name it would not take."""
    if not name:
        return "invalid_name_required"
    if len(name) > NAME_LIMIT:
        return "invalid_name_maxlength"
    if name != name.lower() or not re.fullmatch(r"[\w-]+", name):
        return "invalid_name_specials"
    return "" if re.search(r"[^\W_]", name) else "invalid_name_punctuation"


def _invite(core: Core, args: Args) -> Json:
    channel = find_channel(core, args, member=True, writes=True)
    users = [one.strip() for one in args.text("users").split(",") if one.strip()]
    if not users:
        raise Refused("no_user")
    if len(users) > INVITED:
        raise Refused("too_many_users")
    errors: list[Json] = []
    for user in users:
        if user == core.state.team.bot_user:
            error = "cant_invite_self"
        elif user not in core.state.people:
            error = "user_not_found"
        elif user in channel.members:
            error = "already_in_channel"
        else:
            continue
        errors.append({"user": user, "ok": False, "error": error})
    failed = {one["user"] for one in errors}
    let_in = [one for one in dict.fromkeys(users) if one not in failed]
    # One whom it cannot invite spoils the rest, unless ``force`` is given
    # (https://github.com/slackapi/node-slack-sdk/issues/1596).
    if errors and not (args.flag("force") and let_in):
        raise Refused(errors[0]["error"], errors=errors)
    core.state.change_channel(channel.id, members=(*channel.members, *let_in))
    shown = channel_for_app(core.state.channels[channel.id], core.state.team)
    return {"channel": shown} | ({"errors": errors} if errors else {})


def _set_topic(core: Core, args: Args) -> Json:
    channel = find_channel(core, args, member=True, writes=True)
    topic = args.text("topic")
    if len(topic) > TOPIC_LIMIT:
        raise Refused("too_long")
    core.state.change_channel(channel.id, topic=topic)
    return {"channel": channel_for_app(core.state.channels[channel.id], core.state.team)}


def _archive(core: Core, args: Args) -> Json:
    channel = find_channel(core, args, member=True)
    if channel.direct:
        raise Refused("method_not_supported_for_channel_type")
    if channel.name == "general":
        raise Refused("cant_archive_general")
    if channel.archived:
        raise Refused("already_archived")
    core.state.change_channel(channel.id, archived=True)
    return {}


METHODS = {
    "conversations.create": Method(MANAGE, _create),
    "conversations.invite": Method((*MANAGE, "channels:write.invites"), _invite),
    "conversations.setTopic": Method((*MANAGE, "channels:write.topic"), _set_topic),
    "conversations.archive": Method(MANAGE, _archive),
}
