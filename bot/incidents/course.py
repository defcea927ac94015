"""Moves on the incident as a whole: updates, roles, severity, notes, its end and its coming back. Pure."""

from datetime import datetime, timedelta

from bot.engine.incident_notes import NoteKind
from bot.engine.incident_requests import ResolveRequest
from bot.engine.incident_sheet import JobKind
from bot.engine.incident_timeline import EntryKind
from bot.engine.incidents import COMMANDER, MOST_NOTE, IncidentState, Mark, Sev
from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.incidenting import Reminders
from bot.incidents.draft import Draft, note, steps_of
from bot.incidents.moves import must_be_open, said
from playbooks.steps import Act


def update(draft: Draft, by: str, text: str, name: str, reminders: Reminders) -> bool:
    """Write how it stands; whoever is reminded of that has time again."""
    must_be_open(draft)
    words = said(text, "Write how it stands.")
    draft.amend(
        update=words,
        update_by=by,
        update_at=draft.now,
        next_update_at=next_reminder(draft.facts.severity, reminders, draft.now),
    )
    draft.enter(EntryKind.UPDATE, words, by=by, key=f"update:{name}")
    draft.say(f"update:{name}", note(NoteKind.UPDATE, by=by, text=words))
    draft.audit(by, "update")
    return True


def role(draft: Draft, by: str, name: str, user: str) -> bool:
    """Give a role to somebody, or to nobody."""
    must_be_open(draft)
    names = (COMMANDER, *(one.name for one in draft.playbook.roles))
    if name not in names:
        listed = ", ".join(f"`{one}`" for one in names)
        msg = f"This incident has no such role; there is {listed}. Nothing was changed."
        raise UserError(msg, reason=Reason.UNKNOWN_ROLE)
    if draft.facts.roles.get(name, "") == user:
        return False
    draft.amend(roles={**draft.facts.roles, name: user})
    draft.enter(EntryKind.ROLE, given(name, user), by=by)
    draft.say(
        f"role:{name}:{draft.facts.revision}",
        note(NoteKind.ROLE, by=by, text=name, mention=f"<@{user}>" if user else ""),
    )
    if user and draft.facts.room_state == "open":
        draft.do(f"invite:{name}:{draft.facts.revision}", JobKind.INVITE, body=user)
    draft.audit(by, "role", role=name, user=user)
    return True


def given(name: str, user: str) -> str:
    """Return what the timeline says when somebody, or nobody (empty), has a role from then on."""
    return f"@{user} is {name}" if user else f"Nobody is {name} any more"


def command(draft: Draft, by: str) -> bool:
    """Lead it, where nobody does; somebody who leads it is never put aside by that."""
    must_be_open(draft)
    return not draft.facts.roles.get(COMMANDER) and role(draft, by, COMMANDER, by)


def severity(draft: Draft, by: str, to: Sev, reminders: Reminders) -> bool:
    """Say how bad it is; the worse, the sooner people are reminded to write an update."""
    must_be_open(draft)
    before = draft.facts.severity
    if before is to:
        return False
    draft.amend(severity=to, next_update_at=next_reminder(to, reminders, draft.now))
    words = f"{before.value.upper()} → {to.value.upper()}"
    draft.enter(EntryKind.SEVERITY, words, by=by)
    draft.say(f"severity:{draft.facts.revision}", note(NoteKind.SEVERITY, by=by, text=words))
    if draft.facts.room_state == "open":
        draft.do(f"topic:{draft.facts.revision}", JobKind.TOPIC)
    draft.audit(by, "severity", before=before.value, after=to.value)
    return True


def jot(draft: Draft, by: str, text: str, name: str) -> bool:
    """Put words on the timeline; also after the end, for what is remembered later."""
    words = said(text, "Write what to note.")
    draft.enter(EntryKind.NOTE, words, by=by, key=f"note:{name}")
    draft.say(f"note:{name}", note(NoteKind.NOTE, by=by, text=words))
    return True


def message(
    draft: Draft, *, by: str, author: str, text: str, at: datetime, url: str, name: str, delivery: str
) -> bool:
    """Put a message somebody pinned or marked on the timeline, when it was written."""
    marked = f" (marked by @{by})" if by and by != author else ""
    words = text.strip()[:MOST_NOTE] or "a message without words"
    draft.enter(EntryKind.MESSAGE, f"{words}{marked}", by=author, at=at, key=f"message:{name}", url=url)
    draft.audit(by, "mark", message=name, delivery=delivery)
    return True


def joined(draft: Draft, by: str) -> bool:
    """Note that somebody came to help; once."""
    must_be_open(draft)
    draft.enter(EntryKind.JOINED, "came to help", by=by, key=f"joined:{by}:{draft.facts.openings}")
    return True


def remind(draft: Draft, reminders: Reminders, mention: str) -> bool:
    """Remind people to write an update, and again later."""
    facts = draft.facts
    if facts.resolved_at or facts.next_update_at is None or facts.next_update_at > draft.now:
        return False
    draft.amend(
        next_update_at=next_reminder(facts.severity, reminders, draft.now), reminders=facts.reminders + 1
    )
    draft.say(
        f"remind:{facts.reminders + 1}",
        note(NoteKind.REMIND, mention="" if facts.drill else mention),
        kind="incident_remind",
    )
    return True


def remind_later(draft: Draft, by: str, seconds: int) -> bool:
    """Put off the next reminder; 0: there are none any more, until somebody writes an update."""
    must_be_open(draft)
    after = draft.now + timedelta(seconds=seconds) if seconds else None
    draft.amend(next_update_at=after)
    words = f"the next reminder comes in {seconds // 60} min" if seconds else "nobody is reminded any more"
    draft.enter(EntryKind.REMINDER, words, by=by)
    return True


def resolve(draft: Draft, request: ResolveRequest, *, noisy: int) -> bool:
    """End it; refused while something it started goes on, or alerts fire and nobody said that is fine."""
    must_be_open(draft)
    summary, cause = (
        said(request.summary, "Write a summary."),
        said(request.cause, "Write what the cause was."),
    )
    # A message on its way to the orchestrator holds nobody up.
    going_on = [
        (step, draft.steps[key])
        for key, step in steps_of(draft.facts.copy).items()
        if isinstance(step, Act) and draft.steps[key].mark is Mark.RUNNING
    ]
    if going_on:
        what = " and ".join(f"run {row.run}" if row.run else f"“{step.button}”" for step, row in going_on)
        goes = "go" if len(going_on) > 1 else "goes"
        msg = (
            f"Incident {draft.facts.id} cannot be resolved yet: {what} {goes} on, "
            f"started by <@{going_on[0][1].by}>. "
            "Wait for it, or press Cancel on its card; then resolve."
        )
        raise UserError(msg, reason=Reason.STILL_RUNNING)
    if noisy and not request.noisy_ok:
        alerts = "1 alert of it still fires" if noisy == 1 else f"{noisy} alerts of it still fire"
        msg = f"{alerts}. Wait until they are quiet, or say in the form that you resolve all the same."
        raise UserError(msg, reason=Reason.ALERTS_FIRE)
    for key, row in list(draft.steps.items()):
        if row.looking:
            draft.put(key, looking=False)
    draft.amend(
        state=IncidentState.RESOLVED,
        resolved_by=request.by,
        resolved_at=draft.now,
        summary=summary,
        cause=cause,
        follow_ups=tuple(line[:300] for line in request.follow_ups[:20]),
        mitigated_at=request.mitigated_at,
        noisy=noisy,
        next_update_at=None,
    )
    firing = f" while {noisy} of its alerts still fired" if noisy else ""
    draft.enter(EntryKind.RESOLVED, f"resolved{firing}", by=request.by)
    draft.do(f"report:{draft.facts.openings}", JobKind.REPORT)
    draft.audit(request.by, "resolve", noisy=noisy)
    return True


def reopen(draft: Draft, by: str, why: str, reminders: Reminders) -> bool:
    """Go on with it; looks are taken again."""
    facts = draft.facts
    if facts.resolved_at is None:
        msg = f"Incident {facts.id} is open already."
        raise UserError(msg, reason=Reason.ALREADY_DONE)
    reason = said(why, "Say why it is not over.")
    draft.amend(
        state=IncidentState.OPEN,
        resolved_by="",
        resolved_at=None,
        noisy=0,
        mitigated_at=None,
        openings=facts.openings + 1,
        next_update_at=next_reminder(facts.severity, reminders, draft.now),
    )
    draft.enter(EntryKind.REOPENED, f"reopened: {reason}", by=by)
    draft.say(f"reopened:{facts.openings}", note(NoteKind.REOPENED, by=by, text=reason))
    draft.audit(by, "reopen", why=reason[:200])
    for key, step in draft.there.items():
        if step.kind == "look" and draft.steps[key].mark is not Mark.SKIPPED:
            draft.look(key)
    return True


def time_passed(draft: Draft) -> bool:
    """Have it shown as it is now: how long it has gone on, what is overdue."""
    draft.shown_anew = draft.facts.resolved_at is None
    return draft.shown_anew


def attach(draft: Draft, alert: int, by: str, title: str) -> bool:
    """Have an alert belong to it; a drill is refused: the alert would be taken for cared for."""
    if draft.facts.drill:
        msg = (
            f"Incident {draft.facts.id} is a drill: nothing real belongs to it. "
            "Attach the alert to a real one, or press *Open incident…* on its card. Nothing was changed."
        )
        raise UserError(msg, reason=Reason.UNKNOWN_INCIDENT)
    draft.attach(alerts=(alert,))
    draft.enter(EntryKind.ALERT, f"alert {alert} belongs to it: {title}", by=by, key=f"attached:{alert}")
    return True


def involve(draft: Draft, run: int, words: str) -> bool:
    """Have a run that failed belong to it, as the one that opened it would."""
    draft.attach(runs=(run,))
    draft.enter(EntryKind.RUN, f"{words} belongs to it too", key=f"involved:{run}:{words}")
    return True


def next_reminder(severity_: Sev, reminders: Reminders, now: datetime) -> datetime | None:
    """Return when people are next reminded to write an update; None: they are not."""
    every = {Sev.SEV1: reminders.sev1, Sev.SEV2: reminders.sev2, Sev.SEV3: reminders.sev3}[severity_]
    return now + timedelta(seconds=every) if every else None
