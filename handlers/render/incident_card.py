"""The card of an incident: how it stands first, who does what, what nobody may do, then the checklist. Pure.

A long checklist takes several messages; ``bot/engine/incident_pages.py`` says which steps stand on which.
"""

import json
from datetime import datetime

from bot.engine.incident_pages import pages
from bot.engine.incidents import IncidentStep, IncidentView
from handlers.render import _incident_lines as lines
from handlers.render import _incident_words as words
from handlers.render._blocks import MESSAGE, Block, Message, context, cut, message, section
from handlers.render._incident_buttons import (
    INCIDENT_ACT,
    INCIDENT_ANOTHER,
    INCIDENT_CHOOSE,
    INCIDENT_COMMAND,
    INCIDENT_JOIN,
    INCIDENT_LOOK,
    INCIDENT_REOPEN,
    INCIDENT_RESOLVE,
    INCIDENT_ROLE,
    INCIDENT_SNOOZE,
    INCIDENT_STEP,
    INCIDENT_STOP,
    INCIDENT_TELL,
    INCIDENT_TICK,
    INCIDENT_UPDATE,
    SNOOZE_SECONDS,
    TICKED,
    card_buttons,
)
from handlers.render._incident_lines import NOTHING, IncidentAround
from handlers.render._incident_steps import Drawer
from handlers.render._text import clock, size

__all__ = [
    "INCIDENT_ACT",
    "INCIDENT_ANOTHER",
    "INCIDENT_CHOOSE",
    "INCIDENT_COMMAND",
    "INCIDENT_JOIN",
    "INCIDENT_LOOK",
    "INCIDENT_REOPEN",
    "INCIDENT_RESOLVE",
    "INCIDENT_ROLE",
    "INCIDENT_SNOOZE",
    "INCIDENT_STEP",
    "INCIDENT_STOP",
    "INCIDENT_TELL",
    "INCIDENT_TICK",
    "INCIDENT_UPDATE",
    "NOTHING",
    "SNOOZE_SECONDS",
    "TICKED",
    "IncidentAround",
    "page_count",
    "render_incident",
]

_ROOMS = (1_000, 700, 500, 400, 300, 200)
"""How long one step may be; the longest at which the whole message fits is taken."""
_JSON = 38_000
"""Characters of a message's blocks as Slack is sent them; it refuses far larger ones."""


def page_count(incident: IncidentView) -> int:
    """Say how many messages its checklist takes as it stands."""
    return len(pages(incident.steps))


def render_incident(
    incident: IncidentView, *, now: datetime, around: IncidentAround = NOTHING, page: int = 0
) -> Message:
    """Draw message ``page`` of ``incident`` as it stands ``now`` (aware UTC); the first one is the card."""
    split = pages(incident.steps)
    here = split[page] if 0 <= page < len(split) else ()
    before = sum(len(one) for one in split[:page])
    for room in _ROOMS:
        drawer = Drawer(incident, around, now, room)
        top = _card(incident, now, around, room) if page == 0 else [_going_on(incident, here, before)]
        steps = [block for step in here for block in drawer.blocks(step)]
        blocks = [*top, *steps, context(_footer(incident, now, page, len(split)))]
        if _fits(blocks):
            break
    text = _fallback(incident, now, around) if page == 0 else _heading(incident, here, before)
    return message(text.replace("*", ""), *blocks)


def _card(incident: IncidentView, now: datetime, around: IncidentAround, room: int) -> list[Block]:
    mentions = around.mentions if incident.open and not incident.drill else ""
    first = f"{_drill(incident)}{words.mark(incident)} {words.standing(incident, now)}"
    below = [line for line in lines.head(incident, now, around, min(300, room)) if line]
    forbidden = lines.nevers(incident, 3 * room)
    row = card_buttons(incident)
    made = (
        section(cut("\n".join([first, *([mentions] if mentions else []), *below]), 2_900)),
        section(forbidden) if forbidden else None,
        row,
    )
    return [block for block in made if block is not None]


def _going_on(incident: IncidentView, here: tuple[IncidentStep, ...], before: int) -> Block:
    return section(_heading(incident, here, before))


def _heading(incident: IncidentView, here: tuple[IncidentStep, ...], before: int) -> str:
    name = f"{_drill(incident)}*{words.steady(incident.title, 80) or 'Incident'}* · incident {incident.id}"
    if not here:
        return f"{name} · no steps stand here now{_not_real(incident)}"
    last = before + len(here)
    which = f"steps {before + 1} to {last}" if len(here) > 1 else f"step {last}"
    return f"{name} · {which}{_not_real(incident)}"


def _drill(incident: IncidentView) -> str:
    return f"{words.DRILL} · " if incident.drill else ""


def _not_real(incident: IncidentView) -> str:
    return f" · {words.NOT_REAL}" if incident.drill else ""


def _fallback(incident: IncidentView, now: datetime, around: IncidentAround) -> str:
    said = f"{_drill(incident)}{words.standing(incident, now)}".replace("`", "")
    mentions = around.mentions if incident.open and not incident.drill else ""
    return f"{said}{_not_real(incident)} {mentions}".rstrip()


def _footer(incident: IncidentView, now: datetime, page: int, count: int) -> str:
    which = f" · message {page + 1} of {count}" if count > 1 and page < count else ""
    more = f" · the checklist goes on in message {page + 2}" if page + 1 < count else ""
    return f"Incident {incident.id}{which}{more} · as of {clock(now)}"


def _fits(blocks: list[Block]) -> bool:
    return _long(blocks) <= MESSAGE and len(json.dumps(blocks, ensure_ascii=False)) <= _JSON


def _long(value: object) -> int:
    """Return how much text stands in ``value``, that of buttons and questions included."""
    if isinstance(value, list):
        return sum(map(_long, value))
    if not isinstance(value, dict):
        return 0
    own = value.get("text")
    rest = sum(_long(item) for name, item in value.items() if name != "text" or not isinstance(own, str))
    return rest + (size(own) if isinstance(own, str) else 0)
