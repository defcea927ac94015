"""An incident ends in a form and a report: refused while alerts fire, kept, sent, gone on with."""

import asyncio
import json
import os
import sys

import pytest
import pytest_asyncio

from sandbox.bot_process import ROOT
from sandbox.workspace import payloads
from tests.flows.driver import ANN, BEN, OTTO, PATIENCE
from tests.flows.incidents import OPS, incidents, press

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    state = tmp_path_factory.mktemp("incidents-ending")
    async with incidents(state, incidents={"automatic": True}) as made:
        yield made


async def export(desk, folder, *words):
    """Run ``pawdeploy incidents export`` as a person would; return its exit code and what it said."""
    database = f"sqlite:///{desk.state / 'pawdeploy.sqlite3'}"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "incidents", "export", *words, "--to", str(folder),
        cwd=ROOT, env=os.environ | {"DATABASE_URL": database},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, said.decode()


async def file_of(desk, card, number):
    """Wait for the report's file under a card; return its bytes."""

    def found():
        files = [file for one in desk.below(card) for file in one.files]
        return [file for file in files if file["name"].startswith(f"incident-{number}")]

    return desk.ws.content((await desk.ws.until(found, PATIENCE))[-1]["id"])


async def test_while_alerts_fire_it_is_refused_until_somebody_says_all_the_same(desk):
    before = desk.there()
    desk.box.faults.set("backend.health", "bad")
    card = await desk.new_card(before)
    await desk.shows(card, "still fires")
    asks = await desk.form(card, press.INCIDENT_RESOLVE, user=ANN)
    assert "Resolve though 1 alert still fires" in asks
    assert "neither done nor skipped" in asks
    words = {"summary": "It is up", "cause": "A cable"}
    refused = await desk.ws.submit(ANN, desk.ws.view(ANN).id, words)
    assert "Tick it to resolve all the same" in refused.errors["noisy"]
    assert desk.rows("SELECT state FROM incidents WHERE id = ?", desk.number(card)) == [("open",)]

    await desk.submit(user=ANN, noisy="yes", **words)

    await desk.shows(card, "Resolved after")
    await desk.polled(lambda: desk.report(card))
    assert "still fire" in desk.report(card)
    desk.box.faults.set("backend.health", "good")
    await desk.polled(lambda: desk.pulse("api/production") in ("up", ""))


async def test_the_report_is_a_file_a_message_a_row_an_export_and_the_orchestrators(desk, tmp_path):
    card = await desk.opened("api-down nobody can log in", user=BEN)
    number = desk.number(card)
    await desk.ws.press(ANN, card.channel, card.ts, press.INCIDENT_COMMAND)
    await desk.say(f"/pawincident note {number} The *pods* restart | every minute")
    await desk.marked(card, railway="done", redis="done")
    said = await desk.resolved(
        card, user=ANN, summary="Logins failed for all", cause="A pool that was too small",
        follow_ups="- Make the pool larger\n\n* Watch it", mitigated=int(desk.now().timestamp()),
    )  # fmt: skip
    assert "Resolved. Its report follows" in said
    await desk.shows(card, ":large_green_circle:", "Resolved after")
    assert desk.buttons(card) == {press.INCIDENT_REOPEN}

    content = (await file_of(desk, card, number)).decode()
    assert content == desk.report(card)
    for words in (
        "nobody can log in", "Logins failed for all", "A pool that was too small", "Make the pool larger",
        "Watch it", "Ann Requin", "Ben Aprile", "came to", "restart",
    ):  # fmt: skip
        assert words in content or words == "came to", content
    told = await desk.replied(card, "Resolved by <@U0ANNREQ001>", "nobody can log in")
    assert told.broadcast
    assert "Logins failed for all" in told.everything

    await desk.polled(lambda: not desk.jobs_left(card, "notify"))
    sent = desk.box.orchestrator.report("incident.resolved")
    assert sent is not None
    assert sent.times == 1
    assert "Logins failed for all" in json.dumps(sent.data)
    assert desk.box.orchestrator.refused == 0
    code, words = await export(desk, tmp_path, str(number))
    assert code == 0, words
    assert (tmp_path / f"incident-{number}.md").read_text("utf-8") == content
    code, words = await export(desk, tmp_path, str(number), "--format", "json")
    assert code == 0, words
    data = json.loads((tmp_path / f"incident-{number}.json").read_text("utf-8"))
    assert "A pool that was too small" in json.dumps(data)


async def test_what_is_over_takes_no_tick_and_says_how_to_go_on(desk):
    card = await desk.opened("mobile-crash-spike over before it began")
    old = desk.block_of(card, press.INCIDENT_TICK, "newest-change")
    await desk.resolved(card)
    await desk.polled(lambda: desk.report(card))
    number = desk.number(card)

    refused = await desk.whispered(stale_tick(desk, card, old), BEN)

    assert f"Incident {number} was resolved by <@{ANN}>" in refused
    assert f"/pawincident reopen {number} because" in refused
    assert desk.entries(card, "tick") == []
    await desk.say(f"/pawincident note {number} It was the cable after all")
    assert desk.entries(card, "note")[-1].words == "It was the cable after all"
    assert "is open already" in await again(desk, card)


async def again(desk, card):
    """Reopen twice; return what the second is told."""
    number = desk.number(card)
    assert "is open again" in await desk.say(f"/pawincident reopen {number} because it is back")
    return await desk.say(f"/pawincident reopen {number} because it is back")


async def stale_tick(desk, card, block):
    """Tick a box as a screen shows it that was not drawn since."""
    core = desk.ws.core
    message = next(one for one in desk.ws.messages(OPS) if one.ts == card.ts)
    action = {
        "type": "checkboxes", "action_id": press.INCIDENT_TICK, "block_id": block,
        "action_ts": core.state.new_ts(),
        "selected_options": [{"value": press.TICKED, "text": {"type": "plain_text", "text": "Done"}}],
    }  # fmt: skip
    payload = payloads.message_action(core, BEN, message, action, {})
    await desk.ws.delivery.once("interactive", payload)


async def test_reopened_it_goes_on_as_it_was_left_and_ends_with_a_report_of_its_own(desk):
    card = await desk.opened("mobile-crash-spike again and again")
    await desk.ticked(card, "newest-change", user=BEN)
    await desk.marked(card, newest_change="done", crashes="done")
    await desk.resolved(card)
    await desk.polled(lambda: desk.report(card))
    await desk.ws.until(lambda: press.INCIDENT_REOPEN in desk.buttons(card), PATIENCE)

    await desk.fill(card, press.INCIDENT_REOPEN, user=BEN, text="It crashes again")
    await desk.ws.until(lambda: press.INCIDENT_RESOLVE in desk.buttons(card), PATIENCE)
    await desk.replied(card, "Reopened", "It crashes again")
    await desk.marked(card, newest_change="done")
    await desk.resolved(card, summary="It is over for good")
    await desk.polled(lambda: desk.report(card, 2))
    assert "It is over for good" in desk.report(card, 2)
    assert "It crashes again" in desk.report(card, 2)
    assert "It is over for good" not in desk.report(card, 1)
    names = await desk.ws.until(
        lambda: [n for n in (file["name"] for one in desk.below(card) for file in one.files) if "-2.md" in n],
        PATIENCE,
    )
    assert len(names) == 1


async def test_the_orchestrator_is_told_once_it_answers_and_the_card_says_that_it_waits(desk):
    card = await desk.opened("mobile-crash-spike while nobody listens")
    desk.box.faults.set("orchestrator.answers", "503")
    await desk.form(card, press.INCIDENT_TELL, user=ANN)
    await desk.submit(user=ANN, text="It crashes; <!channel> *nobody* knows why")
    await desk.marked(card, orchestrator="running")
    query = "SELECT 1 FROM incident_jobs WHERE incident_id = ? AND kind = 'notify' AND tries >= 2"
    await desk.polled(lambda: desk.rows(query, desk.number(card)))
    await desk.shows(card, "503", "it is tried again")
    desk.box.faults.set("orchestrator.answers", "normal")
    await desk.marked(card, orchestrator="done")
    told = desk.box.orchestrator.report("incident.told")
    assert told is not None
    assert told.data["message"] == "It crashes; <!channel> *nobody* knows why"
    assert told.times == 1
    heard = await desk.replied(card, "the orchestrator", "nobody")
    assert "<!channel>" not in heard.everything


async def test_a_refusal_of_the_orchestrators_is_said_and_can_be_sent_again(desk):
    card = await desk.opened("mobile-crash-spike while it does not know us")
    desk.box.faults.set("orchestrator.answers", "401")
    await desk.form(card, press.INCIDENT_TELL, user=ANN)
    await desk.submit(user=ANN, text="First words")
    await desk.marked(card, orchestrator="failed")
    text = await desk.drawn(card)
    assert "401" in text
    desk.box.faults.set("orchestrator.answers", "normal")
    await desk.form(card, press.INCIDENT_TELL, user=ANN)
    await desk.submit(user=ANN, text="Second words")
    await desk.marked(card, orchestrator="done")
    assert desk.box.orchestrator.report("incident.told").data["message"] == "Second words"


async def test_an_outsider_may_look_and_what_he_may_not_start_is_said(desk):
    card = await desk.opened("api-down what may Otto")
    await desk.chosen(card, "which", "code", user=ANN)
    await desk.marked(card, lock="todo")
    await desk.drawn(card)
    for step in ("lock", "rollback"):
        refused = await desk.whispered(desk.pressed(card, press.INCIDENT_ACT, step, user=OTTO), OTTO)
        assert "can't" in refused, refused
        assert "Nothing was changed" in refused
    await desk.marked(card, lock="todo", rollback="todo")
    assert (
        f"incident {desk.number(card)}".lower() in (await desk.say("/pawincident status", user=OTTO)).lower()
    )
