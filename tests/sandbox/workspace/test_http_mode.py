import time

import httpx
import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox.workspace.http_delivery import sign
from tests.sandbox.workspace.conftest import ANN, DEPLOYS, Clock, bolt_app, over_http, workspace

BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "7"}


async def test_commands_presses_and_events_reach_a_bolt_app_over_signed_http(ws):
    app = bolt_app(ws)
    events = []

    @app.command("/pawdeploy")
    async def command(ack, body, client):
        await ack("on it")
        await client.chat_postMessage(
            channel=body["channel_id"], text="card", blocks=[{"type": "actions", "elements": [BUTTON]}]
        )

    @app.action("go")
    async def go(ack, body, client):
        await ack()
        await client.chat_update(channel=DEPLOYS, ts=body["message"]["ts"], text="gone", blocks=[])

    @app.event("reaction_added")
    async def reaction(event):
        events.append(event)
        ws.feed.wake()

    async with over_http(ws, app):
        assert (await ws.say(ANN, DEPLOYS, "/pawdeploy staging <&>")).ok
        await ws.until(lambda: ws.messages(DEPLOYS))
        card = ws.messages(DEPLOYS)[0]
        assert (await ws.press(ANN, DEPLOYS, card.ts, "go")).ok
        await ws.until(lambda: card.text == "gone")
        await ws.react(ANN, DEPLOYS, card.ts, "eyes")
        await ws.until(lambda: events)

    assert ws.ephemerals(ANN)[0].text == "on it"
    assert events[0]["item"] == {"type": "message", "channel": DEPLOYS, "ts": card.ts}


async def test_a_wrong_signature_is_not_let_in(ws):
    app = bolt_app(ws)

    @app.command("/pawdeploy")
    async def command(ack):
        await ack()

    async with over_http(ws, app) as url, httpx.AsyncClient() as http:
        now, body = int(time.time()), "command=%2Fpawdeploy"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        forged = {"X-Slack-Request-Timestamp": str(now), "X-Slack-Signature": sign("guess", now, body)}
        old = now - 600
        replayed = {
            "X-Slack-Request-Timestamp": str(old),
            "X-Slack-Signature": sign("sandbox-signing-secret", old, body),
        }
        for headers in (forged, replayed, {}):
            answer = await http.post(f"{url}/slack/events", content=body, headers={**kind, **headers})
            assert answer.status_code == 401


async def test_an_event_answered_with_an_error_comes_again_with_its_number_and_reason(ws):
    app = bolt_app(ws)
    seen = []

    @app.middleware
    async def note(req, resp, next):
        seen.append((req.headers.get("x-slack-retry-num"), req.headers.get("x-slack-retry-reason")))
        await next()

    async with over_http(ws, app):
        seen.clear()
        await ws.say(ANN, DEPLOYS, "good morning")
        await ws.until(lambda: ws.delivery.lost)

    assert seen[0] == (None, None)
    assert [number for number, _ in seen[1:]] == [["1"], ["2"], ["3"]]
    assert seen[1][1] == ["http_error"]


async def test_a_bot_that_is_not_there_fails_a_command_at_once(ws):
    await ws.use_http("http://127.0.0.1:9/slack/events", handshake=False)

    assert (await ws.say(ANN, DEPLOYS, "/pawdeploy")).error == "dispatch_failed"


async def test_a_response_address_works_five_times_and_says_so_after():
    async with workspace() as ws:
        where = ws.core.tickets.response(ANN, DEPLOYS)
        hook = AsyncWebhookClient(f"{ws.base_url}/slack/response/{where.id}")

        answers = [await hook.send(text=f"answer {number}") for number in range(6)]

        assert [one.status_code for one in answers] == [200] * 5 + [404]
        assert "used_url" in answers[-1].body
        assert len(ws.ephemerals(ANN)) == 5


async def test_a_response_address_is_worth_nothing_after_half_an_hour():
    clock = Clock()
    async with workspace(clock=clock) as ws:
        where = ws.core.tickets.response(ANN, DEPLOYS)
        clock.now += 1801

        answer = await AsyncWebhookClient(f"{ws.base_url}/slack/response/{where.id}").send(text="late")

        assert (answer.status_code, "expired_url" in answer.body) == (404, True)


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ({"text": "new", "replace_original": True}, ["new"]),
        ({"delete_original": True}, []),
        ({"text": "more", "response_type": "in_channel"}, ["card", "more"]),
    ],
)
async def test_a_response_may_replace_delete_or_follow_the_message_it_came_from(ws, client, body, texts):
    posted = await client.chat_postMessage(channel=DEPLOYS, text="card")
    where = ws.core.tickets.response(ANN, DEPLOYS, message_ts=posted["ts"])

    await AsyncWebhookClient(f"{ws.base_url}/slack/response/{where.id}").send_dict(body)

    assert [one.text for one in ws.messages(DEPLOYS)] == texts


async def test_a_response_with_broken_blocks_is_refused(ws):
    where = ws.core.tickets.response(ANN, DEPLOYS)

    answer = await AsyncWebhookClient(f"{ws.base_url}/slack/response/{where.id}").send_dict(
        {"text": "x", "blocks": [{"type": "sektion"}]}
    )

    assert answer.status_code == 400
    assert "json-pointer:/blocks/0/type" in answer.body
