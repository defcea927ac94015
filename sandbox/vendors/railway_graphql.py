"""What the simulated Railway answers to GraphQL: resolvers over ``railway_world.py``.

Knows the vendor's field names and who may see what. Must not know HTTP: the caller says which
places a token opens.
"""
# ruff: noqa: N802, N803 - graphql-core calls methods and arguments by the vendor's names

from dataclasses import dataclass

from graphql import GraphQLError

from sandbox.faults import Faults
from sandbox.vendors.places import Place
from sandbox.vendors.railway_nodes import Node, Shapes, connection
from sandbox.vendors.railway_world import Deployment, World

SHA_LENGTH = 40
NOT_AUTHORIZED = "Not Authorized"
NOT_PROCESSED = "Problem processing request"
NO_DEPLOYMENT = "Deployment not found"
NO_PROJECT = "Project not found"
NOT_WAITING = "Deployment does not need approval"
NOT_KEPT = "Deployment cannot be rolled back to: its image is no longer kept"
ENDED = "Deployment cannot be cancelled: it has already ended"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: the places the token opens, and whether it is a project token."""

    places: tuple[Place, ...]
    project_token: bool


class Resolvers:
    """The root value of one request; graphql-core calls the method named like the field."""

    def __init__(self, world: World, faults: Faults, visitor: Visitor, shapes: Shapes) -> None:
        self._world = world
        self._faults = faults
        self._visitor = visitor
        self._shapes = shapes

    # mutations

    def serviceInstanceDeployV2(
        self,
        _: object,
        serviceId: str,
        environmentId: str,
        commitSha: str | None = None,
    ) -> str:
        """Queue a deployment of a commit; return its id."""
        place = self._place(serviceId, environmentId)
        if commitSha is None or len(commitSha) != SHA_LENGTH:
            raise GraphQLError(NOT_PROCESSED)
        return self._world.add(place, commitSha).id

    def deploymentCancel(self, _: object, id: str) -> bool:
        """Abort a deployment."""
        if not self._world.cancel(self._find(id)):
            raise GraphQLError(ENDED)
        return True

    def deploymentApprove(self, _: object, id: str) -> bool:
        """Approve a deployment that waits for it."""
        if not self._world.approve(self._find(id)):
            raise GraphQLError(NOT_WAITING)
        return True

    def deploymentRollback(self, _: object, id: str) -> bool:
        """Bring an earlier image back, as a new deployment; the answer does not say which."""
        if self._world.roll_back(self._find(id)) is None:
            raise GraphQLError(NOT_KEPT)
        if self._faults.get("railway.rollback") == "lost answer":
            raise GraphQLError(NOT_PROCESSED)
        return True

    def serviceInstanceAutoDeployUpdate(self, _: object, input: dict[str, object]) -> Node:
        """Have pushes deploy by themselves, or not."""
        place = self._place(str(input["serviceId"]), str(input["environmentId"]), str(input["projectId"]))
        self._world.auto_deploys[place.service, place.environment] = bool(input["enabled"])
        return {"enabled": bool(input["enabled"])}

    # queries

    def deployment(self, _: object, id: str) -> Node:
        """Return one deployment."""
        return self._deployment(self._find(id))

    def deployments(
        self,
        _: object,
        input: dict[str, object],
        first: int | None = None,
        after: str | None = None,
        **__: object,
    ) -> Node:
        """List deployments, newest first."""
        status = input.get("status") or {}
        wanted = status.get("in") if isinstance(status, dict) else None
        unwanted = (status.get("notIn") if isinstance(status, dict) else None) or []
        asked = (input.get("projectId"), input.get("environmentId"), input.get("serviceId"))
        if not any(_matches(place, asked) for place in self._visitor.places):
            raise GraphQLError(NOT_AUTHORIZED)
        found = [
            d
            for d in reversed(self._world.deployments())
            if d.place in self._visitor.places
            and _matches(d.place, asked)
            and (wanted is None or d.status in wanted)
            and d.status not in unwanted
        ]
        return connection([(d.id, self._deployment(d)) for d in found], first, after)

    def deploymentEvents(
        self, _: object, id: str, first: int | None = None, after: str | None = None, **__: object
    ) -> Node:
        """List what happened in a deployment, oldest first."""
        events = [(event.id, self._shapes.event(event)) for event in self._find(id).events]
        return connection(events, first, after)

    def buildLogs(self, _: object, deploymentId: str, limit: int | None = None, **__: object) -> list[Node]:
        """Return the build's last lines."""
        return self._shapes.logs(self._find(deploymentId), limit, build=True)

    def deploymentLogs(
        self, _: object, deploymentId: str, limit: int | None = None, **__: object
    ) -> list[Node]:
        """Return the running service's last lines."""
        return self._shapes.logs(self._find(deploymentId), limit, build=False)

    def platformStatus(self, _: object) -> Node:
        """Say how Railway itself is."""
        if self._faults.get("railway.platform") == "stable":
            return {"isStable": True, "incident": None, "maintenance": None}
        incident = {
            "id": "sandbox-incident",
            "message": "Builds are delayed in every region",
            "status": "INVESTIGATING",
            "url": "https://status.railway.com",
            "createdAt": None,
        }
        return {"isStable": False, "incident": incident, "maintenance": None}

    def projectToken(self, _: object) -> Node:
        """Say what a project token opens."""
        if not self._visitor.project_token:
            raise GraphQLError(NOT_AUTHORIZED)
        return self._shapes.token(self._visitor.places[0])

    def apiToken(self, _: object) -> Node:
        """Say what a workspace token opens."""
        if self._visitor.project_token:
            raise GraphQLError(NOT_AUTHORIZED)
        return {"workspaces": [{"id": "sandbox-workspace", "name": "PawLogic"}]}

    def project(self, _: object, id: str) -> Node:
        """Name a project."""
        place = next((place for place in self._visitor.places if place.project_id == id), None)
        if place is None:
            raise GraphQLError(NO_PROJECT)
        return self._shapes.project(place)

    def serviceInstance(self, _: object, serviceId: str, environmentId: str) -> Node:
        """Say what one service runs in one environment."""
        place = self._place(serviceId, environmentId)
        return self._shapes.instance(place, [d for d in self._world.deployments() if d.place == place])

    def serviceInstanceAutoDeployStatus(
        self, _: object, environmentId: str, projectId: str, serviceId: str
    ) -> Node:
        """Say whether a push deploys by itself."""
        place = self._place(serviceId, environmentId, projectId)
        enabled = self._world.auto_deploys.get((place.service, place.environment), False)
        return {"enabled": enabled, "canEnable": True, "reason": None}

    def _place(self, service_id: str, environment_id: str, project_id: str | None = None) -> Place:
        for place in self._visitor.places:
            if _matches(place, (project_id, environment_id, service_id)):
                return place
        raise GraphQLError(NOT_AUTHORIZED)

    def _deployment(self, deployment: Deployment) -> Node:
        return self._shapes.deployment(deployment, restorable=self._world.restorable(deployment))

    def _find(self, deployment_id: str) -> Deployment:
        for deployment in self._world.deployments():
            if deployment.id == deployment_id:
                if deployment.place not in self._visitor.places:
                    raise GraphQLError(NOT_AUTHORIZED)
                return deployment
        raise GraphQLError(NO_DEPLOYMENT)


def _matches(place: Place, asked: tuple[object, object, object]) -> bool:
    ids = (place.project_id, place.environment_id, place.service_id)
    return all(wanted is None or wanted == has for wanted, has in zip(asked, ids, strict=True))
