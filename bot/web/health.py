"""``/healthz``, ``/readyz`` and ``/metrics``: what a platform asks. Knows only what it is given."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.metrics import CONTENT_TYPE, Metrics

PATIENCE = 3.0
"""Seconds readiness may take; platforms give a probe about five."""

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing the bot needs; ``said`` is a few words for a person, without addresses or secrets."""

    ok: bool
    said: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Readiness:
    """Whether this process can do its work now."""

    database: Part
    slack: Part
    scheduler: Part

    @property
    def ok(self) -> bool:
        """True when every part is."""
        return all(part.ok for part in self.parts().values())

    def parts(self) -> dict[str, Part]:
        """Give every part by its name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


class Health(Protocol):
    """Whoever can say how the bot is; must not raise."""

    async def readiness(self) -> Readiness:
        """Look at every part now."""


async def liveness(_request: Request) -> Response:
    """Answer that the process runs. It looks at nothing: a broken database is no reason to kill the bot."""
    return JSONResponse({"status": "ok"})


def readiness(health: Health, *, patience: float = PATIENCE) -> Endpoint:
    """Build ``/readyz``: 200 when every part is ready, else 503; either way JSON that names each.

    Whoever asks while a look is under way shares it: nobody can spend our database connections by asking.
    """
    looking: asyncio.Task[Readiness] | None = None

    async def look() -> Readiness:
        try:
            async with asyncio.timeout(patience):
                return await health.readiness()
        except TimeoutError:
            late = Part(ok=False, said=f"no answer within {patience:g} s")
            return Readiness(database=late, slack=late, scheduler=late)

    async def endpoint(_request: Request) -> Response:
        nonlocal looking
        if looking is None or looking.done():
            looking = asyncio.create_task(look())
        found = await asyncio.shield(looking)
        body: dict[str, object] = {"status": "ready" if found.ok else "not ready"}
        body |= {name: {"ok": part.ok, "said": part.said} for name, part in found.parts().items()}
        return JSONResponse(body, status_code=200 if found.ok else 503, headers={"Cache-Control": "no-store"})

    return endpoint


def metrics_page(metrics: Metrics) -> Endpoint:
    """Build ``/metrics``, in Prometheus' text format."""

    async def endpoint(_request: Request) -> Response:
        return Response(metrics.exposition(), headers={"Content-Type": CONTENT_TYPE})

    return endpoint
