"""Makes and joins what incidents are made of. Opens nothing."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bot.alerts.desk import AlertDesk
from bot.clock import Clock
from bot.db.incident_jobs_store import IncidentJobsStore
from bot.db.incident_reports_store import IncidentReportsStore
from bot.db.incidents_reader import IncidentsReader
from bot.db.incidents_store import IncidentsStore
from bot.db.posts_store import PostsStore
from bot.db.runs_log_reader import RunsLogReader
from bot.db.runs_reader import RunsReader
from bot.db.session import Database
from bot.incidents.desk import IncidentDesk
from bot.incidents.keeper import IncidentKeeper
from bot.incidents.looks.looker import Looker
from bot.incidents.needs import IncidentKit, Locks, Members, Releases, Runs, Updates
from bot.incidents.worker import Worker
from bot.integrations.slack.calls import SlackWeb
from bot.integrations.slack.names import Names
from bot.integrations.slack.people import mention
from bot.integrations.slack.rooms import Rooms
from bot.pipelines.needs import Cards
from bot.project import Project
from bot.vendors import Vendors
from playbooks.models import Playbook


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentParts:
    """What the process gives a life, and what handlers may call."""

    desk: IncidentDesk
    worker: Worker
    keeper: IncidentKeeper


def make_incidents(
    *,
    project: Project,
    playbooks: Mapping[str, Playbook],
    database: Database,
    vendors: Vendors,
    web: SlackWeb,
    runs: Runs,
    updates: Updates,
    releases: Releases,
    locks: Locks,
    people: Members,
    alerts: AlertDesk | None,
    cards: Cards,
    clock: Clock,
    leads: Callable[[], Awaitable[bool]],
) -> IncidentParts:
    """Make the parts."""
    reader, history = IncidentsReader(database), RunsReader(database)
    bell = _Bell()
    kit = IncidentKit(
        project=project,
        playbooks=playbooks,
        store=IncidentsStore(database),
        reader=reader,
        jobs=IncidentJobsStore(database),
        reports=IncidentReportsStore(database),
        posts=PostsStore(database),
        looker=Looker(
            project,
            shippers=vendors.shippers,
            probe=vendors.probe,
            lookers=vendors.lookers,
            issues=vendors.issues,
            errors=vendors.sentry,
            runs=history,
            migrations=RunsLogReader(database),
            clock=clock,
        ),
        runs=runs,
        updates=updates,
        releases=releases,
        history=history,
        locks=locks,
        rooms=Rooms(web),
        names=Names(web),
        people=people,
        alerts=alerts,
        orchestrator=vendors.orchestrator,
        mention=partial(mention, project),
        cards=cards,
        clock=clock,
        tell=bell.ring,
    )
    desk = IncidentDesk(kit)
    worker = Worker(kit, leads)
    bell.heard = worker.tell
    return IncidentParts(desk=desk, worker=worker, keeper=IncidentKeeper(kit, desk))


class _Bell:
    """Rings for the worker, which is made of the kit that holds the bell."""

    def __init__(self) -> None:
        self.heard: Callable[[], None] = lambda: None

    def ring(self) -> None:
        """Something is to be done."""
        self.heard()
