"""The form that asks why what was done is taken back, submitted."""

from handlers.render.incident_forms import UNTICK_CALLBACK as CALLBACK
from handlers.views._incident import of_step

__all__ = ["CALLBACK", "handle"]

handle = of_step(
    "Take it back",
    lambda incidents, form, user, words, _delivery: incidents.untick(form.incident, form.step, user, words),
    "Taken back; the card shows who did and why.",
    __name__,
)
