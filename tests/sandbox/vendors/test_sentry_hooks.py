import asyncio
import json

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sandbox.serve import Server
from sandbox.vendors import sentry_hooks
from sandbox.vendors.sentry_hooks import SentryHooks, sentry_signature
from tests.sandbox.vendors.sentry_world import Listener

BODY = (
    '{"action":"created","data":{"comment":"a\\u00f1adido \\u2705","project_slug":"sentry",'
    '"comment_id":1234,"issue_id":100,"timestamp":"2022-03-02T21:51:44.118160Z"},'
    '"installation":{"uuid":"eac5a0ae-60ec-418f-9318-46dc5e7e52ec"},'
    '"actor":{"type":"user","id":1,"name":"colleen"}}'
)
SIGNATURE = "b7d1948bb4270fbce5435fc93eea80c3520e856bd8360df4b89a5b74b46f393a"


@pytest.fixture
async def listener():
    made = Listener()
    async with Server(Starlette(routes=[Route("/x", made.take, methods=["POST"])])) as server:
        made.url = f"{server.url}/x"
        yield made


@pytest.fixture
async def hooks(faults, clock, listener):
    made = SentryHooks(faults, clock)
    made.target = listener.url
    yield made
    await made.aclose()


def test_the_signature_is_sentrys():
    assert sentry_signature(BODY.encode(), "test-secret") == SIGNATURE


async def test_a_message_is_compact_escaped_and_signed_over_its_bytes(hooks, listener, clock):
    assert await hooks.send("comment", "created", {"comment": "añadido ✅"})

    ((headers, body),) = listener.heard
    assert b'"a\\u00f1adido \\u2705"' in body
    assert b", " not in body
    assert b'": ' not in body
    assert headers["sentry-hook-signature"] == sentry_signature(body)
    assert headers["sentry-hook-timestamp"] == str(int(clock().timestamp()))
    assert (headers["sentry-hook-resource"], headers["content-type"]) == ("comment", "application/json")
    assert len(headers["request-id"]) == 32
    assert json.loads(body)["actor"]["name"] == "Sentry"


async def test_what_is_not_accepted_is_counted_and_never_sent_again(hooks, listener):
    assert await hooks.send("issue", "created", {})
    listener.status = 503
    assert not await hooks.send("issue", "created", {})

    assert (hooks.accepted, hooks.refused, len(listener.heard)) == (1, 1, 2)


async def test_who_answers_too_late_did_not_accept(hooks, monkeypatch):
    monkeypatch.setattr(sentry_hooks, "TIMEOUT", 0.05)
    enough = asyncio.Event()

    async def slow(_request):
        await enough.wait()
        return PlainTextResponse("ok")

    async with Server(Starlette(routes=[Route("/slow", slow, methods=["POST"])])) as server:
        hooks.target = f"{server.url}/slow"
        assert not await hooks.send("issue", "created", {})
        enough.set()

    assert (hooks.accepted, hooks.refused) == (0, 1)


async def test_nobody_there_is_no_error(hooks):
    hooks.target = "http://127.0.0.1:9/hooks/sentry"

    assert not await hooks.send("issue", "created", {})
    assert hooks.refused == 1


async def test_before_anybody_listens_nothing_is_sent_or_counted(faults, clock):
    hooks = SentryHooks(faults, clock)

    assert not await hooks.send("issue", "created", {})
    assert (hooks.accepted, hooks.refused, hooks.lost) == (0, 0, 0)


async def test_messages_get_lost_by_knob_or_by_switch(hooks, faults, listener):
    hooks.delivering = False
    await hooks.send("issue", "created", {})
    hooks.delivering = True
    faults.set("sentry.webhooks", "lost")
    await hooks.send("issue", "created", {})

    assert (hooks.lost, listener.heard) == (2, [])


async def test_a_duplicate_is_the_same_message_under_another_name(hooks, faults, listener):
    faults.set("sentry.webhooks", "duplicate")

    await hooks.send("issue", "created", {})

    assert (hooks.accepted, len(listener.heard)) == (2, 2)
    (first, one), (second, other) = listener.heard
    assert one == other
    assert first["sentry-hook-signature"] == second["sentry-hook-signature"]
    assert first["request-id"] != second["request-id"]


@pytest.mark.parametrize(("backwards", "said"), [(False, ["a", "b"]), (True, ["b", "a"])])
async def test_held_messages_come_when_released_in_either_order(hooks, listener, backwards, said):
    hooks.waiting = []
    for action in "ab":
        await hooks.send("issue", action, {})
    assert listener.heard == []

    assert await hooks.release(backwards=backwards) == 2
    assert [json.loads(body)["action"] for _, body in listener.heard] == said
    assert await hooks.send("issue", "c", {})


async def test_what_is_done_soon_can_be_waited_for(hooks, listener):
    hooks.soon(hooks.send("issue", "created", {}))

    await hooks.settled()

    assert listener.said == ["issue.created"]
