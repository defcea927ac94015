"""A database that cannot be used stops the start with one line that says what to do."""

import asyncio
import contextlib
import os
import sqlite3
import tempfile
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.db.inbox_store import InboxStore
from bot.db.migrate import HEAD
from bot.db.session import driver_url, open_database
from bot.errors import StartupError
from tests.bot.db._facts import NOON, execute, scalar

NOBODY = 65534


@pytest.fixture
def file():
    """A database file in a folder everybody may enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "pawdeploy.sqlite3"


@contextlib.contextmanager
def without_rights():
    """Root may write anywhere, so for a moment we are nobody."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


async def made(file):
    database = await open_database(f"sqlite:///{file}")
    await database.close()


async def test_a_read_only_file_is_refused_even_when_it_is_up_to_date(file):
    await made(file)
    file.chmod(0o444)
    file.parent.chmod(0o555)
    with without_rights(), pytest.raises(StartupError, match=r"opened for writing .* check DATABASE_URL"):
        await open_database(f"sqlite:///{file}")
    file.parent.chmod(0o755)


async def test_a_read_only_file_in_a_writable_folder_is_refused(file):
    await made(file)
    file.chmod(0o444)
    file.parent.chmod(0o777)
    with without_rights(), pytest.raises(StartupError, match=r"opened for writing .* rights"):
        await open_database(f"sqlite:///{file}")


async def test_a_folder_that_cannot_be_made_is_refused(file):
    with without_rights(), pytest.raises(StartupError, match="check DATABASE_URL"):
        await open_database(f"sqlite:///{file.parent / 'new' / 'pawdeploy.sqlite3'}")


@pytest.mark.parametrize("again", [False, True])
async def test_a_file_locked_by_somebody_else_is_refused_after_a_while(file, again):
    if again:
        await made(file)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StartupError, match=r"database is locked.*check DATABASE_URL"):
        await open_database(f"sqlite:///{file}", patience=0.05)
    other.close()


async def test_a_lock_that_is_let_go_in_time_is_waited_for(file):
    await made(file)
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.05, lambda: other.execute("COMMIT"))
    release.start()
    await (await open_database(f"sqlite:///{file}")).close()
    release.join()
    other.close()


async def test_a_file_that_is_no_database_is_refused_and_left_alone(file):
    file.write_bytes(b"Dear diary, " * 500)
    with pytest.raises(StartupError, match=r"not a database.*check DATABASE_URL"):
        await open_database(f"sqlite:///{file}")
    assert file.read_bytes() == b"Dear diary, " * 500


async def test_a_database_of_a_newer_version_is_refused_and_named_so(db, url):
    await execute(db, "UPDATE alembic_version SET version_num = '9999'")
    try:
        with pytest.raises(StartupError, match=r"another version of pawdeploy.*run that version or newer"):
            await open_database(url)
    finally:
        await execute(db, f"UPDATE alembic_version SET version_num = '{HEAD}'")  # noqa: S608 - ours


async def test_a_postgresql_that_is_not_there_is_refused():
    with pytest.raises(StartupError, match="check DATABASE_URL"):
        await open_database("postgresql://pawdeploy@127.0.0.1:1/pawdeploy")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("mysql://host/db", "pawdeploy speaks sqlite and postgresql"),
        ("not a url", "cannot be read"),
        ("postgresql://host:port/db", "cannot be read"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
def test_a_database_url_that_cannot_work_is_refused_in_words(written, said):
    with pytest.raises(StartupError, match=said):
        driver_url(written)


@pytest.mark.parametrize(
    "written", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"]
)
def test_every_spelling_of_postgresql_means_the_same_driver(written):
    assert driver_url(written) == "postgresql+psycopg://u:p@h/d"


async def test_what_is_written_outlives_the_process_and_what_failed_is_gone(url, db):
    await InboxStore(db).keep("event:1", "{}", NOON)

    def half_way(connection):
        connection.execute(text("DELETE FROM inbox"))
        connection.execute(text("INSERT INTO posts (key) VALUES ('x')"))

    with pytest.raises(IntegrityError):
        await db.write_direct(half_way)
    again = await open_database(url)
    try:
        assert await scalar(again, "SELECT count(*) FROM inbox") == 1
    finally:
        await again.close()


async def test_what_a_reader_changes_is_thrown_away(db):
    await InboxStore(db).keep("event:1", "{}", NOON)
    await db.look(lambda session: session.execute(text("DELETE FROM inbox")))
    assert await scalar(db, "SELECT count(*) FROM inbox") == 1


async def test_a_change_is_kept_whole_or_not_at_all(db):
    def keep(session):
        session.execute(text("INSERT INTO marks (name, at) VALUES ('a', '2026-05-04 12:00:00')"))

    def fail(session):
        session.execute(text("DELETE FROM marks"))
        session.execute(text("INSERT INTO posts (key) VALUES ('x')"))

    await db.change(keep)
    with pytest.raises(IntegrityError):
        await db.change(fail)
    assert await scalar(db, "SELECT name FROM marks") == "a"


@contextlib.asynccontextmanager
async def writing(db, statement):
    """Have somebody hold a transaction open who has written."""
    written, end = threading.Event(), threading.Event()

    def hold(connection):
        connection.execute(text(statement))
        written.set()
        assert end.wait(10)

    holding = asyncio.create_task(db.write_direct(hold))
    await asyncio.to_thread(written.wait)
    yield
    end.set()
    await holding


async def test_a_change_waits_until_another_has_written(db):
    async with writing(db, "DELETE FROM marks"):
        changing = asyncio.create_task(db.change(lambda session: session.execute(text("DELETE FROM marks"))))
        assert await scalar(db, "SELECT count(*) FROM marks") == 0, "meanwhile questions are answered"
        assert not changing.done() or not db.is_sqlite
    await changing


async def test_a_long_question_does_not_keep_the_next_waiting(db):
    answered = threading.Event()
    long = asyncio.create_task(db.look(lambda _: answered.wait(10)))
    assert await scalar(db, "SELECT 1") == 1
    answered.set()
    assert await long


async def test_readers_do_not_wait_for_the_writer(db):
    async with writing(db, "DELETE FROM inbox"):
        assert await scalar(db, "SELECT count(*) FROM inbox") == 0


async def test_ping_says_whether_the_database_answers(db):
    assert await db.ping()


@pytest.mark.parametrize("wrong", [NOON.replace(tzinfo=None)])
async def test_a_naive_moment_is_refused(db, wrong):
    with pytest.raises(Exception, match="naive datetime"):
        await InboxStore(db).keep("event:1", "{}", wrong)


async def test_what_the_bot_keeps_is_for_its_own_user_only(tmp_path):
    database = await open_database(f"sqlite:///{tmp_path / 'var' / 'pawdeploy.sqlite3'}")
    await execute(database, "DELETE FROM inbox")
    kept = list((tmp_path / "var").iterdir())
    assert {one.name for one in kept} >= {"pawdeploy.sqlite3", "pawdeploy.sqlite3-wal"}
    assert [one.name for one in kept if one.stat().st_mode & 0o077] == []
    await database.close()


async def test_a_query_that_fails_does_not_spell_out_what_it_held(file):
    database = await open_database(f"sqlite:///{file}")
    row = {"key": "k", "body": "https://hooks.slack.test/secret", "received_at": None}
    with pytest.raises(IntegrityError) as caught:
        await execute(database, "INSERT INTO inbox VALUES (:key, :body, :received_at, NULL)", **row)
    assert "hooks.slack.test" not in str(caught.value)
    await database.close()
