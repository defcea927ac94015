"""Opening by hand: typed, from a form, from an alert, from a run; and what is offered when one is open."""

import json

import pytest
import pytest_asyncio

from handlers.render import alert_card
from handlers.render._buttons import RUN_INCIDENT
from tests.flows.driver import ANN, BEN, CLEO, GENERAL, PATIENCE
from tests.flows.incidents import OPS, incidents, press

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with incidents(tmp_path_factory.mktemp("incidents-open")) as made:
        yield made


async def test_words_open_it_where_incidents_go_and_the_typist_is_told_where(desk):
    told = len(desk.ws.ephemerals(ANN))
    card = await desk.opened("api-down checkout answers 500 --severity sev2")

    text = await desk.shows(
        card, "SEV2 · checkout answers 500", "opened by <@U0ANNREQ001>", "api in production"
    )
    assert "<!subteam^S0APPROVER1>" in text
    said = await desk.ws.until(lambda: desk.ws.ephemerals(ANN)[told:], PATIENCE)
    assert f"Its card is in <#{OPS}>" in said[0].everything
    assert "/pawincident role" in said[0].everything


async def test_without_words_a_form_asks_and_its_answer_is_the_incident(desk):
    before = desk.there()
    assert (await desk.ws.say(ANN, GENERAL, "/pawincident open")).ok
    asks = await desk._read(ANN)
    assert "Playbook" in asks
    assert "empty: the playbook's title" in asks

    said = await desk.submit(user=ANN, playbook="mobile-crash-spike", severity="sev3")

    card = await desk.new_card(before)
    assert "Its card is in" in said
    await desk.shows(card, "SEV3 · Mobile crash spike")


async def test_a_playbook_alone_is_the_forms_first_answer_and_a_wrong_one_names_the_nearest(desk):
    assert (await desk.ws.say(ANN, GENERAL, "/pawincident open api-down")).ok
    view = desk.ws.view(ANN)
    assert "API down" in await desk._read(ANN)
    await desk.ws.close_view(ANN, view.id if view else desk.ws.view(ANN).id)

    wrong = await desk.say("/pawincident open api-donw it is down")

    assert "There is no playbook `api-donw`. Did you mean `api-down`?" in wrong
    assert desk.rows("SELECT 1 FROM incidents WHERE state = 'open'") == []


async def test_an_alerts_card_opens_one_with_its_words_and_belongs_to_it(desk):
    _, alert = await desk.issue("KeyError: 'owner'")
    before = desk.there()

    asks = await desk.form(alert, alert_card.OPEN_INCIDENT, user=BEN)
    assert "KeyError: 'owner'" in json.dumps(desk.ws.view(BEN).view)
    assert "will belong to it" in asks
    said = await desk.submit(user=BEN, playbook="api-down")

    card = await desk.new_card(before)
    number = desk.number(card)
    assert f"Incident {number} is open: KeyError: 'owner'." in said
    await desk.shows(card, "KeyError: 'owner'", "api in production", "still fires")
    await desk.shows(alert, f"ncident {number}")


async def test_a_failed_run_opens_one_about_itself(desk):
    desk.box.faults.set("railway.deployment", "crashes")
    await desk.soaked("Crash at start")
    run = await desk.asking()
    await desk.agree(run)
    await desk.shows(run, "failed")
    await desk.ws.until(lambda: RUN_INCIDENT in desk.buttons(run), PATIENCE)
    before = desk.there()

    asks = await desk.form(run, RUN_INCIDENT, user=ANN)
    assert "to production failed" in json.dumps(desk.ws.view(ANN).view)
    assert "will belong to it" in asks
    await desk.submit(user=ANN)

    card = await desk.new_card(before)
    await desk.shows(card, "to production failed", "api in production", "run ")
    ((attached,),) = desk.rows("SELECT run_id FROM incident_runs WHERE incident_id = ?", desk.number(card))
    assert (attached,) in desk.rows("SELECT run_id FROM posts WHERE ts = ?", run.ts)


async def test_a_second_of_the_kind_is_offered_to_join_and_joining_is_on_the_timeline(desk):
    card = await desk.opened("api-down first seen by Ann")
    there = desk.there()

    offer = await offered(desk, BEN, "api-down seen by Ben too")
    number = desk.number(card)
    assert f"Incident {number} of the same kind is open: first seen by Ann" in offer.everything
    assert "Nothing was opened" in offer.everything
    assert (await desk.ws.press(BEN, offer.channel, offer.ts, press.INCIDENT_JOIN)).ok
    await desk.polled(lambda: desk.entries(card, "joined"))

    assert [(one.by, one.words) for one in desk.entries(card, "joined")] == [(BEN, "came to help")]
    assert desk.there() == there


async def test_another_is_opened_when_that_is_what_is_wanted(desk):
    first = await desk.opened("api-down the API in Europe")
    before = desk.there()
    offer = await offered(desk, CLEO, "api-down the API in America --severity sev3")

    assert (await desk.ws.press(CLEO, offer.channel, offer.ts, press.INCIDENT_ANOTHER)).ok

    card = await desk.new_card(before)
    await desk.shows(card, "SEV3 · the API in America", "opened by <@U0CLEOAPP01>")
    assert desk.number(card) > desk.number(first)
    listed = await desk.say("/pawincident list", user=BEN)
    assert "2 incidents open" in listed


async def offered(desk, user, words):
    """Ask for an incident of a kind that is open; return the offer."""
    told = len(desk.ws.ephemerals(user))
    assert (await desk.ws.say(user, GENERAL, f"/pawincident open {words}")).ok
    return (await desk.ws.until(lambda: desk.ws.ephemerals(user)[told:], PATIENCE))[0]


async def test_list_and_status_say_how_they_stand_and_what_is_next(desk):
    card = await desk.opened("api-down for the list")
    await desk.marked(card, railway="done", redis="done")

    listed = await desk.say("/pawincident list", user=BEN)
    status = await desk.say(f"/pawincident status {desk.number(card)}", user=BEN)

    assert "1 incident open, newest: for the list" in listed
    assert "no commander yet" in listed
    assert "Next: Decide which it is" in status
    assert "*What happened last*" in status
    assert "¦" not in status  # a moment of Slack's cannot stand in the words of a link


async def test_help_lists_all_and_an_unknown_word_names_the_nearest(desk):
    everything = await desk.say("/pawincident help")
    for word in (
        "open",
        "status",
        "update",
        "role",
        "severity",
        "note",
        "list",
        "resolve",
        "reopen",
        "drill",
    ):
        assert f"/pawincident {word}" in everything
    assert "Did you mean `/pawincident resolve`?" in await desk.say("/pawincident resolv")
    assert "I don't know `qwertz`" in await desk.say("/pawincident qwertz")
    assert "no incident 4711" in await desk.say("/pawincident status 4711")
