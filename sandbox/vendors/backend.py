"""The little service that is deployed: health, version and pets, one per service and environment.

Its commit is whatever the simulated Railway says is live there. Knows the ``backend.*`` knobs. Must not
know the bot or how a deployment came about.
"""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.faults import Faults
from sandbox.vendors.railway import RailwaySim

PETS = (
    {"id": 1, "name": "Biscuit", "species": "dog"},
    {"id": 2, "name": "Marzipan", "species": "cat"},
    {"id": 3, "name": "Pixel", "species": "rabbit"},
)
PLACE = "/{service}/{environment}"


class BackendSim:
    """The deployed services, all of them behind one ASGI app."""

    def __init__(self, railway: RailwaySim, faults: Faults) -> None:
        self._railway = railway
        self._faults = faults
        self.requests: list[str] = []
        """Path of every request, in order."""
        self.unhealthy: set[tuple[str, str]] = set()
        """(service, environment) of what answers badly, whatever the knob says of the others."""
        self.sick: set[str] = set()
        """Commits that answer badly wherever they are live: going back to another heals."""
        self.asgi: ASGIApp = Starlette(
            routes=[
                Route(f"{PLACE}/health", self._live(self._health)),
                Route(f"{PLACE}/health/detailed", self._live(self._detailed)),
                Route(f"{PLACE}/version", self._live(self._smoked(self._version))),
                Route(f"{PLACE}/v1/pets", self._live(self._smoked(self._pets))),
                Route(f"{PLACE}/", self._live(self._version)),
                Route(PLACE, self._live(self._version)),
            ]
        )
        """Serves ``/{service}/{environment}/...``; mount it under ``/backend``."""

    def commit(self, service: str, environment: str) -> str:
        """Return the commit the service says it runs; empty when it does not say."""
        match self._faults.get("backend.health"):
            case "no commit":
                return ""
            case "old commit":
                return self._railway.live_before(service, environment)
            case _:
                return self._railway.live(service, environment)

    def _live(self, serve: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
        """Answer as Railway's edge does when nothing runs behind it."""

        async def handle(request: Request) -> Response:
            service, environment = request.path_params["service"], request.path_params["environment"]
            self.requests.append(f"/{service}/{environment}{_rest(request)}")
            try:
                up = self._railway.live(service, environment)
            except LookupError:
                return JSONResponse({"status": "error", "code": 404, "message": "Application not found"}, 404)
            if not up:
                gone = {"status": "error", "code": 502, "message": "Application failed to respond"}
                return JSONResponse(gone, 502)
            return serve(request)

        return handle

    def _smoked(self, serve: Callable[[Request], Response]) -> Callable[[Request], Response]:
        def handle(request: Request) -> Response:
            if self._faults.get("backend.smoke") == "failing":
                return JSONResponse({"detail": "Internal Server Error"}, 500)
            return serve(request)

        return handle

    def _health(self, request: Request) -> Response:
        said = {"commit": commit} if (commit := self._commit(request)) else {}
        if self._bad(request):
            return JSONResponse({"status": "unhealthy", **said, "reason": "database: timed out"}, 503)
        return JSONResponse({"status": "ok", **said})

    def _detailed(self, request: Request) -> Response:
        bad = self._bad(request)
        verdict = "fail" if bad else "pass"
        commit = self._commit(request)
        body = {
            "status": verdict,
            "serviceId": "pawlogic-backend",
            **({"releaseId": commit} if commit else {}),
            "checks": {
                "database:responseTime": [{"status": verdict, "observedValue": 4.1, "observedUnit": "ms"}],
                "redis:responseTime": [{"status": "pass", "observedValue": 0.6, "observedUnit": "ms"}],
            },
        }
        return JSONResponse(body, 503 if bad else 200, media_type="application/health+json")

    def _version(self, request: Request) -> Response:
        return JSONResponse({"name": "pawlogic-backend", "commit": self._commit(request)})

    def _pets(self, request: Request) -> Response:
        asked = request.query_params.get("limit", "")
        limit = int(asked) if asked.isdecimal() else len(PETS)
        return JSONResponse({"items": list(PETS[:limit]), "total": len(PETS)})

    def _bad(self, request: Request) -> bool:
        asked = request.path_params["service"], request.path_params["environment"]
        if asked in self.unhealthy or self._railway.live(*asked) in self.sick:
            return True
        return self._faults.get("backend.health") == "bad"

    def _commit(self, request: Request) -> str:
        return self.commit(request.path_params["service"], request.path_params["environment"])


def _rest(request: Request) -> str:
    return "/" + "/".join(request.url.path.rsplit(request.path_params["environment"], 1)[-1].split("/")[1:])
