import pytest

from bot.db.session import open_database
from tests.bot.pipelines._world import World
from tests.sqlite import fresh_sqlite


@pytest.fixture
async def world(tmp_path):
    database = await open_database(fresh_sqlite(tmp_path))
    yield World(database)
    await database.close()
