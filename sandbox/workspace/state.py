"""What the workspace remembers: channels, messages, ephemerals, reactions. Tells the feed of each change.

Knows no HTTP, no tokens, no app; whether something is allowed is decided by who calls.
"""

import dataclasses
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sandbox.workspace.feed import Feed
from sandbox.workspace.model import Channel, Group, Json, Message, Person, Pin, Team
from sandbox.workspace.shapes import channel_for_page, message_for_page


@dataclass(slots=True)
class Counters:
    """What the app has done so far, for tests that count."""

    posts: int = 0
    """Messages the app posted in channels."""
    edits: dict[str, int] = field(default_factory=dict)
    """Edits by message ts."""
    rate_limited: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    """Calls answered with 429, by method."""
    calls: dict[str, int] = field(default_factory=dict)
    """Web API calls by method, the refused ones included."""


class State:
    """The workspace's memory."""

    def __init__(
        self,
        team: Team,
        people: Sequence[Person],
        channels: Sequence[Channel],
        groups: Sequence[Group],
        *,
        clock: Callable[[], float],
        feed: Feed,
    ) -> None:
        self.team = team
        self.people = {person.id: person for person in people}
        self.channels = {channel.id: channel for channel in channels}
        self.groups = {group.id: group for group in groups}
        self.clock = clock
        self.feed = feed
        self.counters = Counters()
        self._messages: dict[str, dict[str, Message]] = {channel.id: {} for channel in channels}
        self._ephemerals: list[Message] = []
        self._last_ts = 0
        self._numbers = itertools.count(1)

    def new_ts(self) -> str:
        """Return a ts later than every other: seconds with six decimals, as a string."""
        self._last_ts = max(int(self.clock() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_id(self, letter: str) -> str:
        """Return a new id in Slack's manner, such as ``V0000000A1``."""
        return f"{letter}{next(self._numbers):010d}"

    def channel(self, named: str) -> Channel | None:
        """Find a channel by id or by ``#name``; a person's id means their direct messages with the bot."""
        if named in self.people:
            return self.direct(named)
        if named in self.channels:
            return self.channels[named]
        return next((one for one in self.channels.values() if one.name == named.removeprefix("#")), None)

    def direct(self, user: str) -> Channel:
        """Return (making it when needed) the direct conversation of ``user`` and the bot."""
        made = Channel(f"D{user[1:]}", self.people[user].name, "", (user, self.team.bot_user), direct=True)
        self._messages.setdefault(made.id, {})
        return self.channels.setdefault(made.id, made)

    def create(self, name: str, creator: str) -> Channel:
        """Make a channel with its creator in it, and tell everyone."""
        made = Channel(self.new_id("C"), name, "", (creator,), creator=creator)
        self._messages[made.id] = {}
        self.channels[made.id] = made
        self.feed.tell("channels", {"channel": channel_for_page(made)})
        return made

    def change_channel(self, channel: str, **what: object) -> None:
        """Have a channel be different from now on, and tell; ``KeyError`` for one that is not there."""
        self.channels[channel] = dataclasses.replace(self.channels[channel], **what)  # type: ignore[arg-type]  # its own fields
        self.feed.tell("channels", {"channel": channel_for_page(self.channels[channel])})

    def messages(self, channel: str) -> list[Message]:
        """Return a channel's messages outside threads, and replies that stand there too, oldest first."""
        every = self._messages.get(channel, {}).values()
        return [one for one in every if one.broadcast or one.thread_ts in (None, one.ts)]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """Return the replies under a message, oldest first, without the message itself."""
        return [
            one for one in self._messages.get(channel, {}).values() if one.thread_ts == ts and one.ts != ts
        ]

    def message(self, channel: str, ts: str) -> Message | None:
        """Return one message, in a thread or not."""
        return self._messages.get(channel, {}).get(ts)

    def ephemerals(self, user: str) -> list[Message]:
        """Return what only ``user`` sees, oldest first."""
        return [one for one in self._ephemerals if one.ephemeral_to == user]

    def add(self, message: Message) -> Message:
        """Keep a new message and tell everyone."""
        message.versions.append(message.text)
        if message.ephemeral_to is not None:
            self._ephemerals.append(message)
            self.feed.tell("ephemeral", self.news(message), only=message.ephemeral_to)
            return message
        self._messages[message.channel][message.ts] = message
        parent = self.message(message.channel, message.thread_ts) if message.thread_ts else None
        if parent is not None:
            parent.thread_ts = parent.ts
        if message.is_bot:
            self.counters.posts += 1
        self.feed.tell("message", self.news(message))
        if parent is not None and parent is not message:
            self.feed.tell("message_changed", self.news(parent))
        return message

    def edited(self, message: Message) -> None:
        """Note that a message was changed, and tell."""
        message.edited = self.new_ts()
        message.versions.append(message.text)
        if message.is_bot:
            self.counters.edits[message.ts] = self.counters.edits.get(message.ts, 0) + 1
        self.feed.tell("message_changed", self.news(message), only=message.ephemeral_to)

    def remove(self, message: Message) -> None:
        """Forget a message and tell."""
        if message.ephemeral_to is not None:
            self._ephemerals.remove(message)
        else:
            del self._messages[message.channel][message.ts]
        gone: Json = {"channel": message.channel, "ts": message.ts, "thread_ts": message.thread_ts}
        self.feed.tell("message_deleted", gone, only=message.ephemeral_to)

    def react(self, message: Message, user: str, name: str, *, remove: bool) -> bool:
        """Add or take back a reaction; False when it was already so."""
        users = message.reactions.setdefault(name, [])
        if (user in users) is not remove:
            return False
        if remove:
            users.remove(user)
        else:
            users.append(user)
        if not users:
            del message.reactions[name]
        self.feed.tell("reaction", self.news(message))
        return True

    def pin(self, message: Message, user: str, *, remove: bool) -> bool:
        """Pin a message or take the pin away; False when it was already so."""
        if (message.pinned is None) is remove:
            return False
        message.pinned = None if remove else Pin(user, int(self.clock()))
        self.feed.tell("message_changed", self.news(message))
        return True

    def pinned(self, channel: str) -> list[Message]:
        """Return a channel's pinned messages, oldest first."""
        return [one for one in self._messages[channel].values() if one.pinned is not None]

    def news(self, message: Message) -> Json:
        """Return what the page is told about a message."""
        return {"channel": message.channel, "message": self.for_page(message)}

    def for_page(self, message: Message) -> Json:
        """Return a message as the page draws it."""
        replies = len(self.thread(message.channel, message.ts))
        name = message.username or (
            self.people[message.user].name if message.user in self.people else self.team.bot_name
        )
        return message_for_page(message, name, replies)
