"""``/pawdeploy staging [ref]`` - start a run, or with ``--dry-run`` say what it would do."""

from bot.pipelines.requests import DeployRequest
from handlers._places import find_place, may_rush, may_ship, refuse_if_held
from handlers._refs import wanted_ref
from handlers._words import Option
from handlers.commands._subcommand import SERVICE, Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.lists import render_preview, render_started

NAME = "ENVIRONMENT"
DRY_RUN = Option("--dry-run", "Show what would ship and which gates are open; changes nothing")
AGAIN = Option("--again", "Ship a commit once more that is live already")
EMERGENCY = Option("--emergency", "Skip soak, freeze and, on the way back, approvals", '"reason"')


async def run(asked: Asked, services: Services) -> Message | None:
    """Start a run; its card says the rest."""
    words, project = asked.words, services.project
    place = find_place(project, words.at(0), words.options.get(SERVICE.name, ""))
    request = DeployRequest(
        key=asked.delivery,
        service=place.service.name,
        environment=place.name,
        ref=wanted_ref(place, words.at(1)),
        again=AGAIN.name in words.options,
        by=asked.user,
        emergency=words.options.get(EMERGENCY.name, ""),
    )
    if DRY_RUN.name in words.options:
        return render_preview(await services.desk.preview(request), several=project.several(place.name))
    await may_ship(services.people, place, asked.user)
    if request.emergency:
        await may_rush(services.people, place, asked.user)
    await refuse_if_held(services.holds, place, asked.user, emergency=bool(request.emergency))
    view = await services.desk.deploy(request)
    return (
        render_started(view, project.channels.deploys) if asked.channel != project.channels.deploys else None
    )


SUBCOMMAND = Subcommand(
    name=NAME,
    usage='/pawdeploy ENVIRONMENT [REF] [--service NAME] [--dry-run] [--again] [--emergency "reason"]',
    summary="Ship a branch, tag or commit; without one the default branch, or what soaked",
    run=run,
    options=(SERVICE, DRY_RUN, AGAIN, EMERGENCY),
    most=2,
    whole=True,
)
