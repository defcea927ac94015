import pytest

from bot.incidenting import Room
from tests.bot.incidents._world import IncidentWorld
from tests.bot.pipelines._world import pawlogic


@pytest.fixture
def incidents_db(fresh_database):
    return fresh_database


@pytest.fixture
def world(incidents_db):
    """Everything about incidents, the world outside in memory."""
    return IncidentWorld(incidents_db)


@pytest.fixture
def room_world(incidents_db):
    """The same where incidents have channels of their own."""
    room = Room(name="inc-{number}-{playbook}", invite=("approver",))
    project = pawlogic()
    incidents = project.incidents.model_copy(update={"room": room})
    return IncidentWorld(incidents_db, project.model_copy(update={"incidents": incidents}))
