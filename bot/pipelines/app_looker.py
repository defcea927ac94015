"""Looks at an app as people have it now. Asks; starts and changes nothing."""

from bot.engine.app_status import AppStatus
from bot.engine.runs import RunView
from bot.engine.states import RunKind
from bot.pipelines.needs import Kit


class AppLooker:
    """Where handlers turn to with questions."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def status(self, app: str, environment: str) -> AppStatus:
        """Return how an app stands; what cannot be known is said in ``trouble``."""
        raise NotImplementedError(app, environment)

    async def history(
        self, app: str, environment: str, kinds: frozenset[RunKind], *, limit: int = 10
    ) -> tuple[RunView, ...]:
        """Return the newest runs of some kinds, newest first."""
        return await self._kit.reader.newest_of(app, environment, kinds, limit=limit)
