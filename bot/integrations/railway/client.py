"""Ship commits with Railway. Our words in, the engine's types out, two kinds of error.

Given an ``httpx.AsyncClient`` whose ``base_url`` is the GraphQL address and whose headers hold the token
(``auth_headers``). Knows no settings, database or Slack. API: https://docs.railway.com/integrations/api
"""

from datetime import datetime
from typing import Literal

import httpx
from pydantic import TypeAdapter, ValidationError

from bot.engine.instances import Instances
from bot.engine.shipping import TERMINAL, Phase, Platform, PreDeploy, Progress, Shipment, Target
from bot.errors import VendorError, VendorRejected, VendorUnavailable
from bot.integrations._http import LONGEST_LINE, Retry
from bot.integrations.railway import _events, queries
from bot.integrations.railway._api import VENDOR, Api
from bot.integrations.railway._restoring import CLOSED, Restoring
from bot.integrations.railway.models import (
    LIVE_STATUSES,
    Deployment,
    DeploymentList,
    Event,
    EventList,
    LogLine,
    PlatformStatus,
    ProjectToken,
    ServiceInstance,
    WorkspaceToken,
)
from bot.redact import hide

PROJECT_TOKEN_HEADER = "Project-Access-Token"  # noqa: S105 - a header's name
_API_HOST, _PAGE_HOST = "backboard.railway.com", "railway.com"
_API_PATH = "/graphql/v2"
_LOG = TypeAdapter(tuple[LogLine, ...])
_EVENTS = 50


def auth_headers(token: str, kind: Literal["project", "workspace"]) -> dict[str, str]:
    """Return the header for a token: a project token opens one environment, a workspace token all of them."""
    if kind == "project":
        return {PROJECT_TOKEN_HEADER: token}
    return {"Authorization": f"Bearer {token}"}


class Railway(Restoring):
    """Deployments of a service's environment.

    What only reads, cancels or sets is repeated; starting and rolling back never are.
    """

    def __init__(
        self, http: httpx.AsyncClient, *, retry: Retry | None = None, dashboard: str | None = None
    ) -> None:
        super().__init__(Api(http, retry or Retry()))
        self._dashboard = (dashboard or _dashboard(http.base_url)).rstrip("/")

    async def platform(self) -> Platform:
        """Ask Railway whether it is well; ``note`` names the incident or maintenance and its page."""
        status = await self._api.read(
            PlatformStatus, "asking for its status", queries.PLATFORM, "platformStatus", {}
        )
        notices = [
            notice
            for notice, over in ((status.incident, "RESOLVED"), (status.maintenance, "COMPLETED"))
            if notice and notice.status != over
        ]
        note = "; ".join(
            f"{notice.message} ({notice.status.lower()}) {notice.url}".strip() for notice in notices
        )
        return Platform(stable=status.is_stable, note=note)

    async def deployments(self, target: Target, *, limit: int = 20) -> tuple[Shipment, ...]:
        """List the target's deployments, whatever became of them, newest first.

        Railway carries no number of ours: a caller who looks for its own goes by commit and time.
        """
        found = await self._list(target, limit=limit, statuses=None)
        return tuple(self._shipment(target, one, one.created_at) for one in found)

    async def live(self, target: Target) -> Shipment | None:
        """Return the newest deployment that succeeded, ``since`` it did so, or None."""
        found = await self._list(target, limit=5, statuses=LIVE_STATUSES)
        if not found:
            return None
        return self._shipment(target, found[0], found[0].status_updated_at or found[0].created_at)

    async def start(self, target: Target, sha: str, *, run: int) -> Shipment:  # noqa: ARG002 - see deployments
        """Deploy exactly this commit and return the new deployment. Never repeated by itself.

        ``VendorUnavailable`` means it may have started all the same: look in ``deployments`` first.
        """
        doing = "starting a deployment"
        variables: dict[str, object] = {
            "serviceId": target.railway_service,
            "environmentId": target.railway_environment,
            "commitSha": sha,
        }
        data = await self._api.once(doing, queries.DEPLOY, variables)
        deployment_id = data.get("serviceInstanceDeployV2")
        if not isinstance(deployment_id, str) or not deployment_id:
            raise VendorUnavailable(VENDOR, doing, detail="the answer names no deployment")
        return Shipment(id=deployment_id, sha=sha, page=self._page(target, deployment_id))

    async def look(self, target: Target, shipment_id: str) -> Progress:
        """Look at one deployment; when it failed, say which part (``PRE_DEPLOY_COMMAND: exit code 1``)."""
        one = await self._deployment(shipment_id)
        step, said = "", ""
        if one.phase in (Phase.FAILED, Phase.CRASHED):
            try:
                step, said = _events.failed(await self._events(shipment_id))
            except VendorError:
                step = ""  # the outcome is known; which part failed is a help we can do without
        return Progress(
            phase=one.phase,
            raw=one.status,
            page=self._page(target, shipment_id),
            failing=f"{step}: {said}" if step else "",
            failed_step=step,
        )

    async def pre_deploy(self, target: Target, deployment_id: str) -> PreDeploy | None:  # noqa: ARG002 - one signature for all shippers
        """Say how the command before the new code, the migrations, is doing. Railway never retries it."""
        return _events.pre_deploy(await self._events(deployment_id))

    async def cancel(self, target: Target, shipment_id: str) -> None:  # noqa: ARG002 - one signature for all shippers
        """Stop a deployment that has not ended; one that has is left as it is."""
        doing = "cancelling a deployment"
        refusal = VendorRejected(VENDOR, doing, detail="it did not cancel, without saying why")
        try:
            data = await self._api.repeat(doing, queries.CANCEL, {"id": shipment_id})
            if data.get("deploymentCancel") is True:
                return
        except VendorRejected as error:
            refusal = error
        # Railway refuses to cancel what has ended. Anything else it refuses is news.
        if (await self._deployment(shipment_id)).phase not in TERMINAL:
            raise refusal

    async def last_lines(self, target: Target, shipment_id: str, *, limit: int = 15) -> tuple[str, ...]:  # noqa: ARG002 - as above
        """Return the last lines the deployment wrote, oldest first; the build's when it never ran."""
        lines = await self._log(queries.DEPLOYMENT_LOGS, "deploymentLogs", shipment_id, limit)
        if not lines:
            lines = await self._log(queries.BUILD_LOGS, "buildLogs", shipment_id, limit)
        return tuple(hide(line)[:LONGEST_LINE] for line in lines[-limit:])

    async def instances(self, target: Target) -> Instances | None:
        """Count the target's instances; None when this token is not told."""
        doing = "counting instances"
        where: dict[str, object] = {
            "service": target.railway_service,
            "environment": target.railway_environment,
        }
        try:
            found = await self._api.read(ServiceInstance, doing, queries.INSTANCES, "serviceInstance", where)
        except VendorRejected as error:
            if error.status in CLOSED:
                return None
            raise
        return found.to_instances()

    async def whoami(self) -> str:
        """Say what the token opens. Whether it opens *our* environment, ``deployments`` tells."""
        doing = "checking the token"
        if PROJECT_TOKEN_HEADER in self._api.http.headers:
            token = await self._api.read(ProjectToken, doing, queries.WHO_PROJECT, "projectToken", {})
            return f"project token of {token.project.name}, environment {token.environment.name}"
        opened = await self._api.read(WorkspaceToken, doing, queries.WHO_WORKSPACE, "apiToken", {})
        names = ", ".join(workspace.name for workspace in opened.workspaces)
        return f"workspace token of {names or 'no workspace'}"

    async def _list(
        self, target: Target, *, limit: int, statuses: tuple[str, ...] | None
    ) -> list[Deployment]:
        where: dict[str, object] = {
            "projectId": target.railway_project,
            "environmentId": target.railway_environment,
            "serviceId": target.railway_service,
        }
        if statuses:
            where["status"] = {"in": list(statuses)}
        page = await self._api.read(
            DeploymentList,
            "listing deployments",
            queries.DEPLOYMENTS,
            "deployments",
            {"input": where, "first": limit},
        )
        return sorted((edge.node for edge in page.edges), key=lambda one: one.created_at, reverse=True)

    async def _deployment(self, deployment_id: str) -> Deployment:
        return await self._api.read(
            Deployment, "reading a deployment", queries.DEPLOYMENT, "deployment", {"id": deployment_id}
        )

    async def _events(self, deployment_id: str) -> list[Event]:
        page = await self._api.read(
            EventList,
            "reading a deployment's events",
            queries.EVENTS,
            "deploymentEvents",
            {"id": deployment_id, "first": _EVENTS},
        )
        return [edge.node for edge in page.edges]

    async def _log(self, document: str, field: str, deployment_id: str, limit: int) -> tuple[str, ...]:
        doing = "reading a deployment's log"
        data = await self._api.repeat(doing, document, {"id": deployment_id, "limit": limit})
        try:
            entries = _LOG.validate_python(data.get(field))
        except ValidationError as error:
            raise VendorUnavailable(VENDOR, doing, detail="a log we cannot read") from error
        ordered = sorted(entries, key=lambda entry: entry.timestamp)
        return tuple(line for entry in ordered for line in entry.lines)

    def _shipment(self, target: Target, one: Deployment, since: datetime) -> Shipment:
        return Shipment(
            id=one.id,
            sha=one.meta.sha,
            page=self._page(target, one.id),
            since=since,
            can_roll_back=one.can_roll_back,
            reason=one.meta.why,
        )

    def _page(self, target: Target, deployment_id: str) -> str:
        return (
            f"{self._dashboard}/project/{target.railway_project}/service/{target.railway_service}"
            f"?environmentId={target.railway_environment}&id={deployment_id}"
        )


def _dashboard(api: httpx.URL) -> str:
    """Return where people look at what ``api`` does: another host at Railway, the same in a double."""
    host = _PAGE_HOST if api.host == _API_HOST else api.host
    return str(api.copy_with(host=host)).rstrip("/").removesuffix(_API_PATH)
