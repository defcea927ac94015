"""What became of one payload handed to the app, whichever way it travelled."""

from dataclasses import dataclass
from typing import Literal, Protocol

from sandbox.workspace.model import Json

Kind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the app acknowledged in time, and what it said with that."""

    result: Literal["acked", "timeout", "error", "unreachable"]
    answer: Json | str | None = None
    ms: float = 0.0
    no_retry: bool = False
    """The app asked not to be sent this event again (``X-Slack-No-Retry``)."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One payload to hand over; ``copies`` above one is the duplicate-delivery fault."""

    kind: Kind
    payload: Json
    attempt: int = 0
    reason: str = ""
    copies: int = 1


class Transport(Protocol):
    """A way to reach the app."""

    async def deliver(self, parcel: Parcel) -> Outcome:
        """Hand the payload over and wait for the acknowledgement."""
        ...
