"""Makes the simulated Sentry fit a project file: its organization, its projects, what ran where.

Must not know HTTP. The time before the sandbox started has errors too: they are made up when asked for.
"""

from functools import partial

from bot.project import Project
from sandbox.faults import Faults
from sandbox.vendors.places import Now
from sandbox.vendors.railway import RailwaySim
from sandbox.vendors.sentry import SentrySim
from sandbox.vendors.sentry_lives import lives_of

INGESTION_DELAY = 1.0
"""Seconds instead of Sentry's 90, for a watch is as much shorter here."""


def sentry_of(project: Project, faults: Faults, railway: RailwaySim, now: Now) -> SentrySim:
    """Return it; a file without ``[sentry]`` gets one that nobody asks."""
    name = "{sha}" if project.sentry is None else project.sentry.release

    def version_of(service: str, sha: str) -> str:
        return name.replace("{sha}", sha).replace("{service}", service)

    made = SentrySim(
        faults,
        organization="pawlogic" if project.sentry is None else project.sentry.organization,
        projects={service.sentry_project or service.name: service.name for service in project.services},
        environments=project.environments,
        repositories=tuple(dict.fromkeys(service.repository for service in project.services)),
        now=now,
        lives=partial(lives_of, railway),
        version_of=version_of,
    )
    made.ingestion_delay = INGESTION_DELAY
    return made
