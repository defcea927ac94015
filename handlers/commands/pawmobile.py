"""``/pawmobile`` - find the subcommand by its first word and run it. The table is the whole command."""

from bot.project import Project
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
from handlers.commands._subcommand import Subcommand, row_of
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
    return row_of(
        first, SUBCOMMANDS, _HELP, command=NAME, otherwise=f"To start a release, type `{NAME} build`."
    )


handle = serving(choose, help=f"{NAME} help")
