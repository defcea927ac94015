"""The answer to ``/pawdeploy health``: all that is watched, worst first; what is well in few lines. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.engine.pulses import PulseState, PulseView
from handlers.render import _steps as steps
from handlers.render._blocks import Message, context, message, section
from handlers.render._text import clock, duration, first_few, plain

MOST_TROUBLED = 20
MOST_WELL = 30
MOST_PARTS = 6
_RANK = {PulseState.DOWN: 0, PulseState.UNKNOWN: 2, PulseState.UP: 3}
_FLAPPING = 1


def render_health(pulses: Sequence[PulseView], *, now: datetime) -> Message:
    """Say how everything watched is; an unknown is shown as unknown, with why."""
    if not pulses:
        none = (
            "Nothing is watched. A `[health]` section in `pawdeploy.toml` watches every service's health "
            "address; `/pawdeploy status` looks once."
        )
        return message(none, section(none))
    ordered = sorted(pulses, key=lambda pulse: (_rank(pulse), pulse.name))
    troubled = [pulse for pulse in ordered if not _well(pulse)]
    well = [pulse for pulse in ordered if _well(pulse)]
    more = len(troubled) - MOST_TROUBLED
    looked = [pulse.checked_at for pulse in pulses if pulse.checked_at is not None]
    seen = f"Last look {clock(max(looked), '{time_secs}')}" if looked else "Nothing was looked at yet"
    return message(
        _summary(ordered),
        section(f"*{_summary(ordered)}*"),
        *(section(_lines(pulse, now)) for pulse in troubled[:MOST_TROUBLED]),
        section(f"and {more} more in trouble") if more > 0 else None,
        section(_well_text(well, now)) if well else None,
        context(f"{seen}. `/pawdeploy alerts` lists what is open, `/pawdeploy status` what is live."),
    )


def _rank(pulse: PulseView) -> int:
    return _FLAPPING if pulse.flapping and pulse.state is PulseState.UP else _RANK[pulse.state]


def _well(pulse: PulseView) -> bool:
    """Say whether there is nothing to say but that it is up."""
    parts_well = all(part.ok for part in pulse.components)
    return pulse.state is PulseState.UP and parts_well and not (pulse.flapping or pulse.paused)


def _summary(pulses: Sequence[PulseView]) -> str:
    down, unknown, up = (
        sum(pulse.state is state and not pulse.flapping for pulse in pulses)
        for state in (PulseState.DOWN, PulseState.UNKNOWN, PulseState.UP)
    )
    flapping = sum(pulse.flapping for pulse in pulses)
    if up == len(pulses) and not flapping:
        return f"All {up} up" if up > 1 else "Up"
    counted = ((down, "down"), (flapping, "flapping"), (unknown, "unknown"), (up, "up"))
    said = ", ".join(f"{number} {word}" for number, word in counted if number)
    return f"{said[:1].upper()}{said[1:]}"


def _mark(pulse: PulseView) -> str:
    """Mark like an alert: what is unknown, or ill while paused, is neither red nor green."""
    ill = pulse.state is PulseState.DOWN or any(not part.ok for part in pulse.components)
    if pulse.state is PulseState.UNKNOWN or (pulse.paused and ill):
        return steps.STOPPED
    if pulse.flapping:
        return steps.WAITING
    return steps.DONE if pulse.state is PulseState.UP else steps.FAILED


def _lines(pulse: PulseView, now: datetime) -> str:
    state = f"{pulse.state.value} for {duration(now - pulse.since)}"
    said = plain(pulse.said, 200)
    if pulse.state is PulseState.UNKNOWN and not said:
        said = "not looked at yet" if pulse.checked_at is None else "why is not known"
    head = (f"{_mark(pulse)} *{_name(pulse)}*", state, "flapping" if pulse.flapping else "", said)
    lines = [" · ".join(word for word in head if word)]
    ill = [part for part in pulse.components if not part.ok]
    if ill and not all(plain(part.name, 40) in said for part in ill):
        parts = [
            f"{plain(part.name, 40)} ({plain(part.said, 80)})" if part.said.strip() else plain(part.name, 40)
            for part in ill
        ]
        lines.append(f"Failing parts: {', '.join(first_few(parts, MOST_PARTS))}")
    if pulse.paused.strip():
        lines.append(f"Paused, its failures count for nothing: {plain(pulse.paused, 150)}")
    if pulse.page.strip():
        lines.append(f"Its status page: {plain(pulse.page, 200)}")
    return "\n".join(lines)


def _well_text(pulses: Sequence[PulseView], now: datetime) -> str:
    return "\n".join(first_few([_well_line(pulse, now) for pulse in pulses], MOST_WELL))


def _well_line(pulse: PulseView, now: datetime) -> str:
    page = plain(pulse.page, 60)
    facts = (f"up for {duration(now - pulse.since)}", f"its status page: {page}" if page else "")
    return " · ".join(word for word in (f"{steps.DONE} {_name(pulse)}", *facts) if word)


def _name(pulse: PulseView) -> str:
    return (plain(pulse.name, 60) or plain(pulse.target, 80)).replace("*", "∗")  # noqa: RUF001 - not the mark of bold
