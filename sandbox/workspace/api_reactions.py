"""Web API: ``reactions.*`` (https://docs.slack.dev/reference/methods?family=reactions)."""

from sandbox.workspace.api_method import Method, find_channel, find_message
from sandbox.workspace.arguments import Args
from sandbox.workspace.core import Core
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Json
from sandbox.workspace.seed import is_reaction
from sandbox.workspace.shapes import message_for_app, permalink

SHORT_LIST = 2
"""People named per reaction unless ``full`` is asked for. Slack promises no number; ``count`` is right."""


def _get(core: Core, args: Args) -> Json:
    channel = find_channel(core, args, member=True)
    message = find_message(core, channel, args.needed("timestamp"))
    shown = message_for_app(message, core.state.team)
    if "reactions" in shown and not args.flag("full"):
        shown["reactions"] = [one | {"users": one["users"][:SHORT_LIST]} for one in shown["reactions"]]
    link = permalink(core.base_url, message)
    return {"type": "message", "channel": channel.id, "message": shown | {"permalink": link}}


def _change(core: Core, args: Args, *, remove: bool) -> Json:
    channel = find_channel(core, args, member=True, writes=True)
    message = find_message(core, channel, args.needed("timestamp"))
    name = args.needed("name")
    if not is_reaction(name):
        raise Refused("invalid_name")
    user = core.state.team.bot_user
    if not core.state.react(message, user, name, remove=remove):
        raise Refused("no_reaction" if remove else "already_reacted")
    core.reacted(message, user, name, removed=remove)
    return {}


def _add(core: Core, args: Args) -> Json:
    return _change(core, args, remove=False)


def _remove(core: Core, args: Args) -> Json:
    return _change(core, args, remove=True)


METHODS = {
    "reactions.get": Method(("reactions:read",), _get),
    "reactions.add": Method(("reactions:write",), _add),
    "reactions.remove": Method(("reactions:write",), _remove),
}
