"""What served where and when, as the simulated Railway tells it. Must not know what Sentry does with it."""

from dataclasses import dataclass
from datetime import datetime

from sandbox.vendors.railway import RailwaySim


@dataclass(frozen=True, slots=True)
class Life:
    """A commit that served from ``since`` to ``until``; None: it serves still."""

    sha: str
    since: datetime
    until: datetime | None


def lives_of(railway: RailwaySim, service: str, environment: str) -> list[Life]:
    """Return them oldest first; each ends when the next begins. None where the service does not run."""
    place = next((p for p in railway.places if (p.service, p.environment) == (service, environment)), None)
    began = sorted(
        (line.at, deployment.sha)
        for deployment in railway.deployments
        if deployment.place == place
        for line in deployment.logs
        if line.message.startswith("Uvicorn running")
    )
    ends = [at for at, _ in began[1:]]
    return [Life(sha, at, until) for (at, sha), until in zip(began, [*ends, None], strict=False)]
