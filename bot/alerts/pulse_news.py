"""What people hear of a target: a change as an ``AlertEvent``. Words only; ``engine/pulse.py`` decides."""

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from bot.alerts.targets import Target
from bot.engine.alerts import MOST_TEXT, AlertEvent, Happening, Severity, Source
from bot.engine.arrivals import Arrival, ours
from bot.engine.errors_words import span
from bot.engine.pulse import BeganFlapping, CameUp, Change, Pulse, StillDown, StoppedFlapping, WentDown
from bot.engine.pulses import Component

NETWORK = "pawdeploy:network"
"""Both the fingerprint of the alert and the target whose pulse it is."""


def fingerprint_of(target: str) -> str:
    """Return what names the alert of a target."""
    return f"health:{target}"


def arrival_of(
    target: Target,
    change: Change,
    pulse: Pulse,
    *,
    now: datetime,
    pages: list[str],
    parts: tuple[Component, ...] = (),
) -> Arrival:
    """Return what is to be told of a change.

    ``pages`` are what unwell status pages say at this moment, ``parts`` what fails by the detailed answer.
    """
    happening, detail = _told(change, pulse)
    if happening is not Happening.RESOLVED and parts and pulse.bad:
        detail += _named(parts)
    if happening is not Happening.RESOLVED and pages:
        detail += f" Status pages: {'; '.join(pages)}."
    event = AlertEvent(
        source=Source.HEALTH,
        fingerprint=fingerprint_of(target.key),
        happening=happening,
        at=max(now, pulse.since),
        title=target.title,
        detail=_clip(detail),
        service=target.service,
        environment=target.environment,
        severity=target.severity,
        url=target.url,
        tags={"target": target.key, "kind": target.kind},
        flapping=pulse.flapping,
    )
    # However many looks find it down still, of one resolve too early is told once.
    at = change.called_over if isinstance(change, StillDown) else event.at
    return ours(event, f"{target.key}:{type(change).__name__}:{at.isoformat()}")


def forgotten(pulse: Pulse, *, now: datetime) -> Arrival:
    """Return that something in trouble is watched no more: nobody would ever see it well."""
    event = AlertEvent(
        source=Source.HEALTH,
        fingerprint=fingerprint_of(pulse.target),
        happening=Happening.RESOLVED,
        at=max(now, pulse.since),
        detail="It is not watched any more: pawdeploy.toml does not name it.",
        flapping=False,
    )
    return ours(event, f"{pulse.target}:forgotten:{event.at.isoformat()}")


def cut_off(pulse: Pulse, *, silent: int, watched: int) -> Arrival:
    """Return that our own network is suspected, or not any more, as ``pulse`` says."""
    said = f"{silent} of {watched} of what I watch stopped answering at once; "
    said += "I suspect my own network and call nothing down."
    event = AlertEvent(
        source=Source.PAWDEPLOY,
        fingerprint=NETWORK,
        happening=Happening.FIRED if pulse.down else Happening.RESOLVED,
        at=pulse.since,
        title="I suspect my own network",
        detail=said if pulse.down else "What I watch answers again.",
        severity=Severity.ERROR,
    )
    return ours(event, f"{NETWORK}:{pulse.state}:{event.at.isoformat()}")


def _told(change: Change, pulse: Pulse) -> tuple[Happening, str]:
    match change:
        case WentDown(failures):
            return Happening.FIRED, f"{_said(pulse)} ({_looks(failures)}).{_failing(pulse)}"
        case StillDown(failures):
            return Happening.FIRED, f"It is still down: {_said(pulse)} ({_looks(failures)}).{_failing(pulse)}"
        case CameUp(after):
            return (
                Happening.RESOLVED,
                f"It answers well again; down for {span(after.total_seconds())}.",
            )
        case BeganFlapping(percent, down):
            said = f"It goes up and down ({percent:.0f} % of change lately); as that began: {_said(pulse)}."
            return Happening.NOTED if down else Happening.FIRED, said + _failing(pulse)
        case StoppedFlapping(down):
            if down:
                said = f"It stopped going up and down and is down: {_said(pulse)}."
                return Happening.ESCALATED, said + _failing(pulse)  # an outage is more than what people know
            return Happening.RESOLVED, "It stopped going up and down and answers well."
        case _:
            assert_never(change)


def _looks(failures: int) -> str:
    return f"{failures} looks in a row found it ill" if failures > 1 else "a look found it ill"


def _said(pulse: Pulse) -> str:
    return _clip(" ".join(pulse.said.split()) or "no words", 300)


def _failing(pulse: Pulse) -> str:
    if "failing" in pulse.said:  # a detailed answer names them itself
        return ""
    return _named(part for part in pulse.components if not part.ok)


def _named(parts: Iterable[Component]) -> str:
    names = [f"{part.name} ({part.said})" if part.said else part.name for part in parts]
    return f" Failing: {_clip(', '.join(names), 400)}." if names else ""


def _clip(text: str, most: int = MOST_TEXT) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
