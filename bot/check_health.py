"""The health part of ``pawdeploy check``: can everything our services stand on be asked? Looks once at each.

That something is ill is no mistake of the installation, and is said; that it may not be asked is one.
"""

from collections.abc import Mapping
from contextlib import AsyncExitStack

import httpx

from bot.alerting import Dependency
from bot.findings import Finding
from bot.integrations._http import build_http
from bot.lookers import make_dependencies
from bot.project import Project
from bot.settings import Settings


async def check_health(
    settings: Settings, project: Project, *, transport: httpx.AsyncBaseTransport | None
) -> list[Finding]:
    """Look at every dependency of the file, one finding each; nothing when there is no ``[health]``."""
    if project.health is None:
        return []
    timeout = project.health.timeout
    ready = [
        one for one in project.health.dependencies if not one.token or one.token in settings.dependency_tokens
    ]
    findings = [_unset(one) for one in project.health.dependencies if one not in ready]
    async with AsyncExitStack() as stack:
        opened: list[httpx.AsyncClient] = []

        def connect(_: str, base_url: str, headers: Mapping[str, str] | None) -> httpx.AsyncClient:
            opened.append(build_http(base_url, headers, timeout=timeout, transport=transport))
            return opened[-1]

        only = project.health.model_copy(update={"dependencies": tuple(ready)})
        looks = make_dependencies(only, settings, connect)
        for http in opened:
            await stack.enter_async_context(http)
        for name, look in looks.items():
            beat = await look.beat()
            known = beat.found != "unknown"
            wrong = "" if known else "; check its url, project and token in [[health.dependencies]]"
            said = f"{beat.said}{'' if beat.found == 'well' else f' ({beat.found})'}{wrong}"
            findings.append(Finding(ok=known, name=f"dependency {name}", said=said))
    return findings


def _unset(one: Dependency) -> Finding:
    said = f"{one.token} is not set, and [[health.dependencies]] names it"
    return Finding(ok=False, name=f"dependency {one.name}", said=said)
