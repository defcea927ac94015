"""What is in doubt is asked about, one after the other, and gently while Sentry is away."""

import asyncio

import pytest

from bot.alerts.worker import BATCH
from bot.engine.alerts import ActKind, ActState, AlertState, Happening, Severity
from bot.errors import VendorRejected
from tests.bot.alerts._kit import ISSUE, NAMED, broken, limited
from tests.bot.db._facts import execute
from tests.bot.engine._groups import later, sentry, told
from tests.bot.pipelines._memory import ANN


@pytest.fixture
def world(alerts):
    return alerts


async def test_what_sentry_says_becomes_the_card(world):
    world.sentry.has(status="ignored", events=99, assignee_email="ben@pawlogic.app")
    await world.tell(sentry())
    await world.work()
    alert = await world.named()
    assert (alert.state, alert.events, alert.assignee_user) == (AlertState.ARCHIVED, 99, "U0BENAPP001")
    assert (alert.service, alert.stale) == ("api", False)


async def test_whatever_webhooks_said_the_card_ends_where_sentry_is(world):
    world.sentry.has()
    await world.tell(sentry(), sentry(Happening.RESOLVED, 1), sentry(Happening.ARCHIVED, 2))
    assert (await world.named()).state is AlertState.ARCHIVED
    await world.work()
    assert (await world.named()).state is AlertState.FIRING


async def test_each_doubt_is_one_question(world):
    for number in range(3):
        world.sentry.has(str(number))
    await world.tell(*[sentry(issue=str(number)) for number in range(3)])
    await world.work()
    await world.work()
    assert world.sentry.calls.count("issue") == 3


async def test_an_answer_from_before_something_was_told_is_asked_for_again(world):
    world.sentry.has()
    await world.tell(sentry())
    ask = world.sentry.issue

    async def slow(number):
        answer = await ask(number)
        if world.sentry.calls.count("issue") == 1:
            world.sentry.has(status="resolved")
            await world.tell(sentry(Happening.RESOLVED, 1))
        return answer

    world.sentry.issue = slow
    await world.work()
    alert = await world.named()
    assert (alert.state, alert.stale, alert.openings) == (AlertState.RESOLVED, False, 1)
    assert world.sentry.calls.count("issue") == 2


async def test_while_sentry_is_away_it_is_left_alone_and_asked_again_later(world):
    world.sentry.has()
    world.sentry.before["issue"] = [broken(), broken()]
    await world.tell(sentry(), sentry(issue="5"))
    for _ in range(5):
        await world.work()
    assert world.sentry.calls.count("issue") == 1
    await world.clock.sleep(1)
    await world.work()
    assert world.sentry.calls.count("issue") == 2
    world.sentry.has("5")
    await world.clock.sleep(60)
    await world.work()
    assert not (await world.named()).stale
    assert not (await world.named("sentry:issue:5")).stale


async def test_a_wait_sentry_asks_for_is_kept(world):
    world.sentry.has()
    world.sentry.before["issue"] = [limited()]
    await world.tell(sentry())
    await world.work()
    await world.clock.sleep(6.9)
    await world.work()
    assert world.sentry.calls.count("issue") == 1
    await world.clock.sleep(0.2)
    await world.work()
    assert not (await world.named()).stale


async def test_an_issue_sentry_does_not_have_is_believed_as_told(world):
    where = {"environment": "production"}
    await world.tell(sentry(**where), sentry(Happening.RESOLVED, 5))
    await world.work()
    alert = await world.named()
    assert (alert.state, alert.stale) == (AlertState.RESOLVED, False)
    assert (await world.posts.find(f"alert:{alert.id}")).not_before is None


async def test_one_issue_sentry_will_not_speak_of_does_not_silence_the_others(world):
    world.sentry.has("2")
    forbidden = VendorRejected("Sentry", "reading an issue", status=403, detail="HTTP 403")
    world.sentry.before["issue"] = [forbidden]
    await world.tell(sentry(issue="1"), sentry(issue="2"))
    await world.work()
    await world.clock.sleep(1)
    await world.work()
    assert not (await world.named("sentry:issue:2")).stale


async def test_what_somebody_pressed_goes_before_what_is_in_doubt(world):
    for number in range(BATCH):
        world.sentry.has(str(number))
    world.sentry.has()
    await world.tell(sentry())
    await world.work()
    await world.tell(*[sentry(issue=str(number)) for number in range(BATCH)])
    world.sentry.calls.clear()
    ask = world.sentry.issue

    async def pressed_meanwhile(number):
        if len(world.sentry.calls) == 2:
            await world.press(ActKind.RESOLVE, "now")
        return await ask(number)

    world.sentry.issue = pressed_meanwhile
    await world.work()
    assert world.sentry.calls.index("resolve") < 6


async def test_more_than_one_batch_is_asked_about_in_the_end(world):
    await world.tell(*[sentry(issue=str(number)) for number in range(2 * BATCH + 3)])
    for number in range(2 * BATCH + 3):
        world.sentry.has(str(number))
    await world.work()
    assert await world.kit.reader.due(1000) == ()


async def test_only_the_leader_asks_and_acts(world):
    world.sentry.has()
    await world.tell(sentry())
    await world.press(ActKind.RESOLVE, "now")
    world.leading = False
    await world.work()
    assert world.sentry.calls == []
    assert (await world.named()).act.state is ActState.PENDING


async def test_a_press_wakes_the_worker_at_once(world):
    await world.tell(told())
    await world.work()
    turning = asyncio.create_task(world.worker.turn())
    await world.press(ActKind.RESOLVE, "now", by=ANN)
    await asyncio.wait_for(turning, 0.9)
    await world.work()
    assert (await world.named("generic:disk")).state is AlertState.RESOLVED


async def test_an_answer_posts_the_card_where_the_rules_send_what_is_known_then(world):
    world.sentry.has(project="backend")
    await world.tell(sentry(project="", environment="production"))
    alert = await world.named()
    assert (alert.service, alert.mention) == ("", ("approver",))
    await world.work()
    assert (await world.named()).service == "api"
    assert (await world.named()).severity is Severity.ERROR


async def test_a_clock_of_sentrys_that_is_ahead_shows_nothing_in_the_future(world):
    world.sentry.has(last_seen=later(900), first_seen=later(900))
    await world.tell(sentry())
    await world.work()
    alert = await world.named(NAMED)
    assert (alert.first_seen, alert.last_seen) == (later(0), later(0))
    assert world.sentry.issues[ISSUE].last_seen == later(900)


async def test_alerts_of_another_life_are_asked_about_after_a_restart(world):
    world.sentry.has()
    await world.tell(sentry())
    await execute(world.db, "UPDATE alerts SET sync_tries = 9")
    world.reborn()
    await world.work()
    assert (await world.kit.reader.due(9)) == ()
