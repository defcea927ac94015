"""What every run button does first: read its value, find its run, find where that run ships."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.errors import UserError
from bot.project import Project
from handlers._payloads import MOVED_ON, RunButton
from handlers._places import Place
from handlers._services import Desk


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button somebody pressed, with the run it names as it is now."""

    button: RunButton
    run: RunView
    place: Place


async def pressed(action: Mapping[str, str], desk: Desk, project: Project) -> Pressed:
    """Read a button; raise ``UserError`` (``stale_button``) when it or its environment is no longer known."""
    button = RunButton.decode(action.get("value", ""))
    run = await desk.run(button.run)
    return Pressed(button, run, place_of(run, project))


def place_of(run: RunView, project: Project) -> Place:
    """Return where ``run`` ships; raise ``UserError`` (``stale_button``) when no such place is configured."""
    service = project.service_or_app(run.service)
    if service is None or run.environment not in service.environments:
        raise UserError(MOVED_ON, reason=Reason.STALE_BUTTON)
    return Place(service, run.environment, service.environments[run.environment])
