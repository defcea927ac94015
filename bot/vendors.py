"""Makes the vendor clients from settings and project: who ships where, with which token."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from bot.clock import Clock
from bot.integrations._http import Retry, build_http
from bot.integrations.beacon import Beacon
from bot.integrations.expo import Expo as ExpoClient
from bot.integrations.expo import api_address as expo_address
from bot.integrations.expo import auth_headers as expo_headers
from bot.integrations.github._api import auth_headers as github_headers
from bot.integrations.github.client import GitHub
from bot.integrations.github.workflow import WorkflowShipper
from bot.integrations.health import HealthProbe
from bot.integrations.measured import MeasuredTransport, Told
from bot.integrations.orchestrator import Orchestrator
from bot.integrations.railway.client import Railway
from bot.integrations.railway.client import auth_headers as railway_headers
from bot.integrations.sentry import Sentry
from bot.integrations.sentry import auth_headers as sentry_headers
from bot.integrations.sentry.issues import SentryIssues
from bot.lookers import Lookers, make_dependencies
from bot.pipelines.mobile_needs import Expo, Stores
from bot.pipelines.needs import Shipper
from bot.project import Project
from bot.settings import Settings
from bot.stores import make_stores


@dataclass(frozen=True, slots=True)
class Vendors:
    """Every client, and the connections to close at the end."""

    github: GitHub
    shippers: dict[tuple[str, str], Shipper]
    probe: HealthProbe
    sentry: Sentry | None
    """None without ``[sentry]`` in the file, or without its token: then no errors are watched."""
    dispatchers: dict[tuple[str, str], Shipper]
    """Who starts workflows besides deploys: migrations, and what playbooks start."""
    issues: SentryIssues | None
    """As ``sentry``: then alerts are what Sentry sends, and nothing is done there."""
    lookers: Lookers
    beacon: Beacon | None
    """None where nobody outside listens for us."""
    orchestrator: Orchestrator | None
    """None where no other agent is sent reports."""
    expo: Expo | None
    """None where no app is at Expo, or without its token."""
    stores: Stores
    """By app; a store without access configured is left out."""
    _https: tuple[httpx.AsyncClient, ...]

    async def close(self) -> None:
        """Close every connection."""
        for http in self._https:
            await http.aclose()


def make_vendors(settings: Settings, project: Project, tell: Told) -> Vendors:
    """Build clients; one Railway client for each token, because a token is worth one environment."""

    def connect(vendor: str, base_url: str, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
        return build_http(base_url, headers, transport=MeasuredTransport(vendor, tell))

    github = connect(
        "GitHub", settings.github_api_url, github_headers(settings.github_token.get_secret_value())
    )
    services = connect("health", "")
    https = [github, services]

    def keep(vendor: str, base_url: str, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
        https.append(connect(vendor, base_url, headers))
        return https[-1]

    sentry: Sentry | None = None
    issues: SentryIssues | None = None
    if project.sentry is not None and settings.sentry_auth_token is not None:
        headers = sentry_headers(settings.sentry_auth_token.get_secret_value())
        https.append(connect("Sentry", settings.sentry_api_url, headers))
        sentry = Sentry(https[-1], project.sentry.organization)
        # Asked once: somebody waits for the answer to a button, and whoever only looks comes back anyway.
        issues = SentryIssues(https[-1], project.sentry.organization, retry=Retry(attempts=1))
    railways: dict[str, tuple[Railway, httpx.AsyncClient]] = {}
    shippers: dict[tuple[str, str], Shipper] = {}
    by_workflow = WorkflowShipper(github)
    apps = [(app.name, name) for app in project.apps for name in app.environments]
    for service in project.services:
        for name, environment in service.environments.items():
            if environment.by_workflow:
                shippers[service.name, name] = by_workflow
                continue
            if environment.railway_token not in railways:
                token = settings.railway_token(environment.railway_token)
                headers = railway_headers(token.value.get_secret_value(), token.kind)
                http = connect("Railway", settings.railway_api_url, headers)
                railways[environment.railway_token] = (Railway(http), http)
            shippers[service.name, name] = railways[environment.railway_token][0]
    probe = HealthProbe(services)
    health = project.health
    dependencies = make_dependencies(health, settings, keep) if health else {}
    beacon = (
        Beacon(keep("heartbeat", settings.heartbeat_url.get_secret_value()))
        if settings.heartbeat_url
        else None
    )
    orchestrator: Orchestrator | None = None
    if settings.orchestrator_url is not None and settings.orchestrator_secret is not None:
        http = keep("orchestrator", settings.orchestrator_url.get_secret_value())
        orchestrator = Orchestrator(http, settings.orchestrator_secret.get_secret_value())
    expo: Expo | None = None
    if settings.expo_token is not None and any(app.expo for app in project.apps):
        headers = expo_headers(settings.expo_token.get_secret_value())
        expo = ExpoClient(keep("Expo", expo_address(settings.expo_api_url), headers))
    return Vendors(
        GitHub(github),
        shippers | dict.fromkeys(apps, by_workflow),
        probe,
        sentry,
        dict.fromkeys([*shippers, *apps], by_workflow),
        issues,
        Lookers(probe, dependencies, health.timeout if health else 0.0),
        beacon,
        orchestrator,
        expo,
        make_stores(settings, project, keep, Clock().now),
        (*https, *(http for _, http in railways.values())),
    )
