"""Read a message that was stored: what it says, in events of ours, or why it says nothing.

A source's module in ``sources/`` knows the source's words; this knows which module reads what. Nothing here
can fail for what somebody sent.
"""

from collections.abc import Mapping
from typing import assert_never

from bot.alerts.sources import expo, generic, github, ours, railway, sentry
from bot.alerts.sources._told import Read, Unread
from bot.alerts.sources.railway import Deployments, Runs
from bot.engine.alerts import Happening, Source
from bot.engine.arrivals import OURS, Arrival
from bot.project import Project

__all__ = ["Deployments", "Read", "Reader", "Runs", "Unread"]


class Reader:
    """Reads messages of every source. ``shippers`` are by service and environment."""

    def __init__(self, project: Project, shippers: Mapping[tuple[str, str], Deployments], runs: Runs) -> None:
        self._project = project
        self._shippers = shippers
        self._runs = runs

    async def read(self, arrival: Arrival) -> Read:
        """Return what a message says.

        Raises:
            VendorUnavailable: the vendor who must confirm it does not answer; it is to be read again.

        """
        if arrival.resource == OURS:
            return ours.read(arrival)
        match arrival.source:
            case Source.SENTRY:
                return sentry.read(arrival)
            case Source.GITHUB:
                return await self._github(arrival)
            case Source.EXPO:
                return expo.read(arrival)
            case Source.RAILWAY:
                return await railway.read(arrival, self._project, self._shippers, self._runs)
            case Source.GENERIC:
                return generic.read(arrival)
            case Source.HEALTH | Source.PAWDEPLOY:
                return Unread("unknown", "nobody outside speaks for us")
        assert_never(arrival.source)

    async def _github(self, arrival: Arrival) -> Read:
        end = github.read(arrival, self._project.services_and_apps)
        if isinstance(end, Unread):
            return end
        failed = end.event.happening is Happening.FIRED
        if failed and await self._runs.of_deployment(end.run_id) is not None:
            return Unread("ignored", "a run's card says it")
        return (end.event,)
