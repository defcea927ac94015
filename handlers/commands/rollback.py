"""``/pawdeploy rollback [environment] [to]`` - go back to the last good run, or a named one, or look."""

from bot.pipelines.requests import RollbackRequest
from handlers._going_back import may_go_back, names_target, read_target
from handlers._places import find_environment, find_place
from handlers._words import Option
from handlers.commands._holding import only_guarded
from handlers.commands._subcommand import SERVICE, Asked, Services, Subcommand
from handlers.commands.deploy import DRY_RUN, EMERGENCY
from handlers.render._blocks import Message
from handlers.render.lists import render_started
from handlers.render.rollback_preview import render_rollback_preview

_USAGE = (
    "/pawdeploy rollback [ENVIRONMENT] [TO] [--service NAME] [--dry-run] "
    '[--emergency "reason"] [--override "reason"]'
)
OVERRIDE = Option("--override", "On the way back: go over an irreversible migration", '"reason"')


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
    if DRY_RUN.name in words.options:
        seen = await services.desk.preview_rollback(request)
        return render_rollback_preview(seen, request, several=project.several(place.name))
    await may_go_back(services.people, place, asked.user, emergency=bool(request.emergency))
    view = await services.desk.rollback(request)
    channel = project.channels.deploys
    return render_started(view, channel) if asked.channel != channel else None


SUBCOMMAND = Subcommand(
    name="rollback",
    usage=_USAGE,
    summary="Go back to the last good run, or to a run's number or a commit",
    run=run,
    options=(SERVICE, DRY_RUN, EMERGENCY, OVERRIDE),
    most=2,
)
