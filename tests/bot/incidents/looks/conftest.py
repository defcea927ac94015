"""A world to look at, over a fresh database."""

from contextlib import AsyncExitStack

import pytest

from bot.db.session import open_database
from tests.bot.incidents.looks._world import World, project
from tests.sqlite import fresh_sqlite


@pytest.fixture
async def db(tmp_path):
    database = await open_database(fresh_sqlite(tmp_path))
    yield database
    await database.close()


@pytest.fixture
async def world(db):
    async with AsyncExitStack() as stack:
        made = World(db, stack, project())
        yield made
        await made.sentry.aclose()
