"""What the flow of alerts needs of the world, in its own words. Whoever has these methods will do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.alerting import Alerts
from bot.alerts.router import Router
from bot.clock import Clock
from bot.db.acts_store import ActsStore
from bot.db.alert_upkeep import AlertUpkeep
from bot.db.alerts_reader import AlertsReader
from bot.db.alerts_store import AlertsStore
from bot.db.hooks_store import HooksStore
from bot.db.mutes_store import MutesStore
from bot.engine.sentry_issues import MOST_RECENT, Issue, SuspectCommit
from bot.metrics import Metrics
from bot.pipelines.needs import Cards
from bot.project import Project


class Issues(Protocol):
    """Who has the issues and can be asked and told: Sentry. Methods raise ``VendorError``."""

    async def issue(self, issue_id: str) -> Issue:
        """Return an issue as it stands."""

    async def recent(
        self, project: str, *, since: datetime, environment: str = "", most: int = MOST_RECENT
    ) -> tuple[Issue, ...]:
        """Return the issues of a project, of one environment or all, seen since then; the latest ``most``."""

    async def tag(self, issue_id: str, key: str) -> Sequence[tuple[str, int]]:
        """Return the values of a tag over an issue's events, with how many have each, the most first."""

    async def resolve(self, issue_id: str, how: str) -> Issue:
        """Resolve it ``now``, with the ``next`` release, or with the ``current`` one."""

    async def archive(self, issue_id: str, how: str) -> Issue:
        """Archive it until it is ``escalating``, ``forever``, or for some seconds."""

    async def reopen(self, issue_id: str) -> Issue:
        """Say that it is not over."""

    async def assign(self, issue_id: str, to: str) -> Issue:
        """Give it to somebody; empty: to nobody."""

    async def commits(self, version: str) -> tuple[SuspectCommit, ...]:
        """Return the commits of a release, newest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertKit:
    """Everything the flow of alerts works with, made by ``bot/app.py``."""

    project: Project
    section: Alerts
    """``[alerts]`` of the project file."""
    router: Router
    hooks: HooksStore
    alerts: AlertsStore
    reader: AlertsReader
    acts: ActsStore
    mutes: MutesStore
    upkeep: AlertUpkeep
    issues: Issues | None
    """None where Sentry cannot be asked: then what it sends is all there is."""
    cards: Cards
    clock: Clock
    metrics: Metrics
    tell: Callable[[], None]
    """Wakes whoever reads messages."""
