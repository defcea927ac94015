"""``/pawota promote [environment]`` - send the update that is rolled out on to its next stage at once."""

from handlers._places import may_promote
from handlers.commands._ota import meant
from handlers.commands._subcommand import APP, Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render._update_words import update_facts
from handlers.render.notices import render_notice
from handlers.render.ota_lists import promoted_text


async def run(asked: Asked, services: Services) -> Message:
    """Go on from the stage it is at now."""
    there = meant(asked, services)
    rolling = await services.updates.rolling(there.app.name, there.name)
    await may_promote(services.people, there, rolling, asked.user)
    facts = update_facts(rolling)
    await services.updates.promote(rolling.id, facts.stage, asked.user)
    return render_notice(promoted_text(rolling, facts))


SUBCOMMAND = Subcommand(
    name="promote",
    usage="/pawota promote [ENVIRONMENT] [--app NAME]",
    summary="Send the update that is rolled out on to its next stage, before its watch has ended",
    run=run,
    options=(APP,),
    most=1,
)
