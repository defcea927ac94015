"""``/pawmobile`` - find the subcommand by its first word and run it. The table is the whole command."""

from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.project import Project
from handlers._words import nearest
from handlers.commands import (
    help,
    mobile_build,
    mobile_cancel,
    mobile_halt,
    mobile_history,
    mobile_resume,
    mobile_review,
    mobile_status,
    mobile_submit,
)
from handlers.commands._mobile import NAME
from handlers.commands._serving import serving
from handlers.commands._subcommand import Subcommand
from handlers.render._text import code
from handlers.render.mobile_lists import releases_foot

__all__ = ["NAME", "SUBCOMMANDS", "choose", "handle"]

_LOOKING = (mobile_status, mobile_review, mobile_history)
_GOING_OUT = (mobile_halt, mobile_resume)
_TABLE = tuple(
    module.SUBCOMMAND for module in (mobile_build, mobile_submit, *_LOOKING, mobile_cancel, *_GOING_OUT)
)
_HELP = help.subcommand(
    _TABLE, command=NAME, foot=lambda services: releases_foot([app.name for app in services.project.apps])
)
SUBCOMMANDS: dict[str, Subcommand] = {row.name: row for row in (*_TABLE, _HELP)}


def choose(first: str, project: Project) -> Subcommand:  # noqa: ARG001 - every command chooses by this shape
    """Return the row for a first word, help for none; raise ``UserError`` naming the nearest right one."""
    word = first.lower()
    if not word:
        return _HELP
    if word in SUBCOMMANDS:
        return SUBCOMMANDS[word]
    close = nearest(word, SUBCOMMANDS)
    hint = f"Did you mean `{NAME} {close}`?" if close else f"To start a release, type `{NAME} build`."
    msg = f"I don't know {code(first, 60)}. {hint} `{NAME} help` lists everything."
    raise UserError(msg, reason=Reason.UNKNOWN_WORD)


handle = serving(choose, help=f"{NAME} help")
