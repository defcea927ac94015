"""An update goes on only where it is proved that nothing native changed; what is not known is never a yes."""

import pytest

from bot.engine.mobile import AppPlatform
from bot.engine.reasons import Reason
from bot.engine.shipping import Phase
from bot.engine.states import RunState, StepName
from bot.errors import UserError
from tests.bot.pipelines._asking import Left
from tests.bot.pipelines._world import ANN, SHA
from tests.bot.pipelines.ota._expo import ANDROID, BUILT, IOS, PRINT

S = StepName


async def proved(world):
    await world.wanted()
    run = await world.go(until=S.LINE)
    return run, await world.facts()


async def refused(world, reason):
    run, _ = await proved(world)
    assert (run.state, run.reason) == (RunState.REFUSED, reason)
    assert run.not_done == "Nothing was published; people keep what they have."
    assert world.workflows.updates == []
    return run.detail


async def test_equal_fingerprints_prove_it_and_nothing_is_compared(world):
    run, facts = await proved(world)

    assert run.step(S.NATIVE).note == "JavaScript only"
    assert "1.4.0 (57)" in facts.proof
    assert facts.runtimes == {IOS: "1.4.0", ANDROID: "1.4.0"}
    assert "compare" not in world.repository.calls
    assert world.workflows.sent == []


async def test_another_fingerprint_refuses_it_and_says_what_changed(world):
    world.repository.prints["fingerprint/ios"] = "0ther"
    world.repository.files = ("ios/Podfile", "app/pets.tsx")
    assert "ios/Podfile" in await refused(world, Reason.NATIVE_CHANGED)


async def test_fingerprints_that_are_missing_are_taken_once_by_the_workflow(world):
    world.repository.prints = {}
    world.workflows.prints = {f"fingerprint/{one.value}": PRINT[one] for one in AppPlatform}

    run, _ = await proved(world)

    assert run.step(S.NATIVE).note == "JavaScript only"
    assert [inputs for _, _, inputs in world.workflows.sent] == [{"action": "fingerprint"}]


async def test_killed_as_they_were_asked_for_they_are_taken_anew_where_nobody_can_find_the_start(world):
    world.repository.prints = {}
    world.workflows.prints = {f"fingerprint/{one.value}": PRINT[one] for one in AppPlatform}
    world.workflows.before["start"] = [Left()]
    await world.wanted()
    with pytest.raises(Left):
        await world.go(until=S.LINE)
    world.repository.prints = {}  # GitHub never heard of it

    run = await world.born_again().go(until=S.LINE)

    assert run.step(S.NATIVE).note == "JavaScript only"
    assert [inputs for _, _, inputs in world.workflows.sent] == [{"action": "fingerprint"}]


@pytest.mark.parametrize("phase", [Phase.FAILED, Phase.LIVE])
async def test_still_missing_with_nothing_native_among_the_paths_is_unknown_and_no_silent_yes(world, phase):
    world.repository.prints, world.workflows.phases = {}, [phase]
    assert "fingerprint" in await refused(world, Reason.NATIVE_UNKNOWN)


@pytest.mark.parametrize("phase", [Phase.FAILED, Phase.LIVE])
async def test_retry_has_fingerprints_taken_anew_where_they_could_not_be_had(world, phase):
    world.repository.prints, world.workflows.phases = {}, [phase]
    await refused(world, Reason.NATIVE_UNKNOWN)
    world.workflows.phases = [Phase.LIVE]
    world.workflows.prints = {f"fingerprint/{one.value}": PRINT[one] for one in AppPlatform}
    await world.retry()

    run = await world.go(until=S.LINE)

    assert run.step(S.NATIVE).note == "JavaScript only"
    assert [inputs for _, _, inputs in world.workflows.sent] == [{"action": "fingerprint"}] * 2


async def test_still_missing_a_native_path_refuses_it(world):
    world.repository.prints, world.repository.files = {}, ("android/build.gradle",)
    assert "android/build.gradle" in await refused(world, Reason.NATIVE_CHANGED)


async def test_still_missing_a_native_package_refuses_it(world):
    world.repository.prints, world.repository.files = {}, ("package.json",)
    world.repository.at = {
        ("package.json", BUILT): '{"dependencies": {"expo-camera": "~16.0.0"}}',
        ("package.json", SHA): '{"dependencies": {"expo-camera": "~17.0.0"}}',
    }
    assert "expo-camera" in await refused(world, Reason.NATIVE_CHANGED)


async def test_a_changed_runtime_is_refused_because_nobody_would_receive_it(world):
    world.repository.texts["app.config.ts"] = 'export default { version: "1.5.0", runtimeVersion: "1.5.0" };'
    assert "No installed build" in await refused(world, Reason.RUNTIME_CHANGED)


async def test_with_no_build_nobody_would_receive_it(world):
    world.expo.built = []
    await refused(world, Reason.NO_BUILD)


async def test_what_is_unknown_goes_on_with_a_reason_and_is_not_taken_for_proved(world):
    world.repository.prints = {}
    await refused(world, Reason.NATIVE_UNKNOWN)
    await world.desk.override_native(world.run_id, 1, ANN, "only texts changed")

    run = await world.go()

    assert run.state is RunState.SUCCEEDED
    assert "overridden" in (await world.facts()).proof
    assert (run.override, run.override_by) == ("only texts changed", ANN)
    assert [one for _, _, one in world.workflows.sent if one["action"] == "fingerprint"] == [
        {"action": "fingerprint"}
    ]


async def test_what_is_refuted_cannot_be_overridden(world):
    world.repository.prints["fingerprint/ios"] = "0ther"
    await refused(world, Reason.NATIVE_CHANGED)
    with pytest.raises(UserError):
        await world.desk.override_native(world.run_id, 1, ANN, "I know better")


async def test_an_override_passes_nothing_but_the_unknown(world):
    world.repository.prints = {}
    await refused(world, Reason.NATIVE_UNKNOWN)
    world.repository.prints = {"fingerprint/ios": "0ther", "fingerprint/android": PRINT[ANDROID]}
    await world.desk.override_native(world.run_id, 1, ANN, "only texts changed")

    run = await world.go()

    assert (run.reason, world.workflows.updates) == (Reason.NATIVE_CHANGED, [])


async def test_a_build_that_was_finished_meanwhile_asks_for_a_new_run(world):
    await proved(world)
    world.expo.built.append(world.expo.a_build(IOS, version="1.4.1", number="58", fingerprint="newer"))

    run = await world.go()

    assert (run.state, run.reason) == (RunState.REFUSED, Reason.CONSENT_VOID)
    assert "1.4.1 (58)" in run.detail
