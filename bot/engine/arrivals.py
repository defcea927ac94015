"""A message from outside on its way in: what was sent, by whom, under which name. Shapes only."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.engine.alerts import AlertEvent, Source

OURS = "pawdeploy.event"
"""The resource of an arrival whose body is an ``AlertEvent`` of our own."""
LONGEST_KEY = 160


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """One message, verified and not yet understood."""

    key: str
    """Source and the sender's own name for the delivery, ``LONGEST_KEY`` at most; the same is one arrival."""
    source: Source
    resource: str
    """What the sender calls the kind of message."""
    body: bytes
    at: datetime
    """When it arrived, by our clock."""

    @property
    def twin(self) -> str:
        """Name what it says: the same under another key was sent twice, and counts once."""
        return sha256(f"{self.source}\n{self.resource}\n".encode() + self.body).hexdigest()


def ours(event: AlertEvent, key: str) -> Arrival:
    """Wrap an event of our own; ``key`` makes telling it twice one arrival."""
    body = event.model_dump_json().encode()
    name = f"{event.source}:{key}"[:LONGEST_KEY]
    return Arrival(key=name, source=event.source, resource=OURS, body=body, at=event.at)
