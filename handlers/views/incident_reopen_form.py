"""The reopen form, submitted: the same incident goes on."""

from handlers.render.incident_forms import REOPEN_CALLBACK as CALLBACK
from handlers.views._incident import of_incident

__all__ = ["CALLBACK", "handle"]

handle = of_incident(
    "Reopen",
    lambda incidents, form, user, words, _delivery: incidents.reopen(form.incident, user, words),
    "It is open again; its card says why.",
    __name__,
)
