"""Migrations and tables agree: what a start makes is what the code expects, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from bot.db import alert_tables, migrate, tables


def engine_of(url):
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


def upgrade(url):
    migrate.upgrade(url.replace("postgresql://", "postgresql+psycopg://"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    return request.getfixturevalue("postgres_url")


def test_the_migrations_make_exactly_the_tables_of_the_code(empty_url):
    upgrade(empty_url)
    engine = engine_of(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert {tables.Run.__tablename__, alert_tables.Alert.__tablename__} <= set(SQLModel.metadata.tables)
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_migrating_twice_is_migrating_once(empty_url):
    upgrade(empty_url)
    upgrade(empty_url)


def test_the_newest_migration_is_the_one_the_code_names():
    assert ScriptDirectory.from_config(migrate.config()).get_heads() == [migrate.HEAD]
