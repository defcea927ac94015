"""``/pawdeploy diff [environment] [ref]`` - what a deploy would ship: commits, authors, migrations."""

from handlers._places import find_place
from handlers._refs import check_ref
from handlers.commands._subcommand import SERVICE, Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.lists import render_diff


async def run(asked: Asked, services: Services) -> Message:
    """Compare what is live with the ref; the first environment of the file when none is named."""
    words = asked.words
    environment = words.at(0) or services.project.environments[0]
    place = find_place(services.project, environment, words.options.get(SERVICE.name, ""))
    ref = check_ref(words.at(1) or place.service.default_branch)
    return render_diff(
        await services.desk.diff(place.service.name, place.name, ref),
        several=services.project.several(place.name),
    )


SUBCOMMAND = Subcommand(
    name="diff",
    usage="/pawdeploy diff [ENVIRONMENT] [REF] [--service NAME]",
    summary="What would ship: commits, authors, migrations",
    run=run,
    options=(SERVICE,),
    most=2,
)
