"""The shapes of the simulated Railway's answers: our deployments in the vendor's fields.

Knows field names only. Must not know who asks or how anything moves.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sandbox.vendors.places import Place
from sandbox.vendors.railway_world import Deployment, Event

Node = dict[str, object]
CommitOf = Callable[[str], tuple[str, str]]
"""Tells (title, author) of a commit; both empty when it is not known."""
BORN = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
"""When the simulated project was made."""
_INSTANCES = {"SUCCESS": "RUNNING", "CRASHED": "CRASHED", "DEPLOYING": "INITIALIZING"}


class Shapes:
    """Turns state into nodes; knows where this sandbox's own pages are."""

    def __init__(
        self,
        commit_of: CommitOf,
        public_url: Callable[[Place], str],
        mood: Callable[[], str] = lambda: "running",
    ) -> None:
        self._commit_of = commit_of
        self._public_url = public_url
        self._mood = mood
        """Tells how the instances of what is live are: ``running``, ``crashed`` or ``none``."""

    def commit(self, d: Deployment) -> tuple[str, str]:
        """Return (title, author) of what a deployment runs."""
        return self._commit_of(d.sha)

    def deployment(self, d: Deployment, *, restorable: bool = False) -> Node:
        """Return a ``Deployment`` node; every key of ``meta`` is optional at the vendor too."""
        title, author = self._commit_of(d.sha)
        meta: dict[str, object] = {"reason": d.reason}
        if d.uploaded:
            meta["cliMessage"] = f"railway up: {title}"
        else:
            meta |= {
                "repo": d.place.repository,
                "branch": "main",
                "commitHash": d.sha,
                "commitMessage": title,
                "commitAuthor": author,
            }
        return {
            "id": d.id,
            "status": d.status,
            "createdAt": iso(d.created_at),
            "updatedAt": iso(d.updated_at),
            "statusUpdatedAt": iso(d.updated_at),
            "url": None,
            "staticUrl": self._public_url(d.place).removeprefix("http://").removeprefix("https://"),
            "canRollback": restorable,
            "canRedeploy": d.status != "REMOVING",
            "deploymentStopped": d.status == "REMOVED",
            "meta": meta,
            "projectId": d.place.project_id,
            "serviceId": d.place.service_id,
            "environmentId": d.place.environment_id,
            "instances": [{"id": f"{d.id}-0", "status": status} for status in self._instances(d)],
        }

    def _instances(self, d: Deployment) -> list[str]:
        """Return the status of each instance of a deployment."""
        if d.status == "SUCCESS" and self._mood() != "running":
            return [] if self._mood() == "none" else ["CRASHED"]
        return [_INSTANCES[d.status]] if d.status in _INSTANCES else []

    def event(self, event: Event) -> Node:
        """Return a ``DeploymentEvent`` node."""
        return {
            "id": event.id,
            "step": event.step,
            "createdAt": iso(event.created_at),
            "completedAt": event.completed_at and iso(event.completed_at),
            "payload": {"error": event.error or None, "attempt": 1, "maxAttempts": 1},
        }

    def logs(self, d: Deployment, limit: int | None, *, build: bool) -> list[Node]:
        """Return the newest ``limit`` lines, oldest first."""
        lines = [line for line in d.logs if line.build is build][-(limit or 500) :]
        tags = {
            "deploymentId": d.id,
            "projectId": d.place.project_id,
            "serviceId": d.place.service_id,
            "environmentId": d.place.environment_id,
        }
        return [
            {
                "timestamp": iso(line.at),
                "message": line.message,
                "severity": line.severity,
                "attributes": [{"key": "level", "value": f'"{line.severity}"'}],
                "tags": tags,
            }
            for line in lines
        ]

    def project(self, place: Place) -> Node:
        """Return a ``Project`` node."""
        return {"id": place.project_id, "name": place.repository.split("/")[0], "createdAt": iso(BORN)}

    def token(self, place: Place) -> Node:
        """Return a ``ProjectToken`` node."""
        environment = {
            "id": place.environment_id,
            "name": place.environment,
            "projectId": place.project_id,
            "createdAt": iso(BORN),
        }
        return {
            "id": f"token-{place.environment}",
            "name": "pawdeploy",
            "createdAt": iso(BORN),
            "projectId": place.project_id,
            "environmentId": place.environment_id,
            "project": self.project(place),
            "environment": environment,
        }

    def instance(self, place: Place, deployments: Sequence[Deployment]) -> Node:
        """Return a ``ServiceInstance`` node."""
        return {
            "id": f"{place.service_id}-{place.environment_id}",
            "serviceId": place.service_id,
            "serviceName": place.service,
            "environmentId": place.environment_id,
            "healthcheckPath": "/health",
            "numReplicas": 1,
            "latestDeployment": self.deployment(deployments[-1]) if deployments else None,
            "activeDeployments": [self.deployment(d) for d in deployments if d.status in _INSTANCES],
        }


def connection(nodes: Sequence[tuple[str, Node]], first: int | None, after: str | None) -> Node:
    """Return one page of ``nodes`` as a Relay connection; the cursor is the node's id."""
    ids = [node_id for node_id, _ in nodes]
    start = ids.index(after) + 1 if after in ids else 0
    page = nodes[start : start + (first if first is not None else 500)]
    return {
        "edges": [{"cursor": node_id, "node": node} for node_id, node in page],
        "pageInfo": {
            "hasNextPage": start + len(page) < len(nodes),
            "hasPreviousPage": start > 0,
            "startCursor": page[0][0] if page else None,
            "endCursor": page[-1][0] if page else None,
        },
    }


def iso(at: datetime) -> str:
    """Return a time the way Railway writes it, milliseconds and ``Z``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
