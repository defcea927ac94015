import pytest

from bot.db.session import open_database
from tests.bot.pipelines.release._world import ReleasingWorld, releasing_project
from tests.sqlite import fresh_sqlite


@pytest.fixture
async def database(tmp_path):
    made = await open_database(fresh_sqlite(tmp_path))
    yield made
    await made.close()


@pytest.fixture
def world(database):
    return ReleasingWorld(database, releasing_project())
