"""The little service that is deployed: health, version and pets, one per service and environment.

Its commit is whatever the simulated Railway says is live there. Knows the ``backend.*`` knobs. Must not
know the bot or how a deployment came about.
"""

from collections import Counter
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
PARTS = {"database": 4.1, "redis": 0.6, "storage": 12.0}
"""What a service tells of in detail, and how many milliseconds each takes."""
TIMED_OUT = 2000.0
"""Milliseconds after which a part that fails is given up on."""
FLAPS = (True, True, False, False, False)
"""What a flapping place answers, one look after the other: long enough each time to count as a change."""


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
        self.sick_parts: dict[tuple[str, str], set[str]] = {}
        """By (service, environment): which of ``PARTS`` fail there, in detail alone."""
        self.flapping: set[tuple[str, str]] = set()
        """(service, environment) of what flaps, whatever the knob says of the others."""
        self._looks: Counter[str] = Counter()
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
            if not up or self._faults.get("railway.instances") != "running":
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
            return JSONResponse(
                {"status": "unhealthy", **said, "reason": f"{self._failing()}: timed out"}, 503
            )
        return JSONResponse({"status": "ok", **said})

    def _detailed(self, request: Request) -> Response:
        place, bad = (request.path_params["service"], request.path_params["environment"]), self._bad(request)
        sick = self.sick_parts.get(place, set()) | ({self._failing()} if bad else set())
        commit = self._commit(request)
        body = {
            "status": "fail" if sick else "pass",
            "serviceId": "pawlogic-backend",
            **({"releaseId": commit} if commit else {}),
            "checks": {
                f"{name}:responseTime": [
                    {
                        "status": "fail" if name in sick else "pass",
                        "componentType": "datastore",
                        "observedValue": TIMED_OUT if name in sick else took,
                        "observedUnit": "ms",
                        **({"output": "timed out"} if name in sick else {}),
                    }
                ]
                for name, took in PARTS.items()
            },
        }
        return JSONResponse(body, 503 if sick else 200, media_type="application/health+json")

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
        broken = self._faults.get("backend.component") != "none"
        return broken or self._faults.get("backend.health") == "bad" or self._flaps(request, asked)

    def _failing(self) -> str:
        """Return which part is named by a place that answers badly."""
        broken = self._faults.get("backend.component")
        return "database" if broken == "none" else broken

    def _flaps(self, request: Request, place: tuple[str, str]) -> bool:
        """Say whether a look at a flapping place finds it ill this time."""
        where = request.url.path
        if place not in self.flapping and self._faults.get("backend.flapping") == "steady":
            self._looks.pop(where, None)
            return False
        self._looks[where] += 1
        return not FLAPS[(self._looks[where] - 1) % len(FLAPS)]

    def _commit(self, request: Request) -> str:
        return self.commit(request.path_params["service"], request.path_params["environment"])


def _rest(request: Request) -> str:
    return "/" + "/".join(request.url.path.rsplit(request.path_params["environment"], 1)[-1].split("/")[1:])
