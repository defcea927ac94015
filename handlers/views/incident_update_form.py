"""The update form, submitted: how it stands, for everybody."""

from handlers.render.incident_forms import UPDATE_CALLBACK as CALLBACK
from handlers.views._incident import of_incident

__all__ = ["CALLBACK", "handle"]

handle = of_incident(
    "Update",
    lambda incidents, form, user, words, delivery: incidents.update(form.incident, user, words, delivery),
    "It stands on the card, and in its thread.",
    __name__,
)
