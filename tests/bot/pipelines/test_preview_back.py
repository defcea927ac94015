"""A dry run of a way back says where it leads as the run would, what it would do, and touches nothing."""

import pytest

from bot.engine.reasons import Reason
from bot.engine.runs import GateName
from bot.engine.shipping import Platform, Shipment
from bot.engine.states import RunState
from bot.errors import UserError, VendorUnavailable
from bot.pipelines.places import find
from bot.pipelines.preview_back import preview_back
from bot.pipelines.requests import RollbackRequest
from tests.bot.pipelines._world import ANN
from tests.bot.pipelines.test_rollback import FIRST, MIGRATION, ONE_WAY, SECOND, THIRD, a_run, back

AWAY = VendorUnavailable("GitHub", "reading", status=503)


def asked(**more) -> RollbackRequest:
    facts = {"key": "dry", "service": "api", "environment": "production", "to": "", "by": ANN}
    return RollbackRequest(**facts | more)


async def look(world, **more):
    request = asked(**more)
    there = find(world.kit, request.service, request.environment)
    return await preview_back(world.kit, there, request)


def gates(preview):
    return {gate.name: (gate.open, gate.evidence) for gate in preview.gates}


@pytest.fixture
async def two(world):
    """Two good runs, the newer of which is live."""
    await a_run(world, FIRST)
    await a_run(world, SECOND)
    world.vendor.serving = SECOND
    return world


@pytest.mark.parametrize("to", ["", "1", "aaaaaaa"])
async def test_it_leads_where_the_run_would_lead(two, to):
    seen = await look(two, to=to)
    _, run = await back(two, to)
    assert (seen.sha, seen.run, seen.live_sha) == (run.sha, run.target_run, run.previous_sha)


@pytest.mark.parametrize(("to", "reason"), [("9", Reason.NOTHING_TO_ROLL_BACK), ("2", Reason.ALREADY_LIVE)])
async def test_what_the_run_would_refuse_is_refused_in_its_words(two, to, reason):
    with pytest.raises(UserError) as refused:
        await look(two, to=to)
    _, run = await back(two, to)
    assert (refused.value.reason, str(refused.value)) == (reason, run.detail)
    assert run.reason is reason


async def test_nothing_is_written_anywhere(two):
    newest, due = await two.reader.history(None, limit=9), await two.kit.posts.due()
    await look(two)
    assert await two.reader.history(None, limit=9) == newest
    assert await two.holds.list() == ()
    assert await two.kit.posts.due() == due
    assert not {"start", "roll_back", "set_auto_deploys", "cancel"} & set(two.vendor.calls)


@pytest.mark.parametrize(("kept", "said"), [(True, "kept"), (False, "gone")])
async def test_it_says_whether_the_image_is_kept(two, kept, said):
    two.vendor.made.append((0.0, Shipment(id="old", sha=FIRST, page="", can_roll_back=kept)))
    assert gates(await look(two))[GateName.IMAGE][1].startswith(said)


async def test_a_migration_that_cannot_be_undone_shuts_the_gate_until_it_is_overridden(two):
    two.repository.texts[MIGRATION] = ONE_WAY
    seen = await look(two)
    assert gates(seen)[GateName.MIGRATIONS] == (False, f"can't be undone: {MIGRATION} (owners are merged)")
    assert [one.path for one in seen.changes.migrations] == [MIGRATION]
    assert gates(await look(two, override="we know"))[GateName.MIGRATIONS][0]


async def test_migrations_nobody_could_read_are_unknown_and_stop_no_way_back(two):
    two.repository.before["file_at"] = [AWAY]
    assert gates(await look(two))[GateName.MIGRATIONS] == (True, "unknown: GitHub did not answer")
    assert two.clock.slept == []


async def test_who_would_be_asked_is_said_and_an_emergency_asks_nobody(two):
    assert gates(await look(two))[GateName.APPROVALS][1].startswith("will ask 2 people (approver)")
    rushed = gates(await look(two, emergency="payments are down"))
    assert rushed[GateName.APPROVALS] == (True, "nobody is asked: an emergency")


async def test_another_way_back_shuts_the_gate_and_is_named(two):
    _, run = await back(two)
    assert gates(await look(two))[GateName.OTHER_WAY_BACK] == (
        False,
        f"run {run.id} goes back already, asked by @{ANN}",
    )


async def test_behind_a_deploy_it_waits_and_leaves_what_that_ships(two):
    third = await a_run(two, THIRD, RunState.RUNNING)
    seen = await look(two)
    assert gates(seen)[GateName.LINE] == (False, f"waits behind run {third}")
    assert (seen.live_sha, seen.sha) == (THIRD, SECOND)


@pytest.mark.parametrize(
    ("on", "ends"), [(True, "auto-deploy off"), (False, "unlocks it"), (None, "unlocks it")]
)
async def test_it_says_what_it_would_lock_and_switch_off(two, on, ends):
    two.vendor.by_itself = on
    said = gates(await look(two))[GateName.HOLD][1]
    assert said.startswith("locks it for everybody")
    assert said.endswith(ends)


async def test_a_switch_that_does_not_answer_is_said(two):
    two.vendor.before["auto_deploys"] = [VendorUnavailable("Railway", "looking", status=500)]
    assert "is not known" in gates(await look(two))[GateName.HOLD][1]


async def test_the_platforms_trouble_is_said_and_stops_no_way_back(two):
    two.vendor.well = Platform(stable=False, note="deploys are slow")
    open_, said = gates(await look(two))[GateName.PLATFORM]
    assert open_
    assert "deploys are slow" in said
