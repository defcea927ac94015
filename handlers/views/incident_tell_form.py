"""The form with what a step tells somebody, submitted: it goes, once, as it was changed."""

from handlers.render.incident_forms import TELL_CALLBACK as CALLBACK
from handlers.views._incident import of_step

__all__ = ["CALLBACK", "handle"]

handle = of_step(
    "Send",
    lambda incidents, form, user, words, _delivery: incidents.tell(form.incident, form.step, user, words),
    "It is on its way; the card says when it has arrived.",
    __name__,
)
