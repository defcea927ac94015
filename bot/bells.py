"""Rings for runs that wait for Expo or for Apple, when their message has come. Knows no run.

A hint and no more: who is woken asks the vendor, and a message that never comes is made good by asking now
and then. So whatever a message says, it changes nothing by itself.
"""

from bot.alerts.sources import appstore, expo
from bot.engine.alerts import Source
from bot.engine.arrivals import Arrival
from bot.nudges import Nudges
from bot.project import Project


class Bells:
    """Hears messages that were verified."""

    def __init__(self, nudges: Nudges, project: Project) -> None:
        self._nudges = nudges
        self._apple = tuple(f"store:{app.name}" for app in project.apps if app.stores and app.stores.apple)

    def heard(self, arrival: Arrival) -> None:
        """Ring for the build or submission that Expo's message is about."""
        if arrival.source is Source.EXPO and (name := expo.bell(arrival.body)):
            self._nudges.ring(name)

    def apple(self, body: bytes) -> bool:
        """Ring for every app at the App Store, for the message names none; say whether it told anything."""
        if not appstore.tells(body):
            return False
        for name in self._apple:
            self._nudges.ring(name)
        return True


class Unkept:
    """Where messages are heard and not kept: without ``[alerts]`` nobody would read them."""

    async def keep(self, arrival: Arrival) -> bool:  # noqa: ARG002 - a store's signature
        """Take it as new."""
        return True
