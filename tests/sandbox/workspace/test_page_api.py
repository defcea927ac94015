import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.sandbox.workspace.conftest import ANN, BEN, DEPLOYS, GENERAL, OTTO, bolt_app

CHECKS = {
    "type": "checkboxes",
    "action_id": "which",
    "options": [{"text": {"type": "plain_text", "text": one}, "value": one} for one in "ab"],
}
BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "7"}
BLOCKS = [{"type": "actions", "block_id": "row", "elements": [CHECKS, BUTTON]}]


@pytest.fixture
async def http(ws) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=ws.base_url) as http:
        yield http


@asynccontextmanager
async def watching(http: httpx.AsyncClient, user: str):
    """Follow the news as ``user``; yields a function that returns the next item."""
    async with http.stream("GET", "/_page/events", params={"user": user}) as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == ": here"

        async def following() -> tuple[str, dict]:
            name = ""
            async for line in lines:
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    return name, json.loads(line.removeprefix("data: "))
            raise AssertionError("the stream ended")

        yield following


async def test_the_page_learns_who_is_there_and_what_can_be_typed(http):
    state = (await http.get("/_page/state")).json()

    assert [one["name"] for one in state["people"]] == ["ann", "ben", "cleo", "otto"]
    assert [one["name"] for one in state["channels"]] == [
        "deploys",
        "releases",
        "alerts",
        "ops",
        "general",
    ]
    assert state["commands"][0] == {
        "command": "/pawdeploy",
        "description": "Ship",
        "usage_hint": "staging [ref] | status",
        "completions": ["staging", "status"],
    }
    assert state["emoji"]["large_green_circle"] == "🟢"
    assert {"name": "slack.answers", "value": "normal"}.items() <= next(
        one for one in state["faults"] if one["name"] == "slack.answers"
    ).items()
    assert state["bot"] == {"state": "running"}


async def test_what_is_said_on_the_page_is_news_for_everyone(http):
    async with watching(http, BEN) as following:
        answer = await http.post("/_page/say", json={"user": ANN, "channel": GENERAL, "text": "hi <b> @ben"})
        name, data = await following()

    assert answer.json()["ok"]
    assert (name, data["channel"], data["message"]["text"]) == ("message", GENERAL, f"hi &lt;b&gt; <@{BEN}>")


async def test_an_ephemeral_is_news_for_its_person_only(ws, http, client):
    async with watching(http, BEN) as bens, watching(http, OTTO) as ottos:
        await client.chat_postEphemeral(channel=DEPLOYS, user=OTTO, text="no")
        await client.chat_postMessage(channel=DEPLOYS, text="yes")

        assert [(await ottos())[0], (await ottos())[0]] == ["ephemeral", "message"]
        assert (await bens())[0] == "message"
    shown = (await http.get("/_page/messages", params={"channel": DEPLOYS, "user": OTTO})).json()
    assert [(one["text"], one["ephemeral"]) for one in shown] == [("no", True), ("yes", False)]


async def test_a_press_on_the_page_carries_what_else_was_chosen(ws, http, client, connect):
    app = bolt_app(ws)
    heard = []

    @app.action("go")
    async def go(ack, body):
        await ack()
        heard.append(body)

    await connect(app)
    ts = (await client.chat_postMessage(channel=DEPLOYS, text="card", blocks=BLOCKS))["ts"]
    ticked = {"type": "checkboxes", "selected_options": [CHECKS["options"][1]]}

    answer = await http.post(
        "/_page/press",
        json={
            "user": ANN,
            "channel": DEPLOYS,
            "ts": ts,
            "block_id": "row",
            "action_id": "go",
            "value": "7",
            "values": {"row": {"which": ticked}},
        },
    )

    assert answer.json()["ok"]
    assert heard[0]["state"]["values"]["row"]["which"] == ticked
    assert heard[0]["actions"][0]["value"] == "7"


async def test_reactions_threads_and_edits_show_on_the_page(ws, http, client):
    ts = (await client.chat_postMessage(channel=DEPLOYS, text="card"))["ts"]
    await http.post("/_page/react", json={"user": ANN, "channel": DEPLOYS, "ts": ts, "name": "eyes"})
    reply = {"user": BEN, "channel": DEPLOYS, "text": "why?", "thread_ts": ts}
    await http.post("/_page/say", json=reply)
    await client.chat_update(channel=DEPLOYS, ts=ts, text="card 2")

    (shown,) = (await http.get("/_page/messages", params={"channel": DEPLOYS, "user": ANN})).json()
    thread = (await http.get("/_page/thread", params={"channel": DEPLOYS, "ts": ts})).json()

    assert shown["reactions"] == [{"name": "eyes", "users": [ANN], "count": 1}]
    assert (shown["reply_count"], shown["edited"], shown["text"]) == (1, True, "card 2")
    assert [one["text"] for one in thread] == ["card 2", "why?"]


async def test_a_turned_knob_is_news(ws, http):
    async with watching(http, ANN) as following:
        ws.faults.set("slack.answers", "slow")
        name, data = await following()

    assert name == "faults"
    assert {"slack.answers": "slow"}.items() <= {one["name"]: one["value"] for one in data["faults"]}.items()


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"user": 7}', b'"x"'])
@pytest.mark.parametrize("act", ["say", "press", "submit", "close", "react"])
async def test_nonsense_posted_to_the_page_is_refused_in_words(http, act, body):
    answer = await http.post(f"/_page/{act}", content=body)

    assert answer.status_code == 400
    assert answer.json()["ok"] is False


async def test_the_bot_cannot_be_switched_when_the_sandbox_did_not_start_one(http):
    assert (await http.post("/_page/bot", json={"do": "kill"})).json()["error"] == "no_bot"


async def test_the_page_itself_is_served(http):
    answer = await http.get("/")

    assert answer.status_code == 200
    assert "<html" in answer.text


async def test_another_sites_page_cannot_act_here(ws, http):
    said = {"user": ANN, "channel": DEPLOYS, "text": "hi"}

    answer = await http.post("/_page/say", json=said, headers={"Origin": "https://evil.test"})

    assert (answer.status_code, answer.json()["error"]) == (403, "foreign_origin")
    assert ws.messages(DEPLOYS) == []
    assert (await http.post("/_page/say", json=said, headers={"Origin": ws.base_url})).json()["ok"]
