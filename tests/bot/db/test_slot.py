"""One replica, one name, freed by the operating system when its holder dies."""

import os

import psycopg
import pytest

from bot.db.slot import MOST_REPLICAS, take_slot
from bot.errors import StartupError


@pytest.fixture
def file_url(tmp_path):
    return f"sqlite:///{tmp_path / 'pawdeploy.sqlite3'}"


async def test_a_second_bot_on_one_sqlite_file_is_refused_and_told_which_process_holds_it(file_url):
    slot = await take_slot(file_url)
    with pytest.raises(StartupError, match=rf"\(process {os.getpid()}\).*stop it first.*PostgreSQL"):
        await take_slot(file_url)
    assert await slot.held()
    assert await slot.dead_names() == ()
    await slot.release()


async def test_a_released_file_is_free_for_the_next(file_url):
    for _ in range(2):
        slot = await take_slot(file_url)
        assert slot.name == "replica-1"
        await slot.release()


async def test_two_files_are_two_names_to_hold(tmp_path):
    slots = [await take_slot(f"sqlite:///{tmp_path / name}") for name in ("a.sqlite3", "b.sqlite3")]
    for slot in slots:
        await slot.release()


async def test_a_folder_that_cannot_be_made_is_refused_in_words(tmp_path):
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(StartupError, match="check DATABASE_URL"):
        await take_slot(f"sqlite:///{tmp_path / 'taken' / 'pawdeploy.sqlite3'}")


async def test_a_postgresql_that_is_not_there_is_refused_in_words():
    with pytest.raises(StartupError, match=r"cannot be reached.*DATABASE_URL"):
        await take_slot("postgresql://pawdeploy@127.0.0.1:1/pawdeploy")


@pytest.mark.postgres
async def test_replicas_take_the_first_free_name_and_see_which_are_dead(postgres_url):
    first, second = await take_slot(postgres_url), await take_slot(postgres_url)
    assert [first.name, second.name] == ["replica-1", "replica-2"]
    assert set(await second.dead_names()) == {f"replica-{n}" for n in range(3, MOST_REPLICAS + 1)}
    await first.release()
    assert "replica-1" in await second.dead_names()
    again = await take_slot(postgres_url)
    assert again.name == "replica-1"
    for slot in (again, second):
        await slot.release()


@pytest.mark.postgres
async def test_when_every_name_is_taken_the_next_bot_is_refused(postgres_url):
    slots = [await take_slot(postgres_url) for _ in range(MOST_REPLICAS)]
    with pytest.raises(StartupError, match=f"{MOST_REPLICAS} bots"):
        await take_slot(postgres_url)
    for slot in slots:
        await slot.release()


@pytest.mark.postgres
async def test_bots_on_another_database_of_the_same_server_are_strangers(postgres):
    ours, theirs = await take_slot(postgres.new_database()), await take_slot(postgres.new_database())
    third = await take_slot(postgres.new_database())
    assert ours.name == theirs.name == third.name == "replica-1"
    other = await take_slot(postgres.new_database())
    await ours.release()
    assert set(await other.dead_names()) == {f"replica-{n}" for n in range(2, MOST_REPLICAS + 1)}
    for slot in (theirs, third, other):
        await slot.release()


@pytest.mark.postgres
async def test_a_replica_of_another_database_does_not_make_a_dead_one_look_alive(postgres):
    shared = postgres.new_database()
    dead, alive = await take_slot(shared), await take_slot(shared)
    stranger = await take_slot(postgres.new_database())
    await dead.release()
    assert "replica-1" in await alive.dead_names()
    for slot in (alive, stranger):
        await slot.release()


@pytest.mark.postgres
async def test_a_bot_whose_connection_died_knows_that_its_name_is_not_its_own(postgres_url):
    slot = await take_slot(postgres_url)
    assert await slot.held()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert not await slot.held()
    assert not await slot.held()
    await slot.release()


@pytest.mark.postgres
async def test_another_kind_of_lock_with_our_numbers_does_not_make_a_dead_one_look_alive(postgres_url):
    dead, alive = await take_slot(postgres_url), await take_slot(postgres_url)
    await dead.release()
    with psycopg.connect(postgres_url) as stranger:
        stranger.execute("SELECT pg_advisory_lock(0, 7057101)")  # a pair of numbers, not our one
        assert "replica-1" in await alive.dead_names()
    await alive.release()
