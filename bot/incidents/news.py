"""Moves that follow from what happened outside: runs, alerts, messages that went, rooms. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.engine.incident_notes import NoteKind
from bot.engine.incident_sheet import JobKind, Owed
from bot.engine.incident_timeline import EntryKind
from bot.engine.incidents import IncidentAlert, IncidentRun, Mark
from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.incidents.draft import US, Draft, note
from bot.incidents.moves import said, there
from playbooks.steps import Tell

_STATES = {
    "preparing": "is being prepared",
    "asking": "asks for approval",
    "waiting": "waits in line",
    "running": "is under way",
    "cancelling": "is being cancelled",
}
ASKING = "asking"
_ENDED_WELL = "succeeded"
_MOST_TROUBLE = 300
_ROOM_STAYS = 60.0
"""Seconds from the report to the end of the incident's channel: so that it is the last word there."""


def started(draft: Draft, key: str, number: int, *, run: int | None, words: str) -> bool:
    """Note what an act started; what is no run is done with that."""
    row = draft.steps[key]
    if row.starts != number or row.mark is not Mark.RUNNING or row.run is not None:
        return False
    if run is None:
        draft.put(key, mark=Mark.DONE, at=draft.now, trouble="")
    else:
        draft.put(key, run=run, trouble="")
        draft.attach(runs=(run,))
    draft.enter(EntryKind.RUN, words, by=row.by, step=key, key=f"started:{key}:{number}")
    draft.say(f"act:{key}:{number}", note(NoteKind.RUN, by=row.by, step=_text(draft, key), text=words))
    return True


def not_started(draft: Draft, key: str, number: int, why: str) -> bool:
    """Note that an act could not be started, and why; it can be pressed again."""
    row = draft.steps[key]
    if row.starts != number or row.mark is not Mark.RUNNING:
        return False
    draft.put(key, mark=Mark.FAILED, trouble=why[:500])
    draft.enter(EntryKind.RUN, f"not started: {why[:500]}", step=key, key=f"not-started:{key}:{number}")
    return True


def beside(draft: Draft, run: IncidentRun) -> bool:
    """Note how a run stands that no step started: what failed, or what others ship there meanwhile."""
    draft.attach(runs=(run.id,))
    _asked(draft, run)
    moment = run.ended_at if run.over else None
    words = f"run {run.id} ({run.what}, asked by @{run.asked_by}) {_ended(run)}"
    if not _said_above(run):
        draft.enter(EntryKind.RUN, words, at=moment, key=f"run:{run.id}:{run.state}")
    return True


def followed(draft: Draft, key: str, run: IncidentRun) -> bool:
    """Note how a run stands that a step started."""
    row = draft.steps[key]
    if row.run != run.id or row.mark not in (Mark.RUNNING, Mark.FAILED):
        return False
    _asked(draft, run, key)
    if run.over:
        good = run.state == _ENDED_WELL
        mark = Mark.DONE if good else Mark.FAILED
        if row.mark is mark:
            return False
        trouble = "" if good else f"Run {run.id} {_ended(run).rstrip('.')}."
        draft.put(key, mark=mark, at=draft.now, trouble=trouble[:500])
    elif row.mark is Mark.FAILED:
        draft.put(key, mark=Mark.RUNNING, trouble="")
    # Noted once, also by the next life; again after a failure, which moved the step's ``at``.
    name = f"run:{run.id}:{run.state}:{int(row.at.timestamp()) if row.at else 0}"
    words = f"run {run.id} ({run.what}) {_ended(run)}"
    if not _said_above(run):
        draft.enter(EntryKind.RUN, words, step=key, key=name)
    if run.over:
        draft.say(name, note(NoteKind.RUN, step=_text(draft, key), text=words, status=run.state))
    return True


def _asked(draft: Draft, run: IncidentRun, step: str = "") -> None:
    """Note that people were asked and who agreed: from the record, however soon after one another."""
    if run.asked_at is not None:
        name = f"asked:{run.id}:{int(run.asked_at.timestamp())}"
        words = f"run {run.id} ({run.what}) {_state(ASKING)}"
        draft.enter(EntryKind.RUN, words, at=run.asked_at, step=step, key=name)
    for user, at in run.agreed:
        name = f"agreed:{run.id}:{user}:{int(at.timestamp())}"
        words = f"run {run.id} ({run.what}) approved"
        draft.enter(EntryKind.RUN, words, by=user, at=at, step=step, key=name)


def _said_above(run: IncidentRun) -> bool:
    return run.state == ASKING and run.asked_at is not None


def _ended(run: IncidentRun) -> str:
    why = f": {run.why[:300]}" if run.why else ""
    return f"{_state(run.state)}{why}"


def _state(state: str) -> str:
    return _STATES.get(state, state)


def alert_changed(draft: Draft, alert: IncidentAlert) -> bool:
    """Note how an alert that belongs to it stands."""
    name = f"alert:{alert.id}:{alert.state}:{int(alert.state_at.timestamp())}"
    words = f"alert {alert.id} {'fires' if alert.firing else alert.state}: {alert.title}"
    draft.enter(EntryKind.ALERT, words, at=alert.state_at, key=name, url=alert.url)
    if draft.facts.resolved_at is None:
        draft.say(name, note(NoteKind.ALERT, text=words, status=alert.state, url=alert.url))
    return True


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a message goes to: a channel of Slack's, people in the thread, or the orchestrator."""

    words: str
    channel: str = ""
    mention: str = ""
    orchestrator: bool = False
    nobody: str = ""
    """Why nobody would read it, plain text; empty: somebody does."""


def tell(draft: Draft, key: str, by: str, text: str, to: Sequence[Addressee]) -> bool:
    """Send a message to whom the step names, once; in a drill only the thread sees it."""
    step, row = there(draft, key)
    if not isinstance(step, Tell):
        raise UserError("There is nothing to send in that step.", reason=Reason.STALE_BUTTON)
    if row.mark in (Mark.DONE, Mark.RUNNING):
        if row.by == by:
            return False
        msg = f"<@{row.by}> sent it already. Nothing was sent twice."
        raise UserError(msg, reason=Reason.ALREADY_DONE)
    must_reach(to)
    words, number = said(text, "Write what to send."), row.starts + 1
    again = row.mark is Mark.FAILED  # everybody in Slack has it; the orchestrator was not reached
    to = [one for one in to if one.orchestrator] if again else to
    whom = " and ".join(one.words for one in to)
    drill, home = draft.facts.drill, "" if draft.facts.room_state == "open" else draft.facts.channel
    outside = [one for one in to if one.orchestrator and not drill]
    draft.put(
        key,
        mark=Mark.RUNNING if outside else Mark.DONE,
        by=by,
        at=draft.now,
        starts=number,
        trouble="",
        why="",
    )
    said_ = f"told {whom}: {words}" if not drill else f"would have told {whom} (drill): {words}"
    draft.enter(EntryKind.TOLD, said_, by=by, step=key)
    mention = " ".join(one.mention for one in to if one.mention and not drill)
    name = f"told:{key}:{number}"
    # A channel that has the card sees the message in its thread: once, and outside of it as well.
    channels = {one.channel: place for place, one in enumerate(to) if one.channel and not drill}
    told = note(NoteKind.TOLD, by=by, step=whom, text=words, mention=mention)
    if not again:
        draft.say(name, told.model_copy(update={"loud": home in channels}))
    for channel, place in channels.items():
        if channel != home:
            loud = told.model_copy(update={"mention": "", "loud": True})
            draft.say(f"{name}:{place}", loud, channel=channel)
    if outside:
        draft.do(f"notify:{key}:{number}", JobKind.NOTIFY, step=key, body=words, by=by)
    draft.audit(by, "tell", step=key, whom=whom[:200], drill=drill)
    return True


def must_reach(to: Sequence[Addressee]) -> None:
    """Return when a message reaches anybody it is for; raise ``UserError`` (``nobody_named``) else."""
    why = [one.nobody for one in to if one.nobody]
    if len(why) < len(to) or not to:
        return
    msg = (
        f"Nobody would read it, for in `pawdeploy.toml` {' and '.join(why)}. Nothing was sent. "
        "Tell them yourself; then *Change a step…* on the card says that it is done."
    )
    raise UserError(msg, reason=Reason.NOBODY_NAMED)


def waits(draft: Draft, key: str, why: str) -> bool:
    """Say below a step what keeps it from going on for now; the same is said once."""
    row = draft.steps.get(key)
    words = f"{why[:400]}; it is tried again"
    if row is None or row.mark is not Mark.RUNNING or row.trouble == words:
        return False
    draft.put(key, trouble=words)
    return True


def delivered(draft: Draft, key: str, trouble: str) -> bool:
    """Note that the orchestrator has the message, or why not."""
    row = draft.steps.get(key)
    if row is None or row.mark is not Mark.RUNNING:
        return False
    if trouble:
        draft.put(key, mark=Mark.FAILED, trouble=trouble[:500])
    else:
        draft.put(key, mark=Mark.DONE, trouble="")
    words = f"the orchestrator was not told: {trouble[:300]}" if trouble else "the orchestrator has it"
    draft.enter(EntryKind.TOLD, words, step=key)
    return True


def left_undone(draft: Draft, job: str, words: str) -> bool:
    """Note that something was not done in the end, where no step says so."""
    draft.enter(EntryKind.NOTE, words[:500], key=f"undone:{job}")
    draft.say(f"undone:{job}", note(NoteKind.NOTE, by=US, text=words[:500]))
    return True


def _text(draft: Draft, key: str) -> str:
    step = draft.there.get(key)
    return step.text if step else key


def no_room(draft: Draft, why: str) -> bool:
    """Note that there is no channel of its own, and why: people talk in the card's thread."""
    if draft.facts.room_state != "wanted":
        return False
    draft.amend(room_state="failed", room_trouble=why[:300])
    draft.enter(EntryKind.ROOM, f"no channel of its own: {why[:300]}", key="room")
    return True


def room_opened(
    draft: Draft, channel: str, name: str, *, invited: Sequence[str] = (), trouble: str = ""
) -> bool:
    """Note its channel; from now on it is where people talk. What was found before is told there as well.

    ``trouble``: who of those ``invited`` is not in it, and what else it lacks.
    """
    if draft.facts.room_state != "wanted":
        return False
    draft.amend(room=channel, room_state="open", room_trouble=trouble[:_MOST_TROUBLE])
    draft.enter(EntryKind.ROOM, f"#{name} is its channel", key="room")
    if trouble:
        draft.enter(EntryKind.ROOM, trouble, key="room-trouble")
    for role, user in draft.facts.roles.items():  # given while the channel was being made
        if user and user not in invited:
            draft.do(f"invite:{role}:{draft.facts.revision}", JobKind.INVITE, body=user)
    found = tuple(key for key in draft.there if draft.steps[key].finding is not None)
    draft.say("welcome", note(NoteKind.WELCOME, text=draft.facts.headline, details=found), channel=channel)
    return True


def not_let_in(draft: Draft, words: str) -> bool:
    """Note that somebody could not be let into its channel."""
    if draft.facts.room_state != "open":
        return False
    both = "; ".join(one for one in (words, draft.facts.room_trouble) if one)
    draft.amend(room_trouble=both if len(both) <= _MOST_TROUBLE else words[:_MOST_TROUBLE])
    draft.enter(EntryKind.ROOM, words)
    return True


def room_closed(draft: Draft) -> bool:
    """Note that its channel was archived."""
    if draft.facts.room_state != "open":
        return False
    draft.amend(room_state="closed", room_trouble="")
    draft.enter(EntryKind.ROOM, "its channel was archived", key=f"room-closed:{draft.facts.openings}")
    return True


def reported(draft: Draft, text: str, *, opening: int, send: bool) -> bool:
    """Say how it went: the report as a file and as a message; ``send``: to the orchestrator too."""
    draft.owe(
        Owed(
            key=f"incident:{draft.facts.id}:report:{opening}",
            kind="incident_report",
            body=note(NoteKind.REPORT, status=str(opening), drill=draft.facts.drill).encode(),
        )
    )
    draft.say(f"reported:{opening}", note(NoteKind.REPORT, text=text, by=draft.facts.resolved_by))
    if send:
        draft.do(f"notify-report:{opening}", JobKind.NOTIFY, body="resolved")
    if draft.facts.room_state == "open":
        draft.do(f"close-room:{opening}", JobKind.CLOSE_ROOM, body=str(opening), after=_ROOM_STAYS)
    return True
