"""What every part of the simulated Slack shares; decides which events the app hears."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.faults import Faults
from sandbox.workspace.manifest import Manifest
from sandbox.workspace.model import File, Json, Message, Pin, Tokens, View
from sandbox.workspace.shapes import message_for_app, permalink, pinned_info
from sandbox.workspace.state import State
from sandbox.workspace.tickets import Tickets
from sandbox.workspace.timing import Limits, Timings

EVENT_SCOPES = {
    "message.channels": "channels:history",
    "message.im": "im:history",
    "app_mention": "app_mentions:read",
    "message_metadata_posted": "metadata.message:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "pin_added": "pins:read",
    "pin_removed": "pins:read",
}
"""What an app must be allowed to read to hear of it (https://docs.slack.dev/reference/events)."""


def _nobody(_event: Json) -> None:
    """Stand in until the delivery is joined."""


@dataclass(slots=True, kw_only=True)
class Core:
    """The shared parts; made once by ``Workspace``."""

    state: State
    faults: Faults
    manifest: Manifest
    tokens: Tokens
    tickets: Tickets
    timings: Timings
    limits: Limits
    base_url: str
    """Where this server is reached, without a trailing slash."""
    screens: dict[str, list[View]] = field(default_factory=dict)
    """Open forms by person, the top one last."""
    files: dict[str, File] = field(default_factory=dict)
    send_event: Callable[[Json], None] = _nobody

    def clock(self) -> float:
        """Return the time, in seconds since the epoch."""
        return self.state.clock()

    def emit(self, subscription: str, event: Json, channel: str) -> None:
        """Send an event, if the app subscribed to it, has its scope, and the bot is in that channel."""
        where, needed = self.state.channels[channel], EVENT_SCOPES.get(subscription)
        here = self.state.team.bot_user in where.members and not where.archived
        may = needed is None or needed in self.manifest.scopes
        if subscription in self.manifest.events and may and here:
            self.send_event(event)

    def posted(self, message: Message) -> None:
        """Tell the app of a new message: as a message, and as a mention when it names the bot."""
        where = self.state.channels[message.channel]
        body = message_for_app(message, self.state.team) | {
            "channel": message.channel,
            "event_ts": message.ts,
        }
        kind, suffix = ("im", "im") if where.direct else ("channel", "channels")
        self.emit(f"message.{suffix}", body | {"channel_type": kind}, message.channel)
        if f"<@{self.state.team.bot_user}>" in message.text and not message.is_bot:
            self.emit("app_mention", body | {"type": "app_mention"}, message.channel)
        if message.metadata is not None:
            told = {
                "type": "message_metadata_posted",
                "metadata": message.metadata,
                "channel_id": message.channel,
            }
            self.emit("message_metadata_posted", told | {"message_ts": message.ts}, message.channel)

    def deleted(self, message: Message) -> None:
        """Tell the app that a message is gone."""
        where = self.state.channels[message.channel]
        kind, suffix = ("im", "im") if where.direct else ("channel", "channels")
        event: Json = {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "channel": message.channel,
            "channel_type": kind,
            "deleted_ts": message.ts,
            "previous_message": message_for_app(message, self.state.team),
            "event_ts": self.state.new_ts(),
        }
        event["ts"] = event["event_ts"]
        self.emit(f"message.{suffix}", event, message.channel)

    def pinned(self, message: Message, user: str, pin: Pin, *, removed: bool) -> None:
        """Tell the app of a pin (https://docs.slack.dev/reference/events/pin_added)."""
        kind = "pin_removed" if removed else "pin_added"
        left = len(self.state.pinned(message.channel))
        shown = message_for_app(message, self.state.team) | {"permalink": permalink(self.base_url, message)}
        event: Json = {
            "type": kind,
            "user": user,
            "channel_id": message.channel,
            "item": {
                "type": "message",
                "channel": message.channel,
                "created": pin.at,
                "created_by": pin.user,
                "message": shown,
            },
            "item_user": message.user,
            "pin_count": str(left),
            "pinned_info": pinned_info(message, pin),
            "event_ts": self.state.new_ts(),
        }
        self.emit(kind, event | ({"has_pins": left > 0} if removed else {}), message.channel)

    def reacted(self, message: Message, user: str, name: str, *, removed: bool) -> None:
        """Tell the app of a reaction."""
        kind = "reaction_removed" if removed else "reaction_added"
        event: Json = {
            "type": kind,
            "user": user,
            "reaction": name,
            "item_user": message.user,
            "item": {"type": "message", "channel": message.channel, "ts": message.ts},
            "event_ts": self.state.new_ts(),
        }
        self.emit(kind, event, message.channel)
