"""One gap, one notice: said when we are back, never while we are away."""

import pytest

from bot.db.people_store import PresenceStore
from bot.db.posts_store import PostsStore
from bot.jobs.presence import Presence
from tests.bot.pipelines._world import NOON, CountingCards, JumpingClock, pawlogic


class Line:
    """A link that is up or down as we say."""

    def __init__(self):
        self.open, self.silent = 2, 0

    async def start(self):
        pass

    async def stop(self):
        pass

    async def connected(self):
        return self.open

    async def replace_silent(self, silence):
        replaced, self.silent = self.silent, 0
        return replaced


class Watch:
    def __init__(self, db):
        self.line, self.clock, self.cards, self.posts = (
            Line(),
            JumpingClock(),
            CountingCards(),
            PostsStore(db),
        )
        self.db = db
        self.presence = self.reborn()

    def reborn(self):
        return Presence(
            link=self.line,
            store=PresenceStore(self.db),
            posts=self.posts,
            cards=self.cards,
            project=pawlogic(),
            clock=self.clock,
        )

    async def looks(self, seconds):
        for _ in range(int(seconds / 2)):
            await self.presence.look()
            await self.clock.sleep(2)

    async def notices(self):
        return [post.body for post in await self.posts.due()]


@pytest.fixture
def watch(fresh_database):
    return Watch(fresh_database)


async def test_an_unbroken_link_is_not_worth_a_word(watch):
    await watch.looks(300)
    assert await watch.notices() == []


async def test_the_first_start_is_no_absence(watch):
    await watch.presence.look()
    assert await watch.notices() == []


async def test_a_gap_longer_than_silence_is_told_once_with_its_two_ends(watch):
    await watch.presence.look()
    watch.line.open = 0
    await watch.looks(200)
    assert await watch.notices() == []
    assert not watch.presence.connected
    watch.line.open = 1
    back = watch.clock.now()
    await watch.looks(20)
    assert await watch.notices() == [f"{NOON.isoformat()} {back.isoformat()}"]
    assert watch.cards.changes == 1


async def test_a_short_break_is_not_told(watch):
    await watch.presence.look()
    watch.line.open = 0
    await watch.looks(60)
    watch.line.open = 1
    await watch.looks(10)
    assert await watch.notices() == []


async def test_a_bot_that_was_stopped_tells_of_it_after_its_start(watch):
    await watch.presence.look()
    await watch.clock.sleep(3600)
    watch.presence = watch.reborn()
    await watch.looks(10)
    assert len(await watch.notices()) == 1


async def test_two_gaps_are_two_notices(watch):
    for _ in range(3):
        await watch.presence.look()
        await watch.clock.sleep(600)
    assert len(await watch.notices()) == 2


async def test_replaced_connections_are_counted(watch):
    watch.line.silent = 2
    assert await watch.presence.look() == 2
    assert await watch.presence.look() == 0
