"""A target and its pulse as people see them. Pure."""

from datetime import datetime

from bot.alerts.targets import Target
from bot.engine.pulse import Pulse, stale
from bot.engine.pulses import PulseState, PulseView

_PATIENCE = 3
"""Looks that could not tell, until how it is counts as unknown."""


def view_of(target: Target, pulse: Pulse | None, now: datetime, timeout: float) -> PulseView:
    """Return how ``target`` is ``now``: unknown when no look could tell for long, also when nobody looks.

    ``timeout`` is how long a look may take, in seconds.
    """
    if pulse is None:
        return PulseView(
            target=target.key,
            name=target.name,
            state=PulseState.UNKNOWN,
            since=now,
            said="not looked at yet",
        )
    state, since, said = pulse.state, pulse.since, pulse.said
    if stale(pulse, now, _PATIENCE * target.interval + timeout):
        state, since = PulseState.UNKNOWN, pulse.known_at or pulse.since
        if pulse.checked_at == pulse.known_at:
            said = f"nobody has looked since it said: {said}"
    return PulseView(
        target=target.key,
        name=target.name,
        state=state,
        since=since,
        said=said,
        components=pulse.components,
        flapping=pulse.flapping,
        paused=pulse.paused,
        checked_at=pulse.checked_at,
        page=said if target.annotates else "",
    )
