"""What people want done: kept once, done once, tried again once."""

import asyncio

import pytest

from bot.db.acts_store import ActsStore, being_done, ended
from bot.engine.alerting import Fold
from bot.engine.alerts import ActKind, ActRequest, ActState, AlertState, Happening
from tests.bot.db._alerts import Book, later, told
from tests.bot.db._facts import ANN, BEN, NOON, execute, scalar


@pytest.fixture
def acts(db):
    return ActsStore(db)


@pytest.fixture
async def book(db):
    book = Book(db)
    await book.tell(told())
    return book


def wanted(key="t1", *, kind=ActKind.RESOLVE, how="now", by=ANN, alert=1):
    return ActRequest(key=key, alert=alert, kind=kind, how=how, by=by)


async def finish(book, act, state, trouble=""):
    await book.alerts.change(
        1, lambda g: Fold(g, urgent=True), now=later(5), also=ended(act, state, at=later(5), trouble=trouble)
    )


async def test_what_is_asked_for_is_to_be_done_and_shows_at_once(acts, book):
    assert await acts.ask(wanted(how="next"), at=NOON) is None
    (act,) = await acts.pending()
    assert (act.alert_id, act.kind, act.how, act.by, act.tries) == (1, ActKind.RESOLVE, "next", ANN, 0)
    alert = await book.named()
    assert (alert.act.state, alert.act.by, alert.act.at) == (ActState.PENDING, ANN, NOON)
    row = await book.row()
    assert (row.revision, row.urgent) == (2, 2)


async def test_the_same_delivery_again_is_the_first(acts, book):
    for how in ("now", "next"):
        assert await acts.ask(wanted(how=how), at=NOON) is None
    assert [act.how for act in await acts.pending()] == ["now"]


async def test_of_two_people_at_once_one_is_told_who_was_first(acts, book):
    asked = [wanted(f"t{number}", by=by) for number, by in enumerate((ANN, BEN) * 3)]
    answers = await asyncio.gather(*(acts.ask(one, at=NOON) for one in asked))
    (act,) = await acts.pending()
    assert sum(answer is None for answer in answers) == 1
    assert {answer.by for answer in answers if answer} == {act.by}


async def test_what_is_so_already_is_not_asked_for_however_late_that_became_so(acts, book):
    await execute(book.db, "UPDATE alerts SET state = 'resolved'")
    assert await acts.ask(wanted(), at=NOON) is AlertState.RESOLVED
    assert await acts.pending() == ()
    assert await acts.ask(wanted("t2", kind=ActKind.ARCHIVE, how="forever"), at=NOON) is None


async def test_another_kind_does_not_stand_in_the_way(acts, book):
    await acts.ask(wanted("t1"), at=NOON)
    assert await acts.ask(wanted("t2", kind=ActKind.ASSIGN, how=BEN), at=NOON) is None
    assert [act.kind for act in await acts.pending()] == [ActKind.RESOLVE, ActKind.ASSIGN]


async def test_once_it_has_ended_it_may_be_asked_for_again(acts, book):
    await acts.ask(wanted("t1"), at=NOON)
    await finish(book, 1, ActState.DONE)
    assert await acts.pending() == ()
    assert await acts.ask(wanted("t2", by=BEN), at=later(9)) is None
    assert [act.by for act in await acts.pending()] == [BEN]


async def test_an_act_begins_only_while_it_is_pending_and_each_try_is_counted(acts, book):
    await acts.ask(wanted(), at=NOON)
    assert [await acts.begin(1), await acts.begin(1)] == [True, True]
    assert [act.tries for act in await acts.pending()] == [2]
    await finish(book, 1, ActState.DONE)
    assert not await acts.begin(1)
    assert not await acts.begin(99)


async def test_how_it_ended_stands_with_the_alert(acts, book):
    await acts.ask(wanted(), at=NOON)
    await finish(book, 1, ActState.FAILED, "Sentry answered 500" + "x" * 1000)
    act = (await book.named()).act
    assert act.state is ActState.FAILED
    assert act.trouble.startswith("Sentry answered 500")
    assert len(act.trouble) == 500


async def test_what_failed_is_tried_again_once_by_whoever_pressed_first(acts, book):
    await acts.ask(wanted(), at=NOON)
    assert not await acts.again(1, by=BEN, at=later(6))
    await acts.begin(1)
    await finish(book, 1, ActState.FAILED, "away")
    before = await book.row()
    answers = await asyncio.gather(*(acts.again(1, by=by, at=later(6)) for by in (BEN, ANN, BEN)))
    assert sorted(answers) == [False, False, True]
    (act,) = await acts.pending()
    assert act.tries == 0
    row = await book.row()
    assert (row.revision, row.urgent) == (before.revision + 1, before.revision + 1)
    assert (await book.named()).act.trouble == ""


@pytest.mark.parametrize("state", [ActState.DONE, ActState.MOOT, ActState.PENDING])
async def test_only_what_failed_is_tried_again(acts, book, state):
    await acts.ask(wanted(), at=NOON)
    await finish(book, 1, state)
    assert not await acts.again(1, by=BEN, at=later(6))
    assert not await acts.again(99, by=BEN, at=later(6))


async def test_presses_and_messages_at_once_lose_no_revision(acts, book):
    await acts.ask(wanted(), at=NOON)
    await finish(book, 1, ActState.FAILED)
    before = (await book.row()).revision
    batches = [[await book.keep(told(at=second))] for second in range(1, 6)]
    await asyncio.gather(
        acts.again(1, by=BEN, at=later(6)),
        *(book.apply(*batch) for batch in batches),
        *(acts.ask(wanted(f"x{n}", kind=ActKind.ASSIGN, how=""), at=later(6)) for n in range(3)),
    )
    assert (await book.row()).revision == before + 1 + 5 + 1


async def test_the_newest_act_is_the_one_shown(acts, book):
    await acts.ask(wanted("t1"), at=NOON)
    await finish(book, 1, ActState.DONE)
    await acts.ask(wanted("t2", kind=ActKind.ARCHIVE, how="forever"), at=later(9))
    assert (await book.named()).act.kind is ActKind.ARCHIVE


async def test_which_alert_an_act_is_for(acts, book):
    await acts.ask(wanted(), at=NOON)
    assert await acts.alert_of(1) == 1
    assert await acts.alert_of(99) is None


async def test_an_act_on_no_alert_is_refused_by_the_database(acts, book):
    with pytest.raises(Exception, match=r"No row|no row"):
        await acts.ask(wanted(alert=99), at=NOON)
    assert await scalar(book.db, "SELECT count(*) FROM alert_acts") == 0


async def test_what_the_source_may_echo_is_what_was_begun_and_has_not_ended(db, acts, book):
    async def echoes(*alerts, at=0):
        return await db.write_direct(lambda connection: being_done(connection, alerts, now=later(at)))

    await acts.ask(wanted("t1"), at=NOON)
    await acts.ask(wanted("t2", kind=ActKind.ASSIGN, how=BEN), at=NOON)
    assert await echoes(1) == {}
    await acts.begin(1)
    await acts.begin(2)
    assert await echoes(1) == {(1, Happening.RESOLVED): ANN}
    assert await echoes(2) == {}
    await book.alerts.change(1, Fold, now=NOON, also=ended(1, ActState.FAILED, at=later(5)))
    assert await echoes(1, at=65) == {(1, Happening.RESOLVED): ANN}  # whose answer was lost just now
    assert await echoes(1, at=66) == {}
    await execute(db, "UPDATE alert_acts SET state = 'done'")
    assert await echoes(1, at=6) == {}


@pytest.mark.parametrize("refused", [True, False])
async def test_an_act_is_unclear_when_it_was_begun_and_failed_and_the_source_did_not_say_no(
    acts, book, refused
):
    await acts.ask(wanted(), at=NOON)
    await acts.begin(1)
    assert await acts.unclear(1) is None
    note = ended(1, ActState.FAILED, at=NOON, trouble="500", refused=refused)
    await book.alerts.change(1, Fold, now=NOON, also=note)
    assert (await acts.unclear(1) is None) is refused
    assert await acts.unclear(99) is None
    await acts.had_no_effect(1)
    assert await acts.unclear(1) is None


async def test_an_act_of_before_it_came_back_or_before_another_is_not_unclear_any_more(acts, book):
    await acts.ask(wanted(), at=NOON)
    await acts.begin(1)
    await finish(book, 1, ActState.FAILED)
    assert (await acts.unclear(1)).id == 1
    await execute(book.db, "UPDATE alerts SET opened_at = :at", at=later(5))
    assert await acts.unclear(1) is None
    await execute(book.db, "UPDATE alerts SET opened_at = :at", at=NOON)
    await acts.ask(wanted("t2", kind=ActKind.ARCHIVE, how="forever"), at=later(9))
    assert await acts.unclear(1) is None
