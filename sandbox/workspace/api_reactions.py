"""Web API: ``reactions.*`` (https://docs.slack.dev/reference/methods?family=reactions)."""

from sandbox.workspace.api_method import Method, find_channel, find_message
from sandbox.workspace.arguments import Args
from sandbox.workspace.core import Core
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Json
from sandbox.workspace.seed import EMOJI
from sandbox.workspace.shapes import message_for_app


def _get(core: Core, args: Args) -> Json:
    channel = find_channel(core, args, member=True)
    message = find_message(core, channel, args.needed("timestamp"))
    return {
        "type": "message",
        "channel": channel.id,
        "message": message_for_app(message, core.state.team),
    }


def _change(core: Core, args: Args, *, remove: bool) -> Json:
    channel = find_channel(core, args, member=True)
    message = find_message(core, channel, args.needed("timestamp"))
    name = args.needed("name")
    if name.partition("::")[0] not in EMOJI:
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
