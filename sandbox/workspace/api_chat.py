"""Web API: ``chat.*`` (https://docs.slack.dev/reference/methods?family=chat)."""

from sandbox.workspace.api_method import Method, find_channel, find_message
from sandbox.workspace.arguments import Args
from sandbox.workspace.blocks import accept_message_blocks
from sandbox.workspace.core import Core
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Json, Message
from sandbox.workspace.shapes import message_for_app, permalink

POST_LIMIT = 40_000
"""Characters of ``text`` in a new message."""
UPDATE_LIMIT = 4_000
"""Bytes of ``text`` in an edit."""


def read_metadata(args: Args) -> Json | None:
    """Return the message's metadata, refused unless it is an event type and flat-enough payload."""
    metadata = args.object("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    payload = metadata.get("event_payload")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(payload, dict):
        raise Refused("invalid_metadata_schema")
    return {"event_type": metadata["event_type"], "event_payload": payload}


def _anywhere(core: Core) -> bool:
    """Whether the app may write in public channels it is not in."""
    return "chat:write.public" in core.manifest.scopes


def _content(args: Args) -> tuple[str, list[Json], list[Json]]:
    blocks = args.objects("blocks", "invalid_blocks_format") or []
    attachments = args.objects("attachments", "invalid_attachments") or []
    text = args.text("text")
    if not text and not blocks and not attachments:
        raise Refused("no_text")
    if len(text) > POST_LIMIT:
        raise Refused("msg_too_long")
    return text, accept_message_blocks(blocks), attachments


def _post(core: Core, args: Args) -> Json:
    channel = find_channel(core, args, member=not _anywhere(core), writes=True)
    text, blocks, attachments = _content(args)
    thread = args.text("thread_ts") or None
    if thread is not None:
        parent = core.state.message(channel.id, thread)
        if parent is None:
            raise Refused("thread_not_found")
        thread = parent.thread_ts or parent.ts
    message = core.state.add(
        Message(
            ts=core.state.new_ts(),
            channel=channel.id,
            user=core.state.team.bot_user,
            text=text,
            blocks=blocks,
            attachments=attachments,
            is_bot=True,
            username=core.state.team.bot_name,
            thread_ts=thread,
            broadcast=thread is not None and args.flag("reply_broadcast"),
            metadata=read_metadata(args),
        )
    )
    core.posted(message)
    shown = message_for_app(message, core.state.team, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def _post_ephemeral(core: Core, args: Args) -> Json:
    channel = find_channel(core, args, member=True, writes=True)
    user = args.needed("user")
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    text, blocks, attachments = _content(args)
    message = core.state.add(
        Message(
            ts=core.state.new_ts(),
            channel=channel.id,
            user=core.state.team.bot_user,
            text=text,
            blocks=blocks,
            attachments=attachments,
            is_bot=True,
            username=core.state.team.bot_name,
            thread_ts=args.text("thread_ts") or None,
            ephemeral_to=user,
        )
    )
    return {"message_ts": message.ts}


def _update(core: Core, args: Args) -> Json:
    channel = find_channel(core, args, member=not _anywhere(core), writes=True)
    message = find_message(core, channel, args.needed("ts"))
    if message.user != core.state.team.bot_user:
        raise Refused("cant_update_message")
    text = args.text("text")
    if len(text.encode()) > UPDATE_LIMIT:
        raise Refused("msg_too_long")
    blocks = args.objects("blocks", "invalid_blocks_format")
    attachments = args.objects("attachments", "invalid_attachments")
    if not text and not blocks and not attachments:
        raise Refused("no_text")
    accepted = None if blocks is None else accept_message_blocks(blocks)
    metadata = read_metadata(args)
    message.text = text or message.text
    # What is not mentioned stays as it was; an empty list takes it away.
    message.blocks = message.blocks if accepted is None else accepted
    message.attachments = message.attachments if attachments is None else attachments
    message.metadata = message.metadata if metadata is None else metadata
    core.state.edited(message)
    shown = message_for_app(message, core.state.team, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


def _delete(core: Core, args: Args) -> Json:
    channel = find_channel(core, args, member=False)
    message = find_message(core, channel, args.needed("ts"))
    if message.user != core.state.team.bot_user:
        raise Refused("cant_delete_message")
    core.state.remove(message)
    return {"channel": channel.id, "ts": message.ts}


def _permalink(core: Core, args: Args) -> Json:
    channel = find_channel(core, args, member=False)
    message = find_message(core, channel, args.needed("message_ts"))
    return {"channel": channel.id, "permalink": permalink(core.base_url, message)}


METHODS = {
    "chat.postMessage": Method(("chat:write",), _post),
    "chat.postEphemeral": Method(("chat:write",), _post_ephemeral),
    "chat.update": Method(("chat:write",), _update),
    "chat.delete": Method(("chat:write",), _delete),
    "chat.getPermalink": Method((), _permalink),
}
