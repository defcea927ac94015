"""A dry run says of every gate what would really happen, with its evidence, and touches nothing."""

from datetime import timedelta

import pytest

from bot.engine.checks import CheckReport, CheckState
from bot.engine.runs import GateName
from bot.engine.shipping import Platform
from bot.engine.signals import Signal, Verdict
from bot.engine.soak import Sample
from bot.errors import UserError
from bot.pipelines.look import Looker
from bot.pipelines.preview import Previewer
from bot.pipelines.requests import DeployRequest
from tests.bot.pipelines._world import ANN, BEN, NOON, OLD, SHA, report


def asked(**more) -> DeployRequest:
    facts = {"service": "api", "environment": "production", "ref": "main", "again": False, "by": ANN}
    return DeployRequest(key="trigger:1", **facts | more)


@pytest.fixture
def gates(world):
    """Return a function from a request's facts to gates by name."""

    async def look(**facts):
        preview = await Previewer(world.kit, Looker(world.kit)).preview(asked(**facts))
        return {gate.name: (gate.open, gate.evidence) for gate in preview.gates}

    return look


def change(world, **facts) -> None:
    places = world.project.services[0].environments
    places["production"] = places["production"].model_copy(update=facts)


async def test_a_place_nobody_guards_has_no_gates_of_guards(gates):
    guards = {GateName.APPROVALS, GateName.SOAK, GateName.TESTS, GateName.WATCH, GateName.MIGRATIONS}
    assert not guards & set(await gates(environment="staging"))


async def test_approvals_and_watch_say_what_will_be_done(world, gates):
    found = await gates()
    assert found[GateName.APPROVALS] == (True, "will ask 2 people (approver), for 4 h 00 min")
    assert found[GateName.WATCH] == (True, "will watch errors and health for 15 min")


@pytest.mark.parametrize(
    ("again", "evidence"),
    [(True, "already live, ships once more"), (False, "already live; add --again to ship it once more")],
)
async def test_of_what_is_live_it_says_whether_it_would_ship(world, gates, again, evidence):
    world.repository.heads["main"] = OLD
    assert (await gates(again=again))[GateName.NOT_LIVE] == (again, evidence)


@pytest.mark.parametrize(
    ("states", "evidence"),
    [
        ({"test": CheckState.FAILED}, "red: test"),
        ({"test": CheckState.PENDING, "lint": CheckState.PASSED}, "waiting for test"),
        ({}, "no check has reported"),
    ],
)
async def test_checks_that_do_not_pass_are_a_shut_gate(world, gates, states, evidence):
    world.repository.reports = [report(**states) if states else CheckReport(checks=())]
    assert (await gates())[GateName.CHECKS] == (False, evidence)


@pytest.mark.parametrize(
    ("verdict", "gate"),
    [
        (None, (False, "not reported: e2e")),
        (Verdict.FAILED, (False, "failed: e2e")),
        (Verdict.PASSED, (True, "passed: e2e")),
    ],
)
async def test_required_suites_are_a_gate(world, gates, verdict, gate):
    change(world, required_suites=("e2e",))
    if verdict:
        signal = Signal(sha=SHA, suite="e2e", verdict=verdict, url="", at=NOON)
        await world.kit.signals.keep("msg-1", signal, received_at=NOON)
    assert (await gates())[GateName.TESTS] == gate


async def soak(world, hours: float, *, good: bool = True) -> None:
    for at in (NOON - timedelta(hours=hours), NOON):
        sample = Sample(sha=SHA, good=good, at=at, why="" if good else "health: HTTP 503")
        await world.kit.soaks.sample("api", "staging", sample, hours * 3600 + 1)


async def test_a_soak_that_lacks_time_is_shut_but_for_an_emergency(world, gates):
    await soak(world, 5)
    open_, evidence = (await gates())[GateName.SOAK]
    assert not open_
    assert evidence.startswith("5 h 00 min of 24 h 00 min in staging")
    assert (await gates(emergency="logins are down"))[GateName.SOAK][0]


async def test_a_soak_that_is_long_enough_is_open(world, gates):
    await soak(world, 24)
    assert (await gates())[GateName.SOAK][0]


async def test_trouble_in_staging_is_said(world, gates):
    await soak(world, 5, good=False)
    assert "right now: health: HTTP 503" in (await gates())[GateName.SOAK][1]


async def test_a_lock_is_a_shut_gate_for_others_and_open_for_its_owner(world, gates):
    where = {"service": "api", "environment": "production"}
    await world.holds.lock("k", **where, by=BEN, reason="moving house", until=None)
    open_, evidence = (await gates())[GateName.FREEZE]
    assert not open_
    assert "locked by @U0BENAPP001" in evidence
    assert "moving house" in evidence
    assert (await gates(by=BEN))[GateName.FREEZE] == (True, "neither locked nor frozen")


async def test_migrations_are_named_and_unknown_where_nothing_is_known_to_be_live(world, gates):
    assert (await gates())[GateName.MIGRATIONS] == (True, "alembic/versions/0007_age.py")
    world.vendor.serving = None
    assert (await gates())[GateName.MIGRATIONS][1].startswith("unknown")


async def test_the_platforms_trouble_is_a_shut_gate(world, gates):
    world.vendor.well = Platform(stable=False, note="deploys are slow")
    assert (await gates())[GateName.PLATFORM] == (False, "deploys are slow")


async def test_without_a_ref_it_looks_at_what_staging_runs(world, gates):
    world.repository.heads = {OLD: OLD}
    assert GateName.NOT_LIVE in await gates(ref="")
    world.vendor.serving = None
    with pytest.raises(KeyError, match="main"):  # the memory has no such branch: it was asked for
        await gates(ref="")


async def test_a_place_nobody_knows_is_refused(gates):
    with pytest.raises(UserError, match="knows no service api in moon"):
        await gates(environment="moon")


async def test_nothing_is_written_anywhere(world, gates):
    await gates()
    assert not await world.kit.posts.due()
    assert await world.reader.history(None, limit=5) == ()
    assert not {"start", "roll_back", "set_auto_deploys"} & set(world.vendor.calls)
    assert "create_deployment" not in world.repository.calls
    assert world.errors.told == []
