import pytest

from tests.bot.pipelines.ota._world import OtaWorld, app_project


@pytest.fixture
def world(fresh_database):
    return OtaWorld(fresh_database, app_project())
