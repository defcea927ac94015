"""Every store is tested on both databases: a SQLite file and, where there is one, a real PostgreSQL."""

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from bot.db.consent_store import ConsentStore
from bot.db.runs_reader import RunsReader
from bot.db.runs_store import RunsStore
from bot.db.session import open_database
from tests.sqlite import fresh_sqlite


@pytest.fixture(scope="session")
def shared_postgres_url(postgres):
    """One database for every store's tests, emptied after each: making one takes longer than most tests."""
    return postgres.new_database()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request, tmp_path):
    if request.param == "sqlite":
        return fresh_sqlite(tmp_path)
    return request.getfixturevalue("shared_postgres_url")


@pytest.fixture
async def db(url):
    database = await open_database(url)
    yield database
    if not database.is_sqlite:
        names = ", ".join(table.name for table in SQLModel.metadata.sorted_tables)
        truncate = text(f"TRUNCATE {names} RESTART IDENTITY")
        await database.change(lambda session: session.execute(truncate))
    await database.close()


@pytest.fixture
def runs(db):
    return RunsStore(db)


@pytest.fixture
def reader(db):
    return RunsReader(db)


@pytest.fixture
def consent(db):
    return ConsentStore(db)
