"""What was not delivered is found, and comes in by the same door."""

import pytest

from bot.engine.alert_groups import UNTOLD
from bot.engine.alerts import AlertState, Happening, Severity
from tests.bot.alerts._kit import ISSUE, NAMED, broken
from tests.bot.engine._groups import later, sentry
from tests.bot.pipelines._memory import NOON

DAY = 86400


@pytest.fixture
async def world(alerts):
    """Somebody who has looked before."""
    await alerts.marks.mark("sentry:backend", NOON)
    return alerts


async def look(world) -> int:
    made = await world.backfill.look()
    await world.read()
    await world.work()
    return made


async def test_a_new_issue_nobody_told_of_is_an_alert(world):
    world.sentry.has(first_seen=later(-60), level="fatal", events=12)
    assert await look(world) == 1
    alert = await world.named()
    assert (alert.service, alert.severity, alert.events) == ("api", Severity.CRITICAL, 12)
    assert world.woken == 1
    assert await look(world) == 0


async def test_an_issue_of_an_app_is_found_as_well_and_is_the_apps(world):
    await world.marks.mark("sentry:mobile", NOON)
    world.sentry.has(first_seen=later(-60), project="mobile")
    world.sentry.environments[ISSUE] = "production"
    assert await look(world) == 1
    alert = await world.named()
    assert (alert.service, alert.environment) == ("mobile", "production")


@pytest.mark.parametrize("environment", ["staging", "production"])
async def test_where_a_new_issue_happened_is_asked_too(world, environment):
    world.sentry.has(first_seen=later(-60))
    world.sentry.environments[ISSUE] = environment
    await look(world)
    assert (await world.named()).environment == environment


async def test_an_issue_known_of_staging_that_happens_in_production_by_now_moves_there_once(world):
    world.sentry.has()
    world.sentry.environments[ISSUE] = "staging"
    await world.tell(sentry(environment="staging"))
    await world.work()
    assert await look(world) == 0
    world.sentry.environments[ISSUE] = "production"
    assert await look(world) == 1
    alert = await world.named()
    assert (alert.environment, alert.mention, alert.times) == ("production", ("approver",), 1)
    (note,) = [post for post in await world.posts.due() if post.kind == "alert_note"]
    assert "now in production, staging before" in note.body
    assert await look(world) == 0


async def test_what_was_told_already_is_nothing_new(world):
    world.sentry.has()
    await world.tell(sentry())
    assert await look(world) == 0
    assert (await world.named()).times == 1


async def test_an_old_issue_that_only_goes_on_is_no_news_but_one_that_came_back_is(world):
    world.sentry.has("1", first_seen=later(-DAY))
    world.sentry.has("2", first_seen=later(-DAY), substatus="regressed")
    world.sentry.has("3", first_seen=later(-DAY), status="resolved")
    assert await look(world) == 1
    assert (await world.named("sentry:issue:2")).state is AlertState.FIRING


async def test_however_many_were_missed_none_is_left_out(world):
    for number in range(350):
        world.sentry.has(str(number), first_seen=later(-60))
    assert await world.backfill.look() == 350


async def test_the_first_look_of_all_makes_no_cards_of_what_was_there_before_us(alerts):
    alerts.sentry.has(first_seen=later(-3600))
    assert await look(alerts) == 0
    assert await alerts.marks.seen_until("sentry:backend") == NOON
    await alerts.clock.sleep(60)
    alerts.sentry.has("5", first_seen=later(60))
    assert await look(alerts) == 1


@pytest.mark.parametrize(
    ("status", "state"), [("resolved", AlertState.RESOLVED), ("ignored", AlertState.ARCHIVED)]
)
async def test_a_change_nobody_told_of_is_found_and_so_is_its_way_back_as_often_as_it_happens(
    world, status, state
):
    world.sentry.has()
    await world.tell(sentry())
    await world.work()
    for _ in range(3):
        world.sentry.has(status=status)
        await world.clock.sleep(40)
        await look(world)
        alert = await world.named()
        assert (alert.state, alert.state_by) == (state, UNTOLD)
        world.sentry.has(status="unresolved")
        await world.clock.sleep(40)
        await look(world)
        assert (await world.named()).state is AlertState.FIRING


async def test_what_was_resolved_while_we_were_away_is_found_though_it_has_not_happened_for_long(world):
    world.sentry.has(last_seen=later(-10 * DAY), first_seen=later(-20 * DAY))
    await world.tell(sentry(at=-10 * DAY))
    await world.work()
    world.sentry.has(status="resolved")
    await world.clock.sleep(3600)
    world.reborn()
    await look(world)
    assert (await world.named()).state is AlertState.RESOLVED


async def test_while_sentry_is_away_it_is_looked_again_from_where_it_was(world):
    world.sentry.has(first_seen=later(0))
    world.sentry.before["recent"] = [broken()]
    assert await world.backfill.look() == 0
    assert await world.marks.seen_until("sentry:backend") == NOON
    await world.clock.sleep(4000)
    assert await look(world) == 1


async def test_the_time_before_the_last_look_is_looked_at_again_a_little(world):
    world.sentry.has(first_seen=later(-299), last_seen=later(-299))
    world.sentry.has("5", first_seen=later(-301), last_seen=later(-301))
    assert await look(world) == 1
    assert (await world.named(NAMED)).opened_at == later(-299)


async def test_a_clock_of_sentrys_that_is_ahead_makes_nothing_happen_in_the_future(world):
    world.sentry.has(first_seen=later(500), last_seen=later(500))
    await look(world)
    alert = await world.named()
    assert (alert.opened_at, alert.last_seen) == (NOON, NOON)


async def test_finding_it_before_it_was_read_makes_one_message(world):
    world.sentry.has(first_seen=later(-1))
    assert [await world.backfill.look() for _ in range(3)] == [1, 0, 0]


async def test_a_message_that_comes_after_it_was_found_is_counted_and_opens_nothing_twice(world):
    world.sentry.has(first_seen=later(-1))
    await look(world)
    await world.tell(sentry(Happening.FIRED, 0))
    alert = await world.named()
    assert (alert.times, alert.openings) == (2, 1)


async def test_where_sentry_cannot_be_asked_nothing_is_looked_for(unasked):
    assert await unasked.backfill.look() == 0
    assert unasked.sentry.calls == []
