"""``/pawmobile cancel [run]`` - stop a release, or close one that ended badly."""

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.errors import UserError
from handlers._places import may_ship_app
from handlers.commands import _mobile
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.notices import render_notice

_USAGE = "/pawmobile cancel [RUN] [--app NAME] [--environment NAME]"


async def run(asked: Asked, services: Services) -> Message | None:
    """Stop the one named, or the newest under way; whoever asked for it may, and those who ship there."""
    typed = asked.words.at(0)
    if typed:
        release, there = await _mobile.release_called(typed, services, _USAGE)
    else:
        there = _mobile.place(asked, services)
        release = _under_way(await services.releases.under_way(there.app.name, there.name), there.app.name)
    if asked.user != release.requested_by:
        await may_ship_app(services.people, there, asked.user, f"cancel run {release.id}")
    stopping = await services.desk.cancel(release.id, asked.user)
    channel = services.project.channels.deploys
    return render_notice(f"Run {stopping.id} stops. Its card in <#{channel}> says what stays as it is.")


def _under_way(release: RunView | None, app: str) -> RunView:
    if release is not None:
        return release
    msg = f"No release of `{app}` is under way there. `{_mobile.NAME} history` lists them."
    raise UserError(msg, reason=Reason.ALREADY_DONE)


SUBCOMMAND = Subcommand(
    name="cancel",
    usage=_USAGE,
    summary="Stop a release: the one named, or the newest under way",
    run=run,
    options=_mobile.PLACE,
    most=1,
)
