import asyncio

from slack_bolt.app.async_app import AsyncApp

from tests.sandbox.workspace.conftest import ANN, DEPLOYS, OTTO, bolt_app

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
