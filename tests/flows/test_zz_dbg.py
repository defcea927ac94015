import pytest
from tests.flows.test_alerts_told import *
from tests.flows.test_alerts_told import _died, shared, PLACE
import asyncio
pytestmark = pytest.mark.asyncio(loop_scope="module")
async def test_dbg(desk):
    railway = desk.box.railway
    failed = await _died(desk, "fails")
    told = hooks_out.railway(hooks_out.deployment_event(failed, "Deployment.failed"))
    assert await desk.post(told) == 200
    card = await desk.alert("api fails to deploy in staging")
    desk.box.faults.set("railway.deployment", "succeeds")
    mended = railway.arrive(*PLACE, desk.commit())
    good = hooks_out.railway(hooks_out.deployment_event(mended, "Deployment.deployed"))
    assert await desk.post(good) == 200
    await asyncio.sleep(3)
    print(failed.updated_at, mended.updated_at)
    print(desk.rows("SELECT source, outcome, received_at, tries, done_at FROM hooks"))
    print(desk.rows("SELECT state, state_at, last_seen, opened_at FROM alerts"))
    assert 0
