import pytest

from tests.handlers._slack import Slack, pawlogic, two_services


@pytest.fixture
async def slack() -> Slack:
    return Slack(pawlogic())


@pytest.fixture
async def slack_of_two() -> Slack:
    """A workspace whose team ships two services."""
    return Slack(two_services())
