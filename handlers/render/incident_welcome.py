"""The first message in an incident's own channel: what happened, who is who, what one can type. Pure."""

from datetime import datetime

from bot.engine.incidents import IncidentView
from handlers.render import _incident_lines as lines
from handlers.render import _incident_words as words
from handlers.render._blocks import Message, message, section
from handlers.render._text import link

_HOW = (
    "Here, `/pawincident update`, `note`, `role`, `severity` and `resolve` are about this incident. "
    "Pin a message, and it stands on the timeline."
)


def welcome(incident: IncidentView, *, now: datetime, card: str = "") -> Message:
    """Draw it; ``card`` is the address of the incident's card, where Slack names it."""
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
    return message(text, section("\n".join([first, *(line for line in below if line)])), section(_HOW))
