"""Take command, on an incident that nobody leads. Of two who press it the second is told who was first."""

from handlers.actions._incident import doing
from handlers.render.incident_card import INCIDENT_COMMAND as ACTION

__all__ = ["ACTION", "handle"]

handle = doing(lambda incidents, incident, user: incidents.command(incident, user), __name__)
