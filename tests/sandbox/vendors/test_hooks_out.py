import hmac
import json
from datetime import UTC, datetime
from hashlib import sha1, sha256

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.webhooks import secret_key, signed_at
from sandbox.serve import Server
from sandbox.vendors import hooks_out
from sandbox.vendors.hooks_out import HooksOut

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_github_signs_the_raw_body_and_names_the_delivery():
    made = hooks_out.github("workflow_run", {"action": "completed"}, delivery="d-1")

    expected = hmac.new(hooks_out.GITHUB_WEBHOOK_SECRET.encode(), made.body, sha256).hexdigest()
    assert made.headers["X-Hub-Signature-256"] == f"sha256={expected}"
    assert (made.headers["X-GitHub-Event"], made.headers["X-GitHub-Delivery"]) == ("workflow_run", "d-1")
    assert hooks_out.github("push", {}).headers["X-GitHub-Delivery"]


def test_expo_signs_with_sha1():
    made = hooks_out.expo({"status": "errored"})

    expected = hmac.new(hooks_out.EXPO_WEBHOOK_SECRET.encode(), made.body, sha1).hexdigest()
    assert made.headers["expo-signature"] == f"sha1={expected}"


def test_the_bot_believes_a_generic_message():
    made = hooks_out.generic({"title": "x"}, at=NOON.timestamp())

    assert signed_at(made.headers, made.body, secret_key(hooks_out.ALERTS_SECRET), NOON) == NOON


def test_railway_tells_what_died_where(railway):
    arrived = railway.arrive("api", "production", "a" * 40)

    told = json.loads(hooks_out.railway(hooks_out.deployment_event(arrived)).body)

    assert told["type"] == "Deployment.crashed"
    assert told["details"]["status"] == "CRASHED"
    assert told["resource"]["deployment"]["id"] == arrived.id
    assert told["resource"]["environment"]["id"] == "env-production"


async def test_a_message_is_posted_once_with_its_headers_and_answered_with_a_status():
    heard = []

    async def take(request):
        heard.append((request.url.path, request.headers["x-github-event"], await request.body()))
        return PlainTextResponse("", 202)

    app = Starlette(routes=[Route("/{rest:path}", take, methods=["POST"])])
    async with Server(app) as server, HooksOut(server.url) as out:
        assert await out.send(hooks_out.github("ping", {"zen": "…"})) == 202

    assert heard == [("/hooks/github", "ping", b'{"zen":"\\u2026"}')]
