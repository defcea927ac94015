"""Persist, then acknowledge; nothing twice, nothing lost: with the real Bolt app and a real inbox."""

import asyncio
import json
from datetime import timedelta

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy import text

from bot.db.audit_store import AuditStore
from bot.db.inbox_store import InboxStore
from bot.intake import Intake, key_of
from bot.metrics import Metrics
from tests.bot.pipelines._world import NOON, JumpingClock

COMMAND = {
    "command": "/pawdeploy",
    "text": "staging",
    "token": "a-deprecated-secret",
    "user_id": "U0ANNREQ001",
    "team_id": "T0PAWLOGIC1",
    "channel_id": "C0GENERAL01",
    "response_url": "https://hooks.slack.test/1",
    "trigger_id": "1.2.abc",
}
EVENT = {
    "type": "event_callback",
    "event_id": "Ev1",
    "team_id": "T0PAWLOGIC1",
    "event": {
        "type": "app_mention",
        "user": "U0ANNREQ001",
        "channel": "C0GENERAL01",
        "text": "hi",
        "ts": "1.1",
    },
}


async def authorize(**_):
    return AuthorizeResult(
        enterprise_id=None, team_id="T0PAWLOGIC1", bot_token="xoxb-test", bot_id="B1", bot_user_id="U0BOT"
    )


class Life:
    """One life of a bot over one inbox; its listener may die before it is done."""

    def __init__(self, db, clock):
        self.db, self.clock, self.inbox, self.metrics = db, clock, InboxStore(db), Metrics()
        self.seen, self.stored_first, self.dies = [], [], False
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.intake = Intake(self.inbox, AuditStore(db), clock, self.metrics)
        self.app = AsyncApp(authorize=authorize, request_verification_enabled=False)
        self.app.middleware(self.intake.middleware)
        self.app.command("/pawdeploy")(self.listen)
        self.app.event("app_mention")(self.listen)

    async def listen(self, ack, body, context):
        undone = await self.inbox.undone(before=self.clock.now() + timedelta(days=1))
        self.stored_first.append(context["delivery"] in {one.key for one in undone})
        await ack()
        await self.go_on.wait()
        self.seen.append(body)
        if not self.dies:
            await context["done"]()

    async def send(self, body, times=1):
        request = [AsyncBoltRequest(body=dict(body), mode="socket_mode") for _ in range(times)]
        return [await self.app.async_dispatch(one) for one in request]

    async def settled(self):
        while tasks := {one for one in asyncio.all_tasks() if one is not asyncio.current_task()}:
            await asyncio.wait(tasks)


@pytest.fixture
def life(fresh_database):
    return Life(fresh_database, JumpingClock())


async def rows(db):
    query = text("SELECT key, body, done_at FROM inbox")
    return await db.look(lambda session: [tuple(row) for row in session.execute(query)])


@pytest.mark.parametrize("body", [COMMAND, EVENT])
async def test_a_delivery_is_stored_before_a_listener_sees_it_and_closed_after(life, body):
    (answer,) = await life.send(body)
    await life.settled()
    assert answer.status == 200
    assert life.stored_first == [True]
    ((key, kept, done),) = await rows(life.db)
    assert (key, kept, bool(done)) == (key_of(body), "", True)


async def test_a_repeated_delivery_is_acknowledged_and_ignored(life):
    answers = await life.send(EVENT, times=3)
    await life.settled()
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert len(life.seen) == 1


async def test_the_verification_token_is_never_stored(life):
    life.dies = True
    await life.send(COMMAND)
    await life.settled()
    assert "a-deprecated-secret" not in str(await rows(life.db))


async def test_what_a_dead_life_left_undone_is_done_by_the_next_once(life):
    life.dies = True
    await life.send(COMMAND)
    await life.settled()
    await life.clock.sleep(5)

    for expected in (1, 0):
        heir = Life(life.db, life.clock)
        assert await heir.intake.replay(heir.app, timedelta(0)) == expected
        await heir.settled()
        assert [body["text"] for body in heir.seen] == ["staging"] * expected


async def test_slack_repeating_a_delivery_that_is_being_replayed_does_nothing(life):
    life.dies = True
    await life.send(EVENT)
    await life.settled()
    await life.clock.sleep(5)
    heir = Life(life.db, life.clock)
    await asyncio.gather(heir.intake.replay(heir.app, timedelta(0)), heir.send(EVENT, times=3))
    await heir.settled()
    assert len(heir.seen) == 1


async def test_a_delivery_nobody_can_answer_any_more_is_closed_unheard(life):
    await life.inbox.keep("trigger:old", json.dumps(COMMAND), NOON)
    await life.clock.sleep(26 * 60)
    assert await life.intake.replay(life.app, timedelta(0)) == 0
    await life.settled()
    assert life.seen == []
    assert [bool(done) for _, _, done in await rows(life.db)] == [True]


async def test_a_delivery_too_young_to_be_abandoned_is_left_to_whoever_has_it(life):
    await life.inbox.keep("trigger:new", json.dumps(COMMAND), NOON)
    await life.clock.sleep(10)
    assert await life.intake.replay(life.app, timedelta(seconds=20)) == 0


async def test_a_listener_under_way_is_not_started_again(life):
    life.go_on.clear()
    await life.send(COMMAND)
    await life.clock.sleep(60)
    assert await life.intake.replay(life.app, timedelta(0)) == 0
    life.go_on.set()
    await life.settled()
    assert len(life.seen) == 1


async def test_draining_waits_for_listeners_under_way_and_not_for_ever(life):
    life.go_on.clear()
    await life.send(COMMAND)
    await life.intake.drain(0.01)
    assert life.seen == []
    life.go_on.set()
    await life.intake.drain(5)
    assert len(life.seen) == 1


async def test_when_nothing_can_be_stored_a_command_is_answered_with_regret_and_an_event_comes_again(life):
    await life.db.change(lambda session: session.execute(text("DROP TABLE inbox")))
    (command,) = await life.send(COMMAND)
    (event,) = await life.send(EVENT)
    await life.settled()
    said = json.loads(command.body)
    assert (command.status, said["response_type"]) == (200, "ephemeral")
    assert "nothing was started" in said["text"]
    assert event.status == 503
    assert life.seen == []


async def test_old_finished_deliveries_are_forgotten(life):
    await life.send(COMMAND)
    await life.settled()
    await life.clock.sleep(8 * 24 * 3600)
    await life.intake.tidy()
    assert await rows(life.db) == []


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"event_id": "Ev1", "trigger_id": "1.2"}, "event:Ev1"),
        ({"trigger_id": "1.2"}, "trigger:1.2"),
        ({"type": "view_submission", "view": {"id": "V1", "hash": "h"}}, "view:V1:h"),
        ({"type": "url_verification"}, None),
        ({"trigger_id": "x" * 500}, ("trigger:" + "x" * 500)[:120]),
    ],
)
def test_a_delivery_is_named_by_what_slack_repeats_with_it(body, key):
    assert key_of(body) == key
