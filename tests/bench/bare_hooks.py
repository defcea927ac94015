"""The yardstick for webhooks: verifies the signature, answers, keeps nothing. A process of the bench."""

import hmac
import os
import sys
from hashlib import sha256

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

SECRET = os.environ["SECRET"].encode()


async def take(request: Request) -> Response:
    """Answer what was signed."""
    expected = hmac.new(SECRET, await request.body(), sha256).hexdigest()
    signed = hmac.compare_digest(expected, request.headers.get("sentry-hook-signature", ""))
    return JSONResponse({"status": "stored"}, 200 if signed else 401)


app = Starlette(routes=[Route("/hooks/sentry", take, methods=["POST"])])
uvicorn.run(app, port=int(sys.argv[1]), log_config=None, access_log=False)
