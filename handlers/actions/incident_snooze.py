"""Snooze, on a reminder to write an update: the next one comes a little later."""

from handlers.actions._incident import doing
from handlers.render.incident_card import INCIDENT_SNOOZE as ACTION
from handlers.render.incident_card import SNOOZE_SECONDS

__all__ = ["ACTION", "handle"]

handle = doing(
    lambda incidents, incident, user: incidents.remind_later(incident, user, SNOOZE_SECONDS), __name__
)
