"""Makes the simulated Sentry fit a project file: its organization, its projects, what ran where.

Must not know HTTP. The time before the sandbox started has errors too: they are made up when asked for.
"""

from functools import partial

from bot.project import Project
from sandbox.faults import Faults
from sandbox.vendors.places import Now
from sandbox.vendors.railway import RailwaySim
from sandbox.vendors.sentry import MEMBERS, SentrySim
from sandbox.vendors.sentry_issues import Member
from sandbox.vendors.sentry_lives import lives_of
from sandbox.vendors.sentry_releases import CommitsOf

INGESTION_DELAY = 1.0
"""Seconds instead of Sentry's 90, for a watch is as much shorter here."""


def sentry_of(
    project: Project,
    faults: Faults,
    railway: RailwaySim,
    now: Now,
    commits_of: CommitsOf = lambda _repository, _sha, _previous: (),
) -> SentrySim:
    """Return it; a file without ``[sentry]`` gets one that nobody asks."""
    name = "{sha}" if project.sentry is None else project.sentry.release

    def version_of(service: str, sha: str) -> str:
        return name.replace("{sha}", sha).replace("{service}", service)

    made = SentrySim(
        faults,
        organization="pawlogic" if project.sentry is None else project.sentry.organization,
        projects={
            **{service.sentry_project or service.name: service.name for service in project.services},
            **{app.sentry_project or app.name: app.name for app in project.apps},
        },
        environments=tuple(
            dict.fromkeys(
                (*project.environments, *(name for app in project.apps for name in app.environments))
            )
        ),
        apps=tuple(app.sentry_project or app.name for app in project.apps),
        repositories=tuple(dict.fromkeys(service.repository for service in project.services)),
        now=now,
        lives=partial(lives_of, railway),
        version_of=version_of,
        members=members_of(project),
        commits_of=commits_of,
    )
    made.ingestion_delay = INGESTION_DELAY
    return made


def members_of(project: Project) -> tuple[Member, ...]:
    """Return who is in that organization: those the file names, and three people in any case."""
    known = {one.email: one for one in MEMBERS}
    for at, named in enumerate(project.sentry_users.values()):
        email = named if "@" in named else f"{named}@pawlogic.app"
        name = email.partition("@")[0].replace(".", " ").title()
        known.setdefault(email, Member(id=str(801 + at), name=name, email=email))
    return tuple(known.values())
