"""Messages from outside: on disk before they are answered, each once, many in one commit."""

import asyncio
import threading
from types import SimpleNamespace

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.db.hooks_store import MOST_AT_ONCE, HooksStore
from bot.db.session import open_database
from bot.engine.alerts import Source
from bot.engine.arrivals import OURS, Arrival, ours
from tests.bot.db._alerts import Book, an_arrival, later, told
from tests.bot.db._facts import NOON, execute, scalar


@pytest.fixture
def hooks(db):
    return HooksStore(db)


async def keys(hooks):
    return [one.arrival.key for one in await hooks.undone(1000)]


async def test_a_message_comes_back_as_it_came(hooks):
    sent = Arrival(key="sentry:1", source=Source.SENTRY, resource="issue", body=b"\x00\xff{}", at=NOON)
    assert await hooks.keep(sent)
    (waiting,) = await hooks.undone(10)
    assert waiting.arrival == sent
    assert waiting.tries == 0


async def test_the_same_name_again_is_known_and_the_first_stays(hooks):
    assert await hooks.keep(an_arrival("1", body=b"first"))
    assert not await hooks.keep(an_arrival("1", body=b"second"))
    assert [one.arrival.body for one in await hooks.undone(10)] == [b"first"]


async def test_of_one_name_many_times_at_once_exactly_one_is_new(hooks):
    sent = [an_arrival(str(number % 5), body=f"{number}".encode()) for number in range(50)]
    new = await asyncio.gather(*(hooks.keep(one) for one in sent))
    assert new == [True] * 5 + [False] * 45
    assert [one.arrival.body for one in await hooks.undone(10)] == [b"0", b"1", b"2", b"3", b"4"]


async def test_more_than_fit_into_a_commit_are_all_kept_in_their_order(hooks):
    sent = [an_arrival(f"{number:04}") for number in range(2 * MOST_AT_ONCE + 7)]
    assert all(await asyncio.gather(*(hooks.keep(one) for one in sent)))
    assert await keys(hooks) == [one.key for one in sent]


async def test_those_that_wait_while_one_is_written_share_a_commit(db):
    commits, write = [], db.write_direct

    class Counting:
        insert = staticmethod(db.insert)

        async def write_direct(self, work):
            commits.append(1)
            return await write(work)

    hooks = HooksStore(Counting())
    await asyncio.gather(*(hooks.keep(an_arrival(str(number))) for number in range(MOST_AT_ONCE)))
    assert len(commits) == 1


async def test_those_that_come_while_another_writes_need_no_further_turn(db, hooks):
    """A turn may be far off: whoever comes before it begins is written in it."""
    commits, others_end = [], threading.Event()
    event.listen(db._direct, "commit", lambda _: commits.append(1))
    other = asyncio.create_task(db.write_direct(lambda _: others_end.wait(10)))
    kept = []
    for number in range(5):
        kept.append(asyncio.create_task(hooks.keep(an_arrival(str(number)))))
        await asyncio.sleep(0)  # the first asks for its turn now
    others_end.set()
    await other
    assert await asyncio.gather(*kept) == [True] * 5
    assert len(commits) == 2, "one of the other, one of all five"


async def test_who_waits_for_a_turn_that_fails_hears_of_it(db, hooks):
    async def locked(_):
        raise OperationalError("BEGIN", None, Exception("database is locked"))

    hooks._db = SimpleNamespace(insert=db.insert, write_direct=locked)
    results = await asyncio.gather(
        *(hooks.keep(an_arrival(str(n))) for n in range(5)), return_exceptions=True
    )
    assert [type(result) for result in results] == [OperationalError] * 5
    hooks._db = db
    assert await hooks.keep(an_arrival("1"))


async def test_a_failure_reaches_everybody_who_waits_and_the_next_is_kept(db, hooks):
    await execute(db, "ALTER TABLE hooks RENAME TO hooks_away")
    results = await asyncio.gather(
        *(hooks.keep(an_arrival(str(n))) for n in range(5)), return_exceptions=True
    )
    await execute(db, "ALTER TABLE hooks_away RENAME TO hooks")
    assert [isinstance(result, SQLAlchemyError) for result in results] == [True] * 5
    assert await hooks.keep(an_arrival("1"))


async def test_a_mistake_of_ours_leaves_nobody_waiting_for_ever(db):
    class Broken:
        insert = staticmethod(db.insert)

        async def write_direct(self, _work):
            raise RuntimeError

    hooks = HooksStore(Broken())
    sent = [asyncio.ensure_future(hooks.keep(an_arrival(str(n)))) for n in range(MOST_AT_ONCE + 5)]
    async with asyncio.timeout(5):
        results = await asyncio.gather(*sent, return_exceptions=True)
    assert all(isinstance(result, BaseException) for result in results)


async def test_somebody_who_stops_waiting_takes_nobody_along_and_their_message_is_kept(hooks):
    first, second, third = (asyncio.ensure_future(hooks.keep(an_arrival(name))) for name in ("1", "1", "2"))
    await asyncio.sleep(0)
    first.cancel()
    assert [await second, await third] == [False, True]
    assert await keys(hooks) == ["generic:1", "generic:2"]


async def test_two_replicas_keep_the_same_message_once(url, db, hooks):
    other = await open_database(url)
    try:
        stores = (hooks, HooksStore(other)) * 5
        new = await asyncio.gather(*(store.keep(an_arrival("1")) for store in stores))
    finally:
        await other.close()
    assert sum(new) == 1
    assert await scalar(db, "SELECT count(*) FROM hooks") == 1


async def test_several_of_our_own_say_how_many_are_new(hooks):
    mine = [ours(told(), f"test:{number}") for number in (1, 2, 1)]
    assert await hooks.keep_all(mine) == 2
    assert await hooks.keep_all(mine) == 0
    assert await hooks.keep_all([]) == 0


async def test_what_could_not_be_read_is_read_again_and_counted(hooks):
    await hooks.keep(an_arrival("1"))
    (waiting,) = await hooks.undone(1)
    await hooks.tried([waiting.id])
    assert [one.tries for one in await hooks.undone(1)] == [1]


async def test_when_a_source_spoke_leaves_out_what_we_tell_ourselves(hooks):
    for number in range(3):
        await hooks.keep(an_arrival(str(number), source=Source.SENTRY, at=later(600 * number)))
    await hooks.keep(an_arrival("x", source=Source.GITHUB, at=later(9)))
    mine = ours(told(source=Source.SENTRY, at=50), "backfill:1")
    assert mine.resource == OURS
    await hooks.keep(mine)
    assert await hooks.arrived("sentry") == (later(1200), later(600), later(0))
    assert await hooks.arrived("sentry", 1) == (later(1200),)


async def test_a_storm_says_no_more_of_what_is_usual_than_one_message(hooks):
    for at in (0, 3600, *range(7200, 7300), 7799, 7899):
        await hooks.keep(an_arrival(str(at), source=Source.SENTRY, at=later(at)))
    # Of the storm the newest counts, unless one that came soon after it counts for both.
    assert await hooks.arrived("sentry", 4) == (later(7899), later(7299), later(3600), later(0))


async def test_only_what_was_read_and_is_old_is_forgotten(db):
    book = Book(db)
    await book.apply(await book.keep(told(), at=later(0)), await book.keep(told(), at=later(100)))
    await book.keep(told(), at=later(0))
    await book.hooks.forget(later(50), newest=1)
    assert [row.received_at for row in await book.kept()] == [later(100), later(0)]


async def test_the_newest_of_each_source_stay_for_what_is_usual(db):
    book = Book(db)
    for at in (0, 600, 1200, 1800, 1801):
        await book.hooks.keep(an_arrival(str(at), source=Source.SENTRY, at=later(at)))
        await book.apply(await book.keep(told(), at=later(at)))
    await execute(db, "UPDATE hooks SET done_at = received_at")
    await book.hooks.forget(later(10**6), newest=2)
    assert await book.hooks.arrived("sentry") == (later(1801), later(1200))
    assert await book.hooks.arrived("generic") == (later(1801), later(1200))
    assert len(await book.kept()) == 4
