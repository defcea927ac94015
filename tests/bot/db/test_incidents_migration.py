"""A database from before incidents keeps its messages and can hold incidents after."""

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from bot.db import migrate
from bot.db.posts_store import PostsStore
from bot.db.session import open_database
from tests.bot.db._facts import NOON
from tests.bot.db._incidents import Ward


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def old_url(request, tmp_path):
    """A database as 0004 left it, with one message owed, and one that nothing draws any more."""
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        made = migrate.config()
        made.attributes["connection"] = connection
        command.upgrade(made, "0004")
        connection.execute(
            text(
                "INSERT INTO posts (key, kind, channel, body, ts, sent_revision, created_at, misdirected) "
                "VALUES ('old', 'notice', 'C0DEPLOYS01', 'hello', '', 0, :at, '')"
            ),
            {"at": NOON},
        )
        connection.execute(
            text(
                "INSERT INTO posts "
                "(key, alert_id, kind, channel, body, ts, sent_revision, created_at, misdirected) "
                "VALUES ('list', 7, 'alert_note', 'C0ALERTS001', :body, '', 0, :at, '')"
            ),
            {"at": NOON, "body": '{"kind":"playbook","by":"U1","detail":"api-down","mention":false}'},
        )
    engine.dispose()
    return url


async def test_what_was_owed_before_is_owed_after(old_url):
    db = await open_database(old_url)
    try:
        (post,) = await PostsStore(db).due()  # a checklist for an alert's thread is no message any more
        kept = await PostsStore(db).find("old")
        assert (post.key, kept.page, kept.incident_id) == ("old", 0, None)
        assert (await Ward(db).open()).new
    finally:
        await db.close()
