"""Where an issue happens decides who hears of it: what nobody told is asked for, production is not missed."""

import pytest

from bot.db.mutes_store import MutesStore
from bot.engine.alert_notes import AlertNote
from bot.engine.alerts import AlertState, Happening, Severity
from tests.bot.alerts._kit import ISSUE, limited
from tests.bot.db._facts import execute
from tests.bot.engine._groups import later, sentry
from tests.bot.pipelines._memory import ANN


@pytest.fixture
async def world(alerts):
    alerts.sentry.has()
    return alerts


async def notes(world):
    return [AlertNote.decode(post.body) for post in await world.posts.due() if post.kind == "alert_note"]


async def test_what_was_seen_in_staging_and_now_happens_in_production_calls_those_of_production(world):
    await world.tell(sentry(environment="staging"))
    await world.work()
    await world.desk.acknowledge(1, ANN)
    await world.desk.snooze(1, ANN, 86_400)
    await execute(world.db, "UPDATE alerts SET introduced_how = 'none'")
    await world.tell(sentry(at=60, environment="production"))
    alert = await world.named()
    assert (alert.environment, alert.mention, alert.acked_by) == ("production", ("approver",), "")
    (note,) = await notes(world)
    assert (note.kind, note.detail) == ("escalated", "now in production, staging before")
    assert note.mention
    assert [one.id for one in await world.explain.unexplained()] == [1]
    await world.tell(sentry(at=120, environment="staging"))
    assert (await world.named()).environment == "production"
    assert len(await notes(world)) == 1


async def test_a_mute_of_staging_keeps_nothing_of_production_quiet(world):
    mutes = MutesStore(world.db)
    await mutes.begin(
        "m", service="api", environment="staging", by=ANN, until=later(999), why="x", at=later(0)
    )
    await world.tell(sentry(environment="staging"))
    await world.work()
    await world.keeper.sweep()
    assert await world.posts.due() == ()
    await world.tell(sentry(at=5, environment="production"))
    await world.keeper.sweep()
    assert [post.key for post in await world.posts.due()] == ["alert:1"]


async def test_an_issue_that_is_over_and_happens_elsewhere_is_only_asked_about(world):
    await world.tell(sentry(environment="staging"), sentry(Happening.RESOLVED, 1))
    world.sentry.has(status="resolved")
    await world.work()
    await world.tell(sentry(at=60, environment="production"))
    alert = await world.named()
    assert (alert.state, alert.environment, alert.stale) == (AlertState.RESOLVED, "production", True)
    assert await notes(world) == []


@pytest.mark.parametrize(
    ("places", "environment", "mention"),
    [
        ((("staging", 900), ("production", 1)), "production", ("approver",)),
        ((("ann-laptop", 5), ("staging", 1)), "staging", ("deployer",)),
        ((("ann-laptop", 5), ("", 3)), "ann-laptop", ()),
        ((), "", ()),
    ],
)
async def test_where_it_happens_is_asked_for_when_no_message_says_so(world, places, environment, mention):
    world.sentry.places[ISSUE] = places
    await world.tell(sentry())
    await world.work()
    alert = await world.named()
    assert (alert.environment, alert.mention, alert.stale) == (environment, mention, False)
    card = await world.posts.find("alert:1")
    assert (card.not_before is None) is bool(environment)


async def test_what_a_message_said_of_the_place_is_not_asked_for(world):
    await world.tell(sentry(environment="staging"))
    await world.work()
    assert "tag" not in world.sentry.calls


async def test_an_alert_whose_place_cannot_be_asked_for_is_settled_all_the_same(world):
    world.sentry.before["tag"] = [limited()]
    world.sentry.places[ISSUE] = (("production", 1),)
    await world.tell(sentry())
    await world.work()
    alert = await world.named()
    assert (alert.environment, alert.stale, alert.severity) == ("", False, Severity.ERROR)


async def test_a_place_that_turns_out_to_be_muted_takes_its_card_back(world):
    await MutesStore(world.db).begin(
        "m", service="api", environment="production", by=ANN, until=later(999), why="x", at=later(0)
    )
    world.sentry.places[ISSUE] = (("production", 1),)
    world.sentry.has(spark=(1, 2))
    await world.tell(sentry())
    assert len(await world.posts.due()) == 1
    await world.work()
    assert await world.posts.due() == ()
