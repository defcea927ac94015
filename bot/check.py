"""``pawdeploy check``: is everything there that a run will need? Asks, and changes nothing.

What can only be learnt by doing it (writing a deployment record, starting a deployment) is left to a run.
"""

import httpx

from bot.check_alerts import check_alerts
from bot.check_health import check_health
from bot.check_incidents import check_incidents
from bot.check_mobile import check_mobile
from bot.check_sentry import check_sentry
from bot.check_slack import check_slack
from bot.check_workflows import check_workflows
from bot.db.session import open_database
from bot.errors import StartupError, VendorError
from bot.findings import Finding
from bot.integrations import github, railway
from bot.integrations._http import Retry, build_http
from bot.pipelines.places import target
from bot.project import Environment, Project, Service
from bot.secrets import WHERE
from bot.settings import Settings

__all__ = ["Finding", "check"]

TIMEOUT = 10.0
"""Seconds one request may take."""
_ONCE = Retry(attempts=1)
_NO_RUN = 0
"""No run has this number: looking for its record asks for the right to read, and finds nothing."""


async def check(
    settings: Settings, project: Project, *, transport: httpx.AsyncBaseTransport | None = None
) -> list[Finding]:
    """Look at everything, one finding each, in the order in which a person would repair it.

    ``transport`` takes the place of the network in tests.
    """
    findings = [_file(settings, project)]
    async with build_http(settings.slack_api_url, timeout=TIMEOUT, transport=transport) as http:
        findings += await check_slack(http, settings, project)
    headers = github.auth_headers(settings.github_token.get_secret_value())
    async with build_http(settings.github_api_url, headers, timeout=TIMEOUT, transport=transport) as http:
        at_github = await _check_github(http, project)
    findings += at_github
    for service in project.services:
        for name, environment in service.environments.items():
            if environment.method == "railway":
                findings.append(await _check_railway(settings, service, name, environment, transport))
    async with build_http(settings.sentry_api_url, timeout=TIMEOUT, transport=transport) as http:
        findings += await check_sentry(http, settings, project)
    findings += await check_mobile(settings, project, repositories=at_github[0].ok, transport=transport)
    findings += check_alerts(settings, project)
    findings += check_incidents(settings, project)
    findings += await check_health(settings, project, transport=transport)
    return [*findings, await _check_database(settings.database_url)]


def _file(settings: Settings, project: Project) -> Finding:
    services = ", ".join(
        f"{service.name} ({', '.join(service.environments)})" for service in project.services
    )
    return Finding(ok=True, name=str(settings.pawdeploy_config), said=f"{project.team}: {services}")


async def _check_github(http: httpx.AsyncClient, project: Project) -> list[Finding]:
    """Check the token, then what it may read of each repository, then the workflows."""
    client = github.GitHub(http, retry=_ONCE)
    try:
        who = await client.whoami()
    except VendorError as error:
        said = f"{error}; set GITHUB_TOKEN to {WHERE['GITHUB_TOKEN']}"
        return [Finding(ok=False, name="GitHub token", said=said)]
    findings = [Finding(ok=True, name="GitHub token", said=who)]
    for repository, service in {service.repository: service for service in project.services}.items():
        findings.append(await _check_repository(client, repository, service))
    return [*findings, *await check_workflows(http, project)]


async def _check_repository(client: github.GitHub, repository: str, service: Service) -> Finding:
    name = f"GitHub {repository}"
    may = "Contents: read"
    try:
        head = await client.resolve(repository, service.default_branch)
        may = "Commit statuses: read and Actions: read"
        report = await client.checks(repository, head.sha)
        may = "Deployments: read and write"
        await client.find_deployment(repository, head.sha, next(iter(service.environments)), _NO_RUN)
    except VendorError as error:
        said = f"{error}; give the token {may} on this repository, and check repository and default_branch"
        return Finding(ok=False, name=name, said=said)
    said = f"{service.default_branch} is {head.sha[:7]}, {len(report.checks)} checks from {report.source}"
    return Finding(ok=True, name=name, said=said)


async def _check_railway(
    settings: Settings,
    service: Service,
    name: str,
    environment: Environment,
    transport: httpx.AsyncBaseTransport | None,
) -> Finding:
    title = f"Railway {service.name} {name}"
    token = settings.railway_token(environment.railway_token)
    headers = railway.auth_headers(token.value.get_secret_value(), token.kind)
    async with build_http(settings.railway_api_url, headers, timeout=TIMEOUT, transport=transport) as http:
        client = railway.Railway(http, retry=_ONCE)
        try:
            who = await client.whoami()
        except VendorError as error:
            said = (
                f"{error}; {environment.railway_token} must be a project token of this environment, "
                "RAILWAY_TOKEN one of the workspace"
            )
            return Finding(ok=False, name=title, said=said)
        try:
            await client.deployments(target(service, name), limit=1)
        except VendorError as error:
            said = f"{error}; {who} does not open it: check the railway_… ids in pawdeploy.toml"
            return Finding(ok=False, name=title, said=said)
    return Finding(ok=True, name=title, said=who)


async def _check_database(url: str) -> Finding:
    try:
        database = await open_database(url)
    except StartupError as error:
        return Finding(ok=False, name="database", said=str(error))
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    await database.close()
    return Finding(ok=True, name="database", said=f"{kind}, migrated")
