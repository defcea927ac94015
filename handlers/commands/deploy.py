"""``/pawdeploy staging [ref]`` - start a run, or with ``--dry-run`` say what it would do."""

from bot.pipelines.desk import DeployRequest
from handlers._places import find_place, may_ship
from handlers._refs import check_ref
from handlers._words import Option
from handlers.commands._subcommand import SERVICE, Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.lists import render_preview, render_started

NAME = "ENVIRONMENT"
DRY_RUN = Option("--dry-run", "Show what would ship and which gates are open; changes nothing")
AGAIN = Option("--again", "Ship a commit once more that is live already")


async def run(asked: Asked, services: Services) -> Message | None:
    """Start a run; its card says the rest."""
    words, project = asked.words, services.project
    place = find_place(project, words.at(0), words.options.get(SERVICE.name, ""))
    request = DeployRequest(
        key=asked.delivery,
        service=place.service.name,
        environment=place.name,
        ref=check_ref(words.at(1) or place.service.default_branch),
        again=AGAIN.name in words.options,
        by=asked.user,
    )
    if DRY_RUN.name in words.options:
        return render_preview(await services.desk.preview(request), several=project.several(place.name))
    await may_ship(services.people, place, asked.user)
    view = await services.desk.deploy(request)
    return (
        render_started(view, project.channels.deploys) if asked.channel != project.channels.deploys else None
    )


SUBCOMMAND = Subcommand(
    name=NAME,
    usage="/pawdeploy ENVIRONMENT [REF] [--service NAME] [--dry-run] [--again]",
    summary="Ship a branch, tag or commit; without one the default branch",
    run=run,
    options=(SERVICE, DRY_RUN, AGAIN),
    most=2,
)
