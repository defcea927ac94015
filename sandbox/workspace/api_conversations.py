"""Web API: ``conversations.*`` (https://docs.slack.dev/reference/methods?family=conversations)."""

from sandbox.workspace.api_method import Method, find_channel, page_of
from sandbox.workspace.arguments import Args
from sandbox.workspace.core import Core
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Channel, Json, Message
from sandbox.workspace.shapes import channel_for_app, message_for_app

READ = ("channels:read", "groups:read", "im:read")
HISTORY = ("channels:history", "groups:history", "im:history")


def _info(core: Core, args: Args) -> Json:
    channel = find_channel(core, args, member=False)
    return {"channel": channel_for_app(channel, core.state.team)}


def _list(core: Core, args: Args) -> Json:
    wanted = args.text("types", "public_channel").split(",")
    found = [
        channel_for_app(channel, core.state.team)
        for channel in core.state.channels.values()
        if ("im" if channel.direct else "public_channel") in wanted
        and not (channel.archived and args.flag("exclude_archived"))
    ]
    page, following = page_of(found, args)
    return {"channels": page, "response_metadata": following}


def _members(core: Core, args: Args) -> Json:
    channel = find_channel(core, args, member=False)
    page, following = page_of([{"id": user} for user in channel.members], args)
    return {"members": [one["id"] for one in page], "response_metadata": following}


def _open(core: Core, args: Args) -> Json:
    users = args.needed("users").split(",")
    if len(users) != 1 or users[0] not in core.state.people:
        raise Refused("user_not_found")
    return {"channel": {"id": core.state.direct(users[0]).id}}


def _between(messages: list[Message], args: Args) -> list[Message]:
    oldest, latest = args.text("oldest", "0") or "0", args.text("latest") or "9999999999"
    inclusive = args.flag("inclusive")
    try:
        low, high = float(oldest), float(latest)
    except ValueError as error:
        raise Refused("invalid_ts_oldest") from error
    return [
        one for one in messages if low < float(one.ts) < high or (inclusive and one.ts in (oldest, latest))
    ]


def _shown(core: Core, channel: Channel, messages: list[Message], args: Args) -> tuple[list[Json], Json]:
    metadata = args.flag("include_all_metadata")
    shown = [
        message_for_app(
            one, core.state.team, replies=core.state.thread(channel.id, one.ts), metadata=metadata
        )
        for one in messages
    ]
    return page_of(shown, args)


def _history(core: Core, args: Args) -> Json:
    channel = find_channel(core, args, member=True)
    newest_first = list(reversed(_between(core.state.messages(channel.id), args)))
    page, following = _shown(core, channel, newest_first, args)
    return {"messages": page, "has_more": bool(following["next_cursor"]), "response_metadata": following}


def _replies(core: Core, args: Args) -> Json:
    channel = find_channel(core, args, member=True)
    parent = core.state.message(channel.id, args.needed("ts"))
    if parent is None:
        raise Refused("thread_not_found")
    replies = _between(core.state.thread(channel.id, parent.ts), args)
    page, following = _shown(core, channel, [parent, *replies], args)
    return {"messages": page, "has_more": bool(following["next_cursor"]), "response_metadata": following}


METHODS = {
    "conversations.info": Method(READ, _info),
    "conversations.list": Method(READ, _list),
    "conversations.members": Method(READ, _members),
    "conversations.open": Method(("im:write",), _open),
    "conversations.history": Method(HISTORY, _history),
    "conversations.replies": Method(HISTORY, _replies),
}
