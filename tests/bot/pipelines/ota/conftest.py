import pytest

from bot.db.session import open_database
from tests.bot.pipelines.ota._world import OtaWorld, app_project
from tests.sqlite import fresh_sqlite


@pytest.fixture
async def world(tmp_path):
    database = await open_database(fresh_sqlite(tmp_path))
    yield OtaWorld(database, app_project())
    await database.close()
