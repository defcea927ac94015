import pytest

from tests.bot.pipelines._world import World


@pytest.fixture
def world(fresh_database):
    return World(fresh_database)
