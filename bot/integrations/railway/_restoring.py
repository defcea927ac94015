"""Going back at Railway, and keeping it there: its own rollback, and whether pushes deploy by themselves.

A rollback restores the old image with its old variables; it undoes no migration
(https://docs.railway.com/deployments/deployment-actions#rollback).
"""

from bot.engine.shipping import Target
from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.railway import queries
from bot.integrations.railway._api import VENDOR, Api
from bot.integrations.railway.models import AutoDeploy, Restorable

_GONE = frozenset({403, 404})
"""What Railway says of a deployment it has forgotten, or that this token may not see."""
CLOSED = frozenset({401, 403, 404})
"""What Railway says to a token that is not told something."""


class Restoring:
    """The part of ``Railway`` that goes back. Nothing here starts anything twice."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def can_roll_back(self, target: Target, deployment_id: str) -> bool:
        """Say whether Railway still keeps the deployment's image: 24 hours to 15 days, by plan.

        False also for a deployment it no longer knows or shows us, and for one of another service or
        environment: then the commit is to be deployed instead.
        """
        doing = "asking whether an image is kept"
        try:
            one = await self._api.read(
                Restorable, doing, queries.CAN_ROLL_BACK, "deployment", {"id": deployment_id}
            )
        except VendorRejected as error:
            if error.status in _GONE:
                return False
            raise
        here = (one.environment_id, one.service_id)
        return one.can_roll_back and here == (target.railway_environment, target.railway_service)

    async def roll_back(self, target: Target, deployment_id: str) -> None:  # noqa: ARG002 - one signature for all shippers
        """Bring an earlier deployment back, as a new one. Never repeated by itself.

        Railway does not say which: look in ``deployments`` for the one made since, of the same commit.
        ``VendorUnavailable`` means it may have happened all the same: look there first.
        """
        doing = "rolling back"
        data = await self._api.once(doing, queries.ROLL_BACK, {"id": deployment_id})
        match data.get("deploymentRollback"):
            case True:
                return
            case False:
                raise VendorRejected(VENDOR, doing, detail="it did not roll back, without saying why")
            case _:
                raise VendorUnavailable(VENDOR, doing, detail="the answer does not say whether it did")

    async def auto_deploys(self, target: Target) -> bool | None:
        """Say whether a push deploys by itself; None when this token is not told."""
        doing = "asking whether pushes deploy by themselves"
        where: dict[str, object] = {
            "project": target.railway_project,
            "environment": target.railway_environment,
            "service": target.railway_service,
        }
        try:
            status = await self._api.read(
                AutoDeploy, doing, queries.AUTO_DEPLOY, "serviceInstanceAutoDeployStatus", where
            )
        except VendorRejected as error:
            if error.status in CLOSED:
                return None
            raise
        return status.enabled

    async def set_auto_deploys(self, target: Target, on: bool) -> None:  # noqa: FBT001 - the state itself
        """Switch it on or off; repeating does no harm. ``VendorRejected`` when it stays as it was."""
        doing = f"switching automatic deploys {'on' if on else 'off'}"
        wanted = {
            "projectId": target.railway_project,
            "environmentId": target.railway_environment,
            "serviceId": target.railway_service,
            "enabled": on,
        }
        data = await self._api.repeat(doing, queries.SET_AUTO_DEPLOY, {"input": wanted})
        found = data.get("serviceInstanceAutoDeployUpdate")
        if not isinstance(found, dict) or not isinstance(found.get("enabled"), bool):
            raise VendorUnavailable(VENDOR, doing, detail="the answer does not say how it stands")
        if found["enabled"] is not on:
            raise VendorRejected(VENDOR, doing, detail=f"it stayed {'off' if on else 'on'}")
