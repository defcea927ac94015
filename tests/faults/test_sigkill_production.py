"""SIGKILL on the way to production and back: votes and the watch's clock are kept, nothing happens twice."""

import pytest
import pytest_asyncio

from bot.engine.states import StepName
from tests.faults.mortal import REGRESSED, SUCCESS, mortal
from tests.flows.driver import BEN, CLEO, DEPLOYS

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLACE = ("api", "production")
WATCH = 3.0
YES = "white_check_mark"
MOMENTS = (
    # who may approve, what is said, what they are told
    "POST usergroups.users.list",
    "POST reactions.get",
    "POST chat.postMessage",
    "POST chat.update",
    "POST files.getUploadURLExternal",
    "POST /slack/upload",
    "POST files.completeUploadExternal",
    # what ships
    "GET /github/repos/pawlogic/backend/compare/SHA...SHA",
    "POST /github/repos/pawlogic/backend/deployments",
    "POST railway serviceInstanceDeployV2",
    # what is watched
    "POST /sentry/api/N/organizations/pawlogic/releases/",
    "POST /sentry/api/N/organizations/pawlogic/releases/SHA/deploys/",
    "GET /sentry/api/N/organizations/pawlogic/events-timeseries/",
    "GET /sentry/api/N/organizations/pawlogic/issues/",
    # what goes back
    "POST railway serviceInstanceAutoDeployStatus",
    "POST railway serviceInstanceAutoDeployUpdate",
    "POST railway deploymentRollback",
)


def _migrates(document):
    document["services"][0]["environments"]["production"]["migrate"] = "workflow"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory):
    where = tmp_path_factory.mktemp("kill")
    async with mortal(where, edit=_migrates, watch={"seconds": WATCH}) as made:
        yield made


async def _dies_at_every_step(desk, run, *, at=None):
    """Kill while each step runs or just after; ``at`` is done while the bot is dead in that step."""
    for (name,) in desk.rows("SELECT name FROM run_steps WHERE run_id = ?", run):
        await desk.polled(lambda name=name: desk.begun(run, StepName(name)), 60)
        await desk.box.kill_bot()
        for todo in (at or {}).get(name, ()):
            await todo()
        await desk.box.start_bot()


async def test_a_run_that_dies_at_each_of_its_steps_ships_once_with_its_votes_and_the_clock_of_its_watch(
    desk,
):
    await desk.alive()
    sha = await desk.soaking()
    card = await desk.deploy("production")
    run = desk.run_of(card)
    clock = "SELECT started_at, memory FROM run_steps WHERE run_id = ? AND name = 'watch'"
    begun = []

    async def agree():
        await desk.alive()
        await desk.shows(card, "0 of 2")
        await desk.listening(card)
        await desk.agree(card)

    async def between_looks():
        begun.extend(desk.rows(clock, run))
        await desk.box.start_bot()
        await desk.polled(lambda: '"looks": ["1"]' in desk.rows(clock, run)[0][1])
        await desk.box.kill_bot()

    await _dies_at_every_step(desk, run, at={"consent": [agree], "watch": [between_looks]})

    await desk.ends(run, "succeeded")
    assert desk.rows(clock, run)[0][0] == begun[0][0]
    took = "SELECT (julianday(ended_at) - julianday(started_at)) * 86400 FROM run_steps WHERE run_id = ?"
    assert desk.rows(f"{took} AND name = 'watch'", run)[0][0] >= WATCH - 0.01
    assert desk.voices(run) == {(BEN, "approve", "button"), (CLEO, "approve", "reaction")}
    assert desk.said(run, "consent") == ["consent.asked", "consent.approve", "consent.approve"]
    assert len(desk.shipments(sha)) == 1
    assert [one.workflow for one in desk.box.github.runs].count("migrate.yml") == 1
    await desk.whole(run, SUCCESS)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_run_and_its_way_back_that_die_inside_every_kind_of_request_happen_once(desk, when):
    await desk.alive()
    before = desk.box.railway.live(*PLACE)
    backs = len(desk.shipments(before, back=True))
    sha = await desk.soaking()
    desk.box.railway.auto_deploys[PLACE] = True
    desk.box.faults.set("sentry.errors", "spike after deploy")
    card = await desk.asking()
    run = desk.run_of(card)
    await desk.press(card, "vote_approve", user=BEN)
    await desk.polled(lambda: desk.voices(run))
    desk.switch.arm(*MOMENTS, when=when)
    await desk.ws.react(CLEO, DEPLOYS, card.ts, YES)

    async with desk.revived():
        await desk.ends(run, "failed")
        await desk.polled(lambda: desk.newest() > run)
        back = desk.newest()
        await desk.ends(back, "succeeded")
        await desk.whole(run, REGRESSED)
        await desk.whole(back, SUCCESS)

    assert not desk.switch.armed
    assert desk.voices(run) == {(BEN, "approve", "button"), (CLEO, "approve", "reaction")}
    assert len(desk.shipments(sha)) == 1
    assert len(desk.shipments(before, back=True)) == backs + 1
    assert desk.box.railway.live(*PLACE) == before
    assert desk.rows("SELECT auto_deploy_off FROM holds WHERE run_id = ?", back) == [(1,)]
    assert desk.said(back, "lock") == ["lock.taken"]
    assert not desk.box.railway.auto_deploys[PLACE]
    deploys = [deploy["name"] for one in desk.box.sentry.releases for deploy in one.deploys]
    assert deploys.count(f"pawdeploy run {run}") == 1


async def test_votes_are_kept_and_reactions_given_while_the_bot_is_dead_count(desk):
    await desk.alive()
    sha = await desk.soaking()
    card = await desk.asking()
    run = desk.run_of(card)
    await desk.ws.react(BEN, DEPLOYS, card.ts, YES)
    await desk.polled(lambda: desk.voices(run))
    await desk.box.kill_bot()
    await desk.ws.unreact(BEN, DEPLOYS, card.ts, YES)
    assert not (await desk.ws.press(CLEO, DEPLOYS, card.ts, "vote_approve")).ok
    await desk.box.start_bot()
    await desk.polled(lambda: not desk.voices(run))
    await desk.box.kill_bot()
    for user in (BEN, CLEO):
        await desk.ws.react(user, DEPLOYS, card.ts, "+1")
    await desk.box.start_bot()

    await desk.ends(run, "succeeded")

    assert desk.voices(run) == {(BEN, "approve", "reaction"), (CLEO, "approve", "reaction")}
    votes = ["consent.approve", "consent.withdrawn", "consent.approve", "consent.approve"]
    assert desk.said(run, "consent") == ["consent.asked", *votes]
    assert len(desk.shipments(sha)) == 1
    assert desk.column(run, "starts") == 1  # waiting is not being lost
    await desk.whole(run, SUCCESS)


async def test_a_run_in_line_keeps_its_votes_and_loses_those_taken_back_while_the_bot_is_dead(desk):
    await desk.alive()
    first_sha = await desk.soaking()
    first = await desk.asking()
    await desk.agree(first)
    await desk.polled(lambda: desk.begun(desk.run_of(first), StepName.SHIP))
    second = await desk.asking(f"production {first_sha[:10]} --again")
    run = desk.run_of(second)
    await desk.agree(second)
    await desk.polled(lambda: desk.column(run, "state") == "waiting")
    await desk.box.kill_bot()
    await desk.ws.unreact(CLEO, DEPLOYS, second.ts, YES)
    await desk.box.start_bot()

    await desk.ends(desk.run_of(first), "succeeded")
    await desk.shows(second, "1 of 2")
    assert desk.voices(run) == {(BEN, "approve", "button")}
    assert len(desk.shipments(first_sha)) == 1
    await desk.ws.react(CLEO, DEPLOYS, second.ts, YES)
    await desk.ends(run, "succeeded")

    await desk.whole(desk.run_of(first), SUCCESS)
    assert len(desk.shipments(first_sha)) == 2


async def test_a_way_back_is_stored_though_the_bot_dies_after_the_verdict_and_at_each_step_goes_back_once(
    desk,
):
    await desk.alive()
    before = desk.box.railway.live(*PLACE)
    await desk.soaking()
    desk.box.railway.auto_deploys[PLACE] = True
    desk.box.faults.set("sentry.errors", "spike after deploy")
    card = await desk.asking()
    run = desk.run_of(card)
    await desk.agree(card)
    await desk.polled(lambda: desk.begun(run, StepName.WATCH))
    with desk.between():
        await desk.polled(lambda: desk.column(run, "state") == "failed")
        await desk.box.kill_bot()
        assert desk.newest() == run
    backs = len(desk.shipments(before, back=True))
    await desk.box.start_bot()
    await desk.polled(lambda: desk.newest() > run)
    back = desk.newest()

    await _dies_at_every_step(desk, back)

    await desk.ends(back, "succeeded")
    assert desk.box.railway.live(*PLACE) == before
    assert len(desk.shipments(before, back=True)) == backs + 1
    assert desk.rows("SELECT id FROM runs WHERE parent_id = ?", run) == [(back,)]
    assert desk.said(back, "lock") == ["lock.taken"]
    assert desk.rows("SELECT auto_deploy_off FROM holds WHERE run_id = ?", back) == [(1,)]
    assert not desk.box.railway.auto_deploys[PLACE]
    await desk.whole(run, REGRESSED)
    await desk.whole(back, SUCCESS)


async def test_asking_again_goes_on_though_the_bot_dies_before_the_new_attempt_is_started(desk):
    await desk.alive()
    first = await desk.soaking()
    card = await desk.asking("production main")
    run = desk.run_of(card)
    await desk.press(card, "vote_approve", user=BEN)
    await desk.polled(lambda: desk.voices(run))
    with desk.between():
        second = desk.soaks()
        await desk.polled(lambda: desk.column(run, "attempt") == 2)
        await desk.box.kill_bot()
    await desk.box.start_bot()

    await desk.shows(card, second[:7], "0 of 2")
    await desk.listening(card)
    await desk.agree(card)
    await desk.ends(run, "succeeded")
    assert (desk.shipments(first), len(desk.shipments(second))) == ([], 1)


async def test_runs_a_bot_of_an_older_version_left_are_taken_up_and_hold_no_line(desk):
    await desk.alive()
    sha = await desk.soaking()
    card = await desk.asking()
    waiting = await desk.asking(f"production {sha[:10]} --again")
    run = desk.run_of(card)
    await desk.agree(card)
    await desk.polled(lambda: desk.begun(run, StepName.WATCH))
    await desk.box.kill_bot()
    desk.grow_old()
    await desk.box.start_bot()

    await desk.ends(run, "succeeded")
    assert len(desk.shipments(sha)) == 1
    await desk.alive()
    await desk.listening(waiting)
    await desk.agree(waiting)
    await desk.ends(desk.run_of(waiting), "succeeded")
    assert desk.column(run, "starts") == 2
    await desk.whole(run, SUCCESS)


async def test_a_way_back_goes_before_what_else_waits_in_the_line(desk):
    await desk.alive()
    sha = await desk.soaking()
    desk.box.faults.set("railway.deployment", "never ends")
    card = await desk.asking()
    await desk.agree(card)
    await desk.polled(lambda: desk.begun(desk.run_of(card), StepName.SHIP))
    waiting = await desk.asking(f"production {sha[:10]} --again")
    await desk.agree(waiting)
    await desk.polled(lambda: desk.column(desk.run_of(waiting), "state") == "waiting")
    back = await desk.deploy('rollback production --emergency "customers see errors"')
    await desk.polled(lambda: desk.column(desk.run_of(back), "state") == "waiting")
    desk.box.faults.set("railway.deployment", "succeeds")

    await desk.ends(desk.run_of(back), "succeeded")

    assert desk.column(desk.run_of(card), "reason") == "watch_inconclusive"
    await desk.ends(desk.run_of(waiting), "refused")
    assert desk.column(desk.run_of(waiting), "reason") == "locked"
    assert len(desk.shipments(sha)) == 1
