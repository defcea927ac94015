"""What Slack's door needs of the rest of the bot for apps, in its own words."""

from typing import Protocol

from bot.engine.app_status import AppStatus
from bot.engine.mobile import DeviceReport
from bot.engine.runs import RunView
from bot.engine.states import RunKind
from bot.pipelines.requests import OrderRequest, ReleaseRequest, UpdateBackRequest, UpdateRequest


class Updates(Protocol):
    """Takes what people ask of updates over the air. Methods raise ``UserError`` for refusals."""

    async def update(self, request: UpdateRequest) -> RunView:
        """Start an update, or return the run this request already started (same ``key``)."""

    async def take_back(self, request: UpdateBackRequest) -> RunView:
        """Start taking the newest update back."""

    async def promote(self, run_id: int, stage: int, by: str) -> RunView:
        """Go on from a stage at once."""

    async def rolling(self, app: str, environment: str) -> RunView:
        """Return the update that is rolled out there now."""

    async def override_native(self, run_id: int, attempt: int, by: str, reason: str) -> RunView:
        """Go on although it is not known to be JavaScript only."""


class Releases(Protocol):
    """Takes what people ask of releases. Methods raise ``UserError`` for refusals."""

    async def release(self, request: ReleaseRequest) -> RunView:
        """Start a release, or return the run this request already started (same ``key``)."""

    async def report(self, run_id: int, said: DeviceReport) -> RunView:
        """Keep what a tester says."""

    async def order(self, request: OrderRequest) -> RunView:
        """Start an order to the stores."""

    async def under_way(self, app: str, environment: str) -> RunView | None:
        """Return the newest release there that has not ended."""

    async def submittable(self, app: str, environment: str) -> tuple[RunView, ...]:
        """Return releases whose finished builds were not handed over, newest first."""


class Apps(Protocol):
    """Answers questions about apps."""

    async def status(self, app: str, environment: str) -> AppStatus:
        """Say how an app stands, as observed just now."""

    async def history(
        self, app: str, environment: str, kinds: frozenset[RunKind], *, limit: int = 10
    ) -> tuple[RunView, ...]:
        """Return the newest runs of some kinds."""
