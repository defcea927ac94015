"""Who may say how a build does on a phone, who may tell a store, on which release. Asks, starts nothing."""

from collections.abc import Mapping

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.errors import NotAllowed, UserError
from bot.project import Project
from handlers._payloads import MOVED_ON, DeviceButton
from handlers._places import AppPlace, may_ship_app
from handlers._services import Desk, People
from handlers.render._release_lines import testing


def app_place_of(run: RunView, project: Project) -> AppPlace:
    """Return where ``run`` of an app ships; raise ``UserError`` (``stale_button``) for none configured."""
    app = project.app(run.service)
    if app is None or run.environment not in app.environments:
        raise UserError(MOVED_ON, reason=Reason.STALE_BUTTON)
    return AppPlace(app, run.environment, app.environments[run.environment])


async def may_test(people: People, there: AppPlace, user: str) -> None:
    """Return when ``user`` may say how a build does; where no role is named, everybody may."""
    roles = there.environment.tester_roles
    if not roles or await people.allowed(user, roles):
        return
    holders = people.who_can(roles)
    ask = f"{holders[:1].upper()}{holders[1:]} can" if holders else "Nobody holds a role that can yet"
    msg = f"You can't say how a build of `{there.app.name}` does on a phone. {ask}. Nothing was changed."
    raise NotAllowed(msg)


async def asked_of(
    action: Mapping[str, str], desk: Desk, people: People, project: Project, user: str
) -> tuple[RunView, DeviceButton]:
    """Return the run whose build a tester's button is about, when ``user`` may (still) say how it does."""
    button = DeviceButton.decode(action.get("value", ""))
    run = await desk.run(button.run)
    await may_test(people, app_place_of(run, project), user)
    still_tested(run, button.attempt)
    return run, button


def still_tested(run: RunView, attempt: int) -> None:
    """Return while testers are asked about ``attempt``; else raise ``UserError`` (``stale_button``)."""
    if not testing(run) or run.attempt != attempt:
        msg = (
            f"Run {run.id} is past its device tests, so nothing was noted. Its card shows how it stands; "
            "if something is broken, stop it there or tell those who may approve."
        )
        raise UserError(msg, reason=Reason.STALE_BUTTON)


async def may_order(people: People, there: AppPlace, user: str, word: str) -> None:
    """Return when ``user`` may have a store ``word`` what goes out; else raise ``NotAllowed``."""
    what = f"{word} a release of `{there.app.name}` in `{there.name}`"
    await may_ship_app(people, there, user, what)
