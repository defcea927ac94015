"""``pawdeploy.toml``: what a team ships, where, and who may. Shapes only; ``bot/toml_file.py`` reads it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.alerting import Alerts, HealthMonitor
from bot.alerting_checks import check_alerts, check_health
from bot.apps import App, Workflow, check_apps, check_workflows
from bot.engine.freeze import Window, check_window
from bot.guards import Reactions, Sentry
from bot.incidenting import Incidents
from bot.incidenting_checks import check_incidents
from bot.services import Environment, Service, Smoke, as_service
from bot.shapes import ChannelId, MisplacedError, Name, Seconds, Strict, UserId, Whole

__all__ = [
    "COMMAND_WORDS",
    "Channels",
    "Environment",
    "Project",
    "Role",
    "Service",
    "Smoke",
    "Timings",
]

COMMAND_WORDS = frozenset(
    {
        "status", "history", "diff", "help", "rollback", "lock", "unlock", "locks", "freeze", "unfreeze",
        "alerts", "health", "mute", "unmute", "test-alert",
    }
)  # fmt: skip
"""What follows ``/pawdeploy`` besides an environment; no environment may be called so."""


class Channels(Strict):
    """Slack channel ids."""

    deploys: ChannelId
    releases: ChannelId | None = None
    """Where one line tells how a guarded environment's run ended; none: nowhere."""


class Role(Strict):
    """Who holds a role: named people and members of user groups."""

    users: tuple[UserId, ...] = ()
    groups: tuple[Annotated[str, Field(pattern=r"^S[A-Z0-9]{6,}$")], ...] = ()


class Timings(Strict):
    """How long and how often, in seconds; ``docs/configuration.md`` explains each."""

    poll: Seconds = 5
    checks_wait: Seconds = 1800
    deployment_timeout: Seconds = 1200
    health_timeout: Seconds = 300
    health_interval: Seconds = 5
    health_times: Annotated[Whole, Field(ge=1)] = 3
    smoke_timeout: Seconds = 10
    vendor_patience: Seconds = 120
    vendor_settle: Seconds = 15
    card_interval: Seconds = 1
    roles_ttl: Seconds = 300
    silence: Seconds = 90
    reconcile: Seconds = 60
    soak_poll: Seconds = 60
    lock_nag: Seconds = 10_800
    slack_posts: Seconds = 1.0
    """Between two new messages in one channel."""
    build_poll: Seconds = 60
    """Between two looks at a build or a submission; a message of Expo's makes the next one come at once."""
    review_poll: Seconds = 600
    """Between two looks at a store while it reviews."""
    slack_edits: Annotated[Whole, Field(ge=10)] = 50
    """Edits of messages a minute, in all channels together."""


class Project(Strict):
    """The whole file."""

    version: Literal[1]
    team: Annotated[str, Field(min_length=1, max_length=60)]
    channels: Channels
    roles: dict[Name, Role]
    services: tuple[Service, ...] = Field(min_length=1)
    apps: tuple[App, ...] = ()
    workflows: tuple[Workflow, ...] = ()
    """What playbooks may start, besides deploys and ways back."""
    timings: Timings = Timings()
    reactions: Reactions = Reactions()
    sentry: Sentry | None = None
    alerts: Alerts | None = None
    health: HealthMonitor | None = None
    incidents: Incidents = Incidents()
    sentry_users: dict[UserId, str] = Field(default={})
    """Who is who in Sentry, by username or e-mail address: whom alerts can be assigned to."""
    github_logins: dict[UserId, str] = Field(default={})
    """Who is who on GitHub, where commits and approvals must not come from one person."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        seen: set[str] = set()
        for at, service in enumerate(self.services):
            if service.name in seen:
                raise MisplacedError(
                    ("services", at, "name"),
                    f"two services are named {service.name!r}",
                    "give each service its own name",
                )
            seen.add(service.name)
            self._roles_exist(("services", at, "database_roles"), service.database_roles)
            self._roles_exist(("services", at, "oncall_roles"), service.oncall_roles)
            for name, environment in service.environments.items():
                self._environment_fits(
                    ("services", at, "environments", name),
                    name,
                    environment,
                    counted=bool(service.sentry_project),
                )
        self._apps_fit()
        if self.alerts is not None:
            check_alerts(self.alerts, roles=self.roles, services=seen)
        check_incidents(self.incidents, roles=self.roles)
        if self.health is not None:
            check_health(self.health)
        if self.health is not None and self.alerts is None:
            raise MisplacedError(
                ("health",),
                "nobody would hear what is found: there is no [alerts]",
                'add [alerts] with channel = "C0ALERTS001"',
            )
        return self

    def _apps_fit(self) -> None:
        check_apps(self.apps, [service.name for service in self.services])
        for at, app in enumerate(self.apps):
            self._roles_exist(("apps", at, "oncall_roles"), app.oncall_roles)
            for name, environment in as_service(app).environments.items():
                path, counted = ("apps", at, "environments", name), bool(app.sentry_project)
                self._environment_fits(path, name, environment, counted=counted)
                for key, roles in app.environments[name].more_roles.items():
                    self._roles_exist((*path, key), roles)
        places = {
            app.name: dict.fromkeys(app.environments, app.expo.workflow if app.expo else "")
            for app in self.apps
        }
        for service in self.services:
            there = service.environments.items()
            places[service.name] = {name: one.workflow if one.by_workflow else "" for name, one in there}
        check_workflows(self.workflows, places)

    def _environment_fits(
        self, path: tuple[str | int, ...], name: str, environment: Environment, *, counted: bool
    ) -> None:
        if name in COMMAND_WORDS:
            raise MisplacedError(
                path,
                f"{name!r} is a word of `/pawdeploy` itself",
                f"call the environment something else than {', '.join(sorted(COMMAND_WORDS))}",
            )
        self._roles_exist((*path, "deploy_roles"), environment.deploy_roles)
        self._roles_exist((*path, "emergency_roles"), environment.emergency_roles)
        if environment.approval is not None:
            self._roles_exist((*path, "approval", "roles"), environment.approval.roles)
            if not environment.approval.committers and not self.github_logins:
                raise MisplacedError(
                    (*path, "approval", "committers"),
                    "nobody's GitHub login is known, so nobody could be told to be a committer",
                    'add [github_logins] with lines like U0BENAPP001 = "ben", or write committers = true',
                )
        if environment.watch is not None and (self.sentry is None or not counted):
            raise MisplacedError(
                (*path, "watch"),
                "errors are counted nowhere, so a watch could never say that all is well",
                "add [sentry] and the service's sentry_project, or remove this section",
            )
        if environment.soak is not None:
            self._roles_exist((*path, "soak", "override_roles"), environment.soak.override_roles)
            self._soaks_elsewhere((*path, "soak", "environment"), name, environment.soak.environment)
        for number, freeze in enumerate(environment.freeze):
            if bad := check_window(Window(**freeze.model_dump())):
                raise MisplacedError((*path, "freeze", number, bad.field), bad.problem, bad.advice)

    def _soaks_elsewhere(self, path: tuple[str | int, ...], name: str, soak: str) -> None:
        at = path[1]
        others = [other for other in self.services[int(at)].environments if other != name]
        if soak not in others:
            raise MisplacedError(
                path,
                f"{soak!r} is not another environment of this service",
                f"write one of {', '.join(others) or 'those you add'}",
            )

    def _roles_exist(self, path: tuple[str | int, ...], roles: tuple[str, ...]) -> None:
        for role in roles:
            if role not in self.roles:
                raise MisplacedError(
                    path,
                    f"{role!r} is not a role of this file",
                    f"write one of {', '.join(self.roles) or 'those you define'}, or add [roles.{role}]",
                )

    def service(self, name: str) -> Service | None:
        """Return the service called ``name``."""
        return next((service for service in self.services if service.name == name), None)

    def app(self, name: str) -> App | None:
        """Return the app called ``name``."""
        return next((app for app in self.apps if app.name == name), None)

    def service_or_app(self, name: str) -> Service | None:
        """Return the service called ``name``, or the app, as a service that only workflows reach."""
        app = self.app(name)
        return self.service(name) if app is None else as_service(app)

    @property
    def services_and_apps(self) -> tuple[Service, ...]:
        """Everything that can fail: services, then apps, as services that only workflows reach."""
        return (*self.services, *map(as_service, self.apps))

    @property
    def sentry_projects(self) -> tuple[str, ...]:
        """The slugs of every Sentry project that a service or app names, each once."""
        named = (one.sentry_project for one in self.services_and_apps if one.sentry_project)
        return tuple(dict.fromkeys(named))

    def workflow(self, name: str) -> Workflow | None:
        """Return the workflow called ``name``."""
        return next((workflow for workflow in self.workflows if workflow.name == name), None)

    def several(self, environment: str) -> bool:
        """Say whether more than one service runs in ``environment``, so that a command must name one."""
        return sum(environment in service.environments for service in self.services) > 1

    @property
    def environments(self) -> tuple[str, ...]:
        """Every environment name, in the order of the file, once each."""
        return tuple(dict.fromkeys(name for service in self.services for name in service.environments))
