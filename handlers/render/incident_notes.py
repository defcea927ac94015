"""What is said in an incident's thread or its own channel: few words, who and why first. Pure.

``note.mention`` is mrkdwn of the wiring's own; everything else of a note is raw text and is escaped.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.engine.incident_notes import IncidentNote, NoteKind
from bot.engine.incidents import IncidentView
from handlers._payloads import IncidentButton
from handlers.render import _incident_words as words
from handlers.render._blocks import Block, Message, actions, button, message, section
from handlers.render._incident_buttons import INCIDENT_SNOOZE, INCIDENT_STOP, INCIDENT_UPDATE, SNOOZE_SECONDS
from handlers.render._incident_said import SAID, Said
from handlers.render._text import plain, size
from handlers.render.incident_welcome import welcome

_ENOUGH = 2_900
"""Of a paragraph; what is longer goes on in the next one."""


def render_incident_note(
    incident: IncidentView, note: IncidentNote, *, now: datetime, link: str = ""
) -> Message:
    """Draw one thing said about ``incident``; ``link`` is the address of its card, where Slack names it."""
    if note.kind is NoteKind.WELCOME:
        return welcome(incident, now=now, card=link, found=note.details)
    if note.kind is NoteKind.DRILL_DUE:
        return render_drill_due(note)
    head, *below = SAID[note.kind](Said(incident, note, now, link))
    drill = f"{words.DRILL}, {words.NOT_REAL} · " if note.drill or incident.drill else ""
    call = f"{note.mention} " if note.mention and note.kind is not NoteKind.ROLE else ""
    first = f"{drill}{call}{head}"
    row = _reminded(incident) if note.kind is NoteKind.REMIND else None
    return message(first.replace("*", "").replace("`", ""), *_paragraphs((first, *below)), row)


def render_drill_due(note: IncidentNote) -> Message:
    """Remind people to practise; ``note.text`` is how many days ago they did, empty: never."""
    days = f"{plain(note.text, 20)} {'day' if note.text.strip() == '1' else 'days'}"
    since = f"It is {days} since the last drill." if note.text.strip() else "There has been no drill yet."
    called = f"{note.mention} " if note.mention else ""
    head = f"{called}{since} `/pawincident drill api-down` starts one: {words.NOT_REAL} in it."
    return message(head.replace("`", ""), section(head))


def _reminded(incident: IncidentView) -> Block | None:
    value = IncidentButton(incident=incident.id).encode()
    return actions(
        button("Send update", INCIDENT_UPDATE, value, style="primary"),
        button(f"Snooze {SNOOZE_SECONDS // 60} min", INCIDENT_SNOOZE, value),
        button("Stop reminding", INCIDENT_STOP, value),
    )


def _paragraphs(lines: Sequence[str]) -> Iterator[Block]:
    """Put lines into as few paragraphs as hold them all."""
    held: list[str] = []
    for line in lines:
        if held and size("\n".join([*held, line])) > _ENOUGH:
            yield section("\n".join(held))
            held = []
        held.append(line)
    if held:
        yield section("\n".join(held))
