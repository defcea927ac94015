"""What is told because of a hold, as facts: kept with the message that is owed, drawn when it is sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import TypeAdapter

from bot.db.holds_store import Owed
from bot.engine.holds import Hold

What = Literal["begun", "renewed", "ended", "taken_over", "nag"]


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldNews:
    """One message about one hold, as the hold was then."""

    what: What
    hold: Hold
    at: datetime
    """When it happened, aware UTC."""
    by: str = ""
    """Who ended it, Slack user id."""
    why: str = ""
    """Their reason, as typed."""

    def encode(self) -> str:
        """Return the text that is kept in ``posts.body``."""
        return _ADAPTER.dump_json(self).decode()

    @staticmethod
    def decode(body: str) -> "HoldNews":
        """Read it back."""
        return _ADAPTER.validate_json(body)

    def line(self, channel: str) -> Owed:
        """Owe it to a channel, for everybody."""
        return self._owed("hold", channel)

    def dm(self) -> Owed:
        """Owe it to the one who holds."""
        return self._owed("dm", self.hold.by)

    def _owed(self, kind: str, channel: str) -> Owed:
        once = self.what in {"begun", "ended", "taken_over"}  # the others happen again
        key = f"{KEY}{self.hold.id}:{self.what}" + ("" if once else f":{self.at.timestamp():.3f}")
        return Owed(key=key, kind=kind, channel=channel, body=self.encode())


KEY = "hold:"
"""Messages whose keys begin so carry a ``HoldNews``."""
_ADAPTER = TypeAdapter(HoldNews)
