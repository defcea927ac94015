"""Look again, on a step: the bot looks now, not when its time comes. The card says what it found."""

from handlers._payloads import StepButton
from handlers.actions._incident import working
from handlers.render.incident_card import INCIDENT_LOOK as ACTION

__all__ = ["ACTION", "handle"]

handle = working(
    StepButton,
    lambda incidents, button, user: incidents.look(button.incident, button.step, user),
    __name__,
)
