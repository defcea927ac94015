import pytest

from bot.db.session import open_database
from tests.bot.pipelines._world import World


@pytest.fixture
async def world(tmp_path):
    database = await open_database(f"sqlite:///{tmp_path / 'pawdeploy.sqlite3'}")
    yield World(database)
    await database.close()
