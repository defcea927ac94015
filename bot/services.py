"""What ships and where: services and their environments, and apps in the shape of services. Shapes only."""

from typing import Annotated, Literal

from pydantic import Field, HttpUrl

from bot.apps import App
from bot.guards import Approval, Freeze, Soak, Watch
from bot.shapes import Address, Name, Repository, Strict, Whole


class Smoke(Strict):
    """One request that proves the service works."""

    name: str
    path: Annotated[str, Field(pattern=r"^/")]
    status: Annotated[Whole, Field(ge=100, le=599)] = 200
    contains: str = ""
    """Text the answer must hold; empty means any."""


class Environment(Strict):
    """One place a service runs."""

    railway_environment: str
    railway_token: Annotated[str, Field(pattern=r"^RAILWAY_[A-Z0-9_]+$")] = "RAILWAY_TOKEN"  # noqa: S105 - a name
    """Name of the environment variable that holds the token."""
    url: Address
    health_path: Annotated[str, Field(pattern=r"^/")] = "/health"
    health_commit: str = "commit"
    """Key of the health answer that names the commit; empty when it names none."""
    detailed_path: Annotated[str, Field(pattern=r"^(/.*)?$")] = ""
    """Where the service says how its parts are; empty: it does not."""
    method: Literal["railway", "github-workflow"] = "railway"
    workflow: str = "backend-deploy.yml"
    required_checks: tuple[str, ...] = ()
    deploy_roles: tuple[str, ...]
    required_suites: tuple[str, ...] = ()
    """Suites the testing agent must have reported as passed for the commit."""
    emergency_roles: tuple[str, ...] = ()
    """Who may skip soak and freeze with ``--emergency``."""
    approval: Approval | None = None
    soak: Soak | None = None
    watch: Watch | None = None
    freeze: tuple[Freeze, ...] = ()
    migrate: Literal["pre-deploy", "workflow"] = "pre-deploy"
    """Who runs migrations: the platform before it starts the new code, or a workflow of ours before that."""
    migrate_workflow: str = "migrate.yml"
    smoke: tuple[Smoke, ...] = ()

    @property
    def guarded(self) -> bool:
        """Whether people must agree before something ships here."""
        return self.approval is not None

    @property
    def by_workflow(self) -> bool:
        """Whether a GitHub workflow deploys here."""
        return self.method == "github-workflow"

    @property
    def base_url(self) -> str:
        """The URL without a trailing slash, so that paths can be joined to it."""
        return str(self.url).rstrip("/")


class Service(Strict):
    """One deployable thing."""

    name: Name
    repository: Repository
    default_branch: str = "main"
    migrations_path: str = ""
    railway_project: str
    railway_service: str
    sentry_project: str = ""
    """Its slug in Sentry; empty: errors are not watched."""
    database_roles: tuple[str, ...] = ()
    """Whom to mention when migrations are among the changes."""
    oncall_roles: tuple[str, ...] = ()
    """Whom to page when a rollback fails."""
    environments: dict[Name, Environment] = Field(min_length=1)


def as_service(app: App) -> Service:
    """Give an app the shape runs know places by; it lives nowhere, so its address is its repository's."""
    return Service(
        name=app.name,
        repository=app.repository,
        default_branch=app.default_branch,
        sentry_project=app.sentry_project,
        railway_project="",
        railway_service="",
        oncall_roles=app.oncall_roles,
        environments={
            name: Environment(
                railway_environment="",
                url=HttpUrl(f"https://github.com/{app.repository}"),
                method="github-workflow",
                deploy_roles=there.deploy_roles,
                emergency_roles=there.emergency_roles,
                required_checks=there.required_checks,
                required_suites=there.required_suites,
                approval=there.approval,
                watch=there.watch,
                freeze=there.freeze,
            )
            for name, there in app.environments.items()
        },
    )
