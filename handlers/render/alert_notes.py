"""What is said in an alert's thread: that it came back, grew worse, woke up, and how to go about it. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import assert_never

from bot.engine.alert_notes import AlertNote, NoteKind
from bot.engine.alerts import AlertView
from handlers.render import _alert_words as words
from handlers.render._blocks import Block, Message, message, section
from handlers.render._text import ELLIPSIS, ago, code, person, plain, size
from playbooks import plan
from playbooks.models import Playbook
from playbooks.steps import Decide, Never, Worked

_NEVER = ":no_entry:"
_ENOUGH = 2_800
"""Of a section; more steps go into the next one, for a checklist is never cut."""
_MACHINE_WORDS = {
    "regressed": "regressed",
    "escalating": "escalating",
    "unresolved": "",
    "ongoing": "",
    "new": "",
}


def render_alert_note(
    alert: AlertView, note: AlertNote, *, mentions: str, now: datetime, playbook: Playbook | None
) -> Message:
    """Draw one thing said in the thread; ``mentions`` (mrkdwn) only where the note wants them."""
    call = mentions if note.mention else ""
    match note.kind:
        case NoteKind.REOPENED:
            return _said(_reopened(alert, note), _now(alert), call)
        case NoteKind.ESCALATED:
            return _said(_escalated(alert, note), _now(alert), call)
        case NoteKind.SNOOZE_OVER:
            return _said(_snooze_over(alert, note, now), _now(alert), call)
        case NoteKind.PLAYBOOK:
            return _playbook(note, playbook)
        case _:
            assert_never(note.kind)


def _said(head: str, below: str, call: str) -> Message:
    text = f"{call} {head}".strip()
    return message(text.replace("`", ""), section("\n".join(line for line in (text, below) if line)))


def _reopened(alert: AlertView, note: AlertNote) -> str:
    who = f", by {person(note.by)}" if note.by.strip() else ""
    why = _why(note.detail) or _why(alert.substatus)
    release = f" in release {words.release(alert.release)}" if alert.release and why == "regressed" else ""
    return (
        f"{words.mark(alert)} *Came back:* {words.name(alert, 150)}{who}{f' ({why}{release})' if why else ''}"
    )


def _escalated(alert: AlertView, note: AlertNote) -> str:
    why = _why(note.detail)
    said = f": {why}" if why and why != "escalating" else ", it happens much more often than it did"
    return f"{words.mark(alert)} *Getting worse:* {words.name(alert, 150)}{said}"


def _snooze_over(alert: AlertView, note: AlertNote, now: datetime) -> str:
    who = f" of {person(note.by)}" if note.by.strip() else ""  # the alert itself has forgotten it by now
    still = f" and it still fires, last seen {ago(alert.last_seen, now)}" if alert.firing else ""
    return f"{words.mark(alert)} *The snooze{who} is over*{still}: {words.outcome(alert, 150)}"


def _why(text: str) -> str:
    """Return a source's words; of its machine words only those that tell something."""
    return _MACHINE_WORDS.get(text.strip(), plain(text, 200).rstrip("."))


def _now(alert: AlertView) -> str:
    return " · ".join(word for word in (words.place_besides(alert), words.counts(alert)) if word)


def _playbook(note: AlertNote, playbook: Playbook | None) -> Message:
    if playbook is None:
        name = code(note.detail, 60) or "of that name"
        gone = (
            f"There is no playbook {name} any more; a rule under `[[alerts.rules]]` in `pawdeploy.toml` "
            "names it. `pawdeploy check`, typed on the server of pawdeploy, lists those there are."
        )
        return message(gone, section(gone))
    by = f" · opened by {person(note.by)}" if note.by.strip() else ""
    title = plain(playbook.title, 100)
    head = f"*Playbook: {title}*{by}\n{plain(playbook.when, 400)}"
    return message(f"Playbook: {title}", section(head), *_packed(tuple(_checklist(playbook))))


def _checklist(playbook: Playbook) -> Iterator[str]:
    """Name what nobody may do first: who is in a hurry reads no further."""
    every = (*playbook.steps, *(step for steps in playbook.branches.values() for step in steps))
    yield from (f"{_NEVER} {plain(step.text, 320)}" for step in every if isinstance(step, Never))
    for number, planned in enumerate(plan.every_step(playbook), 1):
        when = f"_If {plain(planned.branch, 40)}:_ " if planned.branch else ""
        yield f"{number}. {when}{_told(planned.step)}"


def _told(step: Worked) -> str:
    text = plain(step.text, 320)
    if isinstance(step, Decide):
        text += f" ({', '.join(plain(choice.text, 70) for choice in step.choices)})"
    return text


def _packed(lines: Sequence[str]) -> Iterator[Block]:
    """Put lines into as few paragraphs as hold them all."""
    held: list[str] = []
    for line in lines:
        if held and size("\n".join([*held, line])) + size(ELLIPSIS) > _ENOUGH:
            yield section("\n".join(held))
            held = []
        held.append(line)
    if held:
        yield section("\n".join(held))
