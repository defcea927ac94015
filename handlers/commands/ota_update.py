"""``/pawota production "message" [ref]`` - publish an update over the air; its card says the rest.

Without quotes, everything after the environment is the message: then no ref can follow.
"""

import re

from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.pipelines.requests import UpdateRequest
from handlers._places import may_ship_app, refuse_if_app_held
from handlers._refs import check_ref
from handlers._words import Words, head, parse, raw, split
from handlers.commands._ota import find_ota, started
from handlers.commands._subcommand import APP, Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render._text import one_line
from handlers.render._update_words import MOST_MESSAGE

ENVIRONMENT = "ENVIRONMENT"
_USAGE = '/pawota ENVIRONMENT "message" [REF] [--app NAME]'
_QUOTES = tuple("\"“”„‟«»'‘‚")  # noqa: RUF001 - the quotes editors put in place of straight ones
_APP = re.compile(r"(?:^|\s)(?:--|[—–])app[ =]\s*(\S+)$", re.IGNORECASE)


async def run(asked: Asked, services: Services) -> Message | None:
    """Start the run; it asks people before anything is published."""
    environment, rest = head(asked.typed)
    words = _read(raw(rest))
    there = find_ota(services.project, environment, words.options.get(APP.name, ""))
    message = _message(words.at(0), there.name)
    what = f"publish an update of `{there.app.name}` to `{there.name}`"
    await may_ship_app(services.people, there, asked.user, what)
    await refuse_if_app_held(services.holds, there, asked.user)
    request = UpdateRequest(
        key=asked.delivery,
        app=there.app.name,
        environment=there.name,
        ref=check_ref(words.at(1)) if words.at(1) else "",
        message=message,
        by=asked.user,
    )
    return started(await services.updates.update(request), asked, services)


def _read(rest: str) -> Words:
    """Return message and ref as words 0 and 1, and which app."""
    if rest.startswith((*_QUOTES, "-")):
        return parse(split(rest), (APP,), most=2, usage=_USAGE)
    found = _APP.search(rest)
    message = rest[: found.start()] if found else rest
    return Words((message.strip(),), {APP.name: found[1]} if found else {})


def _message(typed: str, environment: str) -> str:
    """Return the message as typed; raise ``UserError`` for none (``no_message``), or too long a one."""
    message = typed.strip()
    if not any(char.isalnum() for char in one_line(message)):
        msg = (
            "Say what the update does: people read it on the card, and Expo keeps it. For instance "
            f'`/pawota {environment} "Fix the login button"`. Nothing was published.'
        )
        raise UserError(msg, reason=Reason.NO_MESSAGE)
    if len(message) > MOST_MESSAGE:
        msg = (
            f"That message has {len(message):,} characters; {MOST_MESSAGE} are the most. "
            "Nothing was published."
        )
        raise UserError(msg, reason=Reason.TOO_LONG)
    return message


SUBCOMMAND = Subcommand(
    name=ENVIRONMENT,
    usage=_USAGE,
    summary="Publish an update over the air: proved to be JavaScript only, agreed to, rolled out in stages",
    run=run,
    options=(APP,),
    whole=True,
    free=True,
)
