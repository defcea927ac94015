"""An issue as Sentry has it, and what that means for its alert. Facts only; Sentry's words stay text.

Raw text: renderers escape it.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.engine.alerts import AlertState, Severity

MOST_RECENT = 3000
"""Issues of a project that one look reads at most: so many in a few minutes are a storm as it is."""

_LEVELS = {
    "fatal": Severity.CRITICAL,
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
    "debug": Severity.INFO,
    "sample": Severity.INFO,
}
_STATES = {"resolved": AlertState.RESOLVED, "ignored": AlertState.ARCHIVED}


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """One issue at the moment Sentry answered. Empty: Sentry did not say. Times are aware UTC."""

    id: str
    """Digits. Not always the number that was asked for: an issue that was merged answers as its new whole."""
    short_id: str
    """``BACKEND-9``."""
    title: str
    culprit: str
    project: str
    """Slug."""
    level: str
    """``fatal``, ``error``, ``warning``, ``info``, ``debug``; or a word we do not know."""
    status: str
    """``unresolved``, ``resolved``, ``ignored``; or a word we do not know."""
    substatus: str
    """``new``, ``ongoing``, ``escalating``, ``regressed``, ``archived_until_escalating``, …"""
    events: int
    users: int
    first_seen: datetime
    last_seen: datetime
    url: str = ""
    first_release: str = ""
    last_release: str = ""
    assignee: str = ""
    """E-mail, or name of somebody or a team without one; empty: nobody."""
    assignee_email: str = ""
    spark: tuple[int, ...] = ()
    """Events of the last 24 hours in Sentry's own buckets (an hour each), oldest first; lists and single
    issues have it, the answer to a change has not."""
    handled: bool = False
    """Whether the code itself caught it; False also where Sentry does not say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SuspectCommit:
    """One commit of a release."""

    sha: str
    title: str
    """First line of its message."""
    author: str
    """Name, or e-mail of one without; empty when Sentry knows neither."""


def severity_of(level: str) -> Severity | None:
    """Say how bad Sentry calls something; None for a word we do not know."""
    return _LEVELS.get(level.lower())


def state_of(issue: Issue) -> AlertState:
    """Say where an alert on ``issue`` is: what is neither resolved nor archived goes on."""
    return _STATES.get(issue.status, AlertState.FIRING)
