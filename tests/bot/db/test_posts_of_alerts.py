"""What is owed about alerts: when it is due, how urgent it is, and where it goes when a channel is shut."""

import pytest

from bot.db.posts_store import PostsStore
from bot.engine.alerts import Happening
from tests.bot.db._alerts import ELSEWHERE, HERE, Book, applying, group_number, later, told
from tests.bot.db._facts import a_run, execute
from tests.bot.engine._groups import sentry

OPS = "C0OPSDESK01"


@pytest.fixture
def book(db):
    return Book(db, applying(groups=2))


@pytest.fixture
def posts(db):
    return PostsStore(db)


async def due(posts, at=100.0):
    return [(post.key, post.urgency) for post in await posts.due(later(at))]


async def test_a_card_is_due_when_its_time_has_come_and_again_when_the_alert_is_newer(book, posts):
    await book.tell(sentry())
    assert await due(posts, 4) == []
    assert [post.key for post in await posts.due()] == ["alert:1"]
    assert await due(posts, 5) == [("alert:1", 1)]
    await posts.landed("alert:1", channel=HERE, ts="1.1", revision=1)
    assert await due(posts) == []
    await book.tell(sentry(at=1, events=5))
    assert await due(posts) == [("alert:1", 2)]
    await book.tell(sentry(Happening.RESOLVED, 2))
    assert await due(posts) == [("alert:1", 1)]


async def test_runs_go_before_alerts_and_changes_before_counts_and_pictures(db, runs, book, posts):
    await book.tell(group_number(1), group_number(2, at=1))
    await posts.landed("alert:1", channel=HERE, ts="1.1", revision=1)
    await book.tell(group_number(1, at=2))
    run_id = await a_run(runs)
    await execute(db, "UPDATE posts SET created_at = :at WHERE kind = 'card'", at=later(50))
    assert await due(posts) == [(f"run:{run_id}:card", 0), ("alert:2", 1), ("alert:1", 2)]


async def test_a_storms_card_is_news_once_and_then_only_counts(book, posts):
    await book.tell(*[group_number(number) for number in range(3)])
    assert ("storm:1", 1) in await due(posts)
    await posts.landed("storm:1", channel=HERE, ts="1.1", revision=1)
    await book.tell(group_number(2, at=1))
    assert ("storm:1", 2) in await due(posts)


async def test_a_redirected_card_is_posted_anew_elsewhere_with_all_that_is_still_owed(book, posts):
    await book.tell(told())
    await posts.trying("alert:1", later(0))
    await posts.landed("alert:1", channel=HERE, ts="1.1", revision=1)
    await book.tell(told(Happening.RESOLVED, 1), told(at=2))
    await book.tell(told(Happening.RESOLVED, 3), told(at=4))
    first, second = [post.key for post in await book.posts("alert_note")]
    await posts.landed(first, channel=HERE, ts="1.2", revision=1)
    await posts.redirect("alert:1", to=OPS, why="is_archived")
    card = await posts.find("alert:1")
    assert (card.channel, card.ts, card.sent_revision, card.trying_since) == (OPS, "", 0, None)
    assert card.misdirected == f"{HERE} is_archived"
    assert [(await posts.find(key)).channel for key in (first, second)] == [HERE, OPS]
    assert (await book.named()).channel == OPS
    await book.tell(told(Happening.RESOLVED, 5), told(at=6))
    assert {post.channel for post in await book.posts("alert_note")} == {HERE, OPS}


async def test_other_alerts_stay_where_they_are(book, posts):
    await book.tell(group_number(1), group_number(2))
    await posts.redirect("alert:1", to=OPS, why="is_archived")
    assert [(await book.named(f"generic:{number}")).channel for number in (1, 2)] == [OPS, HERE]


async def test_a_redirected_storm_is_posted_anew_elsewhere(book, posts):
    await book.tell(*[group_number(number) for number in range(3)])
    await posts.landed("storm:1", channel=HERE, ts="1.1", revision=9)
    await posts.redirect("storm:1", to=ELSEWHERE, why="not_in_channel")
    card = await posts.find("storm:1")
    assert (card.channel, card.ts, card.misdirected) == (ELSEWHERE, "", f"{HERE} not_in_channel")


async def test_a_lost_card_of_an_alert_is_owed_anew(book, posts):
    await book.tell(told())
    await posts.landed("alert:1", channel=HERE, ts="1.1", revision=1)
    await posts.lost("alert:1")
    assert await due(posts) == [("alert:1", 1)]
