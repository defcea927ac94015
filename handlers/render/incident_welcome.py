"""The first message in an incident's own channel: what happened, who is who, what one can type. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.engine.incidents import IncidentView
from handlers.render import _incident_lines as lines
from handlers.render import _incident_words as words
from handlers.render._blocks import Message, message, section
from handlers.render._text import link, plain

_MOST_FOUND = 8
_HOW = (
    "Here, `/pawincident update`, `note`, `role`, `severity` and `resolve` are about this incident. "
    "Pin a message, and it stands on the timeline."
)


def welcome(incident: IncidentView, *, now: datetime, card: str = "", found: Sequence[str] = ()) -> Message:
    """Draw it; ``card`` is the address of the incident's card, where Slack names it.

    ``found`` are the steps whose findings came before the channel was there.
    """
    drill = f"{words.DRILL}, {words.NOT_REAL} · " if incident.drill else ""
    first = f"{drill}{words.mark(incident)} {words.standing(incident, now)}"
    where = f" in {words.channel(incident.channel)}" if incident.channel else ""
    checklist = f"The checklist is {link(card, 'on its card')}{where}."
    below = (
        lines.opened(incident, now),
        lines.roles(incident),
        *lines.belongs(incident, lines.NOTHING),
        checklist,
    )
    text = f"{drill}{words.standing(incident, now)}".replace("*", "").replace("`", "")
    so_far = "\n".join(_found(incident, found))
    return message(
        text,
        section("\n".join([first, *(line for line in below if line)])),
        section(f"*Found so far*\n{so_far}") if so_far else None,
        section(_HOW),
    )


def _found(incident: IncidentView, keys: Sequence[str]) -> Iterator[str]:
    """Say what those looks found, a line each; the thread of the card has their details."""
    for step in map(incident.step, keys[:_MOST_FOUND]):
        if step is not None and step.finding is not None:
            said = plain(step.finding.in_words, 200).rstrip(".") or "nothing was said"
            yield f"{words.circle(step.finding.status)} {plain(step.text, 80)} {link(step.finding.url, said)}"
