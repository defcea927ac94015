"""Makes and joins what alerts are made of, where the project file has ``[alerts]``. Opens nothing."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.alerts.acting import Actor
from bot.alerts.backfill import Backfill
from bot.alerts.desk import AlertDesk
from bot.alerts.heartbeat import Heartbeat, SilenceWatch
from bot.alerts.introducer import Introducer
from bot.alerts.keeper import AlertKeeper
from bot.alerts.maintenance import Maintenance
from bot.alerts.monitor import Monitor
from bot.alerts.needs import AlertKit
from bot.alerts.processor import Processor
from bot.alerts.reading import Reader
from bot.alerts.router import Router
from bot.alerts.worker import Worker
from bot.clock import Clock
from bot.db.acts_store import ActsStore
from bot.db.alert_upkeep import AlertUpkeep
from bot.db.alerts_reader import AlertsReader
from bot.db.alerts_store import AlertsStore
from bot.db.explain_store import ExplainStore
from bot.db.hooks_store import HooksStore
from bot.db.marks_store import MarksStore
from bot.db.mutes_store import MutesStore
from bot.db.pulses_store import PulsesStore
from bot.db.runs_reader import RunsReader
from bot.db.session import Database
from bot.metrics import Metrics
from bot.pipelines.needs import Cards
from bot.project import Project
from bot.vendors import Vendors
from playbooks.models import Playbook


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertParts:
    """What the process gives a life, and what handlers may call."""

    hooks: HooksStore
    processor: Processor
    worker: Worker
    keeper: AlertKeeper
    backfill: Backfill
    monitor: Monitor
    heartbeat: Heartbeat
    silence: SilenceWatch
    desk: AlertDesk


def make_alerts(
    *,
    project: Project,
    playbooks: Mapping[str, Playbook],
    database: Database,
    runs: RunsReader,
    vendors: Vendors,
    cards: Cards,
    clock: Clock,
    metrics: Metrics,
    leads: Callable[[], Awaitable[bool]],
) -> AlertParts | None:
    """Make the parts; None without ``[alerts]``."""
    if project.alerts is None:
        return None
    issues, hooks, mutes = vendors.issues, HooksStore(database), MutesStore(database)
    woken = _Bell()
    kit = AlertKit(
        project=project,
        section=project.alerts,
        router=Router(project, clock, asks=issues is not None, playbooks=playbooks),
        hooks=hooks,
        alerts=AlertsStore(database),
        reader=AlertsReader(database),
        acts=ActsStore(database),
        mutes=mutes,
        upkeep=AlertUpkeep(database),
        issues=issues,
        cards=cards,
        clock=clock,
        metrics=metrics,
        tell=woken.ring,
    )
    introducer = Introducer(ExplainStore(database), project, clock, issues)
    worker = Worker(kit, Actor(kit), introducer, leads)
    reader = Reader(project, vendors.shippers, runs)
    processor = Processor(kit, reader, leads=leads, opened=worker.tell)
    woken.heard = processor.tell
    monitor = Monitor(
        project=project,
        store=PulsesStore(database),
        looks=vendors.lookers,
        pauses=Maintenance(mutes=mutes, lane=runs),
        alerts=kit.reader,
        clock=clock,
        tell=processor.tell,
    )
    return AlertParts(
        hooks=hooks,
        processor=processor,
        worker=worker,
        keeper=AlertKeeper(kit),
        backfill=Backfill(kit, MarksStore(database)),
        monitor=monitor,
        heartbeat=Heartbeat(vendors.beacon),
        silence=SilenceWatch(kit),
        desk=AlertDesk(kit, worker, monitor),
    )


class _Bell:
    """Rings for the processor, which is made of the kit that holds the bell."""

    def __init__(self) -> None:
        self.heard: Callable[[], None] = lambda: None

    def ring(self) -> None:
        """Something has come."""
        self.heard()
