"""What the sandbox's page speaks: JSON to look and act, server-sent events to stay up to date.

The page acts through the same hands as the tests; nothing can be done here that a person in Slack could
not do, except turning the app off and on.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.workspace.acting import Acting
from sandbox.workspace.core import Core
from sandbox.workspace.forms import Forms
from sandbox.workspace.model import Channel, Json, Said
from sandbox.workspace.pressing import Pressing
from sandbox.workspace.screens import view_for_page
from sandbox.workspace.seed import EMOJI
from sandbox.workspace.shapes import channel_for_page

KEEP_ALIVE = 15.0
"""Seconds of silence after which a comment goes over an event stream."""


class BotSwitch(Protocol):
    """Whoever runs the app."""

    @property
    def state(self) -> str:
        """``running`` or ``killed`` (or anything the page may show)."""
        ...

    async def do(self, what: str) -> None:
        """``kill``, ``stop`` or ``restart``; ``ValueError`` for another word."""
        ...


def static_page() -> BaseRoute:
    """Serve the page itself."""
    return Mount("/", StaticFiles(directory=Path(__file__).parent / "page", html=True, check_dir=False))


class PageApi:
    """The routes under ``/_page``."""

    def __init__(
        self,
        core: Core,
        acting: Acting,
        pressing: Pressing,
        forms: Forms,
        bot: Callable[[], BotSwitch | None],
        completions: Mapping[str, Sequence[str]],
    ) -> None:
        self._core = core
        self._acting = acting
        self._pressing = pressing
        self._forms = forms
        self._bot = bot
        self._completions = completions
        self._read: dict[str, str] = {}
        """Newest ts each person has been shown of their direct messages, by conversation."""

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        acts: dict[str, Callable[[Json], Awaitable[Json]]] = {
            "say": self._say,
            "press": self._press,
            "submit": self._submit,
            "close": self._close,
            "react": self._react,
            "pin": self._pin,
            "bot": self._switch,
        }
        return [
            Route("/_page/state", self._state),
            Route("/_page/messages", self._messages),
            Route("/_page/thread", self._thread),
            Route("/_page/view", self._view),
            Route("/_page/events", self._events),
            *(Route(f"/_page/{name}", _post(act), methods=["POST"]) for name, act in acts.items()),
        ]

    async def _state(self, _request: Request) -> Response:
        state = self._core.state
        bot = self._bot()
        people = state.people.values()
        return JSONResponse(
            {
                "team": {"id": state.team.id, "name": state.team.name},
                "bot_user": {"id": state.team.bot_user, "name": state.team.bot_name},
                "people": [
                    {
                        "id": one.id,
                        "name": one.name,
                        "real_name": one.real_name,
                        "title": one.title,
                        "color": one.color,
                    }
                    for one in people
                ],
                "groups": [
                    {"id": one.id, "handle": one.handle, "name": one.name} for one in state.groups.values()
                ],
                "channels": [
                    channel_for_page(one) | {"unread": self._unread(one)} for one in state.channels.values()
                ],
                "commands": [
                    {
                        "command": one.command,
                        "description": one.description,
                        "usage_hint": one.usage_hint,
                        "completions": list(self._completions.get(one.command, one.completions)),
                    }
                    for one in self._core.manifest.commands
                ],
                "emoji": EMOJI,
                "faults": self._core.faults.all(),
                "bot": {"state": bot.state if bot else "running"},
            }
        )

    def _unread(self, channel: Channel) -> int:
        """Count the direct messages of the bot that their person has not been shown yet."""
        if not channel.direct:
            return 0
        read = self._read.get(channel.id, "")
        return sum(one.is_bot and one.ts > read for one in self._core.state.messages(channel.id))

    async def _messages(self, request: Request) -> Response:
        channel, user = request.query_params.get("channel", ""), request.query_params.get("user", "")
        state = self._core.state
        mine = [one for one in state.ephemerals(user) if one.channel == channel]
        shown = sorted([*state.messages(channel), *mine], key=lambda one: float(one.ts))
        where = state.channels.get(channel)
        if where is not None and where.direct and user in where.members and shown:
            self._read[channel] = shown[-1].ts
        return JSONResponse([state.for_page(one) for one in shown])

    async def _thread(self, request: Request) -> Response:
        channel, ts = request.query_params.get("channel", ""), request.query_params.get("ts", "")
        state = self._core.state
        parent = state.message(channel, ts)
        shown = [parent, *state.thread(channel, ts)] if parent else []
        return JSONResponse([state.for_page(one) for one in shown])

    async def _view(self, request: Request) -> Response:
        stack = self._core.screens.get(request.query_params.get("user", ""), [])
        return JSONResponse({"view": view_for_page(stack[-1]) if stack else None})

    async def _say(self, body: Json) -> Json:
        thread = body.get("thread_ts") or None
        return _told(await self._acting.say(body["user"], body["channel"], body["text"], thread_ts=thread))

    async def _press(self, body: Json) -> Json:
        given = {key: body[key] for key in body if key == "value" or key.startswith("selected_")} or None
        beside = {"block_id": body.get("block_id"), "around": body.get("values")}
        user, action = body["user"], body["action_id"]
        if view_id := body.get("view_id"):
            return _told(await self._pressing.press_view(user, view_id, action, given, **beside))
        return _told(await self._pressing.press(user, body["channel"], body["ts"], action, given, **beside))

    async def _submit(self, body: Json) -> Json:
        return _told(await self._forms.submit(body["user"], body["view_id"], body.get("values") or {}))

    async def _close(self, body: Json) -> Json:
        return _told(await self._forms.close(body["user"], body["view_id"]))

    async def _react(self, body: Json) -> Json:
        remove = bool(body.get("remove"))
        return _told(
            await self._acting.react(body["user"], body["channel"], body["ts"], body["name"], remove=remove)
        )

    async def _pin(self, body: Json) -> Json:
        remove = bool(body.get("remove"))
        return _told(await self._acting.pin(body["user"], body["channel"], body["ts"], remove=remove))

    async def _switch(self, body: Json) -> Json:
        bot = self._bot()
        if bot is None:
            return {"ok": False, "error": "no_bot", "detail": "no bot was started by this sandbox"}
        await bot.do(str(body["do"]))
        return {"ok": True, "state": bot.state}

    async def _events(self, request: Request) -> Response:
        user = request.query_params.get("user", "")
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._stream(user), media_type="text/event-stream", headers=headers)

    async def _stream(self, user: str) -> AsyncIterator[str]:
        async with self._core.state.feed.listen(user) as news:
            yield ": here\n\n"
            while True:
                try:
                    async with asyncio.timeout(KEEP_ALIVE):
                        item = await news.get()
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if item is None:
                    return
                name, data = item
                yield f"event: {name}\ndata: {json.dumps(data)}\n\n"


def _told(said: Said) -> Json:
    if said.ok:
        return {"ok": True, "ack_ms": said.ack_ms, "detail": said.detail}
    return {"ok": False, "error": said.error, "detail": said.detail, "errors": said.errors}


def _foreign(request: Request) -> bool:
    """Whether a browser says that another site's page asks: such a page must not act here."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


def _post(act: Callable[[Json], Awaitable[Json]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if _foreign(request):
            return JSONResponse(
                {"ok": False, "error": "foreign_origin", "detail": "act on the page itself"}, 403
            )
        try:
            body = json.loads(await request.body())
            return JSONResponse(await act(body))
        except KeyError as error:
            return JSONResponse({"ok": False, "error": "missing_field", "detail": str(error.args[0])}, 400)
        except (ValueError, TypeError, AttributeError) as error:
            return JSONResponse({"ok": False, "error": "invalid_request", "detail": str(error)}, 400)

    return endpoint
