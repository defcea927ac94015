"""The flow of alerts with everything real but Sentry, which is in memory and keeps its promises."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.alerts.acting import Actor
from bot.alerts.backfill import Backfill
from bot.alerts.desk import AlertDesk
from bot.alerts.heartbeat import SilenceWatch
from bot.alerts.introducer import Introducer
from bot.alerts.keeper import AlertKeeper
from bot.alerts.needs import AlertKit
from bot.alerts.processor import Processor
from bot.alerts.reading import Reader
from bot.alerts.router import Router
from bot.alerts.worker import Worker
from bot.db.acts_store import ActsStore
from bot.db.alert_upkeep import AlertUpkeep
from bot.db.alerts_reader import AlertsReader
from bot.db.alerts_store import AlertsStore
from bot.db.explain_store import ExplainStore
from bot.db.hooks_store import HooksStore
from bot.db.marks_store import MarksStore
from bot.db.mutes_store import MutesStore
from bot.db.posts_store import PostsStore
from bot.db.runs_reader import RunsReader
from bot.db.runs_store import RunsStore
from bot.db.session import Database
from bot.engine.alerts import ActKind, ActRequest, AlertEvent, AlertView
from bot.engine.arrivals import ours
from bot.engine.sentry_issues import MOST_RECENT, Issue, SuspectCommit
from bot.errors import VendorRejected, VendorUnavailable
from bot.metrics import Metrics
from bot.project import Project
from tests.bot.engine._groups import an_issue
from tests.bot.pipelines._memory import ANN, JumpingClock, Trouble
from tests.bot.pipelines._world import CountingCards, pawlogic

ISSUE = "4711"
NAMED = f"sentry:issue:{ISSUE}"


class Died(BaseException):
    """The process was killed here; nobody catches it."""


def unauthorized() -> VendorRejected:
    return VendorRejected("Sentry", "asking", status=401, detail="HTTP 401: Invalid token")


def limited() -> VendorUnavailable:
    return VendorUnavailable("Sentry", "asking", status=429, detail="HTTP 429", retry_after=7.0)


def broken() -> VendorUnavailable:
    return VendorUnavailable("Sentry", "asking", status=500, detail="HTTP 500")


class MemorySentry(Trouble):
    """Keeps issues; what is told changes them at once. ``told`` is every change it was told to make."""

    def __init__(self, clock: JumpingClock) -> None:
        super().__init__()
        self.clock = clock
        self.issues: dict[str, Issue] = {}
        self.environments: dict[str, str] = {}
        """Where an issue happened, by its number."""
        self.places: dict[str, tuple[tuple[str, int], ...]] = {}
        """The values of the tag ``environment`` by issue, with how many events have each."""
        self.told: list[tuple[str, str, str]] = []
        self.releases: dict[str, tuple[SuspectCommit, ...]] = {}
        self.meanwhile: Callable[[], None] | None = None
        """Done once, right before the next change."""

    def has(self, number: str = ISSUE, **facts) -> Issue:
        """Have an issue stand so from now on, as if somebody had done it there."""
        known = self.issues.get(number) or an_issue(id=number, last_seen=self.clock.now())
        self.issues[number] = replace(known, **facts)
        return self.issues[number]

    async def issue(self, issue_id: str) -> Issue:
        self.call("issue")
        if issue_id not in self.issues:
            raise VendorRejected("Sentry", "reading an issue", status=404)
        return self.issues[issue_id]

    async def recent(
        self, project: str, *, since: datetime, environment: str = "", most: int = MOST_RECENT
    ) -> tuple[Issue, ...]:
        self.call("recent")
        seen = [
            one
            for one in self.issues.values()
            if one.project == project
            and one.last_seen >= since
            and environment in ("", self.environments.get(one.id, ""))
        ]
        return tuple(sorted(seen, key=lambda one: one.last_seen, reverse=True)[:most])

    async def tag(self, issue_id: str, key: str) -> tuple[tuple[str, int], ...]:
        self.call("tag")
        assert key == "environment"
        return self.places.get(issue_id, ())

    async def resolve(self, issue_id: str, how: str) -> Issue:
        return self._change("resolve", issue_id, how, status="resolved", substatus="")

    async def archive(self, issue_id: str, how: str) -> Issue:
        return self._change("archive", issue_id, how, status="ignored", substatus=f"archived_{how}")

    async def reopen(self, issue_id: str) -> Issue:
        return self._change("reopen", issue_id, "", status="unresolved", substatus="ongoing")

    async def assign(self, issue_id: str, to: str) -> Issue:
        return self._change("assign", issue_id, to, assignee=to, assignee_email=to)

    async def commits(self, version: str) -> tuple[SuspectCommit, ...]:
        self.call("commits")
        return self.releases.get(version, ())

    def _change(self, doing: str, issue_id: str, how: str, **facts) -> Issue:
        self.call(doing)
        if self.meanwhile is not None:
            self.meanwhile()
            self.meanwhile = None
        self.told.append((doing, issue_id, how))
        self.has(issue_id, **facts)
        self.answer(doing)
        return self.issues[issue_id]


class AlertWorld:
    """Everything the flow works with, and a hand to drive it."""

    def __init__(self, db: Database, project: Project | None = None, *, asks: bool = True) -> None:
        self.db, self.project = db, project or pawlogic()
        self.clock, self.cards, self.metrics = JumpingClock(), CountingCards(), Metrics()
        self.sentry = MemorySentry(self.clock)
        self.runs, self.posts = RunsStore(db), PostsStore(db)
        self.explain, self.marks = ExplainStore(db), MarksStore(db)
        self.leading, self.woken, self.opened = True, 0, 0
        self._names = itertools.count(1)
        assert self.project.alerts is not None
        self.kit = AlertKit(
            project=self.project,
            section=self.project.alerts,
            router=Router(self.project, self.clock, asks=asks),
            hooks=HooksStore(db),
            alerts=AlertsStore(db),
            reader=AlertsReader(db),
            acts=ActsStore(db),
            mutes=MutesStore(db),
            upkeep=AlertUpkeep(db),
            issues=self.sentry if asks else None,
            cards=self.cards,
            clock=self.clock,
            metrics=self.metrics,
            tell=self._wake,
        )
        self.reborn()

    def reborn(self) -> None:
        """Begin a new life with what is stored."""
        self.actor = Actor(self.kit)
        self.introducer = Introducer(self.explain, self.project, self.clock, self.kit.issues)
        self.worker = Worker(self.kit, self.actor, self.introducer, self._leads)
        reader = Reader(self.project, {}, RunsReader(self.db))
        self.processor = Processor(self.kit, reader, leads=self._leads, opened=self._opened)
        self.keeper, self.backfill = AlertKeeper(self.kit), Backfill(self.kit, self.marks)
        self.silence = SilenceWatch(self.kit)
        self.desk = AlertDesk(self.kit, self.worker, self)

    async def views(self):
        return ()

    async def _leads(self) -> bool:
        return self.leading

    def _wake(self) -> None:
        self.woken += 1

    def _opened(self) -> None:
        self.opened += 1

    async def tell(self, *events: AlertEvent) -> None:
        """Have events come, and read them."""
        for event in events:
            await self.kit.hooks.keep(ours(event, f"test:{next(self._names)}"))
        await self.read()

    async def read(self) -> None:
        while await self.processor.step():
            pass

    async def work(self) -> None:
        """Do what was asked for and ask what is in doubt, until nothing is left to do now."""
        while await self.worker.step():
            pass

    async def press(self, kind: ActKind, how: str = "", *, by: str = ANN, key: str = "", alert: int = 1):
        """Press a button; the act is done when the worker does it."""
        request = ActRequest(key=key or f"t{next(self._names)}", alert=alert, kind=kind, how=how, by=by)
        return await self.desk.act(request)

    async def named(self, fingerprint: str = NAMED) -> AlertView:
        found = await self.kit.reader.named(fingerprint)
        assert found is not None
        return found

    def number(self, name: str, **labels: str) -> float:
        """Return one of the metrics."""
        return self.metrics.registry.get_sample_value(name, labels) or 0.0
