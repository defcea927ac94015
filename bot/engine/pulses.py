"""How a watched target is, as people see it, and what a look at it found. Facts only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class PulseState(StrEnum):
    """``unknown`` is not ``down``: we could not look, or have not yet."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Component:
    """One part of a service, as its detailed health answer names it."""

    name: str
    ok: bool
    said: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Beat:
    """What one look found."""

    found: Literal["well", "ill", "unknown"]
    """``unknown``: our own network, DNS, or an answer that says only that we may not ask (401, 403)."""
    said: str
    """In a few words, plain text."""
    answered: bool
    """Whether anything answered at all: then our own network is well."""
    components: tuple[Component, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PulseView:
    """One target with everything ``/pawdeploy health`` shows. Times are aware UTC."""

    target: str
    """``api:production:health``, ``dependency:redis``."""
    name: str
    """For people: ``api in production``, ``redis``."""
    state: PulseState
    since: datetime
    said: str
    components: tuple[Component, ...] = ()
    flapping: bool = False
    paused: str = ""
    """Why its failures count for nothing at present; empty when they count."""
    checked_at: datetime | None = None
    page: str = ""
    """What the vendor's own status page says; annotates and never decides."""
