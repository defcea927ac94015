"""A world to look at, over a fresh database."""

from contextlib import AsyncExitStack

import pytest

from tests.bot.incidents.looks._world import World, project


@pytest.fixture
def db(fresh_database):
    return fresh_database


@pytest.fixture
async def world(db):
    async with AsyncExitStack() as stack:
        made = World(db, stack, project())
        yield made
        await made.sentry.aclose()
