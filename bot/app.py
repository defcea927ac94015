"""The one place that makes and joins everything. Nothing happens at import, and ``build`` opens nothing."""

from dataclasses import dataclass
from functools import partial

import structlog
from slack_bolt.async_app import AsyncApp

from bot.alert_cards import alert_cards
from bot.alert_parts import AlertParts, make_alerts
from bot.alerts.nobody import NoAlerts
from bot.cards import Composer
from bot.check_playbooks import folders
from bot.clock import Clock
from bot.db.alerts_reader import AlertsReader
from bot.db.audit_store import AuditStore
from bot.db.consent_store import ConsentStore
from bot.db.devices_store import DevicesStore
from bot.db.holds_store import HoldsStore
from bot.db.inbox_store import InboxStore
from bot.db.incident_reports_store import IncidentReportsStore
from bot.db.incidents_reader import IncidentsReader
from bot.db.people_store import PeopleStore, PresenceStore
from bot.db.posts_store import PostsStore
from bot.db.runs_reader import RunsReader
from bot.db.runs_store import RunsStore
from bot.db.session import Database, open_database
from bot.db.signals_store import SignalsStore
from bot.db.slot import Slot, take_slot
from bot.db.soak_store import SoakStore
from bot.drawings import Studio
from bot.incident_cards import IncidentCards
from bot.incident_parts import IncidentParts, make_incidents
from bot.intake import Intake
from bot.integrations.slack.calls import SlackWeb, make_client
from bot.integrations.slack.pace import Pace
from bot.integrations.slack.people import People, mention
from bot.integrations.slack.publisher import Publisher
from bot.integrations.slack.reactions import Reactions
from bot.integrations.slack.zones import Zones
from bot.jobs.nag import Nag
from bot.jobs.presence import Presence
from bot.jobs.soak import SoakObserver
from bot.link import Link, make_link
from bot.listening import Services, make_slack
from bot.metrics import Metrics
from bot.pipelines.app_looker import AppLooker
from bot.pipelines.deploy import Deploy
from bot.pipelines.desk import Desk
from bot.pipelines.holds import Holds
from bot.pipelines.keeper import Keeper
from bot.pipelines.needs import Kit
from bot.pipelines.ota.desk import UpdateDesk
from bot.pipelines.release.desk import ReleaseDesk
from bot.pipelines.voices import Voices
from bot.process import Process
from bot.project import Project
from bot.settings import Settings
from bot.vendors import Vendors, make_vendors
from playbooks.library import load_libraries

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """Everything one bot is made of, open and joined; ``bot/process.py`` gives it a life."""

    settings: Settings
    project: Project
    clock: Clock
    metrics: Metrics
    slot: Slot
    database: Database
    reader: RunsReader
    kit: Kit
    vendors: Vendors
    publisher: Publisher
    keeper: Keeper
    desk: Desk
    voices: Voices
    observer: SoakObserver
    nag: Nag
    signals: SignalsStore
    intake: Intake
    slack: AsyncApp
    link: Link
    presence: Presence
    alerts: AlertParts | None
    """None where the project file has no ``[alerts]``."""
    incidents: IncidentParts


class Bot:
    """One bot, built but not yet alive."""

    def __init__(self, settings: Settings, project: Project) -> None:
        self._settings = settings
        self._project = project

    async def run(self) -> None:
        """Live until SIGTERM or SIGINT.

        Raises:
            StartupError: when something it cannot live without is not there.

        """
        slot = await take_slot(self._settings.database_url)
        database = await open_database(self._settings.database_url)
        await Process(join(self._settings, self._project, slot, database)).run()


def build(settings: Settings, project: Project) -> Bot:
    """Make a bot; it opens nothing before ``run``."""
    return Bot(settings, project)


def join(settings: Settings, project: Project, slot: Slot, database: Database) -> Parts:
    """Make every part and hand each what it needs."""
    clock, metrics = Clock(), Metrics()
    client = make_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    web = SlackWeb(client, metrics.slack_called)
    posts, reader = PostsStore(database), RunsReader(database)
    vendors = make_vendors(settings, project, metrics.vendor_called)
    playbooks = load_libraries(folders(project, settings.pawdeploy_config))
    publisher = make_publisher(database, web, project, clock, slot, asks=vendors.issues is not None)
    people = People(web, PeopleStore(database), project, clock)
    holds_store, soaks, signals = HoldsStore(database), SoakStore(database), SignalsStore(database)
    holds = Holds(
        store=holds_store,
        project=project,
        cards=publisher,
        clock=clock,
        switches=vendors.shippers,
        zones=Zones(web, clock),
    )
    kit = Kit(
        project=project,
        runs=RunsStore(database, metrics),
        reader=reader,
        repository=vendors.github,
        shippers=vendors.shippers,
        probe=vendors.probe,
        cards=publisher,
        clock=clock,
        metrics=metrics,
        consents=ConsentStore(database),
        holds=holds,
        soaks=soaks,
        signals=signals,
        posts=posts,
        people=people,
        reactions=Reactions(web),
        errors=vendors.sentry,
        dispatchers=vendors.dispatchers,
        expo=vendors.expo,
        stores=vendors.stores,
        devices=DevicesStore(database),
    )
    keeper = Keeper(kit, Deploy(kit), slot)
    desk, updates, releases = Desk(kit, keeper), UpdateDesk(kit, keeper), ReleaseDesk(kit, keeper)
    intake = Intake(InboxStore(database), AuditStore(database), clock, metrics)
    voices = Voices(kit)
    alerts = make_alerts(
        project=project,
        playbooks=playbooks,
        database=database,
        runs=reader,
        vendors=vendors,
        cards=publisher,
        clock=clock,
        metrics=metrics,
        leads=slot.leads,
    )
    incidents = make_incidents(
        project=project,
        playbooks=playbooks,
        database=database,
        vendors=vendors,
        web=web,
        runs=desk,
        updates=updates,
        releases=releases,
        locks=holds,
        people=people,
        alerts=alerts.desk if alerts else None,
        cards=publisher,
        clock=clock,
        leads=slot.leads,
    )
    services = Services(
        project=project,
        people=people,
        desk=desk,
        holds=holds,
        consent=voices,
        updates=updates,
        releases=releases,
        apps=AppLooker(kit),
        alerts=alerts.desk if alerts else NoAlerts(),
        incidents=incidents.desk,
    )
    slack = make_slack(settings, client, intake, services)
    link = make_link(settings, slack, silence=project.timings.silence)
    presence = Presence(
        link=link,
        store=PresenceStore(database),
        posts=posts,
        cards=publisher,
        project=project,
        clock=clock,
    )
    return Parts(
        settings=settings,
        project=project,
        clock=clock,
        metrics=metrics,
        slot=slot,
        database=database,
        reader=reader,
        kit=kit,
        vendors=vendors,
        publisher=publisher,
        keeper=keeper,
        desk=desk,
        voices=voices,
        observer=SoakObserver(kit),
        nag=Nag(store=holds_store, cards=publisher, project=project, clock=clock),
        signals=signals,
        intake=intake,
        slack=slack,
        link=link,
        presence=presence,
        alerts=alerts,
        incidents=incidents,
    )


def make_publisher(
    database: Database, web: SlackWeb, project: Project, clock: Clock, slot: Slot, *, asks: bool
) -> Publisher:
    """Build the publisher with everything that can draw; ``asks``: Sentry is asked and told."""
    posts, studio, section = PostsStore(database), Studio(), project.alerts
    cards = alert_cards(posts, AlertsReader(database), clock, project, studio, asks=asks)
    incidents = IncidentCards(
        posts,
        IncidentsReader(database),
        IncidentReportsStore(database),
        clock,
        project,
        partial(mention, project),
        web,
    )
    compose = Composer(
        posts,
        RunsReader(database),
        clock,
        project,
        web,
        studio=studio,
        alerts=cards,
        incidents=incidents,
    )
    timings = project.timings
    return Publisher(
        web,
        posts,
        compose,
        clock,
        interval=timings.card_interval,
        leads=slot.leads,
        pace=Pace(clock, between_posts=timings.slack_posts, edits_a_minute=timings.slack_edits),
        recount=section.recount if section else timings.card_interval,
        ops=(section.ops or project.channels.deploys) if section else "",
    )
