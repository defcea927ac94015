"""What people do to the steps of an incident, as pure moves: each writes into a draft, or refuses in words.

A move that finds what it wants done by the same person already changes nothing and does not complain: who
presses twice ticks once. (A delivery that comes twice is the store's to know.)
"""

from datetime import datetime

from bot.engine.incident_notes import NoteKind
from bot.engine.incident_sheet import JobKind, StepFacts
from bot.engine.incident_timeline import EntryKind
from bot.engine.incidents import MOST_NOTE, Mark
from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.incidents.draft import US, Draft, note
from playbooks.steps import Act, Decide, Look, Worked


def tick(draft: Draft, key: str, by: str) -> bool:
    """Note that a step is done; return whether anything changed."""
    step, row = there(draft, key)
    if isinstance(step, Decide):
        msg = "That step is a decision: press one of its answers."
        raise UserError(msg, reason=Reason.STALE_BUTTON)
    if row.mark is Mark.DONE:
        _once(row, by)
        return False
    if row.mark is Mark.RUNNING:
        raise _still_running(row)
    draft.put(key, mark=Mark.DONE, by=by, at=draft.now, why="", trouble="")
    draft.enter(EntryKind.TICK, step.text, by=by, step=key)
    draft.audit(by, "tick", step=key)
    return True


def show_again(draft: Draft, key: str) -> bool:
    """Have a step's box shown as it is: whoever pressed it sees it otherwise, and nothing came of that."""
    if key not in draft.there:
        return False
    draft.draw_anew(key)
    return True


def untick(draft: Draft, key: str, by: str, why: str) -> bool:
    """Take back a tick, a skip or a decision, for a reason; a look is taken anew."""
    step, row = there(draft, key)
    reason = said(why, "Say why it is taken back.")
    if row.mark is Mark.RUNNING:
        raise _still_running(row)
    if row.mark is Mark.TODO:
        return False
    draft.put(key, mark=Mark.TODO, by=by, at=draft.now, why=reason, choice="", trouble="", run=None)
    draft.enter(EntryKind.UNTICK, f"{step.text} - taken back: {reason}", by=by, step=key)
    draft.say(
        f"taken-back:{key}:{row.revision}", note(NoteKind.TAKEN_BACK, by=by, step=step.text, text=reason)
    )
    draft.audit(by, "untick", step=key, why=reason[:200])
    if isinstance(step, Look):
        draft.look(key, by=by)
    return True


def skip(draft: Draft, key: str, by: str, why: str) -> bool:
    """Leave a step out, for a reason; a look that was taken by itself is not taken again then."""
    step, row = there(draft, key)
    reason = said(why, "Say why it is skipped.")
    if row.mark is Mark.RUNNING:
        raise _still_running(row)
    if row.mark is Mark.SKIPPED:
        _once(row, by)
        return False
    if row.mark is Mark.DONE and row.by != US:
        msg = f"{_who(row)} did it {_when(row)}. To skip it, take it back first. Nothing was changed."
        raise UserError(msg, reason=Reason.ALREADY_DONE)
    draft.put(key, mark=Mark.SKIPPED, by=by, at=draft.now, why=reason, looking=False)
    draft.enter(EntryKind.SKIP, f"{step.text} - skipped: {reason}", by=by, step=key)
    draft.say(f"skipped:{key}:{row.revision}", note(NoteKind.SKIPPED, by=by, step=step.text, text=reason))
    draft.audit(by, "skip", step=key, why=reason[:200])
    return True


def choose(draft: Draft, key: str, choice: str, by: str) -> bool:
    """Decide; the branch the answer opens is there from now on."""
    step, row = there(draft, key)
    answer = (
        next((one for one in step.choices if one.id == choice), None) if isinstance(step, Decide) else None
    )
    if answer is None:
        msg = "That answer is not on the checklist any more."
        raise UserError(msg, reason=Reason.STEP_NOT_THERE)
    if row.mark is Mark.DONE:
        if row.choice != choice:
            msg = (
                f"{_who(row)} decided {_when(row)} already. To decide otherwise, take it back first: "
                "*Change a step…* on the card."
            )
            raise UserError(msg, reason=Reason.ALREADY_DONE)
        _once(row, by)
        return False
    draft.put(key, mark=Mark.DONE, by=by, at=draft.now, choice=choice, why="")
    draft.enter(EntryKind.DECIDED, f"{answer.text} (asked: {step.text})", by=by, step=key)
    draft.audit(by, "decide", step=key, choice=choice)
    return True


def look_again(draft: Draft, key: str, by: str) -> bool:
    """Have a look taken now."""
    step, row = there(draft, key)
    if not isinstance(step, Look):
        msg = "There is nothing to look at in that step."
        raise UserError(msg, reason=Reason.STALE_BUTTON)
    if row.looking:
        return False
    draft.look(key, by=by)
    return True


def act(draft: Draft, key: str, by: str) -> bool:
    """Have something started, once; in a drill nothing is."""
    step, row = there(draft, key)
    if not isinstance(step, Act):
        msg = "There is nothing to start in that step."
        raise UserError(msg, reason=Reason.STALE_BUTTON)
    if row.mark is Mark.RUNNING:
        if row.by == by:
            return False
        raise _still_running(row)
    if row.mark is Mark.DONE:
        _once(row, by)
        return False
    number = row.starts + 1
    draft.audit(by, "act", step=key, starts=step.start.kind, drill=draft.facts.drill)
    if draft.facts.drill:
        draft.put(key, mark=Mark.DONE, by=by, at=draft.now, starts=number, trouble="")
        said_ = f"{step.button}: this is a drill, nothing was started"
        draft.enter(EntryKind.ACT, said_, by=by, step=key)
        draft.say(f"act:{key}:{number}", note(NoteKind.RUN, by=by, step=step.text, text=said_))
        return True
    draft.put(key, mark=Mark.RUNNING, by=by, at=draft.now, starts=number, run=None, trouble="", why="")
    draft.enter(EntryKind.ACT, step.button, by=by, step=key)
    draft.do(f"start:{key}:{number}", JobKind.START, step=key, body=str(number), by=by)
    return True


def remark(draft: Draft, key: str, by: str, text: str, name: str) -> bool:
    """Leave a note on a step."""
    step, _ = there(draft, key)
    words = said(text, "Write what to note.")
    draft.put(key, remark=words)
    draft.enter(EntryKind.NOTE, f"{step.text}: {words}", by=by, step=key, key=f"remark:{name}")
    draft.say(f"remark:{name}", note(NoteKind.NOTE, by=by, step=step.text, text=words))
    return True


def own(draft: Draft, key: str, by: str, user: str) -> bool:
    """Say whose a step is."""
    step, row = there(draft, key)
    if row.owner == user:
        return False
    draft.put(key, owner=user)
    whose = f"is @{user}'s" if user else "is nobody's any more"
    draft.enter(EntryKind.OWNER, f"{step.text} {whose}", by=by, step=key)
    return True


def there(draft: Draft, key: str) -> tuple[Worked, StepFacts]:
    """Return a step that is on the checklist of an open incident.

    Raises:
        UserError: when the incident is over, or the step is not there now.

    """
    must_be_open(draft)
    step = draft.there.get(key)
    if step is None:
        msg = (
            "That step is not on the checklist now: what opened it was taken back. "
            "The card shows the steps that are there."
        )
        raise UserError(msg, reason=Reason.STEP_NOT_THERE)
    return step, draft.steps[key]


def must_be_open(draft: Draft) -> None:
    """Return while the incident is open; raise ``UserError`` (``incident_resolved``) after."""
    facts = draft.facts
    if facts.resolved_at is not None:
        raise is_over(facts.id, facts.resolved_by, facts.resolved_at)


def is_over(number: int, by: str, at: datetime) -> UserError:
    """Return the refusal of what only an open incident takes: who resolved it, when, and the way back."""
    msg = (
        f"Incident {number} was resolved by <@{by}> {moment(at)}. "
        f"Nothing was changed. If it is not over: `/pawincident reopen {number} because …`."
    )
    return UserError(msg, reason=Reason.INCIDENT_RESOLVED)


def said(text: str, otherwise: str) -> str:
    """Return words somebody wrote, bounded; none are refused (``no_reason``) with ``otherwise``."""
    words = text.strip()
    if not words:
        msg = f"{otherwise} Nothing was changed."
        raise UserError(msg, reason=Reason.NO_REASON)
    return words[:MOST_NOTE]


def moment(at: datetime) -> str:
    """Write a moment as Slack shows it to each in their own time."""
    return f"<!date^{int(at.timestamp())}^at {{time}}|at {at:%H:%M} UTC>"


def _once(row: StepFacts, by: str) -> None:
    """Return when ``by`` did it already; of two people the second is told who was first."""
    if row.by == by:
        return
    what = "skipped it" if row.mark is Mark.SKIPPED else "did it"
    msg = f"{_who(row)} {what} {_when(row)}. Nothing was changed."
    raise UserError(msg, reason=Reason.ALREADY_DONE)


def _still_running(row: StepFacts) -> UserError:
    on = f" (run {row.run})" if row.run else ""
    msg = f"{_who(row)} started it {_when(row)}, and it goes on{on}. Its card says how far it is."
    return UserError(msg, reason=Reason.STILL_RUNNING)


def _who(row: StepFacts) -> str:
    return "pawdeploy" if row.by in ("", US) else f"<@{row.by}>"


def _when(row: StepFacts) -> str:
    return moment(row.at) if row.at else "a moment ago"
