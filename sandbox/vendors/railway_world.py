"""What runs at the simulated Railway: deployments moving through their statuses as time passes.

Knows statuses, events, logs and kept images, and what ``railway.deployment``, ``railway.rollback``,
``railway.image`` and ``railway.speed`` do to them.
Must not know GraphQL or HTTP. Nothing runs in the background: every look first moves each deployment to where
it would be by now, so a test that moves the clock sees exactly what a person waiting would.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.faults import Faults
from sandbox.vendors.places import Now, Place

SECONDS = {"QUEUED": 0.2, "BUILDING": 0.7, "DEPLOYING": 0.6}
"""How long a deployment stays in each status at normal speed."""
DEPLOYMENT, ROLLBACK = "railway.deployment", "railway.rollback"
PACE = {"normal": 1.0, "fast": 0.1, "slow": 8.0}
TERMINAL = frozenset({"SUCCESS", "FAILED", "CRASHED", "SKIPPED", "REMOVED"})


@dataclass(kw_only=True, slots=True)
class Event:
    """One step of a deployment, as ``deploymentEvents`` lists it."""

    step: str
    created_at: datetime
    completed_at: datetime | None = None
    error: str = ""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(kw_only=True, slots=True)
class Line:
    """One log line; ``build`` tells the build log from the deployment's own."""

    at: datetime
    message: str
    severity: str = "info"
    build: bool = False


@dataclass(kw_only=True, slots=True)
class Deployment:
    """One deployment. ``sha`` is what it runs, also where ``meta`` does not say so (``railway up``)."""

    place: Place
    sha: str
    created_at: datetime
    status: str = "QUEUED"
    due: datetime | None = None
    """When its next move comes; None when nothing but a person moves it."""
    updated_at: datetime
    approved: bool = False
    uploaded: bool = False
    """Came by ``railway up``: Railway knows no commit of it."""
    asked: bool = False
    """Came by the API, not by seeding."""
    reason: str = "deploy"
    image: bool = True
    """Its image is kept, so that it can be rolled back to."""
    events: list[Event] = field(default_factory=list)
    logs: list[Line] = field(default_factory=list)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def service(self) -> str:
        """The service's name."""
        return self.place.service

    @property
    def environment(self) -> str:
        """The environment's name."""
        return self.place.environment


class World:
    """Every deployment there is, oldest first, and the rules they move by."""

    def __init__(self, faults: Faults, now: Now, places: Sequence[Place] = ()) -> None:
        self._faults = faults
        self._places = places
        self._now = now
        self.auto_deploys: dict[tuple[str, str], bool] = {}
        """Whether a push deploys by itself, by (service, environment); not said: it does not."""
        self._fates = {name: faults.get(name) for name in (DEPLOYMENT, ROLLBACK)}
        self._deployments: list[Deployment] = []
        faults.subscribe(self._turned)

    def _turned(self, name: str, value: str) -> None:
        if name in self._fates:
            self.settle()  # what was due before the turn still happens the old way
            self._fates[name] = value

    def deployments(self) -> list[Deployment]:
        """Return every deployment as it is now, oldest first."""
        self.settle()
        return self._deployments

    def served(self, place: Place) -> list[Deployment]:
        """Return what ever served in ``place``, newest last; the last one is live."""
        self.settle()
        ran = {"SUCCESS", "REMOVED"}
        served = [d for d in self._deployments if d.place == place and d.status in ran and _was_up(d)]
        return sorted(served, key=lambda d: d.status == "SUCCESS")

    def add(
        self, place: Place, sha: str, *, reason: str = "deploy", asked: bool = True, uploaded: bool = False
    ) -> Deployment:
        """Queue a deployment of ``sha``."""
        now = self._now()
        new = Deployment(
            place=place,
            sha=sha,
            created_at=now,
            updated_at=now,
            reason=reason,
            asked=asked,
            uploaded=uploaded,
        )
        new.due = now + self._stay("QUEUED")
        self._deployments.append(new)
        return new

    def arrive(
        self, place: Place, sha: str, *, at: datetime | None = None, uploaded: bool = False
    ) -> Deployment:
        """Make ``sha`` live at once: seeding, and what ``railway up`` in a workflow ends with."""
        self.settle()
        when = at or self._now()
        new = Deployment(place=place, sha=sha, created_at=when, updated_at=when, uploaded=uploaded)
        self._deployments.append(new)
        self._succeed(new, when)
        return new

    def restorable(self, deployment: Deployment) -> bool:
        """Say whether a deployment ran and its image is still kept."""
        kept = deployment.image and self._faults.get("railway.image") == "kept"
        return kept and deployment.status in {"SUCCESS", "REMOVED"} and _was_up(deployment)

    def roll_back(self, old: Deployment) -> Deployment | None:
        """Queue the old image again as a new deployment; None when it is no longer kept."""
        self.settle()
        if not self.restorable(old):
            return None
        return self.add(old.place, old.sha, reason="rollback", uploaded=old.uploaded)

    def pushed(self, repository: str, branch: str, sha: str) -> None:
        """Deploy a push to ``main`` wherever that happens by itself."""
        for (service, environment), on in self.auto_deploys.items():
            for place in self._places:
                named = (place.service, place.environment) == (service, environment)
                if on and named and place.repository == repository and branch == "main":
                    self.add(place, sha, asked=False)

    def cancel(self, deployment: Deployment) -> bool:
        """Abort a deployment that has not ended; False when it has."""
        self.settle()
        if deployment.status in TERMINAL:
            return False
        self._end(deployment, "REMOVED", self._now(), "Deployment aborted")
        return True

    def approve(self, deployment: Deployment) -> bool:
        """Let a deployment that waits for approval go on; False when it does not wait."""
        self.settle()
        if deployment.status != "NEEDS_APPROVAL":
            return False
        deployment.approved = True
        deployment.status, deployment.due = "QUEUED", self._now()
        return True

    def settle(self) -> None:
        """Move every deployment to where it would be by now."""
        now = self._now()
        for deployment in list(self._deployments):
            while deployment.due is not None and deployment.due <= now:
                if not self._move(deployment, deployment.due):
                    deployment.due = now  # stuck: it goes on from the moment the knob is turned back
                    break

    def _stay(self, status: str) -> timedelta:
        return timedelta(seconds=SECONDS[status] * PACE[self._faults.get("railway.speed")])

    def _move(self, d: Deployment, at: datetime) -> bool:
        """Take one step; False when the deployment is stuck."""
        if d.reason == "rollback":
            return self._move_back(d, at)
        match d.status, self._fates[DEPLOYMENT]:
            case "QUEUED", "needs_approval" if not d.approved:
                self._enter(d, "NEEDS_APPROVAL", at, None)
            case "QUEUED", "skipped":
                self._end(d, "SKIPPED", at, "Skipped: a check of the connected repository failed")
            case "QUEUED", _:
                d.events.append(Event(step="SNAPSHOT_CODE", created_at=d.created_at, completed_at=at))
                d.events.append(Event(step="BUILD_IMAGE", created_at=at))
                self._log(
                    d, at, "Using Dockerfile", "FROM python:3.11-slim", "RUN pip install -r requirements.txt"
                )
                self._enter(d, "BUILDING", at, self._stay("BUILDING"))
            case "BUILDING", "never ends":
                return False
            case "BUILDING", "removed":
                self._end(d, "REMOVED", at, "Deployment removed")
            case "BUILDING", "fails":
                self._log(
                    d,
                    at,
                    "ERROR: No matching distribution found for pawlogic-vaccines==4.2",
                    severity="error",
                )
                self._fail(d, at, "exit code 1: pip install -r requirements.txt")
            case "BUILDING", _:
                d.events[-1].completed_at = at
                self._log(d, at, "Image built and published")
                d.events.append(Event(step="PUBLISH_IMAGE", created_at=at, completed_at=at))
                d.events.append(Event(step="PRE_DEPLOY_COMMAND", created_at=at))
                self._enter(d, "DEPLOYING", at, self._stay("DEPLOYING"))
            case "DEPLOYING", "pre-deploy fails":
                self._log(
                    d, at, "INFO  [alembic] Running upgrade 8c1f -> 9d2e, add pet vaccinations", build=False
                )
                self._log(
                    d, at, 'ERROR: relation "vaccinations" already exists', build=False, severity="error"
                )
                self._fail(d, at, "exit code 1: alembic upgrade head")
            case "DEPLOYING", "crashes":
                d.events[-1].completed_at = at
                d.events.append(Event(step="CREATE_CONTAINER", created_at=at, completed_at=at))
                self._log(d, at, "Starting container", build=False)
                self._log(
                    d, at, "RuntimeError: JWT_SECRET is not set", "Container exited with code 1",
                    build=False, severity="error",
                )  # fmt: skip
                self._end(d, "CRASHED", at, "")
            case "DEPLOYING", _:
                d.events[-1].completed_at = at
                for step in ("CREATE_CONTAINER", "HEALTHCHECK"):
                    d.events.append(Event(step=step, created_at=at, completed_at=at))
                self._succeed(d, at)
            case _:
                d.due = None
        return True

    def _move_back(self, d: Deployment, at: datetime) -> bool:
        """Take one step of a rollback: nothing is built, the old image starts."""
        match d.status, self._fates[ROLLBACK]:
            case "QUEUED", _:
                d.events.append(Event(step="CREATE_CONTAINER", created_at=at))
                self._enter(d, "DEPLOYING", at, self._stay("QUEUED"))
            case "DEPLOYING", "never ends":
                return False
            case "DEPLOYING", "fails":
                d.events[-1].completed_at = at
                d.events.append(Event(step="HEALTHCHECK", created_at=at))
                self._log(d, at, "Starting container", build=False)
                self._fail(d, at, "1/1 replicas never became healthy")
            case "DEPLOYING", _:
                d.events[-1].completed_at = at
                d.events.append(Event(step="HEALTHCHECK", created_at=at, completed_at=at))
                self._succeed(d, at)
            case _:
                d.due = None
        return True

    def _enter(self, d: Deployment, status: str, at: datetime, stay: timedelta | None) -> None:
        d.status, d.updated_at, d.due = status, at, None if stay is None else at + stay

    def _end(self, d: Deployment, status: str, at: datetime, why: str) -> None:
        self._enter(d, status, at, None)
        if why:
            self._log(d, at, why)

    def _fail(self, d: Deployment, at: datetime, error: str) -> None:
        d.events[-1].completed_at, d.events[-1].error = at, error
        self._end(d, "FAILED", at, "")

    def _succeed(self, d: Deployment, at: datetime) -> None:
        self._log(d, at, "Starting container", "Uvicorn running on http://0.0.0.0:8000", build=False)
        for old in self._deployments:
            if old is not d and old.place == d.place and old.status == "SUCCESS":
                self._enter(old, "REMOVED", at, None)
        self._enter(d, "SUCCESS", at, None)

    @staticmethod
    def _log(d: Deployment, at: datetime, *messages: str, build: bool = True, severity: str = "info") -> None:
        d.logs.extend(Line(at=at, message=text, severity=severity, build=build) for text in messages)


def _was_up(deployment: Deployment) -> bool:
    return any(line.message.startswith("Uvicorn running") for line in deployment.logs)
