"""Socket Mode: the WebSockets the app opened, and payloads handed over through one of them.

Each payload goes to one connection only, in turn. See https://docs.slack.dev/apis/events-api/using-socket-mode.
"""

import asyncio
import itertools
import json
import time
import uuid
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.workspace.core import Core
from sandbox.workspace.model import Json
from sandbox.workspace.outcome import Outcome, Parcel


class _Connection:
    """One open WebSocket."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.waiting: set[str] = set()

    async def send(self, frame: Json) -> bool:
        """Send a frame; False when the other side is gone."""
        try:
            await self.socket.send_text(json.dumps(frame))
        except (RuntimeError, WebSocketDisconnect, OSError):
            return False
        return True


class Link:
    """All Socket Mode connections of the app."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._open: list[_Connection] = []
        self._acks: dict[str, asyncio.Future[Json | None]] = {}
        self._turn = itertools.count()
        self.opened = 0
        """Connections made since the start, closed ones included."""
        self.muted = False
        """A link that is open and dead: frames go nowhere (for tests of watchdogs)."""

    @property
    def connections(self) -> int:
        """How many connections are open now."""
        return len(self._open)

    async def endpoint(self, socket: WebSocket) -> None:
        """Serve one WebSocket from hello to the end."""
        down = self._core.faults.get("slack.answers") == "down"
        if down or not self._core.tickets.use_socket(socket.query_params.get("ticket", "")):
            await socket.close(1008)
            return
        await socket.accept()
        connection = _Connection(socket)
        if len(self._open) >= self._core.limits.connections:
            await connection.send({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return
        self._open.append(connection)
        self.opened += 1
        await connection.send(self._hello())
        self._core.state.feed.wake()
        try:
            while True:
                self._heard(connection, await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            self._lost(connection)

    async def deliver(self, parcel: Parcel) -> Outcome:
        """Hand a payload to one connection and wait for its acknowledgement."""
        envelope_id = str(uuid.uuid4())
        frame: Json = {
            "envelope_id": envelope_id,
            "type": parcel.kind,
            "accepts_response_payload": parcel.kind != "events_api",
            "payload": parcel.payload,
        }
        if parcel.kind == "events_api":
            frame |= {"retry_attempt": parcel.attempt, "retry_reason": parcel.reason}
        ack: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._acks[envelope_id] = ack
        started = time.perf_counter()
        try:
            sent = [await self._send(frame, envelope_id) for _ in range(parcel.copies)]
            if not any(sent):
                return Outcome("unreachable")
            async with asyncio.timeout(self._core.timings.ack):
                answer = await ack
        except TimeoutError:
            return Outcome("timeout", ms=(time.perf_counter() - started) * 1000)
        except ConnectionError:
            return Outcome("unreachable", ms=(time.perf_counter() - started) * 1000)
        finally:
            self._acks.pop(envelope_id, None)
        return Outcome("acked", answer, (time.perf_counter() - started) * 1000)

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Tell one connection (the oldest) that it is to be replaced: nothing new goes there any more."""
        if self._open:
            connection = self._open.pop(0)
            await connection.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
            self._core.state.feed.wake()

    async def warn(self) -> None:
        """Tell every connection that it will be closed in about ten seconds; none is closed."""
        for connection in tuple(self._open):
            await connection.send({"type": "disconnect", "reason": "warning"})

    async def cut(self) -> None:
        """Close every connection without a word, as an outage does."""
        for connection in tuple(self._open):
            self._lost(connection)
            with suppress(RuntimeError, WebSocketDisconnect, OSError):
                await connection.socket.close(1011)

    async def _send(self, frame: Json, envelope_id: str) -> bool:
        if self.muted and self._open:
            return True
        while self._open:
            connection = self._open[next(self._turn) % len(self._open)]
            connection.waiting.add(envelope_id)
            if await connection.send(frame):
                return True
            self._lost(connection)
        return False

    def _heard(self, connection: _Connection, raw: str) -> None:
        try:
            frame = json.loads(raw)
        except ValueError:
            return
        envelope_id = frame.get("envelope_id") if isinstance(frame, dict) else None
        if envelope_id is None:
            return
        connection.waiting.discard(envelope_id)
        ack = self._acks.get(envelope_id)
        if ack is not None and not ack.done() and not self.muted:
            ack.set_result(frame.get("payload"))

    def _lost(self, connection: _Connection) -> None:
        """Forget a connection; what it had not acknowledged has failed."""
        if connection in self._open:
            self._open.remove(connection)
        for envelope_id in connection.waiting:
            ack = self._acks.get(envelope_id)
            if ack is not None and not ack.done():
                ack.set_exception(ConnectionError("the connection closed before the acknowledgement"))
        self._core.state.feed.wake()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._core.state.team.app_id},
        }
