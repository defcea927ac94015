"""Who looks at what is watched: each target joined with the client that can ask it. Decides nothing."""

from collections.abc import Callable, Mapping
from typing import Protocol

import httpx

from bot.alerting import Dependency, HealthMonitor
from bot.alerts.targets import Target
from bot.engine.pulses import Beat
from bot.integrations import supabase, upstash
from bot.integrations.health import HealthProbe
from bot.integrations.statuspage import StatusPage
from bot.settings import Settings

Connect = Callable[[str, str, Mapping[str, str] | None], httpx.AsyncClient]
"""Called with a vendor's name, its address and headers."""


class Beats(Protocol):
    """Anything that can be looked at."""

    async def beat(self) -> Beat:
        """Look once."""


class Lookers:
    """Looks at services by their health paths, at dependencies by their own clients."""

    def __init__(self, probe: HealthProbe, dependencies: Mapping[str, Beats], timeout: float) -> None:
        self._probe = probe
        self._dependencies = dependencies
        self._timeout = timeout

    async def beat(self, target: Target) -> Beat:
        """Look once; says what it found instead of raising."""
        if target.dependency is not None:
            return await self._dependencies[target.dependency.name].beat()
        return await self._probe.beat(target.base_url, target.path, self._timeout)


def make_dependencies(health: HealthMonitor, settings: Settings, connect: Connect) -> dict[str, Beats]:
    """Build a client for each dependency of the file; their tokens are there, or we had not started."""
    return {one.name: _client(one, health, settings, connect) for one in health.dependencies}


def _client(one: Dependency, health: HealthMonitor, settings: Settings, connect: Connect) -> Beats:
    token = settings.dependency_tokens[one.token].get_secret_value() if one.token else ""
    match one.kind:
        case "supabase":
            http = connect("Supabase", settings.supabase_api_url, supabase.auth_headers(token))
            return supabase.Supabase(http, one.project)
        case "upstash":
            return upstash.Upstash(connect("Upstash", str(one.url), upstash.auth_headers(token)))
        case "redis":
            from bot.integrations.redis import Redis  # takes time and memory that nobody else needs

            return Redis(token, health.timeout)
        case "statuspage":
            return StatusPage(connect("status page", str(one.url), None))
