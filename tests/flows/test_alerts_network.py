"""When most of what is watched falls silent at once, the bot suspects its own network, and says so."""

import pytest
import pytest_asyncio
from tomlkit import TOMLDocument

from sandbox.bot_process import free_port
from tests.flows.alerting import alerting, sections

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _cut_off(document: TOMLDocument) -> None:
    """Have both environments and Upstash at ports nobody listens on."""
    sections()(document)
    places = document["services"][0]["environments"]
    for place in ("staging", "production"):
        places[place]["url"] = f"http://127.0.0.1:{free_port()}"
    (upstash,) = [one for one in document["health"]["dependencies"] if one["kind"] == "upstash"]
    upstash["url"] = f"http://127.0.0.1:{free_port()}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with alerting(tmp_path_factory.mktemp("network"), edit=_cut_off) as made:
        yield made


async def test_most_targets_silent_at_once_is_our_own_network_and_no_outage(desk):
    card = await desk.alert("I suspect my own network")

    assert "3 of 5 of what I watch stopped answering at once" in card.everything
    assert "call nothing down" in card.everything
    said = await desk.say("/pawdeploy health")
    assert "I suspect my own network" in said
    assert "down" not in {
        state for (state,) in desk.rows("SELECT state FROM pulses WHERE target != 'pawdeploy:network'")
    }
    assert desk.alerts("does not answer well") == []
