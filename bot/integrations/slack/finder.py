"""Finds a message of ours by the key in its metadata, to know whether a post arrived before we died."""

from collections.abc import AsyncIterator
from typing import Any

from bot.integrations.slack.calls import SlackWeb

EVENT_TYPE = "pawdeploy_message"
_PAGE = 100
_PAGES = 5


async def find_posted(slack: SlackWeb, channel: str, key: str, thread_ts: str) -> str | None:
    """Return the timestamp of the message with ``key`` among the newest 500; None when it is not there."""
    async for message in _messages(slack, channel, thread_ts):
        metadata = message.get("metadata") or {}
        if metadata.get("event_type") == EVENT_TYPE and metadata.get("event_payload", {}).get("key") == key:
            return str(message["ts"])
    return None


async def find_file(slack: SlackWeb, channel: str, name: str, thread_ts: str) -> str | None:
    """Return the id of the file called ``name`` in a thread; files carry no metadata, so names are unique."""
    async for message in _messages(slack, channel, thread_ts):
        for file in message.get("files") or []:
            if file.get("name") == name:
                return str(file["id"])
    return None


async def _messages(slack: SlackWeb, channel: str, thread_ts: str) -> AsyncIterator[dict[str, Any]]:
    """Yield up to 500 messages of a channel, the newest first, or of a thread, the oldest first."""
    cursor = ""
    for _ in range(_PAGES):
        answer = await slack.call(
            "conversations.replies" if thread_ts else "conversations.history",
            "looking for an earlier message",
            channel=channel,
            include_all_metadata=True,
            limit=_PAGE,
            **({"ts": thread_ts} if thread_ts else {}),
            **({"cursor": cursor} if cursor else {}),
        )
        for message in answer.get("messages", []):
            yield message
        cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
        if not cursor:
            return
