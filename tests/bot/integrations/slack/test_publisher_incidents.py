"""Incidents in Slack: pages in order, few edits, and another place to talk when a door is shut."""

from dataclasses import dataclass, field

import pytest
from sqlalchemy import update

from bot.db.session import Database, open_database
from bot.db.tables import Post
from bot.engine.incident_sheet import Change
from bot.integrations.slack.calls import SlackWeb, make_client
from bot.integrations.slack.outgoing import Composed
from bot.integrations.slack.publisher import Publisher
from handlers.render.notices import render_notice
from sandbox.workspace import Workspace
from tests.bot.db._facts import later
from tests.bot.db._incidents import Ward, facts, said
from tests.bot.pipelines._world import JumpingClock
from tests.sandbox.workspace.conftest import workspace
from tests.sqlite import fresh_sqlite

HERE, OPS, ROOM = "C0ALERTS001", "C0OPSDESK01", "C0DEPLOYS01"
CARD, FIRST, SECOND = "incident:1", "incident:1:page:1", "incident:1:page:2"


@dataclass
class Floor:
    """One incident of three messages, and a publisher with a composer that draws plainly."""

    ws: Workspace
    db: Database
    clock: JumpingClock
    looks: dict[str, str] = field(default_factory=dict)
    """What a page says; until told otherwise its own key."""
    second: int = 1

    def __post_init__(self) -> None:
        self.ward = Ward(self.db)
        web = SlackWeb(make_client("xoxb-sandbox", f"{self.ws.base_url}/slack/api/"))
        self.republish(web)

    def republish(self, web: SlackWeb, ops: str = OPS) -> None:
        self.web = web
        self.publisher = Publisher(
            web, self.ward.posts, self._compose, self.clock, interval=1.0, leads=self._leads, ops=ops
        )

    async def _leads(self) -> bool:
        return True

    async def _compose(self, key: str) -> Composed | None:
        post = await self.ward.posts.find(key)
        card = await self.ward.posts.find(CARD)
        assert post is not None
        assert card is not None
        incident = (await self.ward.sheet()).facts
        if post.kind == "incident_page":
            before = await self.ward.posts.find(f"{CARD}:page:{post.page - 1}") or card
            if not before.ts:
                return None
            return self._drawn(self.looks.get(key, key), incident.revision)
        if post.kind == "incident":
            return self._drawn(f"{key} at {incident.revision}", incident.revision)
        if post.channel != card.channel:
            return self._drawn(post.body, 1)
        return None if not card.ts else self._drawn(post.body, 1, thread_ts=card.ts, parent=CARD)

    def _drawn(self, words: str, revision: int, **more: str) -> Composed:
        message = render_notice(words)
        return Composed(text=message.text, blocks=message.blocks, revision=revision, **more)

    async def open(self, *pages: str) -> None:
        await self.ward.open(facts(channel=HERE))
        owed = tuple(said(key, kind="incident_page", page=place) for place, key in enumerate(pages, start=1))
        await self.ward.play(1, Change(owed=owed))

    async def say(self, key: str, **more) -> None:
        self.second += 1
        await self.ward.play(1, Change(owed=(said(key, key, **more),)), self.second)

    async def flush(self, seconds: int = 3) -> None:
        for _ in range(seconds):
            await self.publisher.flush()
            await self.clock.sleep(1)

    def posted(self, channel: str = HERE) -> list[str]:
        here = self.ws.messages(channel)
        return [one.text for one in here if one.thread_ts in ("", None, one.ts)]

    async def thread(self, channel: str = HERE) -> list[str]:
        card = await self.ward.post(CARD)
        return [message.text for message in self.ws.thread(channel, card.ts)]

    @property
    def edits(self) -> int:
        return sum(self.ws.updates.edits.values())

    async def room(self) -> None:
        await self.ward.put(1, room=ROOM, room_state="open")


@pytest.fixture
async def floor(tmp_path):
    db = await open_database(fresh_sqlite(tmp_path))
    async with workspace() as ws:
        yield Floor(ws, db, JumpingClock())
    await db.close()


async def test_card_and_pages_come_in_order_at_once(floor):
    await floor.open(FIRST, SECOND)
    await floor.publisher.flush()
    assert floor.posted() == [f"{CARD} at 2", FIRST, SECOND]


async def _alter(floor, key, **columns):
    await floor.db.change(
        lambda session: session.execute(update(Post).where(Post.key == key).values(**columns))
    )


async def test_a_page_waits_for_the_one_before_it_and_comes_after(floor):
    await floor.open(FIRST)
    await _alter(floor, FIRST, created_at=later(-9))  # what was owed first comes first otherwise
    assert await floor.publisher.flush() is not None
    assert floor.posted() == [f"{CARD} at 2"]
    await floor.clock.sleep(1)
    await floor.publisher.flush()
    assert floor.posted() == [f"{CARD} at 2", FIRST]


async def test_a_tick_edits_the_card_and_leaves_pages_that_look_the_same(floor):
    await floor.open(FIRST, SECOND)
    await floor.flush()
    await floor.ward.tick(1, "redis")
    floor.looks[SECOND] = "redis is ticked"
    await floor.flush()
    assert floor.posted() == [f"{CARD} at 3", FIRST, "redis is ticked"]
    assert floor.edits == 2
    assert await floor.ward.posts.due() == ()


async def test_a_deleted_page_is_posted_anew_though_it_looks_the_same_once_a_minute_is_over(floor):
    await floor.open(FIRST)
    await floor.flush()
    floor.ws.delete(HERE, (await floor.ward.post(FIRST)).ts)
    await floor.ward.tick(1, "redis")
    await floor.flush()
    assert floor.posted() == [f"{CARD} at 3"]
    await floor.clock.sleep(60)
    await floor.ward.tick(1, "status")
    await floor.flush()
    assert floor.posted() == [f"{CARD} at 4", FIRST]


async def test_a_deleted_page_that_changes_is_posted_anew_at_once(floor):
    await floor.open(FIRST)
    await floor.flush()
    floor.ws.delete(HERE, (await floor.ward.post(FIRST)).ts)
    await floor.ward.tick(1, "redis")
    floor.looks[FIRST] = "redis is ticked"
    await floor.flush()
    assert floor.posted() == [f"{CARD} at 3", "redis is ticked"]


async def test_a_deleted_card_is_posted_anew_with_its_thread(floor):
    await floor.open()
    await floor.flush()
    floor.ws.delete(HERE, (await floor.ward.post(CARD)).ts)
    await floor.say("a word")
    await floor.flush(5)
    assert floor.posted() == [f"{CARD} at 2"]
    assert await floor.thread() == ["a word"]


@pytest.mark.parametrize("shut", ["archive", "remove_bot"])
async def test_where_the_channel_is_shut_card_pages_and_thread_go_to_ops(floor, shut):
    await floor.open(FIRST)
    await floor.flush()
    await floor.say("before")
    await floor.flush()
    getattr(floor.ws, shut)(HERE)
    await floor.say("after")
    await floor.ward.tick(1, "redis")
    await floor.flush(6)
    assert floor.posted(OPS) == [f"{CARD} at 5", FIRST]
    assert await floor.thread(OPS) == ["after"]
    assert await floor.ward.posts.due() == ()
    assert (await floor.ward.sheet()).facts.channel == OPS


async def test_what_is_said_finds_a_shut_channel_as_well_as_a_card_does(floor):
    await floor.open()
    await floor.flush()
    await floor.say("a word")
    await floor.ward.landed(CARD, (await floor.ward.post(CARD)).ts, revision=99)
    floor.ws.archive(HERE)
    await floor.flush(6)
    assert floor.posted(OPS) == [f"{CARD} at 2"]
    assert await floor.thread(OPS) == ["a word"]


async def test_a_message_to_a_shut_channel_of_its_own_goes_to_ops_alone(floor):
    await floor.open()
    floor.ws.archive(ROOM)
    await floor.say("told far away", channel=ROOM)
    await floor.flush(5)
    assert (floor.posted(), floor.posted(OPS)) == ([f"{CARD} at 2"], ["told far away"])


async def test_in_a_room_people_talk_without_a_thread(floor):
    await floor.open()
    await floor.room()
    await floor.say("welcome")
    await floor.flush()
    assert (floor.posted(), floor.posted(ROOM)) == ([f"{CARD} at 3"], ["welcome"])


@pytest.mark.parametrize("ops", [OPS, ""])
async def test_when_its_room_is_shut_it_goes_on_in_the_thread_of_its_card(floor, ops):
    floor.republish(floor.web, ops)
    await floor.open()
    await floor.room()
    await floor.say("one")
    await floor.flush()
    floor.ws.archive(ROOM)
    for word in ("two", "three"):
        await floor.say(word)
    await floor.flush(6)
    assert floor.posted(ROOM) == ["one"]
    assert await floor.thread() == ["two", "three"]
    known = (await floor.ward.sheet()).facts
    assert (known.room, known.room_state, known.room_trouble) == ("", "closed", "is_archived")
    assert floor.posted() == [f"{CARD} at {known.revision}"]
    assert floor.posted(OPS) == []
    assert await floor.ward.posts.due() == ()


async def test_without_another_place_an_incident_waits_and_holds_nobody_up(floor):
    floor.republish(floor.web, "")
    await floor.open()
    floor.ws.archive(HERE)
    await floor.say("told far away", channel=ROOM)
    await floor.flush()
    assert (floor.posted(), floor.posted(ROOM)) == ([], ["told far away"])
    floor.ws.unarchive(HERE)
    await floor.flush(40)
    assert floor.posted() == [f"{CARD} at 2"]


async def test_a_publisher_that_dies_posts_no_page_twice(floor):
    await floor.open(FIRST)
    await floor.flush()
    await _alter(floor, FIRST, ts="", sent_revision=0)  # it was posted, and the answer was lost
    floor.republish(floor.web)
    await floor.flush()
    assert floor.posted() == [f"{CARD} at 2", FIRST]
