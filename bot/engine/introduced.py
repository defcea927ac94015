"""Which deploy brought an alert: by its release, else because it began right after. Pure.

A release is evidence; "right after" is a suspicion and is told as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

How = Literal["release", "first_seen", "time"]
NOBODY = "none"
"""Looked, and no deploy of ours fits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shipped:
    """One run that put a commit into the place."""

    run: int
    sha: str
    version: str
    """What the service calls that release; empty where errors are counted nowhere."""
    began: datetime
    """When the platform was told; nothing of the new code runs earlier."""
    live: datetime | None
    """When it was live; None: not yet, or not seen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Began:
    """What is known of an alert's beginning."""

    at: datetime
    """First seen; of one that came back, when it did."""
    release: str = ""
    """In which it was first seen, or came back; empty: unknown."""
    first: bool = True
    """Whether it was never seen before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unexplained:
    """An alert nobody has put down to anything yet."""

    id: int
    service: str
    environment: str
    opened_at: datetime
    first_seen: datetime
    openings: int
    release: str
    first_release: str
    asked: bool
    """Whether its source has said what it knows, or cannot be asked."""


def introduced(shipped: Sequence[Shipped], began: Began, *, within: timedelta) -> tuple[int, How] | None:
    """Return the run an alert is put down to, and why; None when none fits. ``shipped``: newest first."""
    before = [one for one in shipped if one.began <= began.at]
    if began.release:
        same = [one for one in shipped if one.version and one.version == began.release]
        first = next((one for one in same if one in before), None)
        # Named by a release that another run shipped, or none of ours: time says nothing any more.
        return None if first is None else (first.run, "release")
    if not before:
        return None
    newest = before[0]
    if began.at - (newest.live or newest.began) > within:
        return None
    return newest.run, "first_seen" if began.first else "time"


def suspected(sha: str, title: str, author: str) -> str:
    """Name a commit: its first seven characters, its title, who wrote it. Plain text."""
    return " ".join(word for word in (sha[:7], title[:120], f"by {author}" if author else "") if word)
