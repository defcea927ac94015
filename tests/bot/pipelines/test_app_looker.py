"""How an app stands is said as far as it is known; what is not known is a sentence, not a silence."""

from datetime import UTC, datetime

import pytest

from bot.db.session import open_database
from bot.engine.crash_free import CrashFree
from bot.engine.mobile import AppPlatform, Channel, Stage
from bot.engine.reasons import Reason
from bot.engine.states import RunKind, StepName
from bot.engine.stores import StorePhase
from bot.errors import UserError, VendorRejected, VendorUnavailable
from tests.bot.pipelines.release._vendors import ANDROID, IOS
from tests.bot.pipelines.release._world import ReleasingWorld, releasing_project
from tests.sqlite import fresh_sqlite

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Sessions:
    """A Sentry that counts sessions of one release."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def crash_free(self, project, environment, *, release):
        self.asked.append(release)
        if not release.startswith("app.pawlogic@1.3.0"):
            return None
        return CrashFree(release=release, sessions=900, rate=0.998, until=NOON)


@pytest.fixture
async def world(tmp_path):
    database = await open_database(fresh_sqlite(tmp_path))
    made = ReleasingWorld(database, releasing_project())
    made.errors = Sessions()

    async def channel(project, name):
        made.expo.call("channel")
        return Channel(id="c", name=name, paused=True, branches=("production",))

    async def groups(project, branch, *, runtime="", limit=20):
        made.expo.call("groups")
        return ()

    made.expo.channel, made.expo.groups = channel, groups
    object.__setattr__(made.kit, "errors", made.errors)
    yield made
    await database.close()


async def status(world):
    return await world.looker.status("mobile", "production")


async def test_builds_stores_and_sessions_of_what_is_live_are_there(world):
    await world.until(StepName.DEVICES)
    store = world.stores[IOS]
    store.there.insert(0, store.version("1.4.1", "57", StorePhase.IN_REVIEW))
    store.there.append(store.version("1.2.0", "40", StorePhase.LIVE))
    seen = await status(world)

    assert {one: build.stage for one, build in seen.builds.items()} == dict.fromkeys(
        (IOS, ANDROID), Stage.FINISHED
    )
    assert [(one.platform, one.version) for one in seen.stores] == [
        (IOS, "1.4.1"),
        (IOS, "1.3.0"),
        (ANDROID, "1.3.0"),
    ]
    assert [one.release for one in seen.crash_free] == ["app.pawlogic@1.3.0+50"]
    assert (seen.branch, seen.paused, seen.trouble) == ("production", True, ())
    assert [run.kind for run in seen.active] == [RunKind.RELEASE]
    assert seen.last is None  # what is under way is said once


async def test_whoever_does_not_answer_is_named_and_the_rest_is_there(world):
    world.expo.before["builds"] = [VendorUnavailable("Expo", "reading builds", status=503)] * 2
    world.stores[ANDROID].before["versions"] = [VendorRejected("Google Play", "reading releases", status=403)]
    seen = await status(world)

    assert [one.platform for one in seen.stores] == [AppPlatform.IOS]
    assert seen.trouble == (
        "Expo failed while reading builds: HTTP 503.",
        "Google Play failed while reading releases: HTTP 403.",
    )


async def test_a_store_without_access_is_said_not_to_be_asked(world):
    del world.stores[ANDROID]
    world._join()

    assert "Google Play is not asked: no access is configured." in (await status(world)).trouble


async def test_an_app_nobody_knows_is_refused(world):
    with pytest.raises(UserError) as refused:
        await world.looker.status("nope", "production")
    assert refused.value.reason is Reason.UNKNOWN_APP
