"""Web API: ``pins.*`` (https://docs.slack.dev/reference/methods?family=pins)."""

from sandbox.workspace.api_method import Method, find_channel
from sandbox.workspace.arguments import Args
from sandbox.workspace.core import Core
from sandbox.workspace.model import Json
from sandbox.workspace.shapes import message_for_app, permalink


def _list(core: Core, args: Args) -> Json:
    channel = find_channel(core, args, member=True)
    items = [
        {
            "type": "message",
            "channel": channel.id,
            "created": one.pinned.at,
            "created_by": one.pinned.user,
            "message": message_for_app(one, core.state.team) | {"permalink": permalink(core.base_url, one)},
        }
        for one in core.state.pinned(channel.id)
        if one.pinned is not None
    ]
    return {"items": items}


METHODS = {"pins.list": Method(("pins:read",), _list)}
