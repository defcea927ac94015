"""Going back, and what is read before a deploy, between our clients and the simulated Railway and GitHub."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.shipping import PRE_DEPLOY, Phase, PreDeploy
from bot.errors import VendorRejected, VendorUnavailable

REPO = "pawlogic/backend"


@pytest.fixture
async def shipped(world, rail):
    """Ship ``world.sha`` over what was live; give the deployment from before."""
    before = await rail.live(world.target)
    world.later()
    await rail.start(world.target, world.sha, run=1)
    world.later()
    return before


async def made_since(world, rail, since):
    return [one for one in await rail.deployments(world.target) if one.since > since]


# rolling back


async def test_a_rollback_is_found_as_a_newer_deployment_of_the_old_commit(world, rail, shipped):
    since = world.time
    world.later(1)

    await rail.roll_back(world.target, shipped.id)

    (made,) = await made_since(world, rail, since)
    assert (made.sha, made.reason, made.id != shipped.id) == (world.before, "rollback", True)
    world.later()
    assert (await rail.look(world.target, made.id)).phase is Phase.LIVE
    live = await rail.live(world.target)
    assert live is not None
    assert (live.id, live.sha) == (made.id, world.before)


async def test_a_rollback_whose_answer_is_lost_is_found_all_the_same(world, rail, shipped):
    since = world.time
    world.later(1)
    world.faults.set("railway.rollback", "lost answer")

    with pytest.raises(VendorUnavailable):
        await rail.roll_back(world.target, shipped.id)

    assert [one.sha for one in await made_since(world, rail, since)] == [world.before]
    assert len(world.railway.rolled_back("api", "staging")) == 1


async def test_a_rollback_that_fails_says_where(world, rail, shipped):
    world.faults.set("railway.rollback", "fails")
    await rail.roll_back(world.target, shipped.id)
    world.later()
    newest = (await rail.deployments(world.target))[0]

    progress = await rail.look(world.target, newest.id)

    assert (progress.phase, progress.failed_step) == (Phase.FAILED, "HEALTHCHECK")
    live = await rail.live(world.target)
    assert live is not None
    assert live.sha == world.sha


@pytest.mark.parametrize("how", ["forgotten", "gone", "unknown"])
async def test_an_image_that_is_gone_is_told_before_and_refused_after(world, rail, shipped, how):
    wanted = shipped.id
    assert (shipped.can_roll_back, await rail.can_roll_back(world.target, wanted)) == (True, True)
    match how:
        case "forgotten":
            world.railway.forget_image(wanted)
        case "gone":
            world.faults.set("railway.image", "gone")
        case _:
            wanted = "no-such-deployment"

    assert await rail.can_roll_back(world.target, wanted) is False
    assert not any(one.can_roll_back for one in await rail.deployments(world.target) if one.id == wanted)
    with pytest.raises(VendorRejected):
        await rail.roll_back(world.target, wanted)


# automatic deploys


async def test_automatic_deploys_are_switched_and_told(world, rail):
    world.github.on_push = world.railway.pushed
    states = [await rail.auto_deploys(world.target)]
    for on in (True, False):
        await rail.set_auto_deploys(world.target, on)
        states.append(await rail.auto_deploys(world.target))
        world.github.push("main", f"Push while {on}")

    assert states == [False, True, False]
    assert len(world.railway.deployments) == 2  # the first one, and the one push deployed by itself


async def test_of_another_place_nothing_is_told_and_nothing_switched(world, rail):
    elsewhere = replace(world.target, railway_environment="e-9")

    assert await rail.auto_deploys(elsewhere) is None
    with pytest.raises(VendorRejected):
        await rail.set_auto_deploys(elsewhere, True)


# migrations


@pytest.mark.parametrize(
    ("knob", "state", "phase"),
    [("succeeds", "done", Phase.LIVE), ("pre-deploy fails", "failed", Phase.FAILED)],
)
async def test_the_pre_deploy_command_is_followed_to_its_end(world, rail, knob, state, phase):
    world.faults.set("railway.deployment", knob)
    started = await rail.start(world.target, world.sha, run=1)
    seen = [await rail.pre_deploy(world.target, started.id)]
    for seconds in (1, 10):
        world.later(seconds)
        seen.append(await rail.pre_deploy(world.target, started.id))
    progress = await rail.look(world.target, started.id)

    assert seen[:2] == [PreDeploy(state="none"), PreDeploy(state="running")]
    assert (seen[2].state, progress.phase) == (state, phase)
    assert progress.failed_step == (PRE_DEPLOY if state == "failed" else "")


@pytest.mark.parametrize(
    ("fate", "phase"),
    [("succeeds", Phase.LIVE), ("fails", Phase.FAILED), ("never ends", Phase.DEPLOYING)],
)
async def test_a_migration_by_workflow_is_followed_and_ships_nothing(world, workflow, fate, phase):
    world.faults.set("github.migration", fate)
    migration = replace(world.target, workflow="migrate.yml")
    started = await workflow.start(migration, world.sha, run=12)
    world.later()

    progress = await workflow.look(migration, started.id)

    assert progress.phase is phase
    assert progress.failed_step == ("alembic upgrade head" if fate == "fails" else "")
    if phase is Phase.FAILED:
        assert "alembic upgrade head" in await workflow.last_lines(migration, started.id)
    assert [one.run for one in await workflow.deployments(migration)] == [12]
    assert await workflow.deployments(world.target) == ()
    assert world.railway.live("api", "staging") == world.before


async def test_migrations_between_two_commits_are_read(world, hub):
    oldest = world.github.repo.tags["v1.41.0"]

    found = await hub.compare(REPO, oldest, "main")
    (migration,) = [name for name in found.files if name.startswith("alembic/versions/")]

    assert 'op.create_table(\n        "vaccinations"' in await hub.file_at(REPO, migration, world.sha)
    with pytest.raises(VendorRejected) as caught:
        await hub.file_at(REPO, migration, oldest)
    assert caught.value.status == 404


# the branch after approval


async def test_authors_are_logins_and_the_many_commits_are_all_listed(world, hub):
    for number in range(260):
        world.github.push("main", f"Change {number}", "Dee Brown", login="dee-42" if number % 2 else "")

    found = await hub.compare(REPO, world.sha, "main")

    assert (len(found.commits), found.commits_complete) == (260, True)
    assert set(found.authors) == {"dee-42", "Dee Brown"}


async def test_a_force_push_takes_a_commit_off_its_branch(world, hub):
    held = [await hub.contains(REPO, "main", sha) for sha in (world.sha, world.before)]
    world.github.move_branch("main", world.before)
    world.time += timedelta(seconds=1)
    world.github.push("main", "Instead")

    assert held == [True, True]
    assert await hub.contains(REPO, "main", world.sha) is False
    assert await hub.contains(REPO, "main", world.before) is True
    assert (await hub.compare(REPO, world.sha, "main")).status == "diverged"
