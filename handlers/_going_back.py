"""What the rollback command and its form share: where to, and who may. Starts nothing."""

import re

from bot.engine.reasons import Reason
from bot.errors import UserError
from handlers._places import Place, may_rush, may_ship
from handlers._services import People
from handlers.render._text import code

_RUN = re.compile(r"#?(\d{1,15})", re.ASCII)
_SHA = re.compile(r"[0-9a-f]{7,40}", re.ASCII)


def names_target(typed: str) -> bool:
    """Say whether a word can only mean where to go back to: a run's number or a SHA."""
    return bool(_RUN.fullmatch(typed) or _SHA.fullmatch(typed.lower()))


def read_target(typed: str) -> str:
    """Return a run's number or a SHA, empty for the last good run; raise ``UserError`` (``bad_ref``).

    Digits alone are a run's number.
    """
    if not typed:
        return ""
    if found := _RUN.fullmatch(typed):
        return found[1]
    if _SHA.fullmatch(typed.lower()):
        return typed.lower()
    msg = (
        f"{code(typed, 60)} is neither a run's number nor a commit. `/pawdeploy history` lists runs; "
        "one goes back to a run (`12`) or a commit (`a1b2c3d`)."
    )
    raise UserError(msg, reason=Reason.BAD_REF)


async def may_go_back(people: People, place: Place, user: str, *, emergency: bool) -> None:
    """Return when ``user`` may roll back there, in an ``emergency`` without consent; raise ``NotAllowed``."""
    await may_ship(people, place, user)
    if emergency:
        await may_rush(people, place, user)
