import asyncio
import re
from contextlib import AsyncExitStack

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp

from tests.sandbox.workspace.conftest import ANN, DEPLOYS, GENERAL, OTTO, bolt_app, client_of

BUTTON = {
    "type": "actions",
    "elements": [
        {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "7"}
    ],
}


def card_app(ws) -> AsyncApp:
    app = bolt_app(ws)

    @app.command("/pawdeploy")
    async def command(ack, body, client):
        await ack()
        posted = await client.chat_postMessage(channel=body["channel_id"], text=body["text"], blocks=[BUTTON])
        await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="going")

    @app.action("go")
    async def go(ack, body, respond):
        await ack()
        await respond(
            text=f"{body['user']['id']} pressed {body['actions'][0]['value']}", replace_original=False
        )

    return app


async def test_a_slash_command_reaches_a_bolt_app_and_its_card_appears_and_is_edited(ws, connect):
    await connect(card_app(ws))

    said = await ws.say(ANN, DEPLOYS, "/pawdeploy staging")

    assert said.ok
    assert 0 < said.ack_ms < 300
    await ws.until(lambda: ws.messages(DEPLOYS) and ws.messages(DEPLOYS)[0].text == "going")
    (card,) = ws.messages(DEPLOYS)
    assert card.versions == ["staging", "going"]
    assert ws.updates.edits == {card.ts: 1}


async def test_a_press_reaches_the_app_and_its_answer_is_for_that_person_only(ws, connect):
    await connect(card_app(ws))
    await ws.say(ANN, DEPLOYS, "/pawdeploy staging")
    await ws.until(lambda: ws.updates.edits)

    said = await ws.press(OTTO, DEPLOYS, ws.messages(DEPLOYS)[0].ts, "go")

    assert said.ok
    await ws.until(lambda: ws.ephemerals(OTTO))
    assert ws.ephemerals(OTTO)[0].text == "U0OTTOOUT01 pressed 7"
    assert ws.ephemerals(ANN) == []


async def test_a_command_nobody_hears_fails_with_words_only_its_author_sees(ws):
    said = await ws.say(ANN, DEPLOYS, "/pawdeploy staging")

    assert (said.ok, said.error) == (False, "dispatch_failed")
    assert ws.ephemerals(ANN)[0].text == '/pawdeploy failed with the error "dispatch_failed"'


async def test_a_command_that_is_not_acknowledged_times_out_and_is_not_repeated(ws, connect):
    heard = []
    app = bolt_app(ws)

    @app.command("/pawdeploy")
    async def command(ack, body):
        heard.append(body)
        await asyncio.sleep(0.5)
        await ack()

    await connect(app)

    said = await ws.say(ANN, DEPLOYS, "/pawdeploy staging")

    assert said.error == "operation_timeout"
    assert len(heard) == 1


async def test_an_unacknowledged_event_comes_again_three_times(ws, connect):
    app = bolt_app(ws)
    seen = []

    @app.middleware
    async def note(req, next):
        seen.append(req.headers.get("x-slack-retry-num", ["0"])[0])
        await next()

    await connect(app)

    await ws.say(ANN, DEPLOYS, "good morning")

    await ws.until(lambda: ws.delivery.lost, timeout=5)
    assert seen == ["0", "1", "2", "3"]


async def test_two_connections_share_the_payloads_and_each_goes_to_one(ws, connect):
    heard = []

    def app_named(name):
        app = bolt_app(ws)

        @app.command("/pawdeploy")
        async def command(ack):
            await ack()
            heard.append(name)

        return app

    await connect(app_named("one"))
    await connect(app_named("two"))

    for _ in range(4):
        assert (await ws.say(ANN, DEPLOYS, "/pawdeploy status")).ok

    assert sorted(heard) == ["one", "one", "two", "two"]


async def test_a_refreshed_connection_is_opened_again_by_the_app(ws, connect):
    await connect(card_app(ws))

    await ws.link.refresh()

    await ws.until(lambda: ws.link.opened == 2 and ws.link.connections == 1)
    assert (await ws.say(ANN, DEPLOYS, "/pawdeploy staging")).ok


async def test_duplicate_delivery_hands_the_same_event_over_twice(ws, connect):
    app = bolt_app(ws)
    ids = []

    @app.event("message")
    async def message(body):
        ids.append(body["event_id"])
        ws.feed.wake()

    await connect(app)
    ws.faults.set("slack.delivery", "duplicate")

    await ws.say(ANN, DEPLOYS, "good morning")

    await ws.until(lambda: len(ids) == 2)
    assert ids[0] == ids[1]


async def test_when_slack_is_down_connections_drop_and_come_back_afterwards(ws, connect):
    handler = await connect(card_app(ws))
    handler.client.ping_interval = 0.05

    ws.faults.set("slack.answers", "down")
    await ws.until(lambda: ws.link.connections == 0)
    assert (await ws.say(ANN, DEPLOYS, "/pawdeploy staging")).error == "dispatch_failed"
    ws.faults.set("slack.answers", "normal")

    await ws.until(lambda: ws.link.connections == 1, timeout=15)
    assert (await ws.say(ANN, DEPLOYS, "/pawdeploy staging")).ok


async def link_address(ws) -> str:
    return (await client_of(ws).apps_connections_open(app_token="xapp-sandbox"))["url"]


async def test_an_address_opens_one_connection(ws):
    address = await link_address(ws)

    async with aiohttp.ClientSession() as http, http.ws_connect(address) as first:
        assert (await first.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(address)


async def test_an_eleventh_connection_is_turned_away(ws):
    async with aiohttp.ClientSession() as http, AsyncExitStack() as stack:
        for _ in range(10):
            one = await stack.enter_async_context(http.ws_connect(await link_address(ws)))
            assert (await one.receive_json())["type"] == "hello"
        one = await stack.enter_async_context(http.ws_connect(await link_address(ws)))

        assert await one.receive_json() == {"type": "disconnect", "reason": "too_many_websockets"}


async def test_a_link_can_be_open_and_dead(ws, connect):
    await connect(card_app(ws))
    ws.link.muted = True

    assert (await ws.say(ANN, DEPLOYS, "/pawdeploy staging")).error == "operation_timeout"
    assert ws.link.connections == 1


async def test_a_connection_lost_before_the_acknowledgement_fails_the_command_at_once(ws, connect):
    app = bolt_app(ws)

    @app.command("/pawdeploy")
    async def command():
        await ws.link.cut()

    await connect(app)

    assert (await ws.say(ANN, DEPLOYS, "/pawdeploy staging")).error == "dispatch_failed"


async def test_events_go_only_to_apps_that_subscribed_and_channels_the_bot_is_in(ws, connect):
    app = bolt_app(ws)
    heard = []

    @app.event("app_mention")
    async def mention(event):
        heard.append(event["text"])
        ws.feed.wake()

    @app.event("message")
    async def message():
        pass

    await connect(app)
    await ws.say(ANN, GENERAL, "@pawdeploy hello")
    await ws.say(ANN, DEPLOYS, "@pawdeploy come here")

    await ws.until(lambda: heard)
    assert heard == ["<@U0PAWDEPLOY> come here"]


async def test_what_slack_itself_refuses_never_reaches_the_app(ws):
    assert (await ws.say(ANN, DEPLOYS, "/deploy")).error == "invalid_command"
    assert (await ws.say(ANN, DEPLOYS, "/pawdeploy", thread_ts="1.2")).error == "not_in_threads"
    assert (await ws.say(ANN, "C0NOWHERE01", "hi")).error == "channel_not_found"
    assert (await ws.press(ANN, DEPLOYS, "1.2", "go")).error == "message_not_found"
    assert ws.ephemerals(ANN)[0].text == "/deploy is not a valid command."


async def test_mentions_are_escaped_only_in_commands_that_ask_for_it(ws, connect):
    app = bolt_app(ws)
    texts = []

    @app.command(re.compile("/pawdeploy|/escaped"))
    async def command(ack, body):
        await ack()
        texts.append(body["text"])

    await connect(app)
    await ws.say(ANN, DEPLOYS, "/pawdeploy for @otto")
    await ws.say(ANN, DEPLOYS, "/escaped for @otto")

    assert texts == ["for @otto", f"for <@{OTTO}>"]
