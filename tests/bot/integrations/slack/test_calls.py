"""Whatever Slack answers becomes one of our two errors: worth trying again, or not."""

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.slack.calls import SlackWeb, make_client
from tests.sandbox.workspace.conftest import serve

JSON = {"content-type": "application/json"}


class Told:
    """Hears how each call went."""

    def __init__(self):
        self.heard = []

    def __call__(self, method, result):
        self.heard.append((method, result))


async def call(answer: Response, told=None):
    async def anything(_request):
        return answer

    async with serve(Starlette(routes=[Route("/{method}", anything, methods=["GET", "POST"])])) as url:
        web = SlackWeb(make_client("xoxb-test", f"{url}/"), told or Told())
        return await web.call("chat.update", "updating a message", ts="1.1")


@pytest.mark.parametrize(
    "answer",
    [
        Response('{"ok": false, "error": "ratelimited"}', 429, JSON | {"retry-after": "7"}),
        Response('{"ok": false, "error": "internal_error"}', 200, JSON),
        Response("upstream is away", 503, {"content-type": "text/plain"}),
        Response("<html>", 200, {"content-type": "text/html"}),
        Response('{"ok": tr', 200, JSON),
        Response("", 500, JSON),
    ],
    ids=["429", "internal error", "503", "html", "cut json", "empty"],
)
async def test_trouble_on_slacks_side_is_worth_trying_again(answer):
    with pytest.raises(VendorUnavailable) as trouble:
        await call(answer)
    assert trouble.value.retry_after == (7.0 if answer.status_code == 429 else None)


async def test_a_refusal_is_not_tried_again_and_keeps_slacks_own_word():
    with pytest.raises(VendorRejected) as refused:
        await call(Response('{"ok": false, "error": "channel_not_found"}', 200, JSON))
    assert refused.value.detail == "channel_not_found"


async def test_nobody_listening_is_worth_trying_again():
    web = SlackWeb(make_client("xoxb-test", "http://127.0.0.1:1/"), Told())
    with pytest.raises(VendorUnavailable):
        await web.call("auth.test", "saying hello")


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (Response('{"ok": true}', 200, JSON), "ok"),
        (Response('{"ok": false, "error": "msg_too_long"}', 200, JSON), "msg_too_long"),
        (Response("", 503), "unavailable"),
    ],
)
async def test_every_call_is_told_once_with_its_result(answer, result):
    told = Told()
    if result == "ok":
        assert await call(answer, told) == {"ok": True}
    else:
        with pytest.raises((VendorRejected, VendorUnavailable)):
            await call(answer, told)
    assert told.heard == [("chat.update", result)]
