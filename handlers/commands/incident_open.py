"""``/pawincident open [playbook] [headline…]`` - open an incident, or the form that asks what it is."""

from bot.engine.incident_requests import OpenRequest
from bot.engine.incidents import MOST_HEADLINE, Sev
from bot.engine.reasons import Reason
from bot.errors import UserError
from handlers import _show
from handlers._incidents import may_work
from handlers._opening import open_and_say
from handlers._words import Option
from handlers.commands._incident import find_playbook, read_severity
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.incident_forms import open_form

SEVERITY = Option(
    "--severity", "How bad, sev1 is the worst; without it as the playbook says", "sev1|sev2|sev3"
)
DRILL = Option("--drill", "For practice: nothing real is touched")
_USAGE = "/pawincident open [PLAYBOOK] [headline…] [--severity sev1|sev2|sev3] [--drill]"


async def run(asked: Asked, services: Services) -> Message | None:
    """Open it, its card says the rest; or the form, where no headline was typed."""
    await may_work(services.people, services.project, asked.user, "open incidents")
    request = read(asked, services, _USAGE, drill=DRILL.name in asked.words.options)
    if not request.headline:
        await ask(asked, services, request)
        return None
    return await open_and_say(services.incidents, request, asked.channel)


def read(asked: Asked, services: Services, usage: str, *, drill: bool) -> OpenRequest:
    """Understand what was typed, as far as it was; raise ``UserError``."""
    words = asked.words
    headline = " ".join(words.words[1:])
    if len(headline) > MOST_HEADLINE:
        msg = (
            f"A headline has at most {MOST_HEADLINE} characters; `/pawincident note` takes more. "
            "Nothing was opened."
        )
        raise UserError(msg, reason=Reason.TOO_LONG)
    return OpenRequest(
        key=asked.delivery,
        playbook=find_playbook(services, words.at(0)) if words.at(0) else "",
        headline=headline,
        by=asked.user,
        drill=drill,
        severity=_severity(words.options.get(SEVERITY.name, ""), usage),
    )


async def ask(asked: Asked, services: Services, request: OpenRequest) -> None:
    """Open the form with what is known; ``handlers/views/incident_open_form.py`` takes it from there."""
    view = open_form(
        services.incidents.playbooks(),
        chosen=request.playbook,
        severity=request.severity or "",
        drill=request.drill,
    )
    await _show.open_form(services.client, asked.trigger, view)


def _severity(typed: str, usage: str) -> Sev | None:
    return read_severity(typed, usage) if typed else None


SUBCOMMAND = Subcommand(
    name="open",
    usage=_USAGE,
    summary="Open an incident with a playbook; without a headline in a form",
    run=run,
    options=(SEVERITY, DRILL),
    most=60,
)
