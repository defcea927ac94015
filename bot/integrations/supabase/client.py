"""How a Supabase project is, by the management API. Never raises for what Supabase does.

Given an ``httpx.AsyncClient`` with the API's base URL and ``auth_headers``, and a project's ref. That API
being away says nothing of the project, and a project it calls healthy may still refuse queries.
"""

import re
from typing import Annotated

import httpx
from pydantic import BeforeValidator, RootModel

from bot.engine.pulses import Beat, Component
from bot.integrations._beats import ask
from bot.integrations._health_json import short
from bot.integrations._http import VendorModel

VENDOR = "Supabase"
SERVICES = ("auth", "db", "rest", "realtime", "storage")
_WELL = "ACTIVE_HEALTHY"
_REF = re.compile(r"[a-z0-9-]{1,64}")


def auth_headers(token: str) -> dict[str, str]:
    """Return the header every request needs; ``token`` is a personal one or an OAuth app's."""
    return {"Authorization": f"Bearer {token}"}


class _Service(VendorModel):
    name: str
    status: str
    error: Annotated[str, BeforeValidator(lambda value: value if isinstance(value, str) else "")] = ""


class _Services(RootModel[tuple[_Service, ...]]):
    """What was asked for, in no promised order."""


class Supabase:
    """One project."""

    def __init__(self, http: httpx.AsyncClient, project: str) -> None:
        self._http = http
        self._project = project

    async def beat(self) -> Beat:
        """Say how auth, database, REST, realtime and storage are.

        ``timeout_ms`` is left out: with some values the API refuses to answer.
        (https://supabase.com/docs/reference/api/v1-get-services-health)
        """
        if not _REF.fullmatch(self._project):
            return Beat(found="unknown", said="that is no project ref of Supabase", answered=False)
        path = f"v1/projects/{self._project}/health"
        answer = await ask(self._http, VENDOR, _Services, path, {"services": SERVICES})
        if isinstance(answer, Beat):
            return answer
        parts = tuple(_component(service) for service in answer.root)
        if not parts:
            return Beat(found="unknown", said="it names no service", answered=True)
        ill = [f"{part.name} is {part.said}" for part in parts if not part.ok]
        return Beat(
            found="ill" if ill else "well",
            said=short("; ".join(ill) or "all services are healthy"),
            answered=True,
            components=parts,
        )


def _component(service: _Service) -> Component:
    """Read one service; words we do not know are not a healthy one's."""
    said = service.status.replace("_", " ").lower() + (f": {service.error}" if service.error else "")
    return Component(name=short(service.name), ok=service.status == _WELL, said=short(said))
