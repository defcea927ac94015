"""What one Web API method is made of, and the look-ups the families share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sandbox.workspace.arguments import Args
from sandbox.workspace.core import Core
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Channel, Json, Message

APP_TOKEN = ("connections:write",)
"""Marks the methods that want the app-level token."""


@dataclass(frozen=True, slots=True)
class Method:
    """One method: any one of ``scopes`` suffices; none means none is needed."""

    scopes: tuple[str, ...]
    run: Callable[[Core, Args], Json]


def find_channel(
    core: Core, args: Args, *, member: bool, missing: str = "channel_not_found", writes: bool = False
) -> Channel:
    """Return the channel named by ``channel``.

    With ``member`` the bot must be in it; with ``writes`` it must not be archived.
    """
    wanted = args.needed("channel")
    if wanted in core.state.people and "im:write" not in core.manifest.scopes:
        # A person's id opens their direct messages with the bot.
        raise Refused("missing_scope", needed="im:write", provided=",".join(core.manifest.scopes))
    found = core.state.channel(wanted)
    if found is None:
        raise Refused(missing)
    if member and core.state.team.bot_user not in found.members:
        raise Refused("not_in_channel")
    if writes and found.archived:
        raise Refused("is_archived")
    return found


def find_message(core: Core, channel: Channel, ts: str) -> Message:
    """Return a message or refuse."""
    found = core.state.message(channel.id, ts)
    if found is None:
        raise Refused("message_not_found")
    return found


def page_of(items: Sequence[Json], args: Args, default: int = 100) -> tuple[list[Json], Json]:
    """Cut one page out of ``items`` by ``cursor`` and ``limit``; return it with its ``response_metadata``."""
    limit = args.number("limit", default)
    if not 1 <= limit <= 1000:
        raise Refused("invalid_limit")
    cursor = args.text("cursor")
    if cursor and not cursor.removeprefix("after:").isdigit():
        raise Refused("invalid_cursor")
    start = int(cursor.removeprefix("after:")) if cursor else 0
    end = start + limit
    following = f"after:{end}" if end < len(items) else ""
    return list(items[start:end]), {"next_cursor": following}
