import pytest

from tests.bot.pipelines.release._world import ReleasingWorld, releasing_project


@pytest.fixture
def database(fresh_database):
    return fresh_database


@pytest.fixture
def world(database):
    return ReleasingWorld(database, releasing_project())
