"""Builds and submissions: our Expo client at the simulated Expo."""

from dataclasses import replace

from bot.engine.mobile import AppPlatform, Stage, marked, run_of
from sandbox.vendors.expo import PROJECT

MESSAGE = marked("Raise the version", 12)


def waiting(sim, world):
    """A new build like the newest one."""
    return replace(
        sim.builds[-1],
        id="new-build",
        status="NEW",
        created_at=world.now(),
        updated_at=world.now(),
        started_at=None,
        completed_at=None,
        message=MESSAGE,
    )


async def test_builds_by_what_they_are(expo, sim):
    there = sim.builds[-1]

    every = await expo.builds(PROJECT)
    same = await expo.builds(
        PROJECT,
        platform=AppPlatform(there.platform),
        profile="production",
        stage=Stage.FINISHED,
        sha=there.sha,
        version=there.version,
    )

    assert {one.id for one in every} == {one.id for one in sim.builds}
    assert [one.created_at for one in every] == sorted((one.created_at for one in every), reverse=True)
    assert [one.id for one in same] == [there.id]
    assert await expo.builds(PROJECT, version="9.9.9") == ()
    assert await expo.builds(PROJECT, stage=Stage.WAITING) == ()


async def test_a_builds_links_lead_to_its_pages(expo, sim, world, clients):
    there = await expo.build(sim.builds[-1].id)
    people = await clients.enter_async_context(world.http(""))

    for link in (there.page, there.artifact, there.logs):
        assert (await people.get(link)).status_code == 200


async def test_a_build_goes_from_the_queue_to_its_end(world, expo, sim):
    build = sim.work[0].add(waiting(sim, world))
    assert (await expo.build(build.id)).stage is Stage.WAITING

    world.later(1)
    queued = await expo.build(build.id)
    world.later(600)
    done = await expo.build(build.id)

    assert (queued.raw, queued.stage) == ("IN_QUEUE", Stage.WAITING)
    assert queued.queue is not None
    assert queued.wait is not None
    assert (done.stage, done.queue, run_of(done.message)) == (Stage.FINISHED, None, 12)


async def test_a_build_is_stopped(world, expo, sim):
    build = sim.work[0].add(waiting(sim, world))
    await expo.cancel_build(build.id)
    world.later(600)

    assert (await expo.build(build.id)).stage is Stage.CANCELLED


async def test_a_build_that_fails_says_why(world, expo, sim):
    world.faults.set("expo.build", "fails")
    build = sim.work[0].add(waiting(sim, world))
    world.later(600)

    found = await expo.build(build.id)

    assert found.stage is Stage.FAILED
    assert found.error


async def test_submissions_name_their_builds(world, expo, sim):
    build = next(one for one in sim.builds if one.platform == "ios")
    made = sim.work[0].submit(build, world.now())

    before = await expo.submission(made.id)
    world.later(600)
    after = await expo.submissions(PROJECT, platform=AppPlatform.IOS)

    assert (before.stage, before.build) == (Stage.WAITING, build.id)
    assert (after[0].id, after[0].stage) == (made.id, Stage.FINISHED)
    assert {one.platform for one in after} == {AppPlatform.IOS}
