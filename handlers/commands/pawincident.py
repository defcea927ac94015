"""``/pawincident`` - find the subcommand by its first word and run it. The table is the whole command."""

from bot.engine.incidents import MOST_NOTE
from bot.project import Project
from handlers._words import seen
from handlers.commands import (
    help,
    incident_drill,
    incident_list,
    incident_note,
    incident_open,
    incident_reopen,
    incident_resolve,
    incident_role,
    incident_severity,
    incident_status,
    incident_update,
)
from handlers.commands._incident import NAME
from handlers.commands._serving import serving
from handlers.commands._subcommand import Subcommand, row_of
from handlers.render.help import playbooks_foot

__all__ = ["NAME", "SUBCOMMANDS", "choose", "handle"]

_MOST = 2 * MOST_NOTE
"""Characters after the command: of the longest note, each may come escaped."""
_LOOKING = (incident_status, incident_list)
_WORKING = (incident_update, incident_note, incident_role, incident_severity)
_TABLE = tuple(
    module.SUBCOMMAND
    for module in (incident_open, *_LOOKING, *_WORKING, incident_resolve, incident_reopen, incident_drill)
)
_HELP = help.subcommand(
    _TABLE, command=NAME, foot=lambda services: playbooks_foot(tuple(services.incidents.playbooks()))
)
SUBCOMMANDS: dict[str, Subcommand] = {row.name: row for row in (*_TABLE, _HELP)}


def choose(first: str, project: Project) -> Subcommand:  # noqa: ARG001 - every command chooses by this shape
    """Return the row for a first word, help for none; raise ``UserError`` naming the nearest right one."""
    return row_of(
        first, SUBCOMMANDS, _HELP, command=NAME, otherwise=f"To open an incident, type `{NAME} open`."
    )


handle = serving(choose, help=f"{NAME} help", most=_MOST, read=seen)
