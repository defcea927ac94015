"""Block Kit's fields and boxes, cut to Slack's limits: what people fill in, tick and choose from. Pure.

Limits: https://docs.slack.dev/reference/block-kit/block-elements. Block and action id of a form's field are
one word. Labels are plain text, in which Slack gives no character a meaning.
"""

from collections.abc import Sequence

from handlers.render._blocks import Block, section
from handlers.render._text import ELLIPSIS, one_line, size

MOST_TYPED = 3000
"""Characters one field takes."""
MOST_CHOICES = 100
_LABEL = 75
_TITLE = 24
_HINT = 150
_ENOUGH = 5000


def label(text: str, limit: int = _LABEL) -> str:
    """Return one line of at most ``limit`` as Slack counts; never empty."""
    line = one_line(text[:_ENOUGH])
    if size(line) > limit:
        line = fitting(line, limit - 1).rstrip() + ELLIPSIS
    return line or " "


def fitting(text: str, limit: int) -> str:
    """Return as many first characters of ``text`` as are at most ``limit`` long as Slack counts."""
    kept = text[:limit]
    while size(kept) > limit:
        kept = kept[: -max(1, (size(kept) - limit) // 2)]
    return kept


def words(text: str, limit: int = _LABEL) -> Block:
    """Make plain words."""
    return {"type": "plain_text", "text": label(text, limit), "emoji": False}


def option(value: str, text: str, about: str = "") -> Block:
    """Make one thing to choose; ``about`` is small below it."""
    made: Block = {"text": words(text), "value": value}
    return made | ({"description": words(about)} if about.strip() else {})


def box(action_id: str, *options: Block, ticked: bool = False) -> Block:
    """Make boxes to tick, all of them ticked already or none."""
    made: Block = {"type": "checkboxes", "action_id": action_id, "options": list(options)}
    return made | ({"initial_options": list(options)} if ticked else {})


def radio(name: str, options: Sequence[Block]) -> Block:
    """Make a choice of few; nothing is chosen, so that nobody says what they did not mean."""
    return {"type": "radio_buttons", "action_id": name, "options": list(options)}


def select(name: str, options: Sequence[Block], hint: str, chosen: str = "") -> Block:
    """Make a menu; ``chosen`` is the value of what is chosen already, where it is on offer."""
    shown = list(options[:MOST_CHOICES])
    made: Block = {
        "type": "static_select",
        "action_id": name,
        "options": shown,
        "placeholder": words(hint, _HINT),
    }
    first = next((one for one in shown if one["value"] == chosen), None)
    return made if first is None else made | {"initial_option": first}


def somebody(name: str, hint: str, chosen: str = "") -> Block:
    """Make a menu of people; ``chosen`` is a Slack user id."""
    made: Block = {"type": "users_select", "action_id": name, "placeholder": words(hint, _HINT)}
    return made | ({"initial_user": chosen} if chosen else {})


def moment(name: str) -> Block:
    """Make a field for a day and a time on it; nothing is chosen."""
    return {"type": "datetimepicker", "action_id": name}


def written(
    name: str, hint: str, *, most: int = MOST_TYPED, lines: bool = True, so_far: str = "", least: int = 0
) -> Block:
    """Make a field to write in; ``lines``: several; ``so_far`` stands in it already."""
    made: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": lines,
        "max_length": most,
        "placeholder": words(hint, _HINT),
    }
    if least:
        made["min_length"] = least
    kept = fitting(so_far, most) if lines else label(so_far, most).strip()
    return made | ({"initial_value": kept} if kept.strip() else {})


def field(name: str, title: str, element: Block, *, optional: bool = False) -> Block:
    """Make one field of a form."""
    return {
        "type": "input",
        "block_id": name,
        "label": words(title),
        "element": element,
        "optional": optional,
    }


def beside(text: str, element: Block, block_id: str = "") -> Block:
    """Make a paragraph with an element at its side."""
    made = section(text) | {"accessory": element}
    return made | ({"block_id": block_id} if block_id else {})


def form(callback: str, state: str, title: str, submit: str, *blocks: Block | None) -> Block:
    """Make a modal; ``state`` comes back with what was filled in. Without ``submit`` it only closes."""
    made: Block = {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": state,
        "title": words(title, _TITLE),
        "close": words("Back"),
        "blocks": [block for block in blocks if block is not None],
    }
    return made | ({"submit": words(submit, _TITLE)} if submit else {})
