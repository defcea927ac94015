"""``/pawmobile submit [run]`` - hand finished builds to the stores that were not handed over."""

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.errors import UserError
from bot.pipelines.requests import ReleaseRequest
from handlers._places import AppPlace, may_ship_app, refuse_if_app_held
from handlers.commands import _mobile
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render._release import release_facts
from handlers.render.mobile_lists import render_submittable

_USAGE = "/pawmobile submit [RUN] [--app NAME] [--environment NAME]"


async def run(asked: Asked, services: Services) -> Message | None:
    """Start it, its card says the rest; or list what can be handed over, where that is not clear."""
    typed = asked.words.at(0)
    if typed:
        built, there = await _mobile.release_called(typed, services, _USAGE)
    else:
        there = _mobile.place(asked, services)
        choices = await services.releases.submittable(there.app.name, there.name)
        if len(choices) > 1:
            return render_submittable(choices, now=asked.now)
        built = _only(choices, there)
    await may_ship_app(
        services.people, there, asked.user, f"hand `{there.app.name}` to the stores from `{there.name}`"
    )
    await refuse_if_app_held(services.holds, there, asked.user)
    return _mobile.started(await services.releases.release(_request(built, there, asked)), asked, services)


def _only(choices: tuple[RunView, ...], there: AppPlace) -> RunView:
    if choices:
        return choices[0]
    msg = (
        f"There is no finished build of `{there.app.name}` in `{there.name}` that was not handed over. "
        f"`{_mobile.NAME} build` makes one. Nothing was started."
    )
    raise UserError(msg, reason=Reason.NO_BUILD)


def _request(built: RunView, there: AppPlace, asked: Asked) -> ReleaseRequest:
    return ReleaseRequest(
        key=asked.delivery,
        app=there.app.name,
        environment=there.name,
        ref=built.sha or built.ref,
        part=release_facts(built).part,
        by=asked.user,
        submit_only=built.id,
    )


SUBCOMMAND = Subcommand(
    name="submit",
    usage=_USAGE,
    summary="Hand builds to the stores that were built and not handed over; name the run if several were",
    run=run,
    options=_mobile.PLACE,
    most=1,
)
