"""``/pawdeploy alerts [open|mine|muted]`` - what fires now, what one has oneself, what is kept quiet."""

from typing import Literal, get_args

from bot.engine.reasons import Reason
from bot.errors import UserError
from handlers._alerts import configured
from handlers._words import nearest
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render._text import code
from handlers.render.alert_lists import render_alerts

Which = Literal["open", "mine", "muted"]
_USAGE = "/pawdeploy alerts [open|mine|muted]"


async def run(asked: Asked, services: Services) -> Message:
    """List them; anybody may look."""
    configured(services.project)
    which = _which(asked.words.at(0) or "open")
    listed = await services.alerts.list(which, asked.user)
    return render_alerts(listed, which, now=asked.now, user=asked.user)


def _which(typed: str) -> Which:
    known: tuple[Which, ...] = get_args(Which)
    word = typed.lower()
    found = next((each for each in known if each == word), None)
    if found is None:
        close = nearest(word, known)
        hint = f"Did you mean `/pawdeploy alerts {close}`?" if close else f"The whole line: `{_USAGE}`."
        msg = f"I can list alerts that are open, mine or muted, not {code(typed, 60)}. {hint}"
        raise UserError(msg, reason=Reason.UNKNOWN_WORD)
    return found


SUBCOMMAND = Subcommand(
    name="alerts",
    usage=_USAGE,
    summary="What fires now, what you have, what is kept quiet and until when",
    run=run,
    most=1,
)
