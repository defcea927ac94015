"""The front of the Web API: token, faults, rate limit, scope, then the method; answers as Slack answers.

Each family of methods lives in a file of its own; their tables are joined here.
"""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox.workspace import (
    api_channels,
    api_chat,
    api_conversations,
    api_files,
    api_people,
    api_pins,
    api_reactions,
    api_views,
)
from sandbox.workspace.api_method import APP_TOKEN, Method
from sandbox.workspace.arguments import Args, read_arguments
from sandbox.workspace.core import Core
from sandbox.workspace.errors import RateLimited, Refused
from sandbox.workspace.limits import RateLimiter
from sandbox.workspace.model import Json

METHODS: dict[str, Method] = {
    **api_channels.METHODS,
    **api_chat.METHODS,
    **api_conversations.METHODS,
    **api_files.METHODS,
    **api_people.METHODS,
    **api_pins.METHODS,
    **api_reactions.METHODS,
    **api_views.METHODS,
}


class WebApi:
    """Answers ``/slack/api/{method}``."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._limiter = RateLimiter(core.limits, core.clock)

    async def endpoint(self, request: Request) -> Response:
        """Handle one HTTP request."""
        name = request.path_params["method"]
        counters = self._core.state.counters
        counters.calls[name] = counters.calls.get(name, 0) + 1
        fault = self._core.faults.get("slack.answers")
        if fault == "down":
            return PlainTextResponse("service unavailable", 503)
        try:
            args = await read_arguments(request)
            answer = self._call(name, args, request.headers.get("authorization", ""))
        except RateLimited as limit:
            counters.rate_limited += 1
            counters.refused[name] = counters.refused.get(name, 0) + 1
            self._core.state.feed.wake()
            headers = {"Retry-After": str(limit.retry_after)}
            return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers)
        except Refused as refused:
            answer = refused.answer()
        if fault == "slow":
            await asyncio.sleep(self._core.faults.slow_seconds)
        return JSONResponse(answer, headers={"X-OAuth-Scopes": ",".join(self._core.manifest.scopes)})

    def _call(self, name: str, args: Args, authorization: str) -> Json:
        if self._core.faults.get("slack.answers") == "429":
            raise RateLimited(1)
        method = METHODS.get(name)
        if method is None:
            raise Refused("unknown_method", req_method=name)
        token = authorization.removeprefix("Bearer ").strip() or args.text("token")
        self._authorize(method, token)
        self._limiter.check(name, args.text("channel"))
        return {"ok": True, **method.run(self._core, args)}

    def _authorize(self, method: Method, token: str) -> None:
        tokens = self._core.tokens
        if not token:
            raise Refused("not_authed")
        if token not in (tokens.bot, tokens.app):
            raise Refused("invalid_auth")
        if (token == tokens.app) is not (method.scopes == APP_TOKEN):
            raise Refused("not_allowed_token_type")
        granted = self._core.manifest.scopes
        if method.scopes and method.scopes != APP_TOKEN and not set(method.scopes) & set(granted):
            raise Refused("missing_scope", needed=method.scopes[0], provided=",".join(granted))
