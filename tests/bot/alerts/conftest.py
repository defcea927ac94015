import pytest

from bot.db.session import open_database
from tests.bot.alerts._kit import AlertWorld
from tests.sqlite import fresh_sqlite


@pytest.fixture
async def alerts_db(tmp_path):
    database = await open_database(fresh_sqlite(tmp_path))
    yield database
    await database.close()


@pytest.fixture
def alerts(alerts_db):
    """Everything about alerts, Sentry in memory."""
    return AlertWorld(alerts_db)


@pytest.fixture
def unasked(alerts_db):
    """The same where Sentry cannot be asked."""
    return AlertWorld(alerts_db, asks=False)
