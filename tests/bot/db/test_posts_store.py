"""What we owe Slack."""

import asyncio

import pytest

from bot.db.posts_store import PostsStore
from bot.db.runs_store import Note
from bot.engine.states import RunState
from tests.bot.db._facts import ANN, DEPLOYS, NOON, a_run, later


@pytest.fixture
def posts(db):
    return PostsStore(db)


async def keys(posts):
    return [post.key for post in await posts.due()]


async def test_a_new_run_owes_its_card_until_the_card_is_as_new_as_the_run(runs, posts):
    run_id = await a_run(runs)
    key = f"run:{run_id}:card"
    assert await keys(posts) == [key]
    await posts.landed(key, channel=DEPLOYS, ts="1.1", revision=1)
    assert await keys(posts) == []
    await runs.set(run_id, sha="a" * 40)
    assert await keys(posts) == [key]


async def test_notes_and_notices_are_due_until_posted_and_never_again(runs, posts):
    run_id = await a_run(runs, state=RunState.RUNNING)
    await posts.landed(f"run:{run_id}:card", channel=DEPLOYS, ts="1.1", revision=100)
    await runs.move(run_id, RunState.FAILED, at=later(1), actor=ANN, note=Note("note", "boom"))
    await posts.owe("notice", kind="notice", channel=DEPLOYS, body="away", at=later(2))
    assert await keys(posts) == ["note", "notice"]
    for key in ("note", "notice"):
        await posts.landed(key, channel=DEPLOYS, ts="1.2", revision=1)
    assert await keys(posts) == []


async def test_the_same_notice_twice_is_one(posts):
    for body in ("first", "second"):
        await posts.owe("away:1", kind="notice", channel=DEPLOYS, body=body, at=NOON)
    assert [post.body for post in await posts.due()] == ["first"]


async def test_only_one_may_try_first(runs, posts):
    key = f"run:{await a_run(runs)}:card"
    assert sorted(await asyncio.gather(*(posts.trying(key, NOON) for _ in range(4)))) == [False] * 3 + [True]


async def test_a_lost_card_is_owed_and_tried_anew(runs, posts):
    run_id = await a_run(runs)
    key = f"run:{run_id}:card"
    await posts.trying(key, NOON)
    await posts.landed(key, channel=DEPLOYS, ts="1.1", revision=5)
    await posts.lost(key)
    card = await posts.card(run_id)
    assert (card.ts, card.sent_revision, card.trying_since) == ("", 0, None)
    assert await keys(posts) == [key]
    assert await posts.trying(key, NOON)


async def test_an_unknown_message_is_none(posts):
    assert await posts.find("nothing") is None
    assert await posts.card(7) is None
