"""Change a step, on an incident: a form asks which, and what about it. Changes nothing itself."""

from handlers.actions._incident import opening
from handlers.render.incident_card import INCIDENT_STEP as ACTION
from handlers.render.incident_forms import step_form

__all__ = ["ACTION", "handle"]

handle = opening(step_form, __name__)
