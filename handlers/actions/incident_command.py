"""Take command, on an incident that nobody leads. The card shows who does."""

from bot.engine.incidents import COMMANDER
from handlers.actions._incident import doing
from handlers.render.incident_card import INCIDENT_COMMAND as ACTION

__all__ = ["ACTION", "handle"]

handle = doing(lambda incidents, incident, user: incidents.role(incident, user, COMMANDER, user), __name__)
