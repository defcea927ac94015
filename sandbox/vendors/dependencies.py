"""What the services stand on: Supabase, Upstash, a vendor's status page; and where heartbeats go.

Each answers as its knob says. Must not know who asks, or that anything else exists.
"""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from sandbox.faults import Faults
from sandbox.vendors._answers import drop, hold

SUPABASE_SERVICES = ("auth", "db", "db_postgres_user", "pg_bouncer", "pooler", "realtime", "rest", "storage")
TOKENS = "Bearer sandbox-"
"""How a good token begins: ``places.token_for`` makes them."""
_INDICATORS = {
    "none": "All Systems Operational",
    "minor": "Partially Degraded Service",
    "major": "Partial System Outage",
}


class DependenciesSim:
    """All of them, each under its own path."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self.requests: list[str] = []
        """``METHOD path`` of every request but heartbeats, in order."""
        self.heartbeats = 0

    def routes(self) -> list[BaseRoute]:
        """Return the routes; they belong under ``/``."""
        return [
            Route("/supabase/v1/projects/{ref}/health", self._supabase),
            Mount("/upstash", app=self._upstash),
            Route("/statuspage/api/v2/status.json", self._page),
            Route("/heartbeat", self._heartbeat, methods=["GET", "POST"]),
        ]

    async def _supabase(self, request: Request) -> Response:
        """Answer https://supabase.com/docs/reference/api/v1-get-services-health."""
        self.requests.append(f"{request.method} {request.url.path}")
        mood = self._faults.get("supabase.health")
        if mood == "401" or not request.headers.get("authorization", "").startswith(TOKENS):
            return JSONResponse({"message": "Unauthorized"}, 401)
        if mood == "500":
            return JSONResponse({"message": "Internal server error"}, 500)
        asked = request.query_params.getlist("services")
        if not asked or not set(asked) <= set(SUPABASE_SERVICES):
            known = ", ".join(SUPABASE_SERVICES)
            return JSONResponse({"message": f"services: each must be one of: {known}"}, 400)
        return JSONResponse([_service(name, well=(mood, name) != ("unhealthy", "db")) for name in asked])

    async def _upstash(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer https://upstash.com/docs/redis/features/restapi."""
        request = Request(scope, receive)
        self.requests.append(f"{request.method} {request.url.path}")
        mood = self._faults.get("upstash.ping")
        if mood == "timeout":
            await hold(receive, self._faults.timeout_seconds)
            await drop(scope, send)
            return
        await (await self._pong(request, mood))(scope, receive, send)

    async def _pong(self, request: Request, mood: str) -> Response:
        if not request.headers.get("authorization", "").startswith(TOKENS):
            return JSONResponse({"error": "Unauthorized"}, 401)
        if mood == "error":
            return JSONResponse({"error": "ERR max daily request limit exceeded"}, 400)
        below = request.url.path.rstrip("/").rpartition("/upstash")[2].lower()
        asked = [below.removeprefix("/")] if request.method == "GET" else await _command(request)
        if asked != ["ping"]:
            return JSONResponse({"error": "ERR the sandbox knows PING alone"}, 400)
        return JSONResponse({"result": "PONG"})

    async def _page(self, request: Request) -> Response:
        """Answer https://metastatuspage.com/api#status."""
        self.requests.append(f"{request.method} {request.url.path}")
        mood = self._faults.get("status.page")
        if mood == "malformed":
            return PlainTextResponse('<html>{"status": {"indicator":', media_type="text/html")
        page = {"id": "sandbox", "name": "Simulated vendor", "url": str(request.base_url)}
        return JSONResponse({"page": page, "status": {"indicator": mood, "description": _INDICATORS[mood]}})

    async def _heartbeat(self, _: Request) -> Response:
        self.heartbeats += 1
        return PlainTextResponse("ok")


def _service(name: str, *, well: bool) -> dict[str, object]:
    shown: dict[str, object] = {
        "name": name,
        "healthy": well,
        "status": "ACTIVE_HEALTHY" if well else "UNHEALTHY",
    }
    return shown if well else shown | {"error": "connection to database timed out"}


async def _command(request: Request) -> list[str]:
    try:
        said = json.loads(await request.body())
    except ValueError:
        return []
    return [str(word).lower() for word in said] if isinstance(said, list) else []
