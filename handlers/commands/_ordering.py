"""What halt and resume share: where, why, who may, and the order to the stores."""

from dataclasses import replace

from bot.engine.reasons import Reason
from bot.engine.stores import OrderKind
from bot.errors import UserError
from bot.pipelines.requests import OrderRequest
from handlers._testing import may_order
from handlers._words import Words
from handlers.commands import _mobile
from handlers.commands._holding import BECAUSE
from handlers.commands._subcommand import Asked, Services
from handlers.render._blocks import Message
from handlers.render.reason_forms import MOST

__all__ = ["BECAUSE", "order", "why"]


def why(asked: Asked) -> str:
    """Return what follows ``because``, without the options people put behind it; empty for nothing."""
    return " ".join(_split(asked)[0])


async def order(kind: OrderKind, asked: Asked, services: Services, usage: str) -> Message | None:
    """Start an order; its card says the rest. Raises ``UserError``."""
    reason, options = _split(asked)
    whole = replace(asked, words=Words(asked.words.words, asked.words.options | options))
    there = _mobile.place(whole, services)
    platforms = _mobile.phones(asked.words.at(0), usage)
    said = " ".join(reason)
    if len(said) > MOST:
        msg = f"A reason has at most {MOST} characters, and this one {len(said)}. Nothing was changed."
        raise UserError(msg, reason=Reason.TOO_LONG)
    await may_order(services.people, there, asked.user, kind.value)
    request = OrderRequest(
        key=asked.delivery,
        app=there.app.name,
        environment=there.name,
        kind=kind,
        platforms=platforms,
        why=said,
        by=asked.user,
    )
    return _mobile.started(await services.releases.order(request), asked, services)


def _split(asked: Asked) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the reason's words, and the options that stand among them."""
    known = {option.name for option in _mobile.PLACE}
    kept: list[str] = []
    options: dict[str, str] = {}
    pieces = list(asked.rest[1:])
    while pieces:
        piece = pieces.pop(0)
        name, equals, value = piece.partition("=")
        if name.lower() not in known:
            kept.append(piece)
            continue
        options[name.lower()] = value if equals else (pieces.pop(0) if pieces else "")
        if not options[name.lower()]:
            msg = f"`{name.lower()}` needs a value: `{name.lower()} NAME`. Nothing was changed."
            raise UserError(msg, reason=Reason.UNKNOWN_OPTION)
    return tuple(kept), options
