"""The moments of an incident and what lies between them. Pure: a record in, moments out.

What is not known is None: nothing here is guessed, and no moment is before one it cannot precede.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.alerts import AlertState
from bot.engine.incident_timeline import EntryKind, Record
from bot.engine.incidents import IncidentAlert, IncidentState, IncidentStep, IncidentView
from bot.engine.states import RunState

BY_ITSELF = "pawdeploy"
"""Who did what nobody did."""
BELONGS = timedelta(hours=24)
"""An alert first seen longer before its incident had been quiet since: what counts is when it came back."""

_WORKING = frozenset(
    {
        EntryKind.TICK,
        EntryKind.UNTICK,
        EntryKind.SKIP,
        EntryKind.DECIDED,
        EntryKind.ACT,
        EntryKind.TOLD,
        EntryKind.NOTE,
        EntryKind.UPDATE,
        EntryKind.ROLE,
        EntryKind.OWNER,
        EntryKind.SEVERITY,
        EntryKind.JOINED,
        EntryKind.RESOLVED,
    }
)
"""What shows that a person works on it. A message put on the timeline does not: it was written for others."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """When an incident was what.

    Always ``began <= detected <= acknowledged <= resolved`` and ``began <= mitigated <= resolved``, as far
    as each is there.
    """

    began_at: datetime
    """Since when it hurt, as far as anything says."""
    detected_at: datetime
    """When anybody or anything first said so."""
    acknowledged_at: datetime | None
    """When a person first worked on it; None: nobody did yet."""
    mitigated_at: datetime | None
    """When it stopped hurting; None: nothing says that it did."""
    resolved_at: datetime | None
    """When somebody ended it; None: it goes on."""
    assumed: bool = False
    """Nothing says when it began, so it is taken to have begun when it was noticed."""

    @property
    def to_detect(self) -> timedelta | None:
        """From its beginning until it was noticed; None where nothing says when it began."""
        return None if self.assumed else self.detected_at - self.began_at

    @property
    def to_acknowledge(self) -> timedelta | None:
        """From when it was noticed until a person worked on it."""
        return None if self.acknowledged_at is None else self.acknowledged_at - self.detected_at

    @property
    def to_mitigate(self) -> timedelta | None:
        """From its beginning until it stopped hurting."""
        return None if self.mitigated_at is None else self.mitigated_at - self.began_at

    @property
    def to_resolve(self) -> timedelta | None:
        """From its beginning until it was ended."""
        return None if self.resolved_at is None else self.resolved_at - self.began_at

    @property
    def impact(self) -> tuple[datetime, datetime | None]:
        """From when to when it hurt: until it was mitigated, at the latest until it was resolved."""
        return self.began_at, self.mitigated_at or self.resolved_at

    @property
    def hurt(self) -> timedelta | None:
        """How long it hurt; None: it may hurt still."""
        began, ended = self.impact
        return None if ended is None else ended - began


def times(record: Record) -> Times:
    """Work out the moments of an incident.

    * *began*: the earliest moment one of its alerts says it began, where that is not after the opening; else
      the end of the failed run it was opened for; else the opening, which is an assumption. What an alert
      says is when it was first seen, or, where that is more than a day before the opening, when it came back.
    * *detected*: the earliest of when its alerts opened and the opening.
    * *acknowledged*: the earliest of when somebody acknowledged one of its alerts, when a person opened it,
      and the first thing a person did in it.
    * *mitigated*: what whoever resolved it said; else when the last of its alerts was resolved, if all were
      (one that was archived is put aside, not mended); else when the last run ended well that a step of it
      started where the incident is.
    * *resolved*: when it was ended, unless it was reopened since.

    Clocks differ, people err, and an alert may come back: a moment that would lie before the one it follows
    is moved to it, and one that would lie after the end to the end. So differences are never negative.
    """
    incident = record.incident
    known = _began(incident)
    began = known or incident.opened_at
    detected = max(began, min((incident.opened_at, *(alert.opened_at for alert in incident.alerts))))
    resolved = incident.resolved_at if incident.state is IncidentState.RESOLVED else None
    if resolved is not None:
        resolved = max(resolved, detected)
    return Times(
        began_at=began,
        detected_at=detected,
        acknowledged_at=_between(detected, _acknowledged(record), resolved),
        mitigated_at=_between(began, _mitigated(incident), resolved),
        resolved_at=resolved,
        assumed=known is None,
    )


def person(user: str) -> bool:
    """Whether a ``by`` names a person, not the bot itself."""
    return user not in ("", BY_ITSELF)


def _began(incident: IncidentView) -> datetime | None:
    opened = incident.opened_at
    told = [moment for alert in incident.alerts if (moment := _first(alert, opened)) <= opened]
    failed = [
        run.ended_at
        for run in incident.runs
        if run.state == RunState.FAILED and run.ended_at is not None and run.ended_at <= opened
    ]
    return min(told) if told else max(failed, default=None)


def _first(alert: IncidentAlert, opened: datetime) -> datetime:
    return alert.opened_at if opened - alert.first_seen > BELONGS else alert.first_seen


def _acknowledged(record: Record) -> datetime | None:
    return min(_signs(record), default=None)


def _signs(record: Record) -> Iterator[datetime]:
    incident = record.incident
    yield from (alert.acked_at for alert in incident.alerts if alert.acked_at is not None)
    if person(incident.opened_by):
        yield incident.opened_at
    yield from (
        entry.said_at or entry.at for entry in record.entries if entry.kind in _WORKING and person(entry.by)
    )


def _mitigated(incident: IncidentView) -> datetime | None:
    if incident.mitigated_at is not None:
        return incident.mitigated_at
    if incident.alerts and all(alert.state == AlertState.RESOLVED for alert in incident.alerts):
        return max(alert.state_at for alert in incident.alerts)
    its = {step.run for step in incident.steps if _helps(step, incident)}
    ended = [
        run.ended_at
        for run in incident.runs
        if run.id in its and run.state == RunState.SUCCEEDED and run.ended_at is not None
    ]
    return max(ended, default=None)


def _helps(step: IncidentStep, incident: IncidentView) -> bool:
    """Whether what a step starts can end the incident: a deploy to staging does not mend production."""
    there = step.target_environment
    return not there or not incident.environment or there == incident.environment


def _between(first: datetime, moment: datetime | None, last: datetime | None) -> datetime | None:
    if moment is None:
        return None
    moment = max(first, moment)
    return moment if last is None else min(moment, last)
