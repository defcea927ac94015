"""A drill: the same incident, marked on every message, that touches nothing real and is measured."""

import pytest
import pytest_asyncio

from tests.faults.kill_switch import KillableSandbox
from tests.flows.driver import ANN, BEN, CLEO, DEPLOYS, PATIENCE
from tests.flows.incidents import OPS, incidents, press

pytestmark = pytest.mark.asyncio(loop_scope="module")

STILL = {"interval": 3600, "page_every": 3600, "recheck": 3600}
"""Health is looked at once, at the start: whatever is asked while a drill runs, the drill asked."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    state = tmp_path_factory.mktemp("incidents-drill")
    practise = {"drills": {"every": 30, "roles": ["approver"]}}
    quick = {"soak_poll": 3600.0}
    async with incidents(state, box=KillableSandbox, health=STILL, timings=quick, incidents=practise) as made:
        yield made


def outside(desk, since):
    """Return what was asked of anybody but Slack since then; the heartbeat is asked by no incident."""
    vendors = (
        "/sentry",
        "/github",
        "/backend",
        "/supabase",
        "/upstash",
        "/statuspage",
        "/orchestrator",
        " railway",
    )
    return [one for one in desk.box.switch.seen[since:] if any(name in one for name in vendors)]


async def test_a_bot_that_starts_says_once_that_it_is_time_to_practise(desk):
    def said():
        return [one for one in desk.ws.messages(OPS) if "/pawincident drill" in one.everything]

    await desk.ws.until(said, PATIENCE)
    await desk.box.kill_bot()
    await desk.box.start_bot()
    await desk.box.wait_ready()
    assert (await desk.ws.say(ANN, OPS, "/pawincident list")).ok
    await desk.ws.until(lambda: desk.ws.ephemerals(ANN), PATIENCE)
    assert len(said()) == 1


async def test_nothing_real_is_touched_and_everything_says_drill(desk):
    await desk.polled(lambda: desk.rows("SELECT count(*) FROM pulses") == [(7,)])  # all was looked at once
    await desk.polled(lambda: desk.rows("SELECT count(*) FROM marks") == [(2,)])
    since, deploys = len(desk.box.switch.seen), len(desk.ws.messages(DEPLOYS))
    before = desk.there()
    assert (await desk.ws.say(ANN, OPS, "/pawincident drill api-down we practise")).ok
    card = await desk.new_card(before)
    await desk.shows(card, "DRILL", "nothing real is touched", "we practise")
    await desk.marked(card, railway="done", components="done", supabase="done", redis="done", errors="done")
    text = await desk.drawn(card)
    assert "Findings suggest *Our own code*" in text
    assert "<!subteam" not in text

    await desk.ws.press(ANN, card.channel, card.ts, press.INCIDENT_COMMAND)
    await desk.chosen(card, "which", "code", user=BEN)
    await desk.marked(card, lock="todo", rollback="todo")
    await desk.drawn(card)
    for step in ("lock", "rollback"):
        await desk.pressed(card, press.INCIDENT_ACT, step, user=CLEO)  # who may not, for real
        await desk.marked(card, **{step: "done"})
    await desk.marked(card, rolled_back="done", well_again="done", errors_usual="done")
    await desk.drawn(card)
    asks = await desk.form(card, press.INCIDENT_TELL, user=ANN)
    assert "A drill: it would go to the orchestrator" in asks
    await desk.submit(user=ANN)
    await desk.marked(card, orchestrator="done")
    await desk.resolved(card, user=ANN)
    await desk.polled(lambda: desk.report(card))
    await desk.ws.until(lambda: any(one.files for one in desk.below(card)), PATIENCE)

    assert outside(desk, since) == []
    assert len(desk.ws.messages(DEPLOYS)) == deploys
    assert desk.rows("SELECT count(*) FROM runs") == [(0,)]
    assert desk.rows("SELECT count(*) FROM holds") == [(0,)]
    assert desk.box.orchestrator.reports == []
    for message in [card, *desk.below(card)]:
        assert "DRILL" in message.everything, message.everything
        assert "<!subteam" not in message.everything
        assert "<!channel" not in message.everything
    report = desk.report(card)
    assert "DRILL" in report
    for words in ("Our own code", "Ann Requin"):
        assert words in report, report


async def test_a_drill_is_no_incident_of_the_same_kind(desk):
    real = await desk.opened("api-down for real")
    before = desk.there()
    assert (await desk.ws.say(BEN, OPS, "/pawincident drill api-down for practice")).ok
    drill = await desk.new_card(before)
    assert desk.number(real) != desk.number(drill)
    assert "DRILL" not in real.everything


async def test_a_drill_without_a_playbook_asks_for_one(desk):
    assert (await desk.ws.say(ANN, OPS, "/pawincident drill")).ok
    asks = await desk._read(ANN)
    assert "This is a drill" in asks
    before = desk.there()
    await desk.submit(user=ANN, playbook="mobile-crash-spike", headline="by form")
    card = await desk.new_card(before)
    await desk.shows(card, "DRILL", "by form")
