import httpx
import pytest
from slack_sdk.errors import SlackApiError

from sandbox.workspace import Limits
from tests.sandbox.workspace.conftest import (
    ANN,
    DEPLOYS,
    GENERAL,
    OTTO,
    Clock,
    client_of,
    with_scopes,
    workspace,
)

CARD_FACT = {"event_type": "pawdeploy_run", "event_payload": {"run": 12}}


async def refusal(call) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


async def test_auth_test_says_who_the_bot_is_and_which_scopes_it_has(client):
    answer = await client.auth_test()

    assert answer["user_id"] == "U0PAWDEPLOY"
    assert "chat:write" in answer.headers["x-oauth-scopes"]


async def test_a_wrong_token_is_refused(ws):
    assert await refusal(client_of(ws, "xoxb-other").auth_test()) == "invalid_auth"


async def test_a_missing_token_is_refused(ws):
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"{ws.base_url}/slack/api/auth.test")

    assert answer.json() == {"ok": False, "error": "not_authed"}


async def test_each_kind_of_token_opens_only_its_own_methods(ws, client):
    assert await refusal(client.apps_connections_open(app_token="xoxb-sandbox")) == "not_allowed_token_type"
    assert await refusal(client_of(ws, "xapp-sandbox").auth_test()) == "not_allowed_token_type"


async def test_a_method_without_its_scope_is_refused_with_the_scope_it_needs():
    async with workspace(manifest=with_scopes("commands")) as ws:
        with pytest.raises(SlackApiError) as caught:
            await client_of(ws).chat_postMessage(channel=DEPLOYS, text="x")

    assert (caught.value.response["error"], caught.value.response["needed"]) == (
        "missing_scope",
        "chat:write",
    )


async def test_an_unknown_method_is_refused(client):
    assert await refusal(client.api_call("chat.shout")) == "unknown_method"


async def test_posting_where_the_bot_is_not_is_refused(client):
    assert await refusal(client.chat_postMessage(channel=GENERAL, text="x")) == "not_in_channel"
    assert await refusal(client.chat_postMessage(channel="C0NOWHERE01", text="x")) == "channel_not_found"


async def test_posting_needs_something_to_say_and_not_too_much(client):
    assert await refusal(client.api_call("chat.postMessage", json={"channel": DEPLOYS})) == "no_text"
    assert await refusal(client.chat_postMessage(channel=DEPLOYS, text="x" * 40_001)) == "msg_too_long"


async def test_an_edit_keeps_what_it_does_not_mention(ws, client):
    divider = [{"type": "divider"}]
    posted = await client.chat_postMessage(channel=DEPLOYS, text="a", blocks=divider, metadata=CARD_FACT)

    await client.chat_update(channel=DEPLOYS, ts=posted["ts"], text="b")

    (message,) = ws.messages(DEPLOYS)
    assert (message.text, message.blocks[0]["type"], message.metadata) == ("b", "divider", CARD_FACT)


async def test_an_edit_counts_its_bytes(client):
    posted = await client.chat_postMessage(channel=DEPLOYS, text="a")

    assert (
        await refusal(client.chat_update(channel=DEPLOYS, ts=posted["ts"], text="é" * 2001)) == "msg_too_long"
    )


async def test_only_the_bots_own_messages_can_be_edited_or_deleted(ws, client):
    said = await ws.say(ANN, DEPLOYS, "mine")

    assert (
        await refusal(client.chat_update(channel=DEPLOYS, ts=said.detail, text="x")) == "cant_update_message"
    )
    assert await refusal(client.chat_delete(channel=DEPLOYS, ts=said.detail)) == "cant_delete_message"
    assert await refusal(client.chat_update(channel=DEPLOYS, ts="1.2", text="x")) == "message_not_found"


async def test_a_deleted_message_is_gone(ws, client):
    posted = await client.chat_postMessage(channel=DEPLOYS, text="a")

    await client.chat_delete(channel=DEPLOYS, ts=posted["ts"])

    assert ws.messages(DEPLOYS) == []


async def test_history_shows_metadata_only_when_asked(client):
    await client.chat_postMessage(channel=DEPLOYS, text="card", metadata=CARD_FACT)

    without = await client.conversations_history(channel=DEPLOYS)
    with_it = await client.conversations_history(channel=DEPLOYS, include_all_metadata=True)

    assert "metadata" not in without["messages"][0]
    assert with_it["messages"][0]["metadata"] == CARD_FACT


async def test_history_is_newest_first_and_comes_in_pages(client):
    for text in ("one", "two", "three"):
        await client.chat_postMessage(channel=DEPLOYS, text=text)

    first = await client.conversations_history(channel=DEPLOYS, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel=DEPLOYS, limit=2, cursor=cursor)

    assert [one["text"] for one in first["messages"]] == ["three", "two"]
    assert [one["text"] for one in second["messages"]] == ["one"]


async def test_replies_stand_in_the_thread_and_not_in_the_channel(ws, client):
    parent = await client.chat_postMessage(channel=DEPLOYS, text="card")
    await client.chat_postMessage(channel=DEPLOYS, text="log", thread_ts=parent["ts"])

    replies = await client.conversations_replies(channel=DEPLOYS, ts=parent["ts"])

    assert [one["text"] for one in replies["messages"]] == ["card", "log"]
    assert replies["messages"][0]["reply_count"] == 1
    assert [one.text for one in ws.messages(DEPLOYS)] == ["card"]
    assert [one.text for one in ws.thread(DEPLOYS, parent["ts"])] == ["log"]


async def test_an_ephemeral_is_seen_by_its_person_only_and_never_kept_in_history(ws, client):
    await client.chat_postEphemeral(channel=DEPLOYS, user=OTTO, text="only you")

    assert [one.text for one in ws.ephemerals(OTTO)] == ["only you"]
    assert ws.ephemerals(ANN) == []
    assert (await client.conversations_history(channel=DEPLOYS))["messages"] == []


async def test_a_message_to_a_person_opens_their_direct_messages(ws, client):
    posted = await client.chat_postMessage(channel=ANN, text="psst")

    assert posted["channel"] == "D0ANNREQ001"
    assert ws.messages("D0ANNREQ001")[0].text == "psst"


async def test_people_groups_and_channels_can_be_looked_up(client):
    assert (await client.users_info(user=ANN))["user"]["name"] == "ann"
    assert len((await client.users_list())["members"]) == 5
    groups = (await client.usergroups_list(include_users=True))["usergroups"]
    assert groups[0]["users"] == ["U0ANNREQ001", "U0BENAPP001"]
    assert (await client.usergroups_users_list(usergroup="S0APPROVER1"))["users"][0] == "U0BENAPP001"
    assert await refusal(client.usergroups_users_list(usergroup="S0NOBODY001")) == "no_such_subteam"
    assert (await client.conversations_info(channel=GENERAL))["channel"]["is_member"] is False
    assert "U0PAWDEPLOY" in (await client.conversations_members(channel=DEPLOYS))["members"]
    assert len((await client.conversations_list())["channels"]) == 5


async def test_reactions_are_kept_once_per_person(ws, client):
    posted = await client.chat_postMessage(channel=DEPLOYS, text="card")
    where = {"channel": DEPLOYS, "timestamp": posted["ts"], "name": "thumbsup"}
    await client.reactions_add(**where)
    await ws.react(ANN, DEPLOYS, posted["ts"], "thumbsup")

    assert await refusal(client.reactions_add(**where)) == "already_reacted"
    found = (await client.reactions_get(channel=DEPLOYS, timestamp=posted["ts"], full=True))["message"]
    assert found["reactions"] == [{"name": "thumbsup", "users": ["U0PAWDEPLOY", ANN], "count": 2}]
    await client.reactions_remove(**where)
    assert await refusal(client.reactions_remove(**where)) == "no_reaction"


async def test_a_file_is_uploaded_in_three_steps(ws, client):
    parent = await client.chat_postMessage(channel=DEPLOYS, text="card")

    await client.files_upload_v2(
        filename="log.txt", content="last words", channel=DEPLOYS, thread_ts=parent["ts"]
    )

    (reply,) = ws.thread(DEPLOYS, parent["ts"])
    assert reply.files[0]["preview"] == "last words"


async def test_a_permalink_leads_to_the_page(ws, client):
    posted = await client.chat_postMessage(channel=DEPLOYS, text="card")

    link = (await client.chat_getPermalink(channel=DEPLOYS, message_ts=posted["ts"]))["permalink"]

    assert link.startswith(f"{ws.base_url}/archives/{DEPLOYS}/p")


async def test_more_posts_than_one_a_second_are_limited_with_a_time_to_wait():
    clock = Clock()
    async with workspace(clock=clock, limits=Limits(posts_burst=2)) as ws:
        client = client_of(ws)
        for _ in range(2):
            await client.chat_postMessage(channel=DEPLOYS, text="x")
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=DEPLOYS, text="x")

        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "1"
        assert caught.value.response["error"] == "ratelimited"
        assert ws.updates.rate_limited == 1
        clock.now += 1
        await client.chat_postMessage(channel=DEPLOYS, text="x")
        assert ws.updates.posts == 3


async def test_edits_are_limited_by_their_tier():
    clock = Clock()
    async with workspace(clock=clock) as ws:
        client = client_of(ws)
        ts = (await client.chat_postMessage(channel=DEPLOYS, text="x"))["ts"]
        for _ in range(50):
            await client.chat_update(channel=DEPLOYS, ts=ts, text="y")

        assert await refusal(client.chat_update(channel=DEPLOYS, ts=ts, text="y")) == "ratelimited"


@pytest.mark.parametrize(("fault", "status"), [("429", 429), ("down", 503)])
async def test_a_fault_answers_every_call_and_changes_nothing(ws, fault, status):
    ws.faults.set("slack.answers", fault)

    async with httpx.AsyncClient(headers={"Authorization": "Bearer xoxb-sandbox"}) as http:
        address = f"{ws.base_url}/slack/api/chat.postMessage"
        answer = await http.post(address, json={"channel": DEPLOYS, "text": "x"})

    assert answer.status_code == status
    assert ws.messages(DEPLOYS) == []


async def test_a_slow_answer_comes_after_its_effect(ws, client):
    ws.faults.set("slack.answers", "slow")
    ws.faults.slow_seconds = 0.05

    await client.chat_postMessage(channel=DEPLOYS, text="x")

    assert ws.updates.posts == 1


async def test_waiting_in_vain_ends_with_what_was_said_last(ws, client):
    await client.chat_postMessage(channel=DEPLOYS, text="the last words")

    with pytest.raises(TimeoutError, match="the last words"):
        await ws.until(lambda: False, timeout=0.01)
