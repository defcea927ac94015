"""Channels an app makes: their names, who is let in, what they are about, and their end."""

import httpx
import pytest
from slack_sdk.errors import SlackApiError

from tests.sandbox.workspace.conftest import (
    ANN,
    BEN,
    DEPLOYS,
    GENERAL,
    OTTO,
    client_of,
    with_scopes,
    workspace,
)
from tests.sandbox.workspace.test_web_api import refusal

BOT = "U0PAWDEPLOY"


async def made(client, name: str = "inc-3-api-down") -> str:
    return (await client.conversations_create(name=name))["channel"]["id"]


async def test_who_makes_a_channel_is_alone_in_it_and_may_write(ws, client):
    channel = (await client.conversations_create(name="inc-3-api-down"))["channel"]

    assert (channel["name"], channel["creator"], channel["is_member"]) == ("inc-3-api-down", BOT, True)
    assert ws.channel("inc-3-api-down").members == (BOT,)
    await client.chat_postMessage(channel=channel["id"], text="card")
    assert [one.text for one in ws.messages(channel["id"])] == ["card"]
    listed = (await client.conversations_list(limit=999))["channels"]
    assert channel["id"] in [one["id"] for one in listed]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("Inc-3", "invalid_name_specials"),
        ("inc 3", "invalid_name_specials"),
        ("inc.3", "invalid_name_specials"),
        ("-_-", "invalid_name_punctuation"),
        ("deploys", "name_taken"),
    ],
)
async def test_a_name_slack_would_not_take_is_refused_with_its_word(client, name, error):
    assert await refusal(client.conversations_create(name=name)) == error


async def test_names_of_eighty_characters_and_other_alphabets_are_taken(client):
    await made(client, "x" * 80)
    await made(client, "störung_3")


async def test_an_archived_channel_keeps_its_name(client):
    await client.conversations_archive(channel=await made(client))

    assert await refusal(client.conversations_create(name="inc-3-api-down")) == "name_taken"


async def test_a_private_channel_takes_another_scope(client):
    assert await refusal(client.conversations_create(name="x", is_private=True)) == "missing_scope"


async def test_nothing_of_it_is_done_without_the_scope():
    async with workspace(manifest=with_scopes("chat:write", "channels:read")) as ws:
        client = client_of(ws)

        assert await refusal(client.conversations_create(name="x")) == "missing_scope"
        assert await refusal(client.conversations_invite(channel=DEPLOYS, users=ANN)) == "missing_scope"
        assert await refusal(client.conversations_setTopic(channel=DEPLOYS, topic="x")) == "missing_scope"
        assert await refusal(client.conversations_archive(channel=DEPLOYS)) == "missing_scope"
        assert await refusal(client.pins_list(channel=DEPLOYS)) == "missing_scope"


async def test_who_is_invited_is_in_and_may_write(ws, client):
    channel = await made(client)
    assert (await ws.say(ANN, channel, "hello")).error == "not_in_channel"

    await client.conversations_invite(channel=channel, users=[ANN, BEN])

    assert (await ws.say(ANN, channel, "hello")).ok
    assert ws.state.channels[channel].members == (BOT, ANN, BEN)


@pytest.mark.parametrize(
    ("users", "error"),
    [
        (ANN, "already_in_channel"),
        (BOT, "cant_invite_self"),
        ("U0NOBODY001", "user_not_found"),
        ("", "no_user"),
        (",".join(f"U{number}" for number in range(101)), "too_many_users"),
    ],
)
async def test_who_cannot_be_invited_is_said(ws, client, users, error):
    channel = await made(client)
    await client.conversations_invite(channel=channel, users=ANN)

    assert await refusal(client.conversations_invite(channel=channel, users=users)) == error


async def test_one_who_is_unknown_spoils_the_rest_unless_it_is_forced(ws, client):
    channel = await made(client)
    several = [BEN, "U0NOBODY001", OTTO]

    with pytest.raises(SlackApiError) as caught:
        await client.conversations_invite(channel=channel, users=several)
    assert caught.value.response["errors"] == [
        {"user": "U0NOBODY001", "ok": False, "error": "user_not_found"}
    ]
    assert ws.state.channels[channel].members == (BOT,)

    answer = await client.conversations_invite(channel=channel, users=several, force=True)
    assert [one["user"] for one in answer["errors"]] == ["U0NOBODY001"]
    assert ws.state.channels[channel].members == (BOT, BEN, OTTO)


async def test_only_members_let_others_in_or_say_what_it_is_about(client):
    assert await refusal(client.conversations_invite(channel=GENERAL, users=ANN)) == "not_in_channel"
    assert await refusal(client.conversations_setTopic(channel=GENERAL, topic="x")) == "not_in_channel"


async def test_a_topic_has_250_characters_at_most(ws, client):
    channel = await made(client)

    await client.conversations_setTopic(channel=channel, topic="x" * 250)
    assert await refusal(client.conversations_setTopic(channel=channel, topic="x" * 251)) == "too_long"

    assert ws.state.channels[channel].topic == "x" * 250


async def test_an_archived_channel_is_read_and_nothing_else(ws, client):
    channel = await made(client)
    await client.conversations_invite(channel=channel, users=ANN)
    card = (await client.chat_postMessage(channel=channel, text="card"))["ts"]
    await client.conversations_archive(channel=channel)

    assert await refusal(client.conversations_archive(channel=channel)) == "already_archived"
    assert await refusal(client.chat_postMessage(channel=channel, text="x")) == "is_archived"
    assert await refusal(client.conversations_invite(channel=channel, users=BEN)) == "is_archived"
    assert await refusal(client.conversations_setTopic(channel=channel, topic="x")) == "is_archived"
    assert (await ws.say(ANN, channel, "x")).error == "is_archived"
    assert (await ws.pin(ANN, channel, card)).error == "is_archived"
    assert len((await client.conversations_history(channel=channel))["messages"]) == 1
    kept = (await client.conversations_list(exclude_archived=True, limit=999))["channels"]
    assert channel not in [one["id"] for one in kept]


async def test_the_page_shows_a_channel_as_it_comes_and_changes(ws, client):
    async with ws.feed.listen(ANN) as news:
        channel = await made(client)
        await client.conversations_invite(channel=channel, users=ANN)
        await client.conversations_setTopic(channel=channel, topic="API down")
        await client.conversations_archive(channel=channel)
        told = [news.get_nowait() for _ in range(4)]

    assert {name for name, _ in told} == {"channels"}
    assert told[-1][1]["channel"] == {
        "id": channel,
        "name": "inc-3-api-down",
        "topic": "API down",
        "members": [BOT, ANN],
        "is_im": False,
        "is_archived": True,
    }
    async with httpx.AsyncClient(base_url=ws.base_url) as http:
        state = (await http.get("/_page/state")).json()
    assert told[-1][1]["channel"] | {"unread": 0} in state["channels"]
