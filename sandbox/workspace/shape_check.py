"""Small checkers that together say what a valid block is, and point at what is not.

A checker looks at one value and notes problems with Slack's words and a JSON pointer. Knows no block.
"""

from collections.abc import Callable, Mapping

Note = Callable[[str, str], None]
"""Takes the pointer and what is wrong there."""
Check = Callable[[object, str, Note], None]
"""Looks at a value at a pointer."""


def string(most: int, *, least: int = 1) -> Check:
    """Accept a string of ``least`` to ``most`` characters."""

    def check(value: object, at: str, note: Note) -> None:
        if not isinstance(value, str):
            note(at, "must be a string")
        elif len(value) > most:
            note(at, f"must be less than {most + 1} characters")
        elif len(value) < least:
            note(at, f"must be more than {least - 1} characters")

    return check


def one_of(*allowed: str) -> Check:
    """Accept one of these strings."""

    def check(value: object, at: str, note: Note) -> None:
        if value not in allowed:
            note(at, "must be a valid enum value")

    return check


def flag(value: object, at: str, note: Note) -> None:
    """Accept true or false."""
    if not isinstance(value, bool):
        note(at, "must be a boolean")


def number(value: object, at: str, note: Note) -> None:
    """Accept a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        note(at, "must be a number")


def anything(_value: object, _at: str, _note: Note) -> None:
    """Accept whatever stands there: the parts of Block Kit this sandbox does not draw."""


def items(each: Check, most: int, *, least: int = 1) -> Check:
    """Accept a list of ``least`` to ``most`` values."""

    def check(value: object, at: str, note: Note) -> None:
        if not isinstance(value, list):
            note(at, "must be an array")
            return
        if len(value) > most:
            note(at, f"no more than {most} items allowed")
        if len(value) < least:
            note(at, f"must provide at least {least} item(s)")
        for index, one in enumerate(value):
            each(one, f"{at}/{index}", note)

    return check


def thing(required: Mapping[str, Check], optional: Mapping[str, Check] = {}) -> Check:
    """Accept an object with these fields and no others."""
    known = {**required, **optional}

    def check(value: object, at: str, note: Note) -> None:
        if not isinstance(value, dict):
            note(at, "must be an object")
            return
        for name in required:
            if name not in value:
                note(at, f"missing required field: {name}")
        for name, inside in value.items():
            if name in known:
                known[name](inside, f"{at}/{name}", note)
            else:
                note(at, f"invalid additional property: {name}")

    return check


def tagged(kinds: Mapping[str, Check]) -> Check:
    """Accept an object whose ``type`` says which checker looks at it."""

    def check(value: object, at: str, note: Note) -> None:
        if not isinstance(value, dict):
            note(at, "must be an object")
        elif "type" not in value:
            note(at, "missing required field: type")
        elif (kind := kinds.get(str(value["type"]))) is None:
            note(f"{at}/type", f"unsupported type: {value['type']}")
        else:
            kind(value, at, note)

    return check


def typed(required: Mapping[str, Check], optional: Mapping[str, Check] = {}) -> Check:
    """Accept an object with a ``type`` (checked by ``tagged``) and these fields."""
    return thing({"type": anything, **required}, optional)


def text(most: int, *, plain_only: bool = False, least: int = 1) -> Check:
    """Accept a text object."""
    plain = typed({"text": string(most, least=least)}, {"emoji": flag})
    marked = typed({"text": string(most, least=least)}, {"verbatim": flag})
    return tagged({"plain_text": plain} if plain_only else {"plain_text": plain, "mrkdwn": marked})
