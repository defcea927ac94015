"""``/pawota`` - find the subcommand by its first word and run it. The table is the whole command."""

from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.project import Project
from handlers._words import nearest
from handlers.commands import help, ota_history, ota_promote, ota_rollback, ota_status, ota_update
from handlers.commands._ota import NAME, ota_environments
from handlers.commands._serving import serving
from handlers.commands._subcommand import Subcommand
from handlers.render._text import code
from handlers.render.help import ota_foot

__all__ = ["NAME", "SUBCOMMANDS", "choose", "handle"]

_MOST = 20_000
"""Characters after the command: of a message far too long, each may come escaped; it is told so in words."""
_TABLE = tuple(
    module.SUBCOMMAND for module in (ota_update, ota_rollback, ota_promote, ota_status, ota_history)
)
_HELP = help.subcommand(
    _TABLE, command=NAME, foot=lambda services: ota_foot(ota_environments(services.project))
)
SUBCOMMANDS: dict[str, Subcommand] = {row.name: row for row in (*_TABLE, _HELP)}


def choose(first: str, project: Project) -> Subcommand:
    """Return the row for a first word, help for none; raise ``UserError`` naming the nearest right one."""
    word, environments = first.lower(), ota_environments(project)
    if not word:
        return _HELP
    if word in SUBCOMMANDS:  # a word in capitals is not in the table, so ENVIRONMENT can't be typed
        return SUBCOMMANDS[word]
    # one of an app that no updates over the air go to is told so by the row
    if any(word in app.environments for app in project.apps):
        return SUBCOMMANDS[ota_update.ENVIRONMENT]
    close = nearest(word, [*environments, *(name for name in SUBCOMMANDS if name.islower())])
    reason = Reason.UNKNOWN_ENVIRONMENT if close in environments else Reason.UNKNOWN_WORD
    example = f'{NAME} {environments[0]} "what it does"' if environments else f"{NAME} help"
    hint = f"Did you mean `{NAME} {close}`?" if close else f"To publish an update, type `{example}`."
    msg = f"I don't know {code(first, 60)}. {hint} `{NAME} help` lists everything."
    raise UserError(msg, reason=reason)


handle = serving(choose, help=f"{NAME} help", most=_MOST)
