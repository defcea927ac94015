"""What people ask of releases; the answer is a ``RunView``, or a ``UserError`` that says why not."""

from bot.engine.mobile import DeviceReport
from bot.engine.runs import RunView
from bot.pipelines.keeper import Keeper
from bot.pipelines.needs import Kit
from bot.pipelines.requests import OrderRequest, ReleaseRequest


class ReleaseDesk:
    """Where handlers turn to."""

    def __init__(self, kit: Kit, keeper: Keeper) -> None:
        self._kit = kit
        self._keeper = keeper

    async def release(self, request: ReleaseRequest) -> RunView:
        """Store a release, then start it; asked twice with one key it is one run."""
        raise NotImplementedError(request)

    async def report(self, run_id: int, said: DeviceReport) -> RunView:
        """Keep what a tester says of a platform's build."""
        raise NotImplementedError(run_id, said)

    async def order(self, request: OrderRequest) -> RunView:
        """Store an order to the stores, then start it."""
        raise NotImplementedError(request)

    async def under_way(self, app: str, environment: str) -> RunView | None:
        """Return the newest release there that has not ended."""
        raise NotImplementedError(app, environment)

    async def submittable(self, app: str, environment: str) -> tuple[RunView, ...]:
        """Return releases whose builds are finished and were not handed over, newest first."""
        raise NotImplementedError(app, environment)
