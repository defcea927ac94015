"""Our Expo client at the simulated Expo: updates it reads are there, and what it changes has changed."""

import json

import pytest

from bot.engine.mobile import BOTH, AppPlatform, JobState, marked, run_of
from bot.errors import VendorRejected, VendorUnavailable
from sandbox.vendors.expo import PROJECT
from sandbox.vendors.expo_updates import NewPart
from sandbox.vendors.expo_workflow import manifest_of

MESSAGE = marked("Fix the timeline", 12)


@pytest.fixture
def rolling(sim, world):
    """A group that is out to ten of a hundred."""
    updates = sim.work[1]
    parts = {one.value: NewPart(manifest=manifest_of(world.sha, one.value), percent=10) for one in BOTH}
    world.later(60)
    made = updates.publish(updates.branches["production"], newest(sim).runtime, parts, message=MESSAGE)
    return made[0].group


def newest(sim):
    return sim.groups()[0][0]


async def test_it_says_whose_token_and_which_project(expo):
    assert await expo.whoami() == "pawdeploy (robot) of pawlogic"
    assert await expo.project_name(PROJECT) == "@pawlogic/mobile"


async def test_groups_are_those_of_the_branch_newest_first(expo, sim):
    found = await expo.groups(PROJECT, "production")

    assert [one.group for one in found] == [parts[0].group for parts in sim.groups()]
    assert [len(one.parts) for one in found] == [2] * len(found)
    first = newest(sim)
    assert (found[0].sha, found[0].runtime, found[0].branch_id) == (first.sha, first.runtime, first.branch.id)
    assert found[0].percents == {100}


async def test_groups_of_a_runtime_nobody_has_are_none(expo):
    assert await expo.groups(PROJECT, "production", runtime="0.0.1") == ()


async def test_a_group_by_itself_has_what_it_is_made_of(expo, sim):
    there = newest(sim)

    found = await expo.group(there.group)

    assert {part.id for part in found.parts} == {one.id for one in sim.groups()[0]}
    assert {part.manifest for part in found.parts} == {one.manifest for one in sim.groups()[0]}


async def test_what_is_not_there_is_not_found(expo):
    for asked in (
        expo.project_name("00000000-0000-0000-0000-000000000000"),
        expo.groups(PROJECT, "nope"),
        expo.group("nope"),
        expo.channel(PROJECT, "nope"),
        expo.branch_id(PROJECT, "nope"),
        expo.build("nope"),
        expo.submission("nope"),
        expo.job("nope"),
        expo.cancel_build("nope"),
        expo.delete_group("nope"),
        expo.set_percent("nope", 50),
        expo.embed("nope", "1.0.0", message=MESSAGE, platforms=BOTH),
    ):
        with pytest.raises(VendorRejected) as caught:
            await asked
        assert caught.value.status == 404


async def test_a_channel_leads_to_a_branch_and_can_be_paused(expo, sim):
    found = await expo.channel(PROJECT, "production")
    assert (found.branches, found.paused) == (("production",), False)

    sim.channel().paused = True

    assert (await expo.channel(PROJECT, "production")).paused


async def test_during_a_branch_rollout_a_channel_leads_to_two(expo, sim):
    channel, updates = sim.channel(), sim.work[1]
    channel.branches.insert(0, updates.branches["preview"])

    assert (await expo.channel(PROJECT, "production")).branches == ("preview", "production")


async def test_a_rollout_rises_part_by_part_and_ends_with_everybody(expo, rolling):
    group = await expo.group(rolling)
    ios, android = (part for part in sorted(group.parts, key=lambda one: one.platform, reverse=True))
    assert (ios.percent, run_of(group.message)) == (10, 12)

    assert await expo.set_percent(ios.id, 50) == 50
    assert (await expo.group(rolling)).percents == {10, 50}
    assert await expo.set_percent(android.id, 100) in (None, 100)

    after = await expo.group(rolling)
    assert after.percents == {50, 100}
    assert after.rolling


async def test_a_rollout_keeps_what_was_there_for_the_others(expo, sim, rolling):
    before = sim.groups()[1]

    group = await expo.group(rolling)

    assert {part.control for part in group.parts} == {one.id for one in before}
    assert {part.control_group for part in group.parts} == {before[0].group}


async def test_a_rollout_never_falls_and_expo_says_so(expo, rolling):
    part = (await expo.group(rolling)).parts[0]

    with pytest.raises(VendorRejected, match="must be greater"):
        await expo.set_percent(part.id, 5)
    assert (await expo.group(rolling)).percents == {10}


@pytest.mark.parametrize(
    ("knob", "refused"), [("refuses", {"ios", "android"}), ("android refuses", {"android"})]
)
async def test_a_part_expo_does_not_roll_out_stays_where_it_is(world, expo, rolling, knob, refused):
    world.faults.set("expo.rollout", knob)
    said = set()
    for part in (await expo.group(rolling)).parts:
        try:
            await expo.set_percent(part.id, 50)
        except VendorRejected:
            said.add(part.platform.value)

    assert said == refused


async def test_a_group_is_deleted_later(world, expo, rolling):
    job = await expo.delete_group(rolling)
    assert (await expo.job(job))[0] is JobState.GOING

    world.later(600)

    assert await expo.job(job) == (JobState.DONE, "")
    with pytest.raises(VendorRejected) as caught:
        await expo.group(rolling)
    assert caught.value.status == 404


async def test_what_was_published_once_is_published_again_to_everybody(expo, sim):
    old = await expo.group(sim.groups()[1][0].group)
    branch = await expo.branch_id(PROJECT, "production")

    made = await expo.republish(branch, old, message=MESSAGE, platforms=BOTH)

    new = await expo.group(made)
    assert made == sim.groups()[0][0].group != old.group
    assert (new.message, new.percents, new.sha) == (MESSAGE, {100}, old.sha)
    assert [json.loads(part.manifest) for part in new.parts] == [
        json.loads(part.manifest) for part in old.parts
    ]
    assert [part.fingerprint for part in new.parts] == [part.fingerprint for part in old.parts]


async def test_one_platform_alone_goes_back(expo, sim):
    old = await expo.group(sim.groups()[1][0].group)

    made = await expo.republish(old.branch_id, old, message=MESSAGE, platforms=(AppPlatform.IOS,))

    assert [part.platform for part in (await expo.group(made)).parts] == [AppPlatform.IOS]


async def test_phones_go_back_to_what_is_built_in_and_that_can_be_published_again(expo, sim):
    branch, runtime = await expo.branch_id(PROJECT, "production"), newest(sim).runtime

    made = await expo.group(await expo.embed(branch, runtime, message=MESSAGE, platforms=BOTH))
    again = await expo.group(await expo.republish(branch, made, message=MESSAGE, platforms=BOTH))

    for group in (made, again):
        assert group.embedded
        assert (group.runtime, len(group.parts), group.message) == (runtime, 2, MESSAGE)


async def test_nothing_is_published_while_another_is_rolled_out(expo, sim, rolling):
    old = await expo.group(sim.groups()[1][0].group)

    with pytest.raises(VendorRejected, match="being rolled out"):
        await expo.republish(old.branch_id, old, message=MESSAGE, platforms=BOTH)
    assert newest(sim).group == rolling


@pytest.mark.parametrize("trouble", ["429", "503"])
async def test_trouble_that_passes_is_unavailable(world, expo, trouble):
    world.faults.set("expo.api", trouble)

    with pytest.raises(VendorUnavailable):
        await expo.whoami()


async def test_a_token_that_is_not_taken_is_refused(world, expo):
    world.faults.set("expo.api", "401")

    with pytest.raises(VendorRejected) as caught:
        await expo.whoami()
    assert caught.value.status == 401
