"""A simulated Sentry over a simulated Railway, and somebody who listens to its webhooks."""

import asyncio
import json
from contextlib import asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sandbox.serve import Server
from sandbox.vendors.sentry import SentrySim
from sandbox.vendors.sentry_lives import lives_of

OLD, NEW = "a" * 40, "b" * 40
ORG = "/api/0/organizations/pawlogic"


def sentry(faults, clock, railway, **more):
    """Return one whose production runs ``OLD``."""
    railway.arrive("api", "production", OLD)
    return SentrySim(faults, now=clock, lives=partial(lives_of, railway), **more)


class Listener:
    """Hears webhooks; answers ``status``."""

    def __init__(self):
        self.status = 200
        self.heard = []
        """(headers, raw body) of each, in order."""
        self._more = asyncio.Event()

    async def take(self, request):
        self.heard.append((dict(request.headers), await request.body()))
        self._more.set()
        return PlainTextResponse("ok", self.status)

    async def until(self, number):
        """Return when so many were heard."""
        async with asyncio.timeout(20):
            while len(self.heard) < number:
                self._more.clear()
                await self._more.wait()

    @property
    def said(self):
        """What was heard: resource.action, in order."""
        return [
            f"{headers['sentry-hook-resource']}.{json.loads(body)['action']}" for headers, body in self.heard
        ]

    @property
    def last(self):
        """The newest body."""
        return json.loads(self.heard[-1][1])


@asynccontextmanager
async def listening(sim):
    """Have somebody listen to ``sim``."""
    listener = Listener()
    app = Starlette(routes=[Route("/hooks/sentry", listener.take, methods=["POST"])])
    async with Server(app) as server:
        sim.reached_at("http://sentry.test/sentry", server.url)
        yield listener
        await sim.aclose()
