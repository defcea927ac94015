"""Watches the environments commits soak in, a look at a time. What counts is ``bot/engine/soak.py``'s."""

import asyncio

import structlog

from bot.errors import VendorError
from bot.pipelines.needs import Kit
from bot.pipelines.observe import observe

log = structlog.get_logger(__name__)


class SoakObserver:
    """Runs as a job, every ``timings.soak_poll`` seconds, on the replica that leads."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def look(self) -> int:
        """Look once at every place some other environment soaks in; return how many could be told."""
        told = await asyncio.gather(*(self._look_at(*place) for place in self._places()))
        return sum(told)

    async def _look_at(self, service: str, environment: str) -> bool:
        try:
            return await observe(self._kit, service, environment)
        except VendorError as error:
            log.warning("nobody can tell what soaks", service=service, place=environment, trouble=str(error))
            return False

    def _places(self) -> tuple[tuple[str, str], ...]:
        """Return (service, environment), each once however many soak there."""
        return tuple(
            dict.fromkeys(
                (service.name, environment.soak.environment)
                for service in self._kit.project.services
                for environment in service.environments.values()
                if environment.soak is not None
            )
        )
