"""Every incident in a channel of its own: made, named, filled with people and talk, archived at the end."""

import pytest
import pytest_asyncio
from starlette.responses import JSONResponse

from tests.flows.driver import ANN, BEN, CLEO, PATIENCE
from tests.flows.incidents import OPS, incidents, press
from tests.flows.script import ScriptedSandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    section = {"room": {"invite": ["approver"]}}
    state = tmp_path_factory.mktemp("incidents-room")
    async with incidents(state, box=ScriptedSandbox, incidents=section) as made:
        yield made


async def room_of(desk, card):
    """Wait for the channel of an incident; return it."""
    query = "SELECT room FROM incidents WHERE id = ? AND room_state = 'open'"
    await desk.polled(lambda: desk.rows(query, desk.number(card)))
    found = desk.ws.channel(desk.rows(query, desk.number(card))[0][0])
    assert found is not None
    return found


def talk(desk, room):
    """Return everything said in a channel."""
    return "\n".join(one.everything for one in desk.ws.messages(room.id))


async def test_it_is_made_named_and_filled_and_the_talk_goes_there(desk):
    card = await desk.opened("api-down nobody can log in", user=ANN)
    number = desk.number(card)
    room = await room_of(desk, card)

    assert room.name == f"inc-{number}-api-down"
    assert {ANN, BEN, CLEO} <= set(room.members)
    assert desk.ws.channel(room.id).topic == f"SEV1: nobody can log in (incident {number})"
    await desk.shows(card, f"<#{room.id}>")
    await desk.ws.until(lambda: "No clear rise of errors" in talk(desk, room), PATIENCE)
    assert "nobody can log in" in desk.ws.messages(room.id)[0].everything
    assert talk(desk, room).count("Supabase is well") == 1  # in its first message, or in one of its own

    said = await desk.ws.say(BEN, room.id, "/pawincident note the pool is full")  # here means this one
    assert said.ok
    await desk.polled(lambda: desk.entries(card, "note"))
    assert (await desk.ws.say(CLEO, room.id, "I restart the pooler")).ok
    words = desk.ws.messages(room.id)[-1]
    assert words.user == CLEO
    assert (await desk.ws.pin(BEN, room.id, words.ts)).ok
    await desk.polled(lambda: desk.entries(card, "message"))
    assert desk.entries(card, "message")[0].words.startswith("I restart the pooler")


async def test_it_is_archived_once_the_report_has_been_read_there(desk):
    card = await desk.opened("mobile-crash-spike a short one")
    room = await room_of(desk, card)
    await desk.resolved(card)
    await desk.ws.until(lambda: any(one.files for one in desk.ws.messages(room.id)), PATIENCE)
    assert not desk.ws.channel(room.id).archived
    close = "SELECT 1 FROM incident_jobs WHERE incident_id = ? AND kind = 'close_room'"
    await desk.polled(lambda: desk.rows(close, desk.number(card)))
    desk.write("UPDATE incident_jobs SET due_at = ? WHERE kind = 'close_room'", desk.ago(1))  # a minute later

    await desk.ws.until(lambda: desk.ws.channel(room.id).archived, PATIENCE)

    await desk.polled(lambda: any("archived" in one.words for one in desk.entries(card, "room")))
    await desk.drawn(card)
    await desk.fill(card, press.INCIDENT_REOPEN, user=BEN, text="It is back")
    await desk.replied(card, "Reopened", "It is back")  # from then on in the thread


async def test_who_joins_is_let_in(desk):
    card = await desk.opened("db-migration-failure with a visitor", user=BEN)
    room = await room_of(desk, card)
    assert ANN not in room.members
    told = len(desk.ws.ephemerals(ANN))
    assert (await desk.ws.say(ANN, OPS, "/pawincident open db-migration-failure mine")).ok
    offer = (await desk.ws.until(lambda: desk.ws.ephemerals(ANN)[told:], PATIENCE))[0]
    assert (await desk.ws.press(ANN, offer.channel, offer.ts, press.INCIDENT_JOIN)).ok
    await desk.ws.until(lambda: ANN in desk.ws.channel(room.id).members, PATIENCE)


async def test_a_name_that_is_taken_gets_a_number_after_it(desk):
    ((last,),) = desk.rows("SELECT max(id) FROM incidents")
    desk.ws.state.create(f"inc-{last + 1}-api-down", CLEO)
    card = await desk.opened("api-down the name is taken")
    assert desk.number(card) == last + 1
    room = await room_of(desk, card)
    assert room.name == f"inc-{last + 1}-api-down-2"


async def test_where_slack_makes_none_the_card_says_why_and_people_talk_in_the_thread(desk):
    async def refuse():
        return JSONResponse({"ok": False, "error": "restricted_action"})

    desk.box.script.at("POST conversations.create", refuse)
    card = await desk.opened("api-down without a channel")
    text = await desk.shows(card, "restricted_action")
    assert "It has no channel of its own" in text
    assert "Talk about it in the thread" in text
    await desk.replied(card, "Supabase is well")


async def test_where_somebody_archives_it_the_talk_goes_to_the_thread(desk):
    card = await desk.opened("api-down and somebody tidies up")
    room = await room_of(desk, card)
    await desk.marked(card, redis="done")
    desk.ws.archive(room.id)
    assert (await desk.ws.say(ANN, OPS, f"/pawincident update {desk.number(card)} We talk here now")).ok
    await desk.replied(card, "We talk here now")
