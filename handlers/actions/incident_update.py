"""Update, on an incident: a form asks how it stands. Writes nothing itself."""

from handlers.actions._incident import opening
from handlers.render.incident_card import INCIDENT_UPDATE as ACTION
from handlers.render.incident_forms import update_form

__all__ = ["ACTION", "handle"]

handle = opening(update_form, __name__)
