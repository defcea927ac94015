"""The card of a release stays true after it is live, for as long as stores and sessions still change."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.db.session import open_database
from bot.engine.crash_free import CrashFree
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName
from bot.engine.stores import StorePhase, StoreVersion
from bot.errors import VendorUnavailable
from bot.jobs.going_out import LOOKED_AT, GoingOut
from tests.bot.pipelines._world import ANN
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


async def rejected(world):
    """Bring a release to where Google rejected it while Apple still waits."""
    await world.until(StepName.REVIEW)
    world.stores[IOS].expect("1.4.1", "57", share=0.01, day=1)
    world.stores[IOS].road = [StorePhase.WAITING]
    world.stores[ANDROID].expect("1.4.1", "58")
    world.stores[ANDROID].road = [StorePhase.REJECTED]
    assert await world.step(StepName.REVIEW) == "stopped"
    return GoingOut(world.kit)


async def told(world) -> list[StoreVersion]:
    posts = [one for one in await world.kit.posts.due() if one.kind == "store_live"]
    return [StoreVersion.model_validate_json(one.body) for one in posts]


async def test_where_one_store_rejected_it_the_other_is_looked_at_and_told_once_it_is_live(world):
    job = await rejected(world)
    assert await job.look() == 0
    world.stores[IOS].road = [StorePhase.LIVE]
    assert await job.look() == 1
    assert await job.look() == 0

    known, run = await world.known(), await world.now()
    assert (known.stores[IOS].phase, known.stores[IOS].share) == (StorePhase.LIVE, 0.01)
    assert known.stores[ANDROID].phase is StorePhase.REJECTED
    assert (run.state, run.reason) == (RunState.FAILED, Reason.STORE_REJECTED)
    assert [one.platform for one in await told(world)] == [IOS]


async def test_a_store_that_had_nothing_of_a_rejected_release_is_looked_at_too(world):
    await world.until(StepName.REVIEW)
    world.stores[ANDROID].expect("1.4.1", "58")
    world.stores[ANDROID].road = [StorePhase.REJECTED]
    assert await world.step(StepName.REVIEW) == "stopped"
    world.stores[IOS].expect("1.4.1", "57")
    world.stores[IOS].road = [StorePhase.IN_REVIEW]
    assert await GoingOut(world.kit).look() == 1

    assert (await world.known()).stores[IOS].phase is StorePhase.IN_REVIEW
    assert await told(world) == []


async def test_what_waits_at_the_other_store_is_gone_once_a_newer_version_took_its_place(world):
    job = await rejected(world)
    for store in world.stores.values():
        store.coming = store.version("1.4.2", "60", StorePhase.IN_REVIEW)
    await job.look()
    known = await world.known()

    assert known.stores[IOS].phase is StorePhase.WITHDRAWN
    assert known.stores[ANDROID].phase is StorePhase.REJECTED


async def test_a_rejected_release_that_is_retried_as_stores_are_asked_is_left_to_its_run(world):
    job = await rejected(world)
    store, run = world.stores[IOS], await world.now()
    store.road, ask = [StorePhase.LIVE], store.versions

    async def versions():
        await world.desk.retry(run.id, run.attempt, ANN)
        return await ask()

    store.versions = versions
    assert await job.look() == 0
    assert (await world.known()).stores[IOS].phase is StorePhase.WAITING
