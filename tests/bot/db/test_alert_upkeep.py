"""What time does to alerts, each once; and what follows when a source has said how one stands."""

from datetime import timedelta

import pytest

from bot.db.alert_upkeep import AlertUpkeep
from bot.db.mutes_store import MutesStore
from bot.engine.alerting import SOON, Fold, adopt
from bot.engine.alerts import Happening, Severity
from bot.engine.routing import Route
from tests.bot.db._alerts import ELSEWHERE, HERE, Book, applying, group_number, later, routed, told
from tests.bot.db._facts import ANN, execute
from tests.bot.engine._groups import an_issue, sentry

ISSUE = "sentry:issue:4711"


@pytest.fixture
def book(db):
    return Book(db)


@pytest.fixture
def upkeep(db):
    return AlertUpkeep(db)


async def mute(db, service="api", key="m1", seconds=600):
    return await MutesStore(db).begin(
        key, service=service, environment="", by=ANN, until=later(seconds), why="", at=later(0)
    )


async def answer(book, upkeep, *, at=1.0, **facts):
    """Have Sentry say how the issue stands."""
    alert = await book.named(ISSUE)
    settle = upkeep.settled(alert.id, routed, now=later(at))
    said = an_issue(**facts)
    await book.alerts.change(alert.id, lambda g: adopt(g, said, now=later(at)), now=later(at), also=settle)


async def test_snoozes_and_archives_of_ours_end_when_their_time_has_come(db, book, upkeep):
    await book.tell(group_number(1), group_number(2), sentry())
    await execute(db, "UPDATE alerts SET snoozed_until = :at WHERE id = 1", at=later(10))
    await execute(db, "UPDATE alerts SET state = 'archived', archived_until = :at WHERE id > 1", at=later(20))
    assert await upkeep.snoozes_over(later(9)) == ()
    assert await upkeep.snoozes_over(later(10)) == (1,)
    assert await upkeep.archives_over(later(19)) == ()
    assert await upkeep.archives_over(later(20)) == (2,)
    await execute(db, "UPDATE alerts SET state = 'firing'")
    assert await upkeep.archives_over(later(20)) == ()


async def test_what_still_fires_when_a_mute_ends_gets_its_card_then_once(db, book, upkeep):
    await mute(db)
    await book.tell(*[group_number(number, service="api") for number in (1, 2)])
    await book.tell(group_number(2, at=5, happening=Happening.RESOLVED))
    assert await upkeep.show_unmuted(book.how, now=later(599)) == 0
    assert await upkeep.show_unmuted(book.how, now=later(600)) == 1
    assert await upkeep.show_unmuted(book.how, now=later(601)) == 0
    (card,) = await book.posts()
    assert (card.alert_id, card.created_at) == ((await book.named("generic:1")).id, later(600))


async def test_many_that_are_muted_keep_nobody_elses_cards_back(db, book, upkeep):
    await mute(db, "web", "m0", seconds=10**6)
    await mute(db)
    await book.tell(*[group_number(number, service="web") for number in range(130)])
    await book.tell(group_number(200, service="api"))
    assert await upkeep.show_unmuted(book.how, now=later(600)) == 1


async def test_many_that_were_muted_together_come_back_as_a_storm(db, book, upkeep):
    await mute(db)
    await book.tell(*[group_number(number, service="api") for number in range(6)])
    assert await upkeep.show_unmuted(applying(groups=3), now=later(600)) == 6
    assert len(await book.storms()) == 1


@pytest.mark.parametrize(("environment", "until"), [("production", None), ("", later(5))])
async def test_once_sentry_was_asked_the_card_waits_only_for_where_it_happens(
    book, upkeep, environment, until
):
    await book.tell(sentry(environment=environment))
    await answer(book, upkeep)
    assert [post.not_before for post in await book.posts("alert")] == [until]
    assert not (await book.named(ISSUE)).stale


async def test_told_where_it_happens_the_card_waits_no_longer_and_goes_where_the_rules_send_it(book, upkeep):
    book.how = applying(route=lambda group: routed(group) if group.environment else Route(
        channel=ELSEWHERE, severity=group.severity
    ))  # fmt: skip
    await book.tell(sentry())
    await answer(book, upkeep)
    await book.tell(sentry(at=2, environment="staging"))
    (card,) = await book.posts("alert")
    assert (card.not_before, card.channel) == (None, HERE)
    assert (await book.named(ISSUE)).channel == HERE


async def test_a_card_that_is_not_there_yet_goes_where_the_rules_send_what_is_known_now(book, upkeep):
    await book.tell(sentry())
    await book.tell(sentry(Happening.ESCALATED, 1))
    await execute(book.db, "UPDATE alerts SET severity = 'critical'")
    await answer(book, upkeep, at=2, spark=(0, 1))
    alert = await book.named(ISSUE)
    assert (alert.channel, alert.mention) == (ELSEWHERE, ("lead",))
    posts = await book.posts()
    assert {post.kind for post in posts} == {"alert", "alert_note", "spark"}
    assert {post.channel for post in posts} == {ELSEWHERE}


@pytest.mark.parametrize("column", ["ts = '1.1'", "trying_since = created_at"])
async def test_a_card_that_is_there_or_may_be_stays_where_it_is(book, upkeep, column):
    await book.tell(sentry())
    await execute(book.db, f"UPDATE posts SET {column}")  # noqa: S608 - from the list above
    await execute(book.db, "UPDATE alerts SET severity = 'critical'")
    await answer(book, upkeep)
    assert (await book.named(ISSUE)).channel == HERE
    assert [post.channel for post in await book.posts()] == [HERE]


async def test_the_picture_of_the_day_is_owed_where_something_happened_and_not_twice_an_hour(book, upkeep):
    await book.tell(sentry())
    await answer(book, upkeep, spark=(0, 0))
    assert await book.posts("spark") == []
    for second in (1, 2, 3598):
        await answer(book, upkeep, at=second, spark=(0, 7))
    (picture,) = await book.posts("spark")
    assert '"counts": [0, 7]' in picture.body
    await book.tell(sentry(Happening.RESOLVED, 3700))
    await book.tell(sentry(Happening.REOPENED, 3800))
    await answer(book, upkeep, at=3900, spark=(7, 8))
    assert len(await book.posts("spark")) == 2


async def test_there_is_no_picture_in_a_storm_nor_of_what_is_muted(db, book, upkeep):
    await mute(db)
    await book.tell(sentry(service="api"))
    await answer(book, upkeep, spark=(0, 7))
    assert await book.posts() == []


async def test_what_comes_back_after_its_storm_is_over_has_a_picture_again(db, book, upkeep):
    book.how = applying(groups=1)
    await book.tell(group_number(1), sentry(at=0))
    await answer(book, upkeep, spark=(0, 7))
    await upkeep.end_storms(calm=timedelta(seconds=300), now=later(400))
    await answer(book, upkeep, at=500, spark=(0, 7))
    assert await book.posts("spark") == []  # it is the storm's still
    await book.tell(sentry(Happening.RESOLVED, 600), sentry(Happening.REOPENED, 700))
    await answer(book, upkeep, at=701, spark=(0, 7))
    assert len(await book.posts("spark")) == 1


async def test_what_happened_since_sentry_was_asked_is_asked_about_once_more(book, upkeep):
    await book.tell(sentry())
    asked = 1.0
    for wait in (SOON.total_seconds(), 6, 12, 24, 48):  # it was asked as long ago as it had gone on by then
        await answer(book, upkeep, at=asked)
        assert await upkeep.recount(later(asked + wait - 1)) == 0
        asked += wait
        assert await upkeep.recount(later(asked)) == 1
        assert (await book.named(ISSUE)).stale
        assert await upkeep.recount(later(asked)) == 0
    await answer(book, upkeep, at=asked)
    assert await upkeep.recount(later(10**4)) == 0


async def test_being_asked_in_vain_is_counted(book, upkeep):
    await book.tell(sentry())
    alert = await book.named(ISSUE)
    for _ in range(2):
        await upkeep.note_tried(alert.id)
    assert (await book.row(alert.id)).sync_tries == 2
    assert [one.tries for one in await book.reader.due(9)] == [2]


async def test_the_answer_about_what_comes_back_says_so_in_its_thread(book, upkeep):
    await book.tell(sentry(), told(fingerprint="generic:x", severity=Severity.INFO))
    await answer(book, upkeep, status="resolved")
    await answer(book, upkeep, at=9, substatus="regressed")
    (note,) = await book.posts("alert_note")
    assert "regressed" in note.body
    alert = await book.named(ISSUE)
    await book.alerts.change(alert.id, lambda group: Fold(group), now=later(10))
    assert (await book.row(alert.id)).revision == alert.revision
