"""Stop, on a reminder to write an update: nobody is reminded any more."""

from handlers.actions._incident import doing
from handlers.render.incident_card import INCIDENT_STOP as ACTION

__all__ = ["ACTION", "handle"]

handle = doing(lambda incidents, incident, user: incidents.remind_later(incident, user, 0), __name__)
