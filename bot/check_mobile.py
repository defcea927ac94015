"""The app's part of ``pawdeploy check``: that Expo knows it, that it can be built, that the stores answer.

Asks, and changes nothing. Whether the token may commit or open pull requests shows with the first release.
"""

from contextlib import AsyncExitStack
from dataclasses import replace

import httpx

from bot.apps import App, Ota
from bot.apps import Expo as AtExpo
from bot.clock import Clock
from bot.engine import app_config
from bot.errors import ConfigError, VendorError
from bot.findings import Finding
from bot.integrations import expo, github
from bot.integrations._http import Retry, build_http
from bot.pipelines.mobile_needs import Store
from bot.pipelines.places import target
from bot.project import Project, Service
from bot.secrets import WHERE
from bot.settings import Settings
from bot.stores import make_stores

TIMEOUT = 10.0
"""Seconds one request may take."""
_ONCE = Retry(attempts=1)
_STORES = {"ios": "App Store", "android": "Google Play"}


async def check_mobile(
    settings: Settings,
    project: Project,
    *,
    repositories: bool = True,
    transport: httpx.AsyncBaseTransport | None = None,
) -> list[Finding]:
    """Look at every app that is at Expo or at a store; nothing where there is none.

    ``repositories``: whether GitHub's token is good; else what it would find of each was said already.
    """
    apps = [(app, app.expo) for app in project.apps if app.expo is not None]
    findings: list[Finding] = []
    if apps:
        headers = github.auth_headers(settings.github_token.get_secret_value())
        async with build_http(settings.github_api_url, headers, timeout=TIMEOUT, transport=transport) as http:
            for app, at in apps if repositories else ():
                if (service := project.service_or_app(app.name)) is not None:
                    findings.append(await _workflow(http, service, at.workflow))
                findings.append(await _config(http, app, at.config))
        findings += await _expo(settings, apps, transport)
    return [*findings, *await _stores(settings, project, transport), *_doors(settings, project)]


async def _workflow(http: httpx.AsyncClient, app: Service, file: str) -> Finding:
    """Look whether the workflow that runs eas is there, and whether its runs can be read."""
    name, where = f"workflow {file} of {app.name}", f"{file} of {app.repository}"
    place = replace(target(app, next(iter(app.environments))), workflow=file)
    try:
        await github.WorkflowShipper(http, retry=_ONCE).deployments(place)
    except VendorError as error:
        said = f"{where}: {error}; check [apps.expo] workflow and repository; the token needs Actions: write"
        return Finding(ok=False, name=name, said=said)
    return Finding(ok=True, name=name, said=where)


async def _config(http: httpx.AsyncClient, app: App, file: str) -> Finding:
    """Look whether the file that holds the version is there, and one that can be raised."""
    name, client = f"version of {app.name}", github.GitHub(http, retry=_ONCE)
    try:
        head = await client.resolve(app.repository, app.default_branch)
        told = app_config.read(await client.file_at(app.repository, file, head.sha))
    except VendorError as error:
        said = f"{error}; check [apps.expo] config, and give the token Contents: read and write"
        return Finding(ok=False, name=name, said=said)
    except app_config.UnreadableError as error:
        said = f'{file}: {error}; write the version there as a plain string, version: "1.4.0"'
        return Finding(ok=False, name=name, said=said)
    return Finding(ok=True, name=name, said=f"{told.version} in {file}")


async def _expo(
    settings: Settings, apps: list[tuple[App, AtExpo]], transport: httpx.AsyncBaseTransport | None
) -> list[Finding]:
    name, where = "Expo token", f"set EXPO_TOKEN to {WHERE['EXPO_TOKEN']}"
    if settings.expo_token is None:
        said = f"EXPO_TOKEN is not set, so no update is published and no build is followed; {where}"
        return [Finding(ok=False, name=name, said=said)]
    headers = expo.auth_headers(settings.expo_token.get_secret_value())
    address = expo.api_address(settings.expo_api_url)
    async with build_http(address, headers, timeout=TIMEOUT, transport=transport) as http:
        client = expo.Expo(http, retry=_ONCE)
        try:
            who = await client.whoami()
        except VendorError as error:
            return [Finding(ok=False, name=name, said=f"{error}; {where}, and check EXPO_API_URL")]
        findings = [Finding(ok=True, name=name, said=who)]
        for app, at in apps:
            findings.append(await _project(client, app.name, at.project))
            findings += [
                await _channel(client, f"{app.name} {environment}", at.project, there.ota)
                for environment, there in app.environments.items()
                if there.ota is not None and findings[-1].ok
            ]
    return findings


async def _project(client: expo.Expo, app: str, project: str) -> Finding:
    name = f"Expo {app}"
    try:
        called = await client.project_name(project)
        await client.builds(project, limit=1)
    except VendorError as error:
        said = f"{error}; check [apps.expo] project (extra.eas.projectId), and that the token may see it"
        return Finding(ok=False, name=name, said=said)
    return Finding(ok=True, name=name, said=called)


async def _channel(client: expo.Expo, where: str, project: str, ota: Ota) -> Finding:
    """Look whether what is published reaches those who installed the app."""
    name = f"Expo channel {where}"
    try:
        await client.branch_id(project, ota.branch)
        channel = await client.channel(project, ota.channel)
    except VendorError as error:
        said = f"{error}; check channel and branch of its ota section, or make them with eas channel:create"
        return Finding(ok=False, name=name, said=said)
    if ota.branch not in channel.branches:
        leads = " and ".join(channel.branches) or "no branch"
        said = (
            f"{ota.channel} leads to {leads}, so nobody gets what is published to {ota.branch}; "
            f"run eas channel:edit {ota.channel} --branch {ota.branch}, or correct the ota section"
        )
        return Finding(ok=False, name=name, said=said)
    if channel.paused:
        said = f"{ota.channel} is paused, so nobody gets updates; run eas channel:resume {ota.channel}"
        return Finding(ok=False, name=name, said=said)
    return Finding(ok=True, name=name, said=f"{ota.channel} leads to {' and '.join(channel.branches)}")


async def _stores(
    settings: Settings, project: Project, transport: httpx.AsyncBaseTransport | None
) -> list[Finding]:
    findings = _shut(settings, project)
    async with AsyncExitStack() as stack:
        opened: list[httpx.AsyncClient] = []

        def connect(_: str, address: str) -> httpx.AsyncClient:
            opened.append(build_http(address, timeout=TIMEOUT, transport=transport))
            return opened[-1]

        try:
            stores = make_stores(settings, project, connect, Clock().now)
        except ConfigError as error:
            return [*findings, Finding(ok=False, name="stores", said=str(error))]
        for http in opened:
            await stack.enter_async_context(http)
        for app, clients in stores.items():
            findings += [await _store(app, client) for client in clients]
    return findings


def _shut(settings: Settings, project: Project) -> list[Finding]:
    """Name the stores of the file that the environment has no access to."""
    wanted = (
        ("ios", "APPSTORE_KEY", settings.appstore_key, "apple"),
        ("android", "GOOGLEPLAY_ACCOUNT", settings.googleplay_account, "google"),
    )
    return [
        Finding(
            ok=False,
            name=f"{_STORES[platform]} {app.name}",
            said=f"{variable} is not set, so no review is followed there; set it to {WHERE[variable]}",
        )
        for app in project.apps
        for platform, variable, access, key in wanted
        if app.stores is not None and getattr(app.stores, key) is not None and access is None
    ]


def _doors(settings: Settings, project: Project) -> list[Finding]:
    """Say which messages would tell at once what is otherwise asked for now and then; none is needed."""
    doors = []
    if project.alerts is None and any(app.expo for app in project.apps):  # with alerts it is among theirs
        secret = settings.expo_webhook_secret
        doors.append(("/hooks/expo", "EXPO_WEBHOOK_SECRET", secret, "a build has ended"))
    if any(app.stores and app.stores.apple for app in project.apps):
        secret = settings.appstore_webhook_secret
        doors.append(("/hooks/appstore", "APPSTORE_WEBHOOK_SECRET", secret, "a review has moved"))
    return [
        Finding(
            ok=True,
            name=f"POST {path}",
            said=f"open; whether {variable} is right shows with its first message"
            if secret
            else f"shut: that {what} is seen minutes later; to open it set {variable} to {WHERE[variable]}",
        )
        for path, variable, secret, what in doors
    ]


async def _store(app: str, store: Store) -> Finding:
    name = f"{_STORES[store.platform]} {app}"
    try:
        versions = await store.versions()
    except VendorError as error:
        ids = "apple" if store.platform == "ios" else "google and track"
        said = f"{error}; check [apps.stores] {ids}, and that the key may see the app"
        return Finding(ok=False, name=name, said=said)
    newest = versions[0] if versions else None
    said = f"{newest.version} {newest.raw}" if newest else "has no version of it yet"
    return Finding(ok=True, name=name, said=said)
