"""The card of a release stays true after it is live, for as long as stores and sessions still change."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.db.session import open_database
from bot.engine.crash_free import CrashFree
from bot.engine.states import StepName
from bot.engine.stores import StorePhase
from bot.errors import VendorUnavailable
from bot.jobs.going_out import LOOKED_AT, GoingOut
from tests.bot.pipelines.release._vendors import ANDROID, IOS
from tests.bot.pipelines.release._world import ReleasingWorld, releasing_project
from tests.sqlite import fresh_sqlite

UNTIL = datetime(2026, 5, 4, 14, tzinfo=UTC)


class Sessions:
    """A Sentry that counts sessions."""

    def __init__(self) -> None:
        self.rate, self.asked, self.away = 0.999, [], False

    async def crash_free(self, project, environment, *, release):
        self.asked.append((project, environment, release))
        if self.away:
            raise VendorUnavailable("Sentry", "reading sessions")
        return CrashFree(release=release, sessions=900, rate=self.rate, until=UNTIL)


@pytest.fixture
async def world(tmp_path):
    database = await open_database(fresh_sqlite(tmp_path))
    made = ReleasingWorld(database, releasing_project())
    made.sentry = Sessions()
    object.__setattr__(made.kit, "errors", made.sentry)
    yield made
    await database.close()


async def live(world):
    """Bring a release to where it is live in both stores; Apple phases it."""
    await world.until(StepName.REVIEW)
    world.stores[IOS].expect("1.4.1", "57", share=0.01, day=1)
    world.stores[ANDROID].expect("1.4.1", "58")
    assert await world.step(StepName.REVIEW) == "done"
    await world.finish()
    return GoingOut(world.kit)


async def test_sessions_that_did_not_crash_are_on_the_card_as_soon_as_it_is_live_somewhere(world):
    await live(world)
    known = await world.known()

    assert [one.release for one in known.crash_free] == ["app.pawlogic@1.4.1+57", "app.pawlogic@1.4.1+58"]
    assert {place for *place, _ in map(list, world.sentry.asked) for place in [tuple(place)]} == {
        ("mobile", "production")
    }


async def test_how_far_it_is_out_and_how_stable_it_is_is_looked_at_again_and_drawn_anew(world):
    job = await live(world)
    before = await world.now()
    assert await job.look() == 0
    assert (await world.now()).revision == before.revision

    world.stores[IOS].coming = world.stores[IOS].coming.model_copy(update={"share": 0.02, "day": 2})
    world.sentry.rate = 0.95
    assert await job.look() == 1
    known = await world.known()
    assert (known.stores[IOS].day, known.stores[IOS].share) == (2, 0.02)
    assert known.stores[ANDROID].phase is StorePhase.LIVE
    assert {one.rate for one in known.crash_free} == {0.95}
    assert (await world.now()).revision == before.revision + 1


async def test_who_cannot_be_asked_leaves_what_was_known(world):
    job = await live(world)
    known = await world.known()
    world.sentry.away = True
    world.stores[IOS].before["versions"] = [VendorUnavailable("App Store Connect", "reading versions")]
    assert await job.look() == 0
    assert await world.known() == known


async def test_a_version_the_store_no_longer_lists_stays_as_it_was(world):
    job = await live(world)
    known = await world.known()
    world.stores[ANDROID].coming = None
    await job.look()
    assert (await world.known()).stores[ANDROID] == known.stores[ANDROID]


async def test_after_two_weeks_nobody_looks_any_more(world):
    job = await live(world)
    world.sentry.asked.clear()
    await world.clock.sleep((LOOKED_AT + timedelta(minutes=1)).total_seconds())
    assert await job.look() == 0
    assert world.sentry.asked == []


async def test_a_release_that_is_not_live_is_its_own_runs_to_look_at(world):
    await world.until(StepName.DEVICES)
    assert await GoingOut(world.kit).look() == 0
    assert world.sentry.asked == []
