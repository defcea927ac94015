"""From what a message says to what the publisher sends. Knows no kind of message."""

from dataclasses import replace
from typing import Protocol

from bot.db.tables import Post
from bot.integrations.slack.outgoing import Composed, Picture
from handlers.render._blocks import Message
from handlers.render.posts import Drawing


class Links(Protocol):
    """Who knows the address of a message."""

    async def permalink(self, channel: str, ts: str) -> str:
        """Return it; raises ``VendorError``."""


def composed(message: Message, revision: int, root: Post | None = None) -> Composed:
    """Return a message, under ``root`` when there is one."""
    return Composed(
        text=message.text,
        blocks=message.blocks,
        revision=revision,
        thread_ts="" if root is None else root.ts,
        parent="" if root is None else root.key,
    )


def shared(drawing: Drawing, root: Post | None) -> Composed:
    """Return a picture, under ``root``."""
    picture = Picture(
        filename=drawing.filename,
        content=drawing.content,
        title=drawing.title,
        alt=drawing.alt,
        comment=drawing.comment,
    )
    return replace(composed(Message(text=drawing.alt, blocks=()), 1, root), picture=picture)
