import pytest

from tests.bot.alerts._kit import AlertWorld


@pytest.fixture
def alerts_db(fresh_database):
    return fresh_database


@pytest.fixture
def alerts(alerts_db):
    """Everything about alerts, Sentry in memory."""
    return AlertWorld(alerts_db)


@pytest.fixture
def unasked(alerts_db):
    """The same where Sentry cannot be asked."""
    return AlertWorld(alerts_db, asks=False)
