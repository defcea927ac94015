import httpx
import pytest

from sandbox.workspace import Limits, Person
from sandbox.workspace.seed import ALERTS
from tests.sandbox.workspace.conftest import ANN, DEPLOYS, client_of, with_scopes, workspace
from tests.sandbox.workspace.test_web_api import refusal


async def test_nothing_can_be_written_in_an_archived_channel_until_it_is_opened(ws, client):
    card = await client.chat_postMessage(channel=ALERTS, text="card")
    ws.archive(ALERTS)

    assert await refusal(client.chat_postMessage(channel=ALERTS, text="x")) == "is_archived"
    assert await refusal(client.chat_update(channel=ALERTS, ts=card["ts"], text="x")) == "is_archived"
    assert await refusal(client.chat_postEphemeral(channel=ALERTS, user=ANN, text="x")) == "is_archived"
    assert (
        await refusal(client.reactions_add(channel=ALERTS, timestamp=card["ts"], name="eyes"))
        == "is_archived"
    )
    assert (await ws.say(ANN, ALERTS, "hello")).error == "is_archived"
    assert (await client.conversations_info(channel=ALERTS))["channel"]["is_archived"] is True
    assert (await client.conversations_history(channel=ALERTS))["messages"][0]["text"] == "card"

    ws.unarchive(ALERTS)
    await client.chat_update(channel=ALERTS, ts=card["ts"], text="again")


async def test_a_bot_that_was_removed_may_not_write_until_it_is_invited(ws, client):
    card = await client.chat_postMessage(channel=ALERTS, text="card")
    ws.remove_bot(ALERTS)

    assert await refusal(client.chat_postMessage(channel=ALERTS, text="x")) == "not_in_channel"
    assert await refusal(client.chat_update(channel=ALERTS, ts=card["ts"], text="x")) == "not_in_channel"
    assert (await client.conversations_info(channel=ALERTS))["channel"]["is_member"] is False

    ws.invite_bot(ALERTS)
    ws.invite_bot(ALERTS)
    await client.chat_postMessage(channel=ALERTS, text="back")
    assert ws.state.channels[ALERTS].members.count("U0PAWDEPLOY") == 1


async def test_a_channel_nobody_has_is_not_found(client, ws):
    assert await refusal(client.chat_postMessage(channel="C0NOWHERE01", text="x")) == "channel_not_found"
    with pytest.raises(KeyError):
        ws.archive("C0NOWHERE01")


async def test_who_may_write_anywhere_need_not_be_there():
    async with workspace(manifest=with_scopes("chat:write", "chat:write.public")) as ws:
        ws.remove_bot(ALERTS)
        client = client_of(ws)

        card = await client.chat_postMessage(channel=ALERTS, text="x")
        await client.chat_update(channel=ALERTS, ts=card["ts"], text="y")


@pytest.mark.parametrize(
    ("turned", "error"), [("archived", "is_archived"), ("bot removed", "not_in_channel")]
)
async def test_the_knob_closes_the_alerts_channel_and_opens_it_again(ws, client, turned, error):
    ws.faults.set("slack.alerts", turned)
    assert await refusal(client.chat_postMessage(channel=ALERTS, text="x")) == error
    await client.chat_postMessage(channel=DEPLOYS, text="x")

    ws.faults.set("slack.alerts", "open")
    await client.chat_postMessage(channel=ALERTS, text="x")


async def test_one_position_of_the_knob_takes_the_place_of_another(ws, client):
    ws.faults.set("slack.alerts", "archived")
    ws.faults.set("slack.alerts", "bot removed")

    assert await refusal(client.chat_postMessage(channel=ALERTS, text="x")) == "not_in_channel"


async def test_a_broadcast_reply_stands_in_the_thread_and_in_the_channel(ws, client):
    card = (await client.chat_postMessage(channel=ALERTS, text="card"))["ts"]
    quiet = await client.chat_postMessage(channel=ALERTS, text="quiet", thread_ts=card)
    loud = await client.chat_postMessage(channel=ALERTS, text="loud", thread_ts=card, reply_broadcast=True)

    history = (await client.conversations_history(channel=ALERTS))["messages"]
    replies = (await client.conversations_replies(channel=ALERTS, ts=card))["messages"]
    async with httpx.AsyncClient(base_url=ws.base_url) as http:
        page = (await http.get("/_page/messages", params={"channel": ALERTS, "user": ANN})).json()

    assert [one["text"] for one in history] == ["loud", "card"]
    assert [one["text"] for one in replies] == ["card", "quiet", "loud"]
    assert (history[0]["subtype"], history[0]["thread_ts"]) == ("thread_broadcast", card)
    assert loud["message"]["subtype"] == "thread_broadcast"
    assert "subtype" not in quiet["message"]
    assert [(one["text"], one.get("broadcast", False)) for one in page] == [("card", False), ("loud", True)]
    assert [one.text for one in ws.thread(ALERTS, card)] == ["quiet", "loud"]


async def test_a_message_outside_a_thread_cannot_be_broadcast(ws, client):
    await client.chat_postMessage(channel=ALERTS, text="card", reply_broadcast=True)

    (card,) = ws.messages(ALERTS)
    assert not card.broadcast


async def test_calls_over_a_limit_are_counted_by_method():
    async with workspace(limits=Limits(posts_burst=1)) as ws:
        client = client_of(ws)
        await client.chat_postMessage(channel=DEPLOYS, text="x")
        assert ws.refused_calls == {}

        assert await refusal(client.chat_postMessage(channel=DEPLOYS, text="x")) == "ratelimited"

        assert ws.refused_calls == {"chat.postMessage": 1}


async def test_more_people_may_join_and_do_what_the_others_can(ws, client):
    ws.join(*(Person(f"U0CROWD{number:04d}", f"crowd{number}", f"Crowd {number}") for number in range(100)))

    assert (await ws.say("U0CROWD0042", DEPLOYS, "hello")).ok
    assert (await client.users_info(user="U0CROWD0099"))["user"]["name"] == "crowd99"
    members = (await client.conversations_members(channel=DEPLOYS, limit=500))["members"]
    assert len(members) == len(set(members)) == 105
