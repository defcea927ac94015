"""``/pawdeploy rollback [environment] [to]`` - go back to the last good run, or a named one, or look."""

from bot.pipelines.requests import RollbackRequest
from handlers._going_back import may_go_back, names_target, read_target
from handlers._places import find_environment, find_place
from handlers._together import (
    Together,
    go_back_together,
    may_go_back_together,
    released_together,
    together_or_refuse,
)
from handlers._words import Option
from handlers.commands._holding import only_guarded
from handlers.commands._subcommand import SERVICE, Asked, Services, Subcommand
from handlers.commands.deploy import DRY_RUN, EMERGENCY
from handlers.render._blocks import Message
from handlers.render.lists import render_started
from handlers.render.rollback_preview import render_rollback_preview
from handlers.render.together import render_going_back, render_left_out

_USAGE = (
    "/pawdeploy rollback [ENVIRONMENT] [TO] [--service NAME] [--dry-run] [--with-ota] "
    '[--emergency "reason"] [--override "reason"]'
)
OVERRIDE = Option("--override", "On the way back: go over an irreversible migration", '"reason"')

WITH_OTA = Option("--with-ota", "On the way back: take the update over the air back that came with it")


async def run(asked: Asked, services: Services) -> Message | None:
    """Start going back, the run's card says the rest; or say what it would do."""
    words, project = asked.words, services.project
    first = words.at(0)
    if first and (words.at(1) or not names_target(first) or first.lower() in project.environments):
        environment, to = find_environment(project, first), words.at(1)
    else:
        environment, to = only_guarded(project, _USAGE), first
    place = find_place(project, environment, words.options.get(SERVICE.name, ""))
    request = RollbackRequest(
        key=asked.delivery,
        service=place.service.name,
        environment=place.name,
        to=read_target(to),
        by=asked.user,
        emergency=words.options.get(EMERGENCY.name, ""),
        override=words.options.get(OVERRIDE.name, ""),
    )
    with_ota = WITH_OTA.name in words.options
    together = together_or_refuse if with_ota else released_together
    found = await together(services.apps, project, place)
    if DRY_RUN.name in words.options:
        return render_rollback_preview(
            await services.desk.preview_rollback(request),
            request,
            several=project.several(place.name),
            released_with=[one.update for one in found],
            with_ota=with_ota,
            in_stores=_in_stores(found),
        )
    urgent = bool(request.emergency)
    await may_go_back(services.people, place, asked.user, emergency=urgent)
    if with_ota:
        await may_go_back_together(services.people, found, asked.user, emergency=urgent)
        went = await go_back_together(services.desk, services.updates, request, found)
        channel = project.channels.deploys
        return render_going_back(went.runs, went.refused, channel, in_stores=_in_stores(found))
    view = await services.desk.rollback(request)
    channel = project.channels.deploys
    started = render_started(view, channel) if asked.channel != channel else None
    updates = [one.update for one in found]
    return render_left_out(started, updates, several=len(project.apps) > 1) if updates else started


def _in_stores(found: tuple[Together, ...]) -> bool:
    return any(one.in_stores for one in found)


SUBCOMMAND = Subcommand(
    name="rollback",
    usage=_USAGE,
    summary="Go back to the last good run, or to a run's number or a commit",
    run=run,
    options=(SERVICE, DRY_RUN, WITH_OTA, EMERGENCY, OVERRIDE),
    most=2,
)
