"""Reactions of people: kept, told to the app, looked up; and every way Slack may fail to tell."""

import dataclasses

import pytest
from slack_sdk.errors import SlackApiError

from tests.sandbox.workspace.conftest import (
    ANN,
    BEN,
    DEPLOYS,
    GENERAL,
    MANIFEST,
    OTTO,
    bolt_app,
    client_of,
    with_scopes,
    workspace,
)

CLEO = "U0CLEOAPP01"
CHECK = "white_check_mark"


@pytest.fixture
async def card(client) -> str:
    return str((await client.chat_postMessage(channel=DEPLOYS, text="card"))["ts"])


@pytest.fixture
async def heard(ws, connect) -> list[dict]:
    """Every reaction event a connected app hears, whole."""
    app, bodies = bolt_app(ws), []

    async def listen(body):
        bodies.append(body)
        ws.feed.wake()

    app.event("reaction_added")(listen)
    app.event("reaction_removed")(listen)
    await connect(app)
    return bodies


async def found(client, ts, **more):
    message = (await client.reactions_get(channel=DEPLOYS, timestamp=ts, **more))["message"]
    return {one["name"]: (one["users"], one["count"]) for one in message.get("reactions", [])}


async def test_a_reaction_and_its_taking_back_are_told_as_slack_tells_them(ws, card, heard):
    await ws.react(BEN, DEPLOYS, card, CHECK)
    await ws.until(lambda: len(heard) == 1)
    await ws.unreact(BEN, DEPLOYS, card, CHECK)
    await ws.until(lambda: len(heard) == 2)

    first, second = (body["event"] for body in heard)
    item = {"type": "message", "channel": DEPLOYS, "ts": card}
    assert first | {"event_ts": ""} == {
        "type": "reaction_added",
        "user": BEN,
        "reaction": CHECK,
        "item": item,
        "item_user": "U0PAWDEPLOY",
        "event_ts": "",
    }
    assert (second["type"], second["item"]) == ("reaction_removed", item)


async def test_a_skin_tone_is_part_of_the_name(ws, client, card, heard):
    await ws.react(BEN, DEPLOYS, card, "+1::skin-tone-3")
    await ws.until(lambda: heard)

    assert heard[0]["event"]["reaction"] == "+1::skin-tone-3"
    assert await found(client, card, full=True) == {"+1::skin-tone-3": ([BEN], 1)}
    for nonsense in ("+1::skin-tone-9", "no_such_emoji", ""):
        assert (await ws.react(BEN, DEPLOYS, card, nonsense)).error == "invalid_name"


async def test_the_whole_list_of_people_comes_only_when_asked_for(ws, client, card):
    for user in (ANN, BEN, CLEO):
        await ws.react(user, DEPLOYS, card, CHECK)

    assert await found(client, card) == {CHECK: ([ANN, BEN], 3)}
    assert await found(client, card, full=True) == {CHECK: ([ANN, BEN, CLEO], 3)}


async def test_who_is_not_in_the_channel_cannot_react(ws, card):
    ws.state.channels[DEPLOYS] = dataclasses.replace(ws.state.channels[DEPLOYS], members=(ANN,))
    assert (await ws.react(OTTO, DEPLOYS, card, CHECK)).error == "not_in_channel"


async def test_the_app_hears_nothing_it_did_not_subscribe_to_or_where_the_bot_is_not(heard, ws):
    said = await ws.say(ANN, GENERAL, "morning")
    await ws.react(BEN, GENERAL, said.detail, CHECK)
    async with workspace(manifest=dataclasses.replace(MANIFEST, events=())) as deaf:
        posted = (await client_of(deaf).chat_postMessage(channel=DEPLOYS, text="card"))["ts"]
        await deaf.react(BEN, DEPLOYS, posted, CHECK)
        assert deaf.delivery.lost == []
    assert heard == []


async def test_without_the_scope_reactions_are_not_readable():
    async with workspace(manifest=with_scopes("chat:write")) as ws:
        posted = await client_of(ws).chat_postMessage(channel=DEPLOYS, text="card")
        with pytest.raises(SlackApiError, match="missing_scope"):
            await client_of(ws).reactions_get(channel=DEPLOYS, timestamp=posted["ts"])


async def test_a_lost_event_never_comes_and_the_reaction_is_there_all_the_same(ws, client, card, heard):
    ws.faults.set("slack.events", "lost")
    await ws.react(BEN, DEPLOYS, card, CHECK)
    ws.faults.set("slack.events", "delivered")
    await ws.react(CLEO, DEPLOYS, card, CHECK)
    await ws.until(lambda: heard)

    assert [body["event"]["user"] for body in heard] == [CLEO]
    assert await found(client, card, full=True) == {CHECK: ([BEN, CLEO], 2)}


async def test_a_late_event_comes_after_newer_ones_once_the_knob_is_turned_back(ws, card, heard):
    ws.faults.set("slack.events", "late")
    await ws.react(BEN, DEPLOYS, card, CHECK)
    ws.faults.set("slack.events", "delivered")
    await ws.until(lambda: heard)
    assert heard[0]["event"]["user"] == BEN


async def test_an_event_that_comes_twice_has_one_id(ws, card, heard):
    ws.faults.set("slack.events", "twice")
    await ws.react(BEN, DEPLOYS, card, CHECK)
    await ws.until(lambda: len(heard) == 2)
    assert heard[0]["event_id"] == heard[1]["event_id"]


async def test_an_event_nobody_takes_is_offered_again_and_then_given_up(ws, card):
    await ws.react(BEN, DEPLOYS, card, CHECK)
    lost = await ws.until(lambda: [one for one in ws.delivery.lost if "reaction" in one["event"]])
    assert lost[0]["event"]["reaction"] == CHECK


async def test_a_message_an_admin_deleted_is_gone_for_every_method(ws, client, card):
    await ws.react(BEN, DEPLOYS, card, CHECK)
    ws.delete(DEPLOYS, card)

    for call in (
        client.reactions_get(channel=DEPLOYS, timestamp=card),
        client.chat_update(channel=DEPLOYS, ts=card, text="x"),
        client.chat_getPermalink(channel=DEPLOYS, message_ts=card),
    ):
        with pytest.raises(SlackApiError, match="message_not_found"):
            await call
    assert (await ws.react(BEN, DEPLOYS, card, CHECK)).error == "message_not_found"
    with pytest.raises(KeyError):
        ws.delete(DEPLOYS, card)


async def test_direct_messages_want_their_scope_and_are_listed_by_person(ws, client):
    await client.chat_postMessage(channel=BEN, text="psst")
    assert [one.text for one in ws.direct(BEN)] == ["psst"]
    assert ws.direct(ANN) == []
    async with workspace(manifest=with_scopes("chat:write")) as other:
        with pytest.raises(SlackApiError, match="missing_scope"):
            await client_of(other).chat_postMessage(channel=BEN, text="psst")
