"""The chain: nothing in it can be changed, taken out or swapped without ``verify`` naming the place."""

import asyncio
from datetime import timedelta, timezone
from functools import partial

import pytest

from bot.db import audit_store
from bot.db.audit_store import GENESIS, AuditStore, Broken, Intact, digest
from bot.db.session import open_database
from bot.db.tables import AuditEntry
from bot.engine.reasons import Reason
from tests.bot.db._facts import ANN, NOON, execute, later


class ChangedMindError(Exception):
    pass


async def write(db, count=3, **more):
    for number in range(1, count + 1):
        facts = {"at": later(number), "actor": ANN, "action": "run.requested", "run_id": number} | more
        await db.change(partial(audit_store.append, evidence={"ref": f"main-{number}"}, **facts))


async def test_an_untouched_log_is_intact_and_names_its_newest_hash(db):
    await write(db, 3)
    entries = [entry async for entry in AuditStore(db).entries()]
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert entries[0].previous == GENESIS
    assert await AuditStore(db).verify() == Intact(3, entries[-1].hash)


async def test_an_empty_log_is_intact(db):
    assert await AuditStore(db).verify() == Intact(0, GENESIS)


@pytest.mark.parametrize(
    ("column", "forged"),
    [
        ("at", later(7)),
        ("actor", "U0OTTOOUT01"),
        ("action", "run.cancelled"),
        ("run_id", 99),
        ("run_id", None),
        ("reason", "deployed"),
        ("evidence", "{}"),
    ],
)
async def test_a_changed_field_breaks_the_chain_there(db, column, forged):
    await write(db, 3)
    if column == "at":
        forged = forged.isoformat(" ") if db.is_sqlite else forged
    statement = f"UPDATE audit SET {column} = :forged WHERE seq = 2"  # noqa: S608 - our own column names
    await execute(db, statement, forged=forged)
    assert await AuditStore(db).verify() == Broken(2, "its content was changed")


async def test_a_changed_hash_breaks_the_chain(db):
    await write(db, 3)
    await execute(db, "UPDATE audit SET hash = :forged WHERE seq = 2", forged="f" * 64)
    assert await AuditStore(db).verify() == Broken(2, "its content was changed")


async def test_an_entry_forged_with_a_fitting_hash_is_betrayed_by_the_next(db):
    await write(db, 3)
    entry = [one async for one in AuditStore(db).entries()][1]
    entry.actor = "U0OTTOOUT01"
    await execute(
        db,
        "UPDATE audit SET actor = :actor, hash = :hash WHERE seq = 2",
        actor=entry.actor,
        hash=digest(entry),
    )
    assert await AuditStore(db).verify() == Broken(3, "it does not follow the entry before it")


@pytest.mark.parametrize("gone", [1, 2])
async def test_a_deleted_entry_is_missed(db, gone):
    await write(db, 3)
    await execute(db, "DELETE FROM audit WHERE seq = :gone", gone=gone)
    assert await AuditStore(db).verify() == Broken(gone, f"entry {gone} is missing")


async def test_a_log_cut_short_has_another_head(db):
    await write(db, 3)
    before = await AuditStore(db).verify()
    await execute(db, "DELETE FROM audit WHERE seq = 3")
    after = await AuditStore(db).verify()
    assert isinstance(after, Intact)
    assert after != before


async def test_two_entries_swapped_break_the_chain(db):
    await write(db, 3)
    for old, new in ((2, -1), (3, 2), (-1, 3)):
        await execute(db, "UPDATE audit SET seq = :new WHERE seq = :old", old=old, new=new)
    assert await AuditStore(db).verify() == Broken(2, "it does not follow the entry before it")


async def test_an_entry_slipped_in_at_the_front_is_noticed(db):
    await write(db, 1)
    await execute(
        db,
        "INSERT INTO audit (seq, at, actor, action, reason, evidence, previous, hash) "
        "SELECT 0, at, actor, action, reason, evidence, previous, hash FROM audit WHERE seq = 1",
    )
    assert isinstance(await AuditStore(db).verify(), Broken)


async def test_appends_at_the_same_moment_make_one_chain_without_gaps(url, db):
    other = await open_database(url)
    try:
        await asyncio.gather(*(write(one, 5) for one in (db, other, db, other)))
        assert isinstance(verdict := await AuditStore(db).verify(), Intact)
        assert verdict.entries == 20
    finally:
        await other.close()


async def test_an_entry_falls_with_the_decision_it_records(db):
    def half_way(session):
        audit_store.append(session, at=NOON, actor=ANN, action="run.requested")
        raise ChangedMindError

    with pytest.raises(ChangedMindError):
        await db.change(half_way)
    assert await AuditStore(db).verify() == Intact(0, GENESIS)


async def test_a_moment_given_in_another_zone_is_the_same_moment(db):
    await write(db, 1, at=NOON.astimezone(timezone(timedelta(hours=2))))
    assert isinstance(await AuditStore(db).verify(), Intact)


async def test_words_of_any_script_survive(db):
    await write(db, 1, actor="Zoë 🐾", reason=Reason.CANCELLED)
    assert isinstance(await AuditStore(db).verify(), Intact)


async def test_a_long_log_is_read_to_its_end(db):
    facts = {"at": NOON, "actor": ANN, "action": "run.requested", "hash": ""}
    entries = [AuditEntry(seq=1, previous=GENESIS, **facts)]
    for number in range(2, 502):
        entries[-1].hash = digest(entries[-1])
        entries.append(AuditEntry(seq=number, previous=entries[-1].hash, **facts))
    entries[-1].hash = digest(entries[-1])
    await db.change(lambda session: session.add_all(entries))
    assert isinstance(verdict := await AuditStore(db).verify(), Intact)
    assert verdict.entries == 501
