import pytest

from bot.db.session import open_database
from tests.bot.incidents._world import IncidentWorld
from tests.sqlite import fresh_sqlite


@pytest.fixture
async def incidents_db(tmp_path):
    database = await open_database(fresh_sqlite(tmp_path))
    yield database
    await database.close()


@pytest.fixture
def world(incidents_db):
    """Everything about incidents, the world outside in memory."""
    return IncidentWorld(incidents_db)
