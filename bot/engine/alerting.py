"""How a group changes by what is told of it. Pure: a group and an event in, the group and what to say out.

Sources that can be asked are believed only provisionally: webhooks come late, twice and out of order, so
whatever might be a change makes the group ``stale``, and the source's own answer (``adopt``) settles it.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.engine.alert_groups import OVER, UNTOLD, Fold, Group
from bot.engine.alert_notes import AlertNote, NoteKind
from bot.engine.alert_places import located, moved
from bot.engine.alerts import TELLING, AlertEvent, AlertState, Happening, Severity, Source
from bot.engine.sentry_issues import Issue, state_of

__all__ = [
    "REFRESH", "SOON", "Fold", "Group", "adopt", "archive", "archived_until", "begin", "fold", "is_old",
    "reopen", "resolve", "unarchive",
]  # fmt: skip

REFRESH = timedelta(seconds=60)
"""A group that goes on happening is asked about no more often than this, once it has gone on for a while."""
SOON = timedelta(seconds=5)
"""Nor ever more often than this. What has just begun may be a hundred times as much a moment later."""


def is_old(synced_at: datetime, opened_at: datetime, *, at: datetime) -> bool:
    """Say whether counts of ``synced_at`` are old: they are new for as long as it had gone on by then."""
    return at - synced_at >= min(max(synced_at - opened_at, SOON), REFRESH)


def begin(event: AlertEvent, *, asks: bool) -> Group | None:
    """Return the group an event begins; None when it tells of an end, or of nothing that goes on."""
    if event.happening not in TELLING:
        return None
    seen = event.first_seen or event.at
    return Group(
        fingerprint=event.fingerprint,
        source=event.source,
        state=AlertState.FIRING,
        state_at=event.at,
        first_seen=min(seen, event.at),
        last_seen=max(event.last_seen or event.at, event.at),
        opened_at=event.at,
        severity=event.severity or Severity.ERROR,
        service=event.service,
        environment=event.environment,
        project=event.project,
        title=event.title or event.fingerprint,
        culprit=event.culprit,
        detail=event.detail,
        tags=tuple(event.tags.items()),
        url=event.url,
        issue_id=event.issue_id,
        short_id=event.short_id,
        release=event.release,
        substatus=event.substatus,
        times=1,
        events=event.events,
        users=event.users,
        flapping=bool(event.flapping),
        test=event.test,
        assignee=event.assignee or "",
        stale=asks and bool(event.issue_id),
    )


def fold(group: Group, event: AlertEvent, *, asks: bool) -> Fold:
    """Return the group after one more event. ``asks``: its source can be asked how it stands."""
    return moved(group, _told(group, event, asked=asks and bool(event.issue_id or group.issue_id)))


def _told(group: Group, event: AlertEvent, *, asked: bool) -> Fold:
    merged = _merge(group, event)
    unsure = replace(merged, stale=asked, doubts=merged.doubts + 1)
    if _overtaken(group, event, asked=asked):
        return Fold(unsure, urgent=_looks(unsure) != _looks(group))
    match event.happening:
        case Happening.FIRED:
            return _fired(group, merged, event, asked=asked)
        case Happening.REOPENED:
            return _reopen(unsure, event.at, event.by, event.substatus)
        case Happening.ESCALATED:
            if not asked and _put_away(group, event.at):
                return Fold(merged, urgent=_looks(merged) != _looks(group))
            return _escalate(unsure, event.at, event.by, event.detail)
        case Happening.RESOLVED:
            if not asked and _put_away(group, event.at):
                return Fold(_over(unsure), urgent=_looks(unsure) != _looks(group))
            return _end(unsure, AlertState.RESOLVED, event.at, event.by)
        case Happening.ARCHIVED:
            return _end(unsure, AlertState.ARCHIVED, event.at, event.by)
        case Happening.ASSIGNED:
            return Fold(unsure, urgent=_looks(unsure) != _looks(group))
        case Happening.NOTED:
            return Fold(merged, urgent=_looks(merged) != _looks(group))


def adopt(group: Group, issue: Issue, *, now: datetime, doubts: int | None = None, by: str = "") -> Fold:
    """Return the group as its source said that it stands; ``by`` is who of us moved it there.

    ``doubts`` are those there were when it was asked (None: as many as now). With new ones its answer may be
    the older news, so it is asked again, and unless we have just moved it, where it stands is left alone.
    """
    state = state_of(issue)
    doubtful = doubts is not None and group.doubts != doubts
    seen = replace(
        group,
        title=issue.title or group.title,
        culprit=issue.culprit or group.culprit,
        project=issue.project or group.project,
        url=issue.url or group.url,
        short_id=issue.short_id or group.short_id,
        substatus=issue.substatus,
        events=issue.events,
        users=issue.users,
        first_seen=min(group.first_seen, issue.first_seen),
        last_seen=max(group.last_seen, min(issue.last_seen, now)),  # clocks differ
        first_release=issue.first_release or group.first_release,
        release=issue.last_release or group.release,
        assignee=issue.assignee_email or issue.assignee,
        spark=issue.spark or group.spark,
        stale=doubtful,
        synced_at=now,
    )
    if doubtful and not by:
        kept = replace(seen, substatus=group.substatus, assignee=group.assignee)
        return Fold(kept, urgent=_looks(kept) != _looks(group))
    if state is AlertState.FIRING:
        done = _reopen(seen, now, by, issue.substatus)
    else:
        done = _end(seen, state, now, by or UNTOLD)
    if by and done.group.state_by != by:
        done = Fold(replace(done.group, state_by=by), urgent=True, note=done.note)
    return Fold(done.group, urgent=done.urgent or _looks(done.group) != _looks(group), note=done.note)


def resolve(group: Group, *, at: datetime, by: str) -> Fold:
    """Return the group once ``by`` called it over."""
    return _end(group, AlertState.RESOLVED, at, by)


def reopen(group: Group, *, at: datetime, by: str) -> Fold:
    """Return the group once ``by`` said that it is not over."""
    return _reopen(group, at, by, "")


def archive(group: Group, *, at: datetime, by: str, how: str) -> Fold:
    """Return the group once ``by`` put it away: for some seconds, ``forever``, or until ``escalating``."""
    done = _end(group, AlertState.ARCHIVED, at, by).group
    return Fold(replace(done, archived_how=how, archived_until=archived_until(how, at)), urgent=True)


def unarchive(group: Group, *, at: datetime) -> Fold:
    """Return the group once the time is over for which it was put away."""
    if group.archived_how == OVER:
        return _end(group, AlertState.RESOLVED, at, "")
    return _reopen(group, at, "", "")


def archived_until(how: str, at: datetime) -> datetime | None:
    """Return when an archive ends by itself; None where time does not end it."""
    return at + timedelta(seconds=int(how)) if how.isdecimal() else None


def _overtaken(group: Group, event: AlertEvent, *, asked: bool) -> bool:
    """Say whether a change is older than how the group stands, so that it came too late to be one."""
    match event.happening:
        case Happening.RESOLVED | Happening.ARCHIVED:
            # Where nobody can be asked, what happened since is all there is to tell.
            return event.at < (group.state_at if asked else max(group.settled_at, group.last_seen))
        case Happening.REOPENED | Happening.ESCALATED:
            return event.at < group.state_at
        case _:
            return False


def _fired(before: Group, merged: Group, event: AlertEvent, *, asked: bool) -> Fold:
    synced = before.synced_at
    due = synced is None or is_old(synced, before.opened_at, at=event.at)
    over = before.state is not AlertState.FIRING
    if asked:
        # Of an issue that is over, events of old releases may go on: only Sentry knows whether it regressed.
        return Fold(replace(merged, stale=before.stale or due or over), urgent=_worse(before, merged))
    if before.state is AlertState.RESOLVED and event.at > before.settled_at:
        return _reopen(merged, event.at, event.by, event.detail)
    if before.state is AlertState.ARCHIVED and _breaks_out(before, merged, event.at):
        return _reopen(merged, event.at, event.by, event.detail)
    if not over and _worse(before, merged):
        said = f"{before.severity} before, {merged.severity} now"
        return Fold(merged, urgent=True, note=AlertNote(kind=NoteKind.ESCALATED, detail=said))
    return Fold(merged, urgent=_looks(merged) != _looks(before))


def _reopen(group: Group, at: datetime, by: str, why: str) -> Fold:
    if group.state is AlertState.FIRING:
        return Fold(group)
    opened = replace(
        group,
        state=AlertState.FIRING,
        state_at=at,
        state_by=by,
        opened_at=at,
        openings=group.openings + 1,
        acked_by="",
        acked_at=None,
        archived_until=None,
        archived_how="",
        introduced_how="",
    )
    return Fold(opened, urgent=True, note=AlertNote(kind=NoteKind.REOPENED, by=by, detail=why))


def _escalate(group: Group, at: datetime, by: str, why: str) -> Fold:
    if group.state is not AlertState.FIRING:
        return _reopen(group, at, by, why or "escalating")
    again = replace(group, acked_by="", acked_at=None)
    return Fold(again, urgent=True, note=AlertNote(kind=NoteKind.ESCALATED, by=by, detail=why))


def _end(group: Group, state: AlertState, at: datetime, by: str) -> Fold:
    if group.state is state:
        # Whoever did it is told of after it was found.
        named = group.state_by == UNTOLD != by
        return Fold(replace(group, state_by=by) if named else group, urgent=named)
    return Fold(replace(group, state=state, state_at=at, state_by=by, flapping=False), urgent=True)


def _merge(group: Group, event: AlertEvent) -> Group:
    """Take over what the event knows better; a count never falls because messages came out of order."""
    newest = event.at >= group.last_seen
    # What people say about it is theirs to read at the source, not what it is.
    remark = event.happening is Happening.NOTED and event.source is Source.SENTRY
    detail = "" if remark else event.detail
    known = replace(
        group,
        title=event.title or group.title,
        culprit=event.culprit or group.culprit,
        detail=detail or group.detail if newest else group.detail or detail,
        service=group.service or event.service,
        project=group.project or event.project,
        severity=event.severity or group.severity if newest else group.severity,
        tags=tuple(event.tags.items()) or group.tags,
        url=event.url or group.url,
        issue_id=group.issue_id or event.issue_id,
        short_id=group.short_id or event.short_id,
        release=event.release or group.release if newest else group.release or event.release,
        substatus=event.substatus or group.substatus,
        times=group.times + (event.happening in TELLING),
        events=_more(group.events, event.events),
        users=_more(group.users, event.users),
        first_seen=min(group.first_seen, event.first_seen or group.first_seen),
        last_seen=max(group.last_seen, event.last_seen or group.last_seen, _told_at(group, event)),
        archived_how="" if event.happening in TELLING and group.archived_how == OVER else group.archived_how,
        flapping=group.flapping if event.flapping is None else event.flapping,
        assignee=group.assignee if event.assignee is None else event.assignee,
    )
    return located(known, event.environment)


def _told_at(group: Group, event: AlertEvent) -> datetime:
    return event.at if event.happening in TELLING else group.last_seen


def _more(known: int | None, told: int | None) -> int | None:
    return told if known is None else known if told is None else max(known, told)


def _over(group: Group) -> Group:
    """Return what was put away once it ended: it stays so, and does not come back when its time has come."""
    lasts = group.archived_until is not None
    return replace(group, flapping=False, archived_how=OVER if lasts else group.archived_how)


def _worse(before: Group, after: Group) -> bool:
    return after.severity.rank < before.severity.rank


def _breaks_out(before: Group, after: Group, at: datetime) -> bool:
    """Say whether what happens is more than what was archived."""
    if _put_away(before, at):
        return False
    return before.archived_until is not None or _worse(before, after)


def _put_away(group: Group, at: datetime) -> bool:
    """Say whether it was archived for good, which is for good, or until a time that has not come."""
    if group.state is not AlertState.ARCHIVED:
        return False
    until = group.archived_until
    return group.archived_how == "forever" or (until is not None and at < until)


def _looks(group: Group) -> tuple[object, ...]:
    """Return what of a card is more than counts and times."""
    return (
        group.state, group.substatus, group.severity, group.title, group.flapping, group.assignee,
        group.acked_by, group.service, group.environment, group.url,
    )  # fmt: skip
