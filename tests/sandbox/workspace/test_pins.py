"""Pins: set by people, told to the app, listed by Slack."""

import httpx
import pytest

from tests.sandbox.workspace.conftest import (
    ANN,
    BEN,
    DEPLOYS,
    GENERAL,
    MANIFEST,
    bolt_app,
    with_scopes,
    workspace,
)


@pytest.fixture
async def heard(ws, connect) -> list[dict]:
    heard: list[dict] = []
    app = bolt_app(ws)

    @app.event("pin_added")
    @app.event("pin_removed")
    async def pinned(event):
        heard.append(event)
        ws.feed.wake()

    @app.event("message")
    async def message():
        pass

    await connect(app)
    return heard


async def test_a_pin_is_told_with_the_whole_message(ws, client, heard):
    said = (await ws.say(BEN, DEPLOYS, "The database is *full*")).detail

    assert (await ws.pin(ANN, DEPLOYS, said)).ok

    (event,) = await ws.until(lambda: heard)
    link = (await client.chat_getPermalink(channel=DEPLOYS, message_ts=said))["permalink"]
    assert (event["type"], event["user"], event["channel_id"]) == ("pin_added", ANN, DEPLOYS)
    assert (event["item_user"], event["pin_count"]) == (BEN, "1")
    item = event["item"]
    assert (item["type"], item["channel"], item["created_by"]) == ("message", DEPLOYS, ANN)
    assert {key: item["message"][key] for key in ("ts", "user", "text", "permalink", "pinned_to")} == {
        "ts": said,
        "user": BEN,
        "text": "The database is *full*",
        "permalink": link,
        "pinned_to": [DEPLOYS],
    }


async def test_a_reply_can_be_pinned_too(ws, heard):
    parent = (await ws.say(BEN, DEPLOYS, "What now?")).detail
    reply = (await ws.say(ANN, DEPLOYS, "Look at the disk", thread_ts=parent)).detail

    await ws.pin(BEN, DEPLOYS, reply)

    (event,) = await ws.until(lambda: heard)
    assert event["item"]["message"]["thread_ts"] == parent


async def test_what_is_pinned_is_listed_until_the_pin_is_taken_away(ws, client, heard):
    said = (await ws.say(BEN, DEPLOYS, "x")).detail
    await ws.pin(ANN, DEPLOYS, said)

    (item,) = (await client.pins_list(channel=DEPLOYS))["items"]
    assert (item["message"]["ts"], item["created_by"]) == (said, ANN)
    (shown,) = (await client.conversations_history(channel=DEPLOYS))["messages"]
    assert shown["pinned_info"]["pinned_by"] == ANN

    await ws.unpin(BEN, DEPLOYS, said)
    await ws.until(lambda: len(heard) == 2)
    assert (heard[1]["type"], heard[1]["user"], heard[1]["has_pins"]) == ("pin_removed", BEN, False)
    assert (await client.pins_list(channel=DEPLOYS))["items"] == []


async def test_nothing_is_pinned_twice_or_from_outside_or_out_of_nothing(ws):
    said = (await ws.say(BEN, DEPLOYS, "x")).detail
    await ws.pin(ANN, DEPLOYS, said)

    assert (await ws.pin(BEN, DEPLOYS, said)).error == "already_pinned"
    assert (await ws.pin("U0PASSERBY1", DEPLOYS, said)).error == "not_in_channel"
    assert (await ws.pin(BEN, DEPLOYS, "1.000001")).error == "message_not_found"
    await ws.unpin(ANN, DEPLOYS, said)
    assert (await ws.unpin(ANN, DEPLOYS, said)).error == "no_pin"


async def test_the_app_hears_of_pins_where_it_is_and_nowhere_else(ws, heard):
    away = (await ws.say(BEN, GENERAL, "x")).detail
    here = (await ws.say(BEN, DEPLOYS, "x")).detail
    await ws.pin(ANN, GENERAL, away)
    await ws.pin(ANN, DEPLOYS, here)

    await ws.until(lambda: heard)
    assert [one["channel_id"] for one in heard] == [DEPLOYS]


async def test_the_page_pins_and_shows_who_did(ws):
    said = (await ws.say(BEN, DEPLOYS, "x")).detail
    act = {"user": ANN, "channel": DEPLOYS, "ts": said}
    async with httpx.AsyncClient(base_url=ws.base_url) as http:
        assert (await http.post("/_page/pin", json=act)).json()["ok"]
        (shown,) = (await http.get("/_page/messages", params={"channel": DEPLOYS, "user": BEN})).json()
        assert shown["pinned_by"] == ANN
        assert (await http.post("/_page/pin", json=act | {"remove": True})).json()["ok"]
        (shown,) = (await http.get("/_page/messages", params={"channel": DEPLOYS, "user": BEN})).json()
        assert "pinned_by" not in shown


async def test_without_the_scope_the_app_hears_of_no_pin():
    scopes = [one for one in MANIFEST.scopes if one != "pins:read"]
    async with workspace(manifest=with_scopes(*scopes)) as ws:
        told: list[dict] = []
        ws.core.send_event = told.append
        said = (await ws.say(BEN, DEPLOYS, "x")).detail
        await ws.pin(ANN, DEPLOYS, said)
        await ws.react(ANN, DEPLOYS, said, "eyes")

    assert [one["type"] for one in told] == ["message", "reaction_added"]
