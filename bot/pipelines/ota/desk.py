"""What people ask of updates over the air; the answer is a ``RunView``, or a ``UserError`` with the why."""

from bot.engine.runs import RunView
from bot.pipelines.keeper import Keeper
from bot.pipelines.needs import Kit
from bot.pipelines.requests import UpdateBackRequest, UpdateRequest


class UpdateDesk:
    """Where handlers turn to."""

    def __init__(self, kit: Kit, keeper: Keeper) -> None:
        self._kit = kit
        self._keeper = keeper

    async def update(self, request: UpdateRequest) -> RunView:
        """Store an update, then start it; asked twice with one key it is one run."""
        raise NotImplementedError(request)

    async def take_back(self, request: UpdateBackRequest) -> RunView:
        """Store a way back of the newest update, then start it."""
        raise NotImplementedError(request)

    async def promote(self, run_id: int, stage: int, by: str) -> RunView:
        """Go on from ``stage`` (its number, as the card showed it) at once, without the rest of its watch."""
        raise NotImplementedError(run_id, stage, by)

    async def rolling(self, app: str, environment: str) -> RunView:
        """Return the update that is rolled out there now; ``UserError`` (``nothing_to_promote``): none is."""
        raise NotImplementedError(app, environment)

    async def override_native(self, run_id: int, attempt: int, by: str, reason: str) -> RunView:
        """Go on with a run of which it is not known that it is JavaScript only; one more has to approve."""
        raise NotImplementedError(run_id, attempt, by, reason)
