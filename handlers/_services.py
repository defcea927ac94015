"""What Slack's door needs of the rest of the bot, in its own words. Put into Bolt's context by the wiring."""

from typing import Protocol

from bot.engine.runs import Diff, EnvironmentStatus, Preview, RunView
from bot.pipelines.desk import DeployRequest


class Desk(Protocol):
    """Takes what people ask for. Methods raise ``UserError`` for refusals and ``VendorError`` for vendors."""

    async def deploy(self, request: DeployRequest) -> RunView:
        """Start a run, or return the one this request already started (same ``key``)."""

    async def preview(self, request: DeployRequest) -> Preview:
        """Say what a deploy would do; changes nothing."""

    async def retry(self, run_id: int, attempt: int, by: str) -> RunView:
        """Take a run that ended badly back to the step that failed."""

    async def cancel(self, run_id: int, by: str) -> RunView:
        """Ask a run to stop."""

    async def run(self, run_id: int) -> RunView:
        """Return one run."""

    async def status(self) -> tuple[EnvironmentStatus, ...]:
        """Say what every environment runs, as observed just now."""

    async def history(self, environment: str | None, *, limit: int = 10) -> tuple[RunView, ...]:
        """Return the newest runs, of one environment or of all."""

    async def diff(self, service: str, environment: str, ref: str) -> Diff:
        """Say what lies between what is live and ``ref``."""


class People(Protocol):
    """Knows who holds which role."""

    async def allowed(self, user: str, roles: tuple[str, ...]) -> bool:
        """Say whether ``user`` holds one of ``roles`` now."""

    def who_can(self, roles: tuple[str, ...]) -> str:
        """Name those who hold one of ``roles``, as mrkdwn mentions."""
