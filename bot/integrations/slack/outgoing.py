"""What the publisher is handed: owed messages, how they look, where they are kept. Shapes only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Owed(Protocol):
    """A message as the outbox remembers it."""

    @property
    def key(self) -> str:
        """Its name."""

    @property
    def kind(self) -> str:
        """``dm`` is posted at most once; every other kind exactly once."""

    @property
    def channel(self) -> str:
        """Where it goes; a ``dm`` goes to a person, by user id."""

    @property
    def ts(self) -> str:
        """Where it is; a picture's is the id of its file."""

    @property
    def trying_since(self) -> datetime | None:
        """When it was first tried."""

    @property
    def urgency(self) -> int:
        """0 goes before 1, and 2 waits: only counts are new."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """An image for a thread."""

    filename: str
    """Unique within its thread: it is found again by it."""
    content: bytes
    title: str
    alt: str
    """What it shows, for who cannot see it."""
    comment: str
    """What is said above it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Composed:
    """What a message should look like now."""

    text: str
    blocks: tuple[dict[str, object], ...]
    revision: int
    thread_ts: str = ""
    parent: str = ""
    """Key of the message whose thread this goes to: posted anew when Slack says that it is gone."""
    picture: Picture | None = None
    """Shared as a file in the thread, in place of text and blocks."""
    broadcast: bool = False
    """Whether what is said in a thread shows in the channel too: an old card is out of everybody's sight."""


class Outbox(Protocol):
    """Where owed messages are kept."""

    async def due(self, now: datetime) -> Sequence[Owed]:
        """Return messages that Slack shows older than they are, or not at all; the most urgent first."""

    async def trying(self, key: str, at: datetime) -> bool:
        """Note the first try; false when there was one."""

    async def untried(self, key: str) -> None:
        """Take back the note of the first try: Slack said that it did nothing."""

    async def landed(self, key: str, *, channel: str, ts: str, revision: int) -> None:
        """Store where a message is and how new."""

    async def lost(self, key: str) -> None:
        """Forget a message that Slack no longer has."""

    async def left_room(self, key: str, *, channel: str, why: str, at: datetime) -> bool:
        """Note that a channel takes nothing any more; true when its message goes elsewhere now."""

    async def redirect(self, key: str, *, to: str, why: str) -> None:
        """Send a message to another channel from now on."""


class Compose(Protocol):
    """Draws a message from state; None when it cannot be sent yet."""

    async def __call__(self, key: str) -> Composed | None:
        """Return the newest look of message ``key``."""
