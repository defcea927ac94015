"""What is said in an alert's thread: that it came back, grew worse, woke up. Pure."""

from datetime import datetime
from typing import assert_never

from bot.engine.alert_notes import AlertNote, NoteKind
from bot.engine.alerts import AlertView
from handlers.render import _alert_words as words
from handlers.render._blocks import Message, message, section
from handlers.render._text import ago, person, plain

_MACHINE_WORDS = {
    "regressed": "regressed",
    "escalating": "escalating",
    "unresolved": "",
    "ongoing": "",
    "new": "",
}


def render_alert_note(alert: AlertView, note: AlertNote, *, mentions: str, now: datetime) -> Message:
    """Draw one thing said in the thread; ``mentions`` (mrkdwn) only where the note wants them."""
    call = mentions if note.mention else ""
    match note.kind:
        case NoteKind.REOPENED:
            return _said(_reopened(alert, note), _now(alert), call)
        case NoteKind.ESCALATED:
            return _said(_escalated(alert, note), _now(alert), call)
        case NoteKind.SNOOZE_OVER:
            return _said(_snooze_over(alert, note, now), _now(alert), call)
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
