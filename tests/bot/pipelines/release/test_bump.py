"""The version of an app is raised once, on a commit that is tested, whatever happens on the way."""

import pytest

from bot.engine.checks import CheckState
from bot.engine.mobile import Build, Stage
from bot.engine.reasons import Reason
from bot.engine.release import Part
from bot.engine.states import RunState, StepName
from bot.engine.stores import StorePhase
from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.pipelines._asking import Left
from tests.bot.pipelines._world import SHA, report
from tests.bot.pipelines.release._bumping import bumps, stopped
from tests.bot.pipelines.release._vendors import ANDROID, CONFIG, IOS


@pytest.mark.parametrize(
    ("part", "version"), [(Part.MAJOR, "2.0.0"), (Part.MINOR, "1.5.0"), (Part.PATCH, "1.4.1")]
)
async def test_it_is_raised_by_one_commit_and_the_run_goes_on_with_that(world, part, version):
    await world.until(StepName.BUMP, part=part)
    assert await world.step(StepName.BUMP) == "done"

    run, known = await world.now(), await world.known()
    sha, title, text = world.repository.history[-1]
    assert title == f"Release {version} (pawdeploy run {run.id})"
    assert text == CONFIG.replace("1.4.0", version)
    assert (run.sha, run.commit_title) == (sha, title)
    assert (known.old_version, known.version, known.bump) == ("1.4.0", version, run.commit_url)
    assert run.step(StepName.BUMP).note == f"1.4.0 → {version} in {sha[:7]}"


async def test_its_checks_are_those_of_the_commit_it_stands_on(world):
    await world.until(StepName.BUMP)
    before = world.repository.calls.count("checks")
    assert await world.step(StepName.BUMP) == "done"

    assert world.repository.calls.count("checks") == before


async def test_a_branch_that_moved_before_is_checked_too_before_it_is_built(world):
    await world.until(StepName.BUMP)
    moved = world.repository.push("Somebody else's")
    world.repository.reports = [
        report(test=CheckState.PENDING, lint=CheckState.PASSED),
        report(test=CheckState.PASSED, lint=CheckState.PASSED),
    ]
    assert await world.step(StepName.BUMP) == "done"

    base, bump = world.repository.history[-2:]
    assert base[0] == moved
    assert (await world.now()).sha == bump[0]
    assert world.repository.reports != []


async def test_a_branch_that_moved_to_something_red_is_not_built(world):
    await world.until(StepName.BUMP)
    world.repository.push("Somebody else's")
    world.repository.reports = [report(test=CheckState.FAILED, lint=CheckState.PASSED)]

    await stopped(world, Reason.CHECKS_RED)
    assert bumps(world) == []


async def test_a_branch_that_moves_in_the_same_moment_is_started_from_anew(world):
    await world.until(StepName.BUMP)
    late = VendorRejected("GitHub", "committing", status=409, detail="moved")
    world.repository.before["raise_file"] = [late]
    moved = []

    async def somebody_is_faster() -> None:
        moved.append(world.repository.push("Faster"))

    raise_file = world.repository.raise_file

    async def racing(*args, **kwargs):
        if not moved:
            await somebody_is_faster()
        return await raise_file(*args, **kwargs)

    world.repository.raise_file = racing
    assert await world.step(StepName.BUMP) == "done"

    assert [title for _, title, _ in world.repository.history][1:] == ["Faster", *bumps(world)]
    assert len(bumps(world)) == 1


async def test_a_guarded_branch_is_said_with_what_to_write(world):
    await world.until(StepName.BUMP)
    world.repository.guarded = True

    said = await stopped(world, Reason.VENDOR_REJECTED, RunState.FAILED)
    assert 'bump = "pull-request"' in said


async def test_an_answer_that_was_lost_is_looked_for_and_the_commit_not_made_twice(world):
    await world.until(StepName.BUMP)
    world.repository.after["raise_file"] = [VendorUnavailable("GitHub", "committing")]
    assert await world.step(StepName.BUMP) == "done"

    assert len(bumps(world)) == 1
    assert (await world.known()).version == "1.4.1"


async def test_a_crash_after_the_commit_makes_no_second_one_though_others_pushed_since(world):
    await world.until(StepName.BUMP)
    world.repository.after["raise_file"] = [Left()]
    with pytest.raises(Left):
        await world.step(StepName.BUMP)
    world.repository.push("On top")
    after = world.born_again()
    assert await after.step(StepName.BUMP) == "done"

    assert len(bumps(after)) == 1
    run = await after.now()
    assert run.sha == next(sha for sha, title, _ in world.repository.history if title in bumps(after))
    assert (await after.known()).version == "1.4.1"


async def test_a_crash_before_the_commit_makes_it_then(world):
    await world.until(StepName.BUMP)
    world.repository.before["raise_file"] = [Left()]
    with pytest.raises(Left):
        await world.step(StepName.BUMP)
    after = world.born_again()
    assert await after.step(StepName.BUMP) == "done"

    assert len(bumps(after)) == 1


async def test_a_config_that_cannot_be_edited_safely_is_refused_with_the_line(world):
    world.repository.history[-1] = (SHA, "Odd", "export default () => ({ version: pkg.version })\n")
    await world.until(StepName.BUMP)

    said = await stopped(world, Reason.VERSION_UNREADABLE)
    assert said.startswith("app.config.ts, line 1: ")
    assert bumps(world) == []


async def test_a_config_that_is_not_there_is_refused_with_the_key_that_names_it(world):
    await world.until(StepName.BUMP)
    world.repository.before["file_at"] = [VendorRejected("GitHub", "reading a file", status=404)]

    assert "[apps.expo], config" in await stopped(world, Reason.VERSION_UNREADABLE)


async def test_a_version_that_a_finished_build_has_is_refused_with_the_build(world):
    await world.until(StepName.BUMP)
    world.expo.made.append(
        Build(
            id="old", platform=IOS, stage=Stage.FINISHED, raw="FINISHED", created_at=world.clock.now(),
            version="1.4.1", number="56", message="by hand", page="https://expo.test/old",
        )
    )  # fmt: skip

    said = await stopped(world, Reason.VERSION_USED)
    assert "1.4.1 is used already: a finished iOS build (56) has it" in said
    assert bumps(world) == []


async def test_a_build_of_it_that_failed_uses_no_version(world):
    await world.until(StepName.BUMP)
    world.expo.made.append(
        Build(
            id="old", platform=IOS, stage=Stage.FAILED, raw="ERRORED", created_at=world.clock.now(),
            version="1.4.1", message="by hand",
        )
    )  # fmt: skip

    assert await world.step(StepName.BUMP) == "done"


async def test_a_version_that_a_store_has_is_refused_with_the_store(world):
    await world.until(StepName.BUMP)
    store = world.stores[ANDROID]
    store.there.insert(0, store.version("1.4.1", "51", StorePhase.IN_REVIEW))

    assert "Google Play has it (IN_REVIEW)" in await stopped(world, Reason.VERSION_USED)


async def test_a_draft_at_the_store_waits_for_exactly_this_build(world):
    await world.until(StepName.BUMP)
    store = world.stores[IOS]
    store.there.insert(0, store.version("1.4.1", "", StorePhase.DRAFT))

    assert await world.step(StepName.BUMP) == "done"


async def test_a_store_that_does_not_answer_stops_no_version(world):
    await world.until(StepName.BUMP)
    world.stores[IOS].before["versions"] = [VendorRejected("App Store Connect", "asking", status=403)]

    assert await world.step(StepName.BUMP) == "done"


async def test_an_older_commit_is_not_built_as_the_newest(world):
    newest = world.repository.push("Newer")
    await world.until(StepName.BUMP, ref=SHA)

    said = await stopped(world, Reason.BAD_REF, RunState.FAILED)
    assert said == (
        f"The version is raised on main, whose newest commit is {newest[:7]}; {SHA[:7]} is not it. "
        "Build without naming a commit."
    )
    assert bumps(world) == []


async def test_cancelled_after_the_commit_the_version_is_said_to_stay(world):
    await world.until(StepName.BUILD)

    assert (await world.cancelled()).live == "Nothing was handed to a store. The version stays at 1.4.1."
