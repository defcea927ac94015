"""A release that is built and not yet live changes nothing for what people have: updates of theirs go on."""

from dataclasses import replace

import pytest

from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName
from bot.engine.stores import StorePhase
from bot.errors import VendorUnavailable
from bot.pipelines.app_authors import authors
from bot.pipelines.step import Step
from tests.bot.pipelines._world import SHA
from tests.bot.pipelines.ota._expo import ANDROID, BUILT, IOS
from tests.bot.pipelines.release._vendors import MemoryStore

S = StepName
CONFIG = 'export default { version: "%s", runtimeVersion: { policy: "appVersion" } };'
NEW = {IOS: "1111aaaa", ANDROID: "2222bbbb"}


def built(world, version="1.5.0"):
    """Have the next release built: other native code, another runtime."""
    for platform, print_ in NEW.items():
        more = {"number": "58", "fingerprint": print_, "sha": "c" * 40}
        world.expo.built.append(world.expo.a_build(platform, version=version, runtime=version, **more))


def commit_of(world, version):
    world.repository.texts["app.config.ts"] = CONFIG % version
    world.workflows.runtime = version


def live_at_the_stores(world, version, number):
    stores = tuple(MemoryStore(world.clock, platform) for platform in (IOS, ANDROID))
    for store in stores:
        store.there = [store.version(version, number, StorePhase.LIVE)]
    world.kit = replace(world.kit, stores={"mobile": stores})
    world.player.__init__(world.kit)


async def test_an_update_of_what_people_have_is_taken_back_though_a_newer_build_waits(world):
    await world.went_out("For 1.4.0")
    built(world)
    await world.back_wanted()

    run = await world.go()

    assert (run.state, run.reason) == (RunState.SUCCEEDED, Reason.UPDATE_TAKEN_BACK)
    assert world.what_people_get() == "what is built in"


async def test_an_update_that_no_build_receives_is_not_the_newest_one(world):
    await world.went_out("For 1.4.0")
    world.expo.published("By mistake", runtime="9.9.9")
    await world.back_wanted()

    await world.go()

    assert [one.runtime for one in (await world.back_facts()).undo] == ["1.4.0"]


async def test_a_fix_of_what_people_have_is_proved_against_the_build_of_its_runtime(world):
    built(world)
    commit_of(world, "1.4.0")

    run, facts = await world.went_out("Hotfix"), await world.facts()

    assert run.step(S.NATIVE).note == "JavaScript only"
    assert facts.runtimes == {IOS: "1.4.0", ANDROID: "1.4.0"}
    assert facts.builds == {IOS: "1.4.0 (57)", ANDROID: "1.4.0 (57)"}
    assert (facts.behind, facts.unreleased) == (True, False)


async def test_it_is_refused_where_its_native_code_is_not_that_of_the_build_of_its_runtime(world):
    built(world)
    commit_of(world, "1.4.0")
    world.repository.prints |= {f"fingerprint/{one.value}": print_ for one, print_ in NEW.items()}
    await world.wanted()

    run = await world.go()

    assert (run.state, run.reason) == (RunState.REFUSED, Reason.NATIVE_CHANGED)
    assert "1.4.0 (57)" in run.detail


async def test_authors_are_those_since_the_build_it_is_for(world):
    built(world)
    commit_of(world, "1.4.0")
    world.repository.heads[SHA] = SHA
    world.repository.authors = {BUILT: ("ann",), "c" * 40: ("somebody",)}
    await world.wanted()
    await world.go(until=S.LINE)

    found = await authors(Step(world.kit, await world.now(), S.LINE))

    assert "ann" in found
    assert "somebody" not in found


async def test_a_newer_build_of_another_runtime_voids_nothing_while_it_waits(world):
    commit_of(world, "1.4.0")
    await world.wanted()
    await world.go(until=S.LINE)
    built(world)

    assert (await world.go()).state is RunState.SUCCEEDED


async def test_a_build_of_a_platform_that_had_none_asks_for_a_new_run(world):
    world.expo.built = world.expo.built[:1]
    await world.wanted()
    await world.go(until=S.LINE)
    world.expo.built.append(world.expo.a_build(ANDROID))

    assert (await world.go()).reason is Reason.CONSENT_VOID


@pytest.mark.parametrize(("live", "unreleased"), [(("1.4.0", "57"), True), (("1.5.0", "58"), False)])
async def test_an_update_of_a_build_that_no_store_has_live_says_so(world, live, unreleased):
    built(world)
    commit_of(world, "1.5.0")
    world.repository.prints |= {f"fingerprint/{one.value}": print_ for one, print_ in NEW.items()}
    live_at_the_stores(world, *live)

    await world.went_out("From main")

    assert ((await world.facts()).behind, (await world.facts()).unreleased) == (False, unreleased)


async def test_a_store_that_goes_live_meanwhile_or_does_not_answer_is_not_said_to_lack_it(world):
    live_at_the_stores(world, "1.3.0", "50")
    await world.wanted()
    await world.go(until=S.ROLLOUT)
    assert (await world.facts()).unreleased
    for store in world.kit.stores["mobile"]:
        store.before["versions"] = [VendorUnavailable("Store", "asked", detail="timed out")] * 9

    await world.go()

    assert not (await world.facts()).unreleased


async def test_published_for_a_runtime_nobody_agreed_to_it_is_not_said_to_reach_nobody(world):
    built(world)
    await world.wanted()  # its config tells no runtime: the newest build is meant
    world.repository.prints |= {f"fingerprint/{one.value}": print_ for one, print_ in NEW.items()}

    run = await world.go()

    assert (run.state, run.reason) == (RunState.FAILED, Reason.RUNTIME_CHANGED)
    assert "people agreed to 1.5.0: nothing was proved" in run.detail
