"""Railway's messages. They bear no signature, so they only say where to look: Railway itself is asked.

https://docs.railway.com/observability/webhooks
"""

from collections.abc import Mapping
from typing import Annotated, Protocol

from pydantic import Field

from bot.alerts.sources._told import Moment, Name, Part, Read, Told, Unread, fingerprint, opened, parse, when
from bot.engine.alerts import AlertEvent, Happening, Severity, Source
from bot.engine.arrivals import Arrival
from bot.engine.shipping import Phase, Progress, Shipment, Target
from bot.errors import VendorRejected
from bot.pipelines.places import target
from bot.project import Project, Service

_BAD = frozenset({"deployment.failed", "deployment.crashed", "deployment.oom_killed"})
_GOOD = "deployment.deployed"
_FAILED = frozenset({Phase.FAILED, Phase.CRASHED})


class Deployments(Protocol):
    """Who knows the deployments of a place: Railway."""

    async def deployments(self, target: Target) -> tuple[Shipment, ...]:
        """Return recent deployments, newest first."""

    async def look(self, target: Target, shipment_id: str) -> Progress:
        """Return how a deployment is doing."""


class Runs(Protocol):
    """Who knows our own runs."""

    async def of_deployment(self, deployment_id: str) -> int | None:
        """Return the run whose card tells how a deployment fares; None when none does."""


class _Thing(Told):
    id: Name = ""


class _Resource(Told):
    service: Annotated[_Thing, Part] = _Thing()
    environment: Annotated[_Thing, Part] = _Thing()
    deployment: Annotated[_Thing, Part] = _Thing()


class _Payload(Told):
    type: Annotated[Name, Field(min_length=1)]
    resource: Annotated[_Resource, Part] = _Resource()
    details: Annotated[_Thing, Part] = _Thing()
    timestamp: Moment = None


async def read(
    arrival: Arrival, project: Project, shippers: Mapping[tuple[str, str], Deployments], runs: Runs
) -> Read:
    """Return what Railway says of the deployment a message names.

    Raises:
        VendorUnavailable: Railway does not answer; the message is to be read again.

    """
    told = opened(arrival.body)
    payload = told if isinstance(told, Unread) else parse(_Payload, told)
    if isinstance(payload, Unread):
        return payload
    kind = payload.type.lower()
    if kind not in _BAD and kind != _GOOD:
        known = kind.startswith("deployment.")
        return Unread("ignored" if known else "unknown", "nothing that fails or works again")
    place = _place(project, payload.resource)
    if place is None:
        return Unread("ignored", "a place of no service")
    service, environment = place
    shipper = shippers.get((service.name, environment))
    if shipper is None or service.environments[environment].method != "railway":
        return Unread("ignored", "a place where a workflow ships")
    deployment = payload.resource.deployment.id or payload.details.id
    if not deployment:
        return Unread("unreadable", "no deployment is named")
    if kind in _BAD and await runs.of_deployment(deployment) is not None:
        return Unread("ignored", "a run's card says it")
    where = target(service, environment)
    try:
        progress = await _believed(shipper, where, deployment)
    except VendorRejected:
        return Unread("ignored", "Railway knows no such deployment")
    if progress is None:
        return Unread("ignored", "no recent deployment of that place")
    if progress.phase not in (_FAILED if kind in _BAD else {Phase.LIVE}):
        return Unread("ignored", "Railway itself says otherwise")
    return (_event(arrival, payload, where, deployment, progress),)


def _place(project: Project, resource: _Resource) -> tuple[Service, str] | None:
    """Find what the ids mean in the project file."""
    return next(
        (
            (service, name)
            for service in project.services
            for name, environment in service.environments.items()
            if service.railway_service == resource.service.id
            and environment.railway_environment == resource.environment.id
        ),
        None,
    )


async def _believed(shipper: Deployments, where: Target, deployment: str) -> Progress | None:
    """Return how a deployment fares; None when it is none of that place, whatever a message said."""
    recent = await shipper.deployments(where)
    if deployment not in {one.id for one in recent}:
        return None
    return await shipper.look(where, deployment)


def _event(
    arrival: Arrival, payload: _Payload, where: Target, deployment: str, progress: Progress
) -> AlertEvent:
    crashed = progress.phase is Phase.CRASHED
    failed = progress.phase in _FAILED
    verb = "crashes" if crashed else "fails to deploy"
    worse = Severity.CRITICAL if crashed else Severity.ERROR
    return AlertEvent(
        source=Source.RAILWAY,
        fingerprint=fingerprint("railway", where.service, where.environment),
        happening=Happening.FIRED if failed else Happening.RESOLVED,
        at=when(payload.timestamp, arrival.at),
        title=f"{where.service} {verb} in {where.environment}" if failed else "",
        detail=(progress.failing or progress.raw)[:1000] if failed else "",
        service=where.service,
        environment=where.environment,
        severity=worse if failed else None,
        url=progress.page if len(progress.page) <= 1000 else "",
        tags={"deployment": deployment},
    )
