"""What the words after ``/pawota`` share: the app meant, the run started, where its card is."""

from typing import Final

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.errors import UserError
from bot.project import Project
from handlers._places import AppPlace, find_app
from handlers.commands._subcommand import APP, Asked, Services
from handlers.render._blocks import Message
from handlers.render._text import code, listed
from handlers.render.lists import render_started

NAME: Final = "/pawota"
_USUAL = "production"
"""Meant where nothing is named."""


def ota_environments(project: Project) -> tuple[str, ...]:
    """Return the environments some app's updates over the air go to, in the order of the file, once each."""
    return tuple(
        dict.fromkeys(
            name for app in project.apps for name, there in app.environments.items() if there.ota is not None
        )
    )


def find_ota(project: Project, environment: str = "", app: str = "") -> AppPlace:
    """Return where updates over the air go; raise ``UserError`` where none do, or several are meant."""
    open_ = ota_environments(project)
    usual = _USUAL if _USUAL in open_ else open_[0] if len(open_) == 1 else ""
    there = find_app(project, environment or usual, app)
    if there.environment.ota is not None:
        return there
    to = f" They go to {listed([f'`{name}`' for name in open_])}." if open_ else ""
    msg = f"No updates over the air of `{there.app.name}` go to {code(there.name, 60)}.{to}"
    raise UserError(msg, reason=Reason.UNKNOWN_ENVIRONMENT)


def meant(asked: Asked, services: Services) -> AppPlace:
    """Return the app and environment somebody named, or the only ones there are; raise ``UserError``."""
    return find_ota(services.project, asked.words.at(0), asked.words.options.get(APP.name, ""))


def started(run: RunView, asked: Asked, services: Services) -> Message | None:
    """Tell whoever asked from elsewhere where the card is; where it is, it says the rest."""
    channel = services.project.channels.deploys
    return render_started(run, channel) if asked.channel != channel else None
