"""Alerts in Slack: what is urgent first, never too fast, and elsewhere when a door is shut."""

import pytest

from bot.db.session import open_database
from bot.engine.alerts import ActKind, Happening
from tests.bot.alerts._shown import HERE, OPS, RECOUNT, shown
from tests.bot.engine._groups import sentry, told
from tests.bot.pipelines._memory import ANN, NOON
from tests.sqlite import fresh_sqlite


@pytest.fixture
async def world(tmp_path):
    db = await open_database(fresh_sqlite(tmp_path))
    async with shown(db) as world:
        yield world
    await db.close()


def groups(*numbers, at=0.0):
    return [told(fingerprint=f"generic:{number}", title=f"Group {number}", at=at) for number in numbers]


async def test_an_alert_is_one_card_that_is_edited(world):
    await world.tell(told())
    await world.show()
    await world.tell(told(Happening.RESOLVED, 5))
    await world.show()
    (card,) = world.posted()
    assert "Disk is full" in card.everything
    assert (world.ws.updates.posts, world.ws.updates.edits) == (1, {card.ts: 1})


async def test_mere_counts_are_shown_once_in_a_while_and_end_right(world):
    await world.tell(told())
    await world.show()
    for second in range(1, 60):
        await world.tell(told(at=second))
        await world.show(1)
        await world.clock.sleep(1)
    assert world.edits <= world.clock.passed / RECOUNT + 1
    await world.show(RECOUNT * 2)
    assert "60" in world.posted()[0].everything
    assert await world.posts.due() == ()


async def test_what_is_urgent_does_not_wait_for_the_next_count(world):
    await world.tell(told())
    await world.show()
    await world.tell(told(at=1))
    await world.show(3)
    assert world.edits == 0
    await world.desk.acknowledge(1, ANN)
    await world.show(3)
    assert world.edits == 1
    assert ANN in world.posted()[0].everything


async def test_a_runs_card_goes_before_an_alerts(world):
    await world.tell(told())
    await world.runs.create(
        key="t", service="api", environment="staging", ref="main", again=False, by=ANN, at=NOON,
        card_channel=HERE,
    )  # fmt: skip
    await world.show()
    assert ["main" in card.everything for card in world.posted()] == [True, False]


async def test_a_storm_is_few_cards_with_a_thread_and_slack_never_has_to_refuse(world):
    for round_ in range(6):
        await world.tell(*groups(*range(50), at=round_))
        await world.show(2)
    await world.show(600)
    assert world.ws.refused_calls == {}
    cards = world.posted()
    limit = world.kit.section.storm_groups
    assert len(cards) == limit + 1
    assert len(world.thread(limit)) == 50 - limit
    assert await world.posts.due() == ()
    storm = await world.kit.reader.storm(1)
    assert (storm.groups, storm.told) == (50 - limit, 6 * (50 - limit))


@pytest.mark.parametrize(("knob", "why"), [("archived", "is_archived"), ("bot removed", "not_in_channel")])
async def test_where_the_channel_is_shut_the_card_goes_to_ops_and_says_so(world, knob, why):
    world.ws.faults.set("slack.alerts", knob)
    await world.tell(told())
    await world.show()
    assert world.posted() == []
    (card,) = world.posted(OPS)
    assert HERE in card.everything
    alert = await world.named("generic:disk")
    assert (alert.channel, alert.misdirected) == (OPS, f"{HERE} {why}")


async def test_a_card_that_was_there_before_the_channel_was_shut_goes_on_in_ops(world):
    await world.tell(told())
    await world.show()
    world.ws.faults.set("slack.alerts", "archived")
    await world.tell(told(Happening.RESOLVED, 5), told(at=6))
    await world.show()
    (card,) = world.posted(OPS)
    note, *_ = world.ws.thread(OPS, card.ts)
    assert "Came back" in note.everything
    await world.press(ActKind.RESOLVE, "now")
    await world.work()
    await world.show()
    assert len(world.posted(OPS)) == 1
    assert await world.posts.due() == ()


async def test_a_storm_whose_channel_is_shut_goes_to_ops_with_all_that_joined(world):
    world.ws.faults.set("slack.alerts", "archived")
    await world.tell(*groups(*range(12)))
    await world.show(300)
    assert await world.posts.due() == ()
    everything = [*world.posted(OPS)]
    for card in world.posted(OPS):
        everything += world.ws.thread(OPS, card.ts)
    said = "\n".join(one.everything for one in everything)
    assert [number for number in range(12) if f"Group {number}" not in said] == []


async def test_what_joins_a_storm_after_its_channel_was_shut_is_shown_in_ops(world):
    await world.tell(*groups(*range(10)))
    await world.show(300)
    world.ws.faults.set("slack.alerts", "archived")
    await world.tell(*groups(20, 21, at=60))
    await world.show(300)
    assert await world.posts.due() == ()


async def test_without_another_place_it_waits_and_holds_nobody_up(world):
    world.republish(ops="")
    world.ws.faults.set("slack.alerts", "archived")
    await world.tell(told())
    await world.runs.create(
        key="t", service="api", environment="staging", ref="main", again=False, by=ANN, at=NOON,
        card_channel=OPS,
    )  # fmt: skip
    await world.show(90)
    assert len(world.posted(OPS)) == 1
    world.ws.faults.set("slack.alerts", "open")
    await world.show(90)
    assert len(world.posted()) == 1


async def test_what_comes_back_under_an_old_card_is_said_in_the_channel_too(world):
    await world.tell(told(), told(Happening.RESOLVED, 1))
    await world.show()
    await world.clock.sleep(2 * 3600)
    await world.tell(told(at=7200))
    await world.show()
    card, note = world.posted()
    assert (note.thread_ts, note.broadcast) == (card.ts, True)


async def test_a_new_issues_card_waits_a_little_for_what_sentry_knows(world):
    world.sentry.has(title="What Sentry calls it")
    await world.tell(sentry(environment="production"))
    await world.show(2)
    assert world.posted() == []
    await world.work()
    await world.show(2)
    assert "What Sentry calls it" in world.posted()[0].everything


async def test_while_sentry_is_away_the_card_comes_when_the_wait_is_over(world):
    await world.tell(sentry())
    await world.clock.sleep(world.kit.section.grace)
    await world.show(2)
    assert "ZeroDivisionError" in world.posted()[0].everything
