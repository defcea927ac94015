"""Channels of ours and messages of people, asked of the sandbox's Slack over loopback HTTP."""

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.slack.calls import SlackWeb, make_client
from bot.integrations.slack.rooms import MESSAGE_GONE, NAME_TAKEN, Rooms, plain_text
from sandbox.workspace import Limits
from sandbox.workspace.seed import ALERTS
from tests.sandbox.workspace.conftest import ANN, BEN, DEPLOYS, GENERAL, OTTO, serve, workspace

BOT, NOBODY = "U0PAWDEPLOY", "U0NOBODY001"
NAME = "inc-3-api-down"


def rooms_of(url: str) -> Rooms:
    return Rooms(SlackWeb(make_client("xoxb-sandbox", f"{url}/slack/api/")))


@pytest.fixture
async def ws():
    async with workspace() as made:
        yield made


@pytest.fixture
def rooms(ws) -> Rooms:
    return rooms_of(ws.base_url)


@pytest.fixture
def client(ws) -> AsyncWebClient:
    return make_client("xoxb-sandbox", f"{ws.base_url}/slack/api/")


async def test_a_room_is_made_filled_named_and_closed(ws, rooms):
    room = await rooms.create(NAME)
    assert await rooms.invite(room, [ANN, BEN]) == ()
    await rooms.topic(room, "Sev 1\nAPI down")
    made = ws.channel(NAME)
    assert (made.id, made.topic, made.members) == (room, "Sev 1 API down", (BOT, ANN, BEN))

    await rooms.archive(room)
    await rooms.archive(room)
    assert ws.channel(NAME).archived


async def test_a_taken_name_is_a_refusal_with_slacks_word(rooms):
    await rooms.create(NAME)

    with pytest.raises(VendorRejected) as refused:
        await rooms.create(NAME)
    assert refused.value.detail == NAME_TAKEN


async def test_what_we_made_is_found_by_name_and_nothing_else(ws, rooms):
    room = await rooms.create(NAME)

    assert await rooms.find(NAME) == room
    assert await rooms.find("inc-4") is None
    assert await rooms.find("deploys") is None, "somebody else made it"
    await rooms.archive(room)
    assert await rooms.find(NAME) is None


async def test_a_room_is_found_among_more_channels_than_one_page_holds():
    async with workspace(limits=Limits(per_minute=(10_000, 10_000, 10_000, 10_000))) as ws:
        for number in range(1005):
            ws.state.create(f"other-{number}", ANN)
        rooms = rooms_of(ws.base_url)
        room = await rooms.create(NAME)

        assert await rooms.find(NAME) == room
        assert ws.updates.calls["conversations.list"] == 2


async def test_one_whom_slack_does_not_know_keeps_nobody_out(ws, rooms):
    room = await rooms.create(NAME)

    assert await rooms.invite(room, [ANN, NOBODY, BEN]) == (NOBODY,)

    assert ws.channel(NAME).members == (BOT, ANN, BEN)


async def test_who_is_in_already_is_in(ws, rooms):
    room = await rooms.create(NAME)
    await rooms.invite(room, [ANN])

    assert await rooms.invite(room, [ANN]) == ()
    assert await rooms.invite(room, [ANN, BOT]) == ()
    assert await rooms.invite(room, [ANN, NOBODY]) == (NOBODY,)
    assert await rooms.invite(room, [NOBODY, ANN, OTTO, OTTO]) == (NOBODY,)
    assert await rooms.invite(room, []) == ()
    assert ws.channel(NAME).members == (BOT, ANN, OTTO)


async def test_more_people_than_slack_lets_in_at_once_come_in_turns(ws, rooms):
    room = await rooms.create(NAME)
    many = [f"U0NOBODY{number:03d}" for number in range(100)]

    left_out = await rooms.invite(room, [ANN, *many[:99], BEN, many[99]])

    assert left_out == tuple(many)
    assert ws.channel(NAME).members == (BOT, ANN, BEN)


async def test_a_closed_or_foreign_room_takes_nobody_in(rooms):
    room = await rooms.create(NAME)
    await rooms.archive(room)

    for where, word in ((room, "is_archived"), (GENERAL, "not_in_channel")):
        with pytest.raises(VendorRejected) as refused:
            await rooms.invite(where, [ANN])
        assert refused.value.detail == word


async def test_a_long_topic_is_cut_where_slack_would_refuse_it(ws, rooms):
    room = await rooms.create(NAME)

    await rooms.topic(room, "x" * 250)
    assert ws.channel(NAME).topic == "x" * 250
    await rooms.topic(room, "x" * 251)
    assert ws.channel(NAME).topic == "x" * 249 + "…"


async def test_a_message_is_read_with_its_author_words_and_address(ws, rooms):
    said = (await ws.say(BEN, DEPLOYS, "@ann the <db> is full & slow")).detail

    found = await rooms.message(DEPLOYS, said)

    assert (found.channel, found.ts, found.author, found.thread_ts) == (DEPLOYS, said, BEN, "")
    assert found.text == f"@{ANN} the <db> is full & slow"
    assert found.permalink == f"{ws.base_url}/archives/{DEPLOYS}/p{said.replace('.', '')}"


async def test_a_reply_is_read_though_history_has_none(ws, rooms):
    parent = (await ws.say(BEN, DEPLOYS, "What now?")).detail
    await ws.say(ANN, DEPLOYS, "Wait", thread_ts=parent)
    reply = (await ws.say(ANN, DEPLOYS, "Look at the disk", thread_ts=parent)).detail

    found = await rooms.message(DEPLOYS, reply)

    assert (found.text, found.author, found.thread_ts) == ("Look at the disk", ANN, parent)
    assert f"thread_ts={parent}" in found.permalink
    assert (await rooms.message(DEPLOYS, parent)).thread_ts == parent


async def test_our_own_card_is_read_too(ws, rooms, client):
    card = (await client.chat_postMessage(channel=DEPLOYS, text="card"))["ts"]

    assert (await rooms.message(DEPLOYS, card)).author == BOT


async def test_a_message_that_is_gone_is_a_refusal_that_says_so(ws, rooms):
    said = (await ws.say(BEN, DEPLOYS, "x")).detail
    ws.delete(DEPLOYS, said)

    with pytest.raises(VendorRejected) as refused:
        await rooms.message(DEPLOYS, said)
    assert refused.value.detail == MESSAGE_GONE


async def test_a_channel_we_are_not_in_is_not_read(ws, rooms):
    said = (await ws.say(BEN, GENERAL, "x")).detail

    with pytest.raises(VendorRejected) as refused:
        await rooms.message(GENERAL, said)
    assert refused.value.detail == "not_in_channel"


@pytest.mark.parametrize(
    "ask",
    [
        lambda rooms: rooms.create(NAME),
        lambda rooms: rooms.find(NAME),
        lambda rooms: rooms.invite(ALERTS, [ANN, BEN]),
        lambda rooms: rooms.topic(ALERTS, "x"),
        lambda rooms: rooms.archive(ALERTS),
        lambda rooms: rooms.message(ALERTS, "1.1"),
    ],
    ids=["create", "find", "invite", "topic", "archive", "message"],
)
async def test_while_slack_is_away_nothing_is_known(ws, rooms, ask):
    ws.faults.set("slack.answers", "down")

    with pytest.raises(VendorUnavailable):
        await ask(rooms)


async def test_a_file_without_words_and_an_app_without_a_user_are_read():
    async def answer(request):
        if request.path_params["method"] == "chat.getPermalink":
            return JSONResponse({"ok": True, "permalink": "https://x.test"})
        told = {"ts": "1.1", "text": None, "user": None, "bot_id": "B0MONITOR01", "files": [{"id": "F1"}]}
        return JSONResponse({"ok": True, "messages": [told]})

    app = Starlette(routes=[Route("/slack/api/{method}", answer, methods=["GET", "POST"])])
    async with serve(app) as url:
        found = await rooms_of(url).message(DEPLOYS, "1.1")

    assert (found.author, found.text, found.thread_ts) == ("B0MONITOR01", "", "")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("&lt;b&gt; &amp;amp; x", "<b> &amp; x"),
        (f"<@{ANN}> and <@{BEN}|ben>", f"@{ANN} and @{BEN}"),
        ("<#C0DEPLOYS01|deploys> <#C0DEPLOYS01>", "#deploys #C0DEPLOYS01"),
        ("<!here> <!subteam^S0BACKEND01> <!subteam^S0BACKEND01|@backend>", "@here @S0BACKEND01 @backend"),
        ("<!date^1^{date}|yesterday>", "yesterday"),
        ("<https://x.test/a?b=1&amp;c=2>", "https://x.test/a?b=1&c=2"),
        ("<https://x.test|the log> <https://x.test|x.test>", "the log (https://x.test) https://x.test"),
        ("<mailto:ann@x.test|ann@x.test>", "ann@x.test"),
        ("1 < 2", "1 < 2"),
        ("", ""),
    ],
)
def test_markup_is_read_as_people_read_it(written, read):
    assert plain_text(written) == read


async def test_a_markdown_report_travels_the_way_of_pictures(ws):
    parent = (await ws.say(BEN, DEPLOYS, "x")).detail
    report = "# Incident 3\n- ✅\n".encode()
    web = SlackWeb(make_client("xoxb-sandbox", f"{ws.base_url}/slack/api/"))

    file = await web.upload(
        DEPLOYS, parent, "incident-3.md", report, title="Incident 3", alt="", comment="The report"
    )

    assert ws.content(file) == report
    (reply,) = ws.thread(DEPLOYS, parent)
    assert (reply.text, reply.files[0]["name"]) == ("The report", "incident-3.md")
    async with httpx.AsyncClient() as http:
        assert (await http.get(reply.files[0]["url_private_download"])).content == report


async def test_a_file_may_stand_in_a_channel_outside_threads(ws):
    web = SlackWeb(make_client("xoxb-sandbox", f"{ws.base_url}/slack/api/"))

    await web.upload(DEPLOYS, "", "incident-3.md", b"# 3", title="Incident 3", alt="", comment="The report")

    (message,) = ws.messages(DEPLOYS)
    assert (message.text, message.thread_ts, message.files[0]["name"]) == (
        "The report",
        None,
        "incident-3.md",
    )
    assert "alt_txt" not in message.files[0]
