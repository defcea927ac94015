"""What time does to alerts: snoozes, archives, mutes, storms, and messages nobody needs any more."""

import pytest

from bot.engine.alert_notes import AlertNote
from bot.engine.alerts import ActKind, AlertState, Happening
from tests.bot.db._facts import execute, scalar
from tests.bot.engine._groups import later, sentry, told
from tests.bot.pipelines._memory import ANN

DISK = "generic:disk"


@pytest.fixture
def world(alerts):
    return alerts


async def notes(world):
    due = [post for post in await world.posts.due() if post.kind == "alert_note"]
    return [AlertNote.decode(post.body) for post in due]


async def test_at_the_end_of_a_snooze_the_thread_is_told_once_if_it_still_fires(world):
    await world.tell(told())
    await world.desk.snooze(1, ANN, 1800)
    assert (await world.named(DISK)).snoozed(later(1799))
    await world.clock.sleep(1799)
    assert await world.keeper.sweep() == 0
    await world.clock.sleep(1)
    assert await world.keeper.sweep() == 1
    assert await world.keeper.sweep() == 0
    (note,) = await notes(world)
    assert (note.kind, note.by, note.mention) == ("snooze_over", ANN, True)
    assert (await world.named(DISK)).snoozed_until is None


async def test_a_snooze_of_what_is_over_ends_silently(world):
    await world.tell(told())
    await world.desk.snooze(1, ANN, 1800)
    await world.tell(told(Happening.RESOLVED, 5))
    await world.clock.sleep(1800)
    await world.keeper.sweep()
    assert await notes(world) == []
    assert (await world.named(DISK)).snoozed_by == ""


async def test_an_archive_of_ours_ends_when_its_time_has_come_and_calls_as_if_new(world):
    await world.tell(told())
    await world.press(ActKind.ARCHIVE, "3600")
    await world.work()
    await world.clock.sleep(3600)
    assert await world.keeper.sweep() == 1
    assert await world.keeper.sweep() == 0
    alert = await world.named(DISK)
    assert (alert.state, alert.openings, alert.archived_until) == (AlertState.FIRING, 2, None)
    assert [note.kind for note in await notes(world)] == ["reopened"]


async def test_an_archive_at_sentry_is_sentrys_to_end(world):
    world.sentry.has()
    await world.tell(sentry())
    await world.press(ActKind.ARCHIVE, "60")
    await world.work()
    await world.clock.sleep(61)
    await world.keeper.sweep()
    assert (await world.named()).state is AlertState.ARCHIVED


async def test_when_a_mute_ends_what_still_fires_gets_its_card(world):
    await world.desk.mute("m", service="api", environment="", by=ANN, until=later(60), why="x")
    await world.tell(told(service="api"))
    assert await world.posts.due() == ()
    await world.clock.sleep(60)
    assert await world.keeper.sweep() == 1
    assert [post.kind for post in await world.posts.due()] == ["alert"]


async def test_when_somebody_ends_a_mute_it_is_the_same(world):
    await world.desk.mute("m", service="api", environment="", by=ANN, until=later(600), why="x")
    await world.tell(told(service="api"))
    await world.desk.unmute(service="api", environment="", by=ANN)
    assert await world.keeper.sweep() == 1


async def test_a_storm_is_over_when_it_is_calm(world):
    await world.tell(*[told(fingerprint=f"generic:{number}") for number in range(10)])
    calm = world.kit.section.storm_calm
    await world.clock.sleep(calm - 1)
    assert await world.keeper.sweep() == 0
    await world.clock.sleep(1)
    before = world.cards.changes
    assert await world.keeper.sweep() == 1
    assert world.cards.changes == before + 1


async def test_when_quiet_hours_begin_or_end_the_cards_they_concern_are_drawn_anew(world):
    await world.tell(told(environment="staging"), told(fingerprint="generic:x", environment="production"))
    assert await world.keeper.sweep() == 0
    before = (await world.named(DISK)).revision, (await world.named("generic:x")).revision
    for hours, done in ((4.9, 0), (0.2, 1), (6, 0), (7, 1), (1, 0)):
        await world.clock.sleep(hours * 3600)
        assert await world.keeper.sweep() == done
    assert (await world.named(DISK)).revision == before[0] + 2
    assert (await world.named("generic:x")).revision == before[1]


async def test_what_goes_on_is_told_to_the_metrics_also_when_nothing_does(world):
    await world.tell(told())
    await world.keeper.sweep()
    assert world.number("pawdeploy_alerts_firing", severity="error") == 1
    await world.tell(told(Happening.RESOLVED, 5))
    await world.keeper.sweep()
    assert world.number("pawdeploy_alerts_firing", severity="error") == 0


async def test_counts_are_asked_for_once_more_when_it_has_become_quiet(world):
    world.sentry.has(events=1)
    await world.tell(sentry())
    await world.work()
    await world.tell(sentry(at=0))
    world.sentry.has(events=500)
    await world.clock.sleep(60)
    await world.keeper.sweep()
    await world.work()
    assert (await world.named()).events == 500


async def test_messages_are_forgotten_after_a_week_but_for_the_newest(world):
    await world.tell(told())
    await execute(world.db, "UPDATE hooks SET resource = 'alert'")
    await world.clock.sleep(30 * 86400)
    await world.keeper.tidy()
    assert await scalar(world.db, "SELECT count(*) FROM hooks") == 1
    await execute(world.db, "UPDATE hooks SET resource = 'pawdeploy.event'")
    await world.keeper.tidy()
    assert await scalar(world.db, "SELECT count(*) FROM hooks") == 0
