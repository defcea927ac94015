"""Cancel works at every step: the run stops, what was started is stopped, and the next run goes through."""

import asyncio

import pytest
import pytest_asyncio

from bot.engine.reasons import Reason
from tests.flows.driver import ANN, BEN, OTTO
from tests.flows.ending import CANCEL, cancelled, ended_badly, next_run_goes_through, scripted
from tests.flows.script import PLATFORM, RECORDS, SMOKE, START, holding, turning

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG = 30.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with scripted(
        tmp_path_factory.mktemp("cancel"),
        checks_wait=LONG,
        deployment_timeout=LONG,
        health_timeout=LONG,
        vendor_patience=LONG,
        smoke_timeout=LONG,
    ) as made:
        yield made


def _vendors(desk, sha):
    """How the deployments of ``sha`` stand at Railway."""
    return [one.status for one in desk.box.railway.deployments if one.sha == sha and one.asked]


async def _held(desk, request):
    """Deploy a commit and hold the bot's ``request``; return SHA, card and what lets it go."""
    arrived, release = asyncio.Event(), asyncio.Event()
    desk.box.script.at(request, holding(arrived, release))
    sha = desk.commit()
    card = await desk.deploy()
    await asyncio.wait_for(arrived.wait(), 10)
    return sha, card, release


async def test_cancel_while_resolving(desk):
    desk.box.faults.set("github.answers", "503")
    card = await desk.deploy()
    await desk.shows(card, "GitHub is not answering")

    await desk.press(card, CANCEL)

    await cancelled(desk, card, "Nothing was shipped")


async def test_cancel_while_checks_are_pending(desk):
    sha = desk.commit(checks="pending")
    card = await desk.deploy()
    await desk.shows(card, "waiting for test")

    await desk.press(card, CANCEL)

    await cancelled(desk, card, "Nothing was shipped")
    assert _vendors(desk, sha) == []


async def test_cancel_while_waiting_in_line_leaves_the_line_to_the_others(desk):
    desk.box.faults.set("railway.deployment", "never ends")
    first_sha = desk.commit()
    first = await desk.deploy()
    await desk.shows(first, "Build and start", first_sha[:7])
    second_sha = desk.commit()
    second = await desk.deploy(user=BEN)
    await desk.shows(second, "Waiting to deploy", second_sha[:7])
    third_sha = desk.commit()
    third = await desk.deploy()
    await desk.shows(third, "Waiting to deploy", "2 runs ahead")

    await desk.press(second, CANCEL, user=BEN)
    await desk.shows(second, "Cancelled", "Nothing was shipped")
    await desk.shows(third, "In line behind run")
    desk.box.faults.set("railway.deployment", "succeeds")

    await desk.shows(first, "Deployed", first_sha[:7])
    await desk.shows(third, "Deployed", third_sha[:7])
    assert _vendors(desk, second_sha) == []


async def test_cancel_while_recording(desk):
    sha = desk.commit()
    desk.box.script.at(RECORDS, turning(desk.box, "github.answers", "503"))
    card = await desk.deploy()
    await desk.shows(card, "GitHub record", "not answering")

    await desk.press(card, CANCEL)

    await cancelled(desk, card, "Nothing was shipped")
    assert _vendors(desk, sha) == []


async def test_cancel_before_the_vendor_was_asked(desk):
    sha = desk.commit()
    desk.box.script.at(PLATFORM, turning(desk.box, "railway.answers", "503"))
    card = await desk.deploy()
    await desk.shows(card, "Railway is not answering")

    await desk.press(card, CANCEL)

    await cancelled(desk, card, "Nothing was shipped")
    assert _vendors(desk, sha) == []
    await next_run_goes_through(desk)


async def test_cancel_while_the_vendor_is_being_asked_stops_what_it_started(desk):
    sha, card, release = await _held(desk, START)

    await desk.press(card, CANCEL)
    await desk.shows(card, "Stopping")
    desk.box.faults.set("railway.speed", "slow")
    release.set()

    await cancelled(desk, card, "The deployment was stopped")
    assert _vendors(desk, sha) == ["REMOVED"]
    await next_run_goes_through(desk)


async def test_cancel_when_the_vendors_answer_was_lost_finds_the_deployment_and_stops_it(desk):
    desk.box.faults.set("railway.speed", "slow")
    sha = desk.commit()
    desk.box.script.at(START, turning(desk.box, "railway.answers", "reset"))
    card = await desk.deploy()
    await desk.shows(card, "looking for the deployment")

    await desk.press(card, CANCEL)
    await desk.shows(card, "Stopping")
    desk.box.faults.set("railway.answers", "normal")

    await cancelled(desk, card, "The deployment was stopped")
    assert _vendors(desk, sha) == ["REMOVED"]


async def test_cancel_while_it_builds_stops_the_vendors_deployment_and_frees_the_line(desk):
    live = desk.box.railway.live("api", "staging")
    desk.box.faults.set("railway.deployment", "never ends")
    sha = desk.commit()
    card = await desk.deploy()
    await desk.shows(card, "Build and start", "building")

    await desk.press(card, CANCEL)

    await cancelled(desk, card, "The deployment was stopped")
    assert _vendors(desk, sha) == ["REMOVED"]
    assert desk.box.railway.live("api", "staging") == live
    (record,) = [one for one in desk.box.github.deployments if one.commit.sha == sha]
    await desk.polled(lambda: [status.state for status in record.statuses][-1:] == ["inactive"], 10)
    await next_run_goes_through(desk)


async def test_cancel_while_health_is_awaited_says_what_is_live(desk):
    desk.box.faults.set("backend.health", "bad")
    sha = desk.commit()
    card = await desk.deploy()
    await desk.shows(card, "0 of 3 good answers")

    await desk.press(card, CANCEL)

    await cancelled(desk, card, "went live", f"staging runs {sha[:7]}")
    assert _vendors(desk, sha) == ["SUCCESS"]
    await next_run_goes_through(desk)


async def test_cancel_during_the_smoke_tests_says_what_is_live(desk):
    sha, card, release = await _held(desk, SMOKE)

    await desk.press(card, CANCEL)
    await desk.shows(card, "Stopping")
    release.set()

    await cancelled(desk, card, "went live", f"staging runs {sha[:7]}")
    await next_run_goes_through(desk)


async def test_a_failed_deployment_cancelled_says_that_nothing_changed(desk):
    live = desk.box.railway.live("api", "staging")
    desk.box.faults.set("railway.deployment", "fails")
    sha = desk.commit()
    card = await desk.deploy()
    await ended_badly(desk, card, Reason.DEPLOYMENT_FAILED)

    await desk.press(card, CANCEL)

    await cancelled(desk, card, "after build and start failed", "staging keeps what it ran")
    assert _vendors(desk, sha) == ["FAILED"]
    assert desk.box.railway.live("api", "staging") == live


async def test_a_refused_run_can_be_cancelled(desk):
    desk.commit(checks="red")
    card = await desk.deploy()
    await ended_badly(desk, card, Reason.CHECKS_RED, refused=True)

    await desk.press(card, CANCEL)

    await cancelled(desk, card, "Nothing was shipped")


async def test_only_deployers_and_who_asked_may_cancel_and_a_stranger_changes_nothing(desk):
    desk.box.faults.set("railway.deployment", "never ends")
    sha = desk.commit()
    card = await desk.deploy()
    await desk.shows(card, "building", sha[:7])
    told = len(desk.ws.ephemerals(OTTO))

    await desk.press(card, CANCEL, user=OTTO)

    said = await desk.ws.until(lambda: desk.ws.ephemerals(OTTO)[told:], 10)
    assert "S0BACKEND01" in said[0].everything
    assert desk.rows("SELECT state FROM runs WHERE sha = ?", sha) == [("running",)]

    await desk.press(card, CANCEL, user=BEN)

    await cancelled(desk, card, f"cancelled by <@{BEN}>", f"Asked by <@{ANN}>")
