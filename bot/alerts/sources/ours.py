"""Our own events, of the health monitor or a test, as ``arrivals.ours`` wrote them."""

from datetime import UTC

from pydantic import ValidationError

from bot.alerts.sources._told import Read, Unread, when
from bot.engine.alerts import AlertEvent
from bot.engine.arrivals import Arrival


def read(arrival: Arrival) -> Read:
    """Return the event as it was told; unreadable only after a change of its shape."""
    try:
        event = AlertEvent.model_validate_json(arrival.body)
    except ValidationError:
        return Unread("unreadable", "no event of ours, or one of another version")
    at = event.at.replace(tzinfo=UTC) if event.at.tzinfo is None else event.at
    return (event.model_copy(update={"at": when(at, arrival.at)}),)
