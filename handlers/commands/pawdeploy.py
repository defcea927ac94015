"""``/pawdeploy`` - find the subcommand by its first word and run it. The table below is the whole command."""

from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.project import Project
from handlers._words import nearest
from handlers.commands import alerts as alert_list
from handlers.commands import (
    deploy,
    diff,
    form,
    freeze,
    health,
    help,
    history,
    lock,
    locks,
    mute,
    rollback,
    status,
    test_alert,
    unfreeze,
    unlock,
    unmute,
)
from handlers.commands._serving import serving
from handlers.commands._subcommand import Subcommand
from handlers.render._text import code
from handlers.render.help import environments_foot

NAME = "/pawdeploy"

_GUARDING = (rollback, lock, unlock, locks, freeze, unfreeze)
_ALERTING = (alert_list, health, mute, unmute, test_alert)
_TABLE = tuple(module.SUBCOMMAND for module in (deploy, form, status, history, diff, *_GUARDING, *_ALERTING))
_HELP = help.subcommand(
    _TABLE, command=NAME, foot=lambda services: environments_foot(services.project.environments)
)
SUBCOMMANDS: dict[str, Subcommand] = {row.name: row for row in (*_TABLE, _HELP)}


def choose(first: str, project: Project) -> Subcommand:
    """Return the row for a first word; raise ``UserError`` naming the nearest right one."""
    word, environments = first.lower(), project.environments
    if word in environments:
        return SUBCOMMANDS[deploy.NAME]
    if word in SUBCOMMANDS:  # a word in capitals is not in the table, so ENVIRONMENT can't be typed
        return SUBCOMMANDS[word]
    if first.startswith("-"):
        msg = f"Name the environment first, then options like {code(first, 60)}: `{deploy.SUBCOMMAND.usage}`."
        raise UserError(msg, reason=Reason.UNKNOWN_WORD)
    close = nearest(word, [*environments, *(name for name in SUBCOMMANDS if name.islower())])
    reason = Reason.UNKNOWN_ENVIRONMENT if close in environments else Reason.UNKNOWN_WORD
    hint = f"Did you mean `{NAME} {close}`?" if close else f"To ship, type `{NAME} {environments[0]}`."
    msg = f"I don't know {code(first, 60)}. {hint} `{NAME} help` lists everything."
    raise UserError(msg, reason=reason)


handle = serving(choose, help=f"{NAME} help")
