"""What the words after ``/pawmobile`` share: the app meant, its environment, a release's number, a store."""

import re
from typing import Final

from bot.engine.mobile import AppPlatform
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import RunKind
from bot.errors import UserError
from handlers._places import AppPlace, find_app
from handlers._testing import app_place_of
from handlers._words import Option, nearest
from handlers.commands._subcommand import APP, Asked, Services
from handlers.render._blocks import Message
from handlers.render._text import code
from handlers.render.lists import render_started

NAME: Final = "/pawmobile"
WHERE = Option("--environment", "Where to; without it production, or the only one", "NAME")
PLACE = (APP, WHERE)
_USUAL = "production"
_NUMBER = re.compile(r"#?([0-9]{1,15})", re.ASCII)
_PHONES = {"ios": AppPlatform.IOS, "apple": AppPlatform.IOS} | {
    "android": AppPlatform.ANDROID,
    "google": AppPlatform.ANDROID,
}


def place(asked: Asked, services: Services) -> AppPlace:
    """Return the app and the environment meant; raise ``UserError``."""
    project, options = services.project, asked.words.options
    app, environment = options.get(APP.name, ""), options.get(WHERE.name, "")
    if environment:
        return find_app(project, environment, app)
    usual = [one for one in project.apps if not app or one.name == app.lower()]
    there = _USUAL if any(_USUAL in one.environments for one in usual) else ""
    return find_app(project, there, app)


def number(typed: str, usage: str) -> int:
    """Return the run a word names; raise ``UserError`` (``unknown_word``)."""
    if found := _NUMBER.fullmatch(typed):
        return int(found[1])
    msg = f"{code(typed, 60)} is no run's number. The whole line: `{usage}`. `{NAME} history` lists them."
    raise UserError(msg, reason=Reason.UNKNOWN_WORD)


async def release_called(typed: str, services: Services, usage: str) -> tuple[RunView, AppPlace]:
    """Return the release a word names and where it goes; raise ``UserError`` for one that is none."""
    run = await services.desk.run(number(typed, usage))
    if run.kind is not RunKind.RELEASE:
        msg = f"Run {run.id} is no release of an app. `{NAME} history` lists them. Nothing was changed."
        raise UserError(msg, reason=Reason.NO_BUILD)
    return run, app_place_of(run, services.project)


def phones(typed: str, usage: str) -> tuple[AppPlatform, ...]:
    """Return whose phones a word means, nobody's in particular for none; raise ``UserError``."""
    if not typed:
        return ()
    if (found := _PHONES.get(typed.lower())) is not None:
        return (found,)
    close = nearest(typed, _PHONES)
    hint = f"Did you mean `{close}`? " if close else ""
    msg = f"Where: `ios` or `android`, not {code(typed, 60)}. {hint}The whole line: `{usage}`."
    raise UserError(msg, reason=Reason.UNKNOWN_WORD)


def started(run: RunView, asked: Asked, services: Services) -> Message | None:
    """Say where the card is, to whoever asked from elsewhere."""
    channel = services.project.channels.deploys
    return render_started(run, channel) if asked.channel != channel else None
