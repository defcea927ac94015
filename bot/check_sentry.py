"""The Sentry part of ``pawdeploy check``: the token, then every project whose errors are to be watched.

Reads what a watch reads and changes nothing. Whether releases may be written shows with the first.
"""

import httpx

from bot.errors import VendorError
from bot.findings import Finding
from bot.integrations._http import Retry
from bot.integrations.sentry import Sentry, auth_headers
from bot.project import Project
from bot.secrets import WHERE
from bot.settings import Settings

_ONCE = Retry(attempts=1)


async def check_sentry(http: httpx.AsyncClient, settings: Settings, project: Project) -> list[Finding]:
    """Look at everything Sentry is asked for; nothing when the project file has no ``[sentry]``.

    ``http`` has Sentry's address as base URL.
    """
    if project.sentry is None:
        return []
    name, where = "Sentry token", f"set SENTRY_AUTH_TOKEN to {WHERE['SENTRY_AUTH_TOKEN']}"
    if settings.sentry_auth_token is None:
        said = f"SENTRY_AUTH_TOKEN is not set, so no errors are watched and no release is recorded; {where}"
        return [Finding(ok=False, name=name, said=said)]
    http.headers.update(auth_headers(settings.sentry_auth_token.get_secret_value()))
    client = Sentry(http, project.sentry.organization, retry=_ONCE)
    try:
        who = await client.whoami()
    except VendorError as error:
        said = f"{error}; {where}, and check [sentry] organization and SENTRY_API_URL"
        return [Finding(ok=False, name=name, said=said)]
    looked = [await _project(client, slug) for slug in project.sentry_projects]
    return [Finding(ok=True, name=name, said=who), *looked]


async def _project(client: Sentry, slug: str) -> Finding:
    name = f"Sentry {slug}"
    try:
        await client.check(slug)
    except VendorError as error:
        said = (
            f"{error}; check sentry_project (the slug in the project's address), and give the token "
            "Project: read, Issue & Event: read and Organization: read"
        )
        return Finding(ok=False, name=name, said=said)
    return Finding(ok=True, name=name, said="issues and error counts can be read")
