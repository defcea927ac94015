"""SIGKILL inside each thing an incident does outside its database: done once all the same, and shown."""

import pytest
import pytest_asyncio

from handlers.render import incident_card as press
from tests.faults.incident_aftermath import shown
from tests.faults.incident_lives import lives
from tests.flows.driver import ANN, BEN, CLEO
from tests.flows.incidents import OPS
from tests.flows.returning import live, shipped

pytestmark = pytest.mark.asyncio(loop_scope="module")

WHOLE = """
title: Whole
when: Everything an incident does is wanted.
severity: sev3
steps:
  - {kind: look, id: seen, text: Is it well, probe: {kind: health}}
  - {kind: do, id: done, text: Do it.}
  - {kind: act, id: back, text: Go back., button: Roll back, start: {kind: rollback}}
  - {kind: tell, id: told, text: Tell the orchestrator., to: [{kind: orchestrator}], template: "{headline}"}
"""
AT_THE_START = (
    "POST conversations.create",
    "POST conversations.invite",
    "GET /backend/api/production/health/detailed",
)
AT_THE_END = ("POST files.completeUploadExternal", "POST /orchestrator")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("books")
    (folder / "whole.yaml").write_text(WHOLE, "utf-8")
    room = {"name": "inc-{number}-{playbook}", "invite": ["approver"]}
    async with lives(tmp_path_factory.mktemp("lives"), folder, room=room) as made:
        yield made


async def _all_fired(desk):
    """Have the bot die of everything that is armed, and live again."""
    async with desk.revived():
        await desk.polled(lambda: not desk.switch.armed)
    await desk.box.kill_bot()  # it may be dying already: wait until it is gone
    await desk.again()


def _rooms(desk, number):
    return [one for one in desk.ws.state.channels.values() if one.name.startswith(f"inc-{number}-")]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_incident_that_dies_inside_everything_it_does_outside_does_each_once(desk, when):
    await desk.alive()
    await shipped(desk, f"Good {when}")
    good = live(desk)
    await shipped(desk, f"Bad {when}")
    backs = len(desk.shipments(good, back=True))
    desk.switch.arm(*AT_THE_START, when=when)
    before = desk.there()
    said = await desk.ws.say(ANN, OPS, f"/pawincident open whole It dies {when}")
    assert said.ok
    await _all_fired(desk)
    card = await desk.new_card(before)
    number = desk.number(card)
    await desk.polled(lambda: desk.rows("SELECT 1 FROM incidents WHERE id = ? AND room != ''", number))
    await desk.marked(card, seen="done")

    await desk.pressed(card, press.INCIDENT_ACT, "back", user=ANN)
    started = "SELECT id FROM runs WHERE key = ?"
    await desk.polled(lambda: when == "before" or desk.rows(started, f"incident:{number}:back:1"))
    await desk.box.kill_bot()
    await desk.again()
    run = await desk.run_card(card, "back")
    await desk.shows(run, "0 of 2")
    await desk.press(run, "vote_approve", user=BEN)
    await desk.press(run, "vote_approve", user=CLEO)
    await desk.marked(card, back="done")

    await desk.form(card, press.INCIDENT_TELL, user=ANN)
    desk.switch.arm("POST /orchestrator", when=when)
    assert (await desk.ws.submit(ANN, desk.ws.view(ANN).id, {})).ok
    await _all_fired(desk)
    await desk.ws.close_view(ANN, desk.ws.view(ANN).id)
    await desk.marked(card, told="done")

    await desk.form(card, press.INCIDENT_RESOLVE, user=ANN)
    desk.switch.arm(*AT_THE_END, when=when)
    words = {"summary": "It is over.", "cause": "A typo."}
    assert (await desk.ws.submit(ANN, desk.ws.view(ANN).id, words)).ok
    await _all_fired(desk)
    await desk.ws.close_view(ANN, desk.ws.view(ANN).id)
    await desk.at_rest()

    await shown(desk, [number])
    assert len(_rooms(desk, number)) == 1
    assert len(desk.rows(started, f"incident:{number}:back:1")) == 1
    assert len(desk.rows("SELECT 1 FROM runs WHERE key LIKE ?", f"incident:{number}:%")) == 1
    assert len(desk.shipments(good, back=True)) == backs + 1
    assert live(desk) == good
    mine = [one for one in desk.box.orchestrator.reports if one.id.startswith(f"incident-{number}-")]
    assert [one.kind for one in mine] == ["incident.told", "incident.resolved"]
    lines = [one.kind for one in desk.entries(card)]
    assert [lines.count(kind) for kind in ("evidence", "act", "room", "resolved")] == [1, 1, 1, 1]
    assert [one.at for one in desk.entries(card)] == sorted(one.at for one in desk.entries(card))


@pytest.mark.parametrize("moment", ["delivered", "taken", "shown"])
async def test_a_tick_whose_bot_dies_with_it_is_there_once_and_on_the_card(desk, moment):
    await desk.alive()
    card = await desk.opened(f"whole The tick is {moment}", verb="drill")
    box = desk.block_of(card, press.INCIDENT_TICK, "done")
    if moment == "delivered":
        desk.deliveries_count()
        desk.switch.arm_at(1, "before")
    if moment == "shown":
        desk.switch.arm("POST chat.update", when="after")

    said = await desk.ws.tick(BEN, OPS, card.ts, press.INCIDENT_TICK, block_id=box)
    if moment == "shown":
        await desk.polled(lambda: desk.switch.fired)
    await desk.box.kill_bot()
    await desk.again()
    await desk.at_rest()
    if not said.ok and not desk.entries(card, "tick"):  # nobody took it, and Ben was told so
        again = desk.block_of(card, press.INCIDENT_TICK, "done")
        assert (await desk.ws.choose(BEN, OPS, card.ts, press.INCIDENT_TICK, ["done"], block_id=again)).ok

    await desk.marked(card, done="done")
    await desk.at_rest()
    assert [(one.step, one.by) for one in desk.entries(card, "tick")] == [("done", BEN)]
    assert ":white_check_mark: Do it." in card.everything
    await desk.resolved(card)
