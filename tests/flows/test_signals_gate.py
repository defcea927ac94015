"""What the testing agent signs decides as CI does: nothing ships before its word, and nothing against it."""

import base64
import hmac
import json
import time
from hashlib import sha256

import httpx
import pytest
import pytest_asyncio

from bot.engine.reasons import Reason
from bot.engine.states import RunState
from tests.flows.driver import BEN
from tests.flows.gated import gated, only

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEY = b"k" * 32
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


def suites(production):
    production["required_suites"] = ["e2e"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    state, edit = tmp_path_factory.mktemp("signals"), only("approval", more=suites)
    async with gated(state, edit, timings={"checks_wait": 20}, secrets={"SIGNALS_SECRET": SECRET}) as made:
        yield made


@pytest.fixture
def desk(shared):
    shared.box.faults.reset()
    shared.box.faults.set("railway.speed", "fast")
    return shared


async def reports(desk, sha: str, verdict: str, *, suite: str = "e2e", key: bytes = KEY) -> int:
    """Report as the testing agent does, by the letter of Standard Webhooks; return the status."""
    body = json.dumps(
        {"sha": sha, "suite": suite, "verdict": verdict, "url": "https://tests.pawlogic.app/runs/7"}
    )
    name, at = f"msg_{sha[:8]}_{suite}_{verdict}", str(int(time.time()))
    signature = base64.b64encode(hmac.digest(key, f"{name}.{at}.{body}".encode(), sha256)).decode()
    headers = {"webhook-id": name, "webhook-timestamp": at, "webhook-signature": f"v1,{signature}"}
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{desk.box.process.url}/signals/tests", content=body, headers=headers)
    return answer.status_code


async def test_a_required_suite_is_waited_for_and_its_pass_lets_the_run_go_on(desk):
    sha = desk.commit()
    card = await desk.deploy("production main")
    await desk.shows(card, "2 green; waiting for the testing agent: e2e")
    assert await reports(desk, sha, "passed", suite="units") == 200
    assert await reports(desk, sha, "passed", key=b"x" * 32) == 401
    assert "waiting for the testing agent: e2e" in card.everything

    assert await reports(desk, sha, "passed") == 200

    await desk.shows(card, "0 of 1", "2 green; tested: e2e")
    await desk.approved(card, by=BEN)
    await desk.shows(card, ":large_green_circle: *Deployed", sha[:7])


async def test_a_failed_suite_refuses_until_it_passes(desk):
    sha = desk.commit()
    assert await reports(desk, sha, "failed") == 200
    card = await desk.deploy("production main")
    text = await desk.refused(card, f"The testing agent failed {sha[:7]}: e2e")
    assert desk.state_of(card) == (RunState.REFUSED, Reason.TESTS_RED)
    assert "Nothing was shipped" in text
    assert desk.shipped(sha) == 0


async def test_a_verdict_on_another_commit_counts_for_nothing(desk):
    other, _ = desk.commit(), desk.commit()
    assert await reports(desk, other, "passed") == 200
    card = await desk.deploy("production main")
    await desk.shows(card, "waiting for the testing agent: e2e")
    await desk.cancel(card)
