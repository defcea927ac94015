"""The backend and the app together: one view of what people have, and going back from both."""

from functools import partial

import pytest
import pytest_asyncio

from tests.flows.driver import PATIENCE, flow
from tests.flows.mobile import PRODUCTION, QUICK, USUAL, Mobile, app_gates, content, fresh
from tests.flows.script import ScriptedSandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")
PLACE = ("api", PRODUCTION)
_GATES = ("approval", "soak", "watch", "freeze")


def _open(document) -> None:
    """Leave the gates of production out: what is looked at here comes after them."""
    app_gates(watched=False)(document)
    there = document["services"][0]["environments"][PRODUCTION]
    for gate in _GATES:
        there.pop(gate, None)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(tmp_path_factory):
    state, make = tmp_path_factory.mktemp("together"), partial(ScriptedSandbox, edit=_open)
    async with flow(state, timings=QUICK, make=make) as plain:
        plain.box.sentry.world.per_minute["mobile", PRODUCTION] = USUAL
        yield Mobile(plain.box, state)


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    return fresh(shared)


async def shipped(desk: Mobile) -> str:
    """Ship a commit of the backend to production; return it."""
    sha = desk.commit()
    card = await desk.start(f"/pawdeploy {PRODUCTION}")
    assert await desk.ends(card) == ("succeeded", "deployed")
    return sha


async def newest(desk: Mobile, kind: str) -> tuple[str, str]:
    """Wait until the newest run of a kind has ended; return how, and why."""
    query = "SELECT state, reason FROM runs WHERE kind = ? AND ended_at IS NOT NULL ORDER BY id DESC"
    await desk.polled(lambda: desk.rows(query, kind), PATIENCE)
    return desk.rows(query, kind)[0]


async def test_the_service_and_the_update_that_came_with_it_go_back_each_by_a_run_of_its_own(desk):
    first = await shipped(desk)
    before = content(desk.top())
    await shipped(desk)
    desk.change("Ask the new backend for birthdays")
    card = await desk.update("Ask for birthdays")
    assert await desk.ends(card) == ("succeeded", "updated")

    said = await desk.say(f"/pawdeploy rollback {PRODUCTION} --with-ota")

    assert "Each has a card, and approvals, of its own" in said
    assert "What people got from a store can't be taken back" in said
    assert await newest(desk, "rollback") == ("succeeded", "rolled_back")
    assert await newest(desk, "update_back") == ("succeeded", "update_taken_back")
    assert desk.box.railway.live(*PLACE) == first
    assert content(desk.top()) == before


async def test_what_is_taken_back_is_not_taken_back_twice(desk):
    runs = desk.rows("SELECT count(*) FROM runs")

    said = await desk.say(f"/pawdeploy rollback {PRODUCTION} --with-ota")

    assert "No update over the air was released with what `production` runs" in said
    assert desk.rows("SELECT count(*) FROM runs") == runs


async def test_status_is_one_view_of_services_and_apps(desk):
    said = await desk.say("/pawdeploy status")

    assert said.index("production") < said.index("Over the air")
    assert "mobile" in said
    assert "1.4.0" in said


async def test_an_expo_that_does_not_answer_is_unknown_and_services_are_shown(desk):
    desk.box.faults.set("expo.api", "503")

    said = await desk.say("/pawdeploy status")

    assert "health up" in said
    assert "Over the air" in said
    assert "unknown" in said.split("Over the air")[1]
