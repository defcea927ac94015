"""``/pawmobile build [patch|minor|major] [ref]`` - raise the version, build it, and see it to the stores."""

from bot.engine.reasons import Reason
from bot.engine.release import Part
from bot.errors import UserError
from bot.pipelines.requests import ReleaseRequest
from handlers._places import may_ship_app
from handlers._refs import check_ref
from handlers._words import nearest
from handlers.commands import _mobile
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render._text import code

_USAGE = "/pawmobile build [patch|minor|major] [REF] [--app NAME] [--environment NAME]"


async def run(asked: Asked, services: Services) -> Message | None:
    """Start a release; its card says the rest."""
    there = _mobile.place(asked, services)
    part, ref = _read(asked)
    request = ReleaseRequest(
        key=asked.delivery,
        app=there.app.name,
        environment=there.name,
        ref=check_ref(ref) if ref else there.app.default_branch,
        part=part,
        by=asked.user,
    )
    await may_ship_app(
        services.people, there, asked.user, f"build a release of `{there.app.name}` for `{there.name}`"
    )
    return _mobile.started(await services.releases.release(request), asked, services)


def _read(asked: Asked) -> tuple[Part, str]:
    """Return what rises and the ref typed, each of which may be left out; raise ``UserError``."""
    first, second = asked.words.at(0), asked.words.at(1)
    found = next((part for part in Part if part.value == first.lower()), None)
    if found is not None or not first:
        return found or Part.PATCH, second
    close = nearest(first, [part.value for part in Part])
    if second or close:
        hint = f"Did you mean `{close}`? " if close else ""
        msg = (
            f"The version rises by `patch`, `minor` or `major`, not {code(first, 60)}. {hint}"
            f"The whole line: `{_USAGE}`. Nothing was started."
        )
        raise UserError(msg, reason=Reason.UNKNOWN_WORD)
    return Part.PATCH, first


SUBCOMMAND = Subcommand(
    name="build",
    usage=_USAGE,
    summary="Raise the version, build for both platforms, test, hand to the stores, follow the review",
    run=run,
    options=_mobile.PLACE,
    most=2,
)
