"""``pawdeploy.toml``: what a team ships, where, and who may. Shapes only; ``bot/toml_file.py`` reads it."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, model_validator
from pydantic_core import PydanticCustomError

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
"""A name people type: lower-case letters, digits, dashes."""
Seconds = Annotated[float, Field(gt=0, strict=True, allow_inf_nan=False)]
Whole = Annotated[int, Field(strict=True)]
Yes = Annotated[bool, Field(strict=True)]
"""``true`` or ``false`` and nothing that merely looks like it."""
COMMAND_WORDS = frozenset({"status", "history", "diff", "help"})
"""What follows ``/pawdeploy`` besides an environment; no environment may be called so."""


def _open_to_all(url: HttpUrl) -> HttpUrl:
    if url.username or url.password or url.query or url.fragment:
        kind, said = "address", "must hold no password and no ?query or #fragment: cards and GitHub show it"
        raise PydanticCustomError(kind, said)
    return url


Address = Annotated[HttpUrl, AfterValidator(_open_to_all)]
"""Where a service answers; shown to everybody who sees a card."""


class MisplacedError(ValueError):
    """A value that is right by itself and wrong beside the others.

    ``path`` leads to it from the top of the file; ``advice`` is what to write.
    """

    def __init__(self, path: tuple[str | int, ...], problem: str, advice: str) -> None:
        super().__init__(problem)
        self.path = path
        self.advice = advice


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Channels(_Strict):
    """Slack channel ids."""

    deploys: Annotated[str, Field(pattern=r"^[CG][A-Z0-9]{6,}$")]


class Role(_Strict):
    """Who holds a role: named people and members of user groups."""

    users: tuple[Annotated[str, Field(pattern=r"^[UW][A-Z0-9]{6,}$")], ...] = ()
    groups: tuple[Annotated[str, Field(pattern=r"^S[A-Z0-9]{6,}$")], ...] = ()


class Smoke(_Strict):
    """One request that proves the service works."""

    name: str
    path: Annotated[str, Field(pattern=r"^/")]
    status: Annotated[Whole, Field(ge=100, le=599)] = 200
    contains: str = ""
    """Text the answer must hold; empty means any."""


class Environment(_Strict):
    """One place a service runs."""

    railway_environment: str
    railway_token: Annotated[str, Field(pattern=r"^RAILWAY_[A-Z0-9_]+$")] = "RAILWAY_TOKEN"  # noqa: S105 - a name
    """Name of the environment variable that holds the token."""
    url: Address
    health_path: Annotated[str, Field(pattern=r"^/")] = "/health"
    health_commit: str = "commit"
    """Key of the health answer that names the commit; empty when it names none."""
    method: Literal["railway", "github-workflow"] = "railway"
    workflow: str = "backend-deploy.yml"
    required_checks: tuple[str, ...] = ()
    deploy_roles: tuple[str, ...]
    needs_approval: Yes = False
    smoke: tuple[Smoke, ...] = ()

    @property
    def base_url(self) -> str:
        """The URL without a trailing slash, so that paths can be joined to it."""
        return str(self.url).rstrip("/")


class Service(_Strict):
    """One deployable thing."""

    name: Name
    repository: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")]
    default_branch: str = "main"
    migrations_path: str = ""
    railway_project: str
    railway_service: str
    environments: dict[Name, Environment] = Field(min_length=1)


class Timings(_Strict):
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


class Project(_Strict):
    """The whole file."""

    version: Literal[1]
    team: Annotated[str, Field(min_length=1, max_length=60)]
    channels: Channels
    roles: dict[Name, Role]
    services: tuple[Service, ...] = Field(min_length=1)
    timings: Timings = Timings()

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
            for name, environment in service.environments.items():
                self._environment_fits(("services", at, "environments", name), name, environment)
        return self

    def _environment_fits(self, path: tuple[str | int, ...], name: str, environment: Environment) -> None:
        if name in COMMAND_WORDS:
            raise MisplacedError(
                path,
                f"{name!r} is a word of `/pawdeploy` itself",
                f"call the environment something else than {', '.join(sorted(COMMAND_WORDS))}",
            )
        for role in environment.deploy_roles:
            if role not in self.roles:
                raise MisplacedError(
                    (*path, "deploy_roles"),
                    f"{role!r} is not a role of this file",
                    f"write one of {', '.join(self.roles) or 'those you define'}, or add [roles.{role}]",
                )

    def service(self, name: str) -> Service | None:
        """Return the service called ``name``."""
        return next((service for service in self.services if service.name == name), None)

    def several(self, environment: str) -> bool:
        """Say whether more than one service runs in ``environment``, so that a command must name one."""
        return sum(environment in service.environments for service in self.services) > 1

    @property
    def environments(self) -> tuple[str, ...]:
        """Every environment name, in the order of the file, once each."""
        return tuple(dict.fromkeys(name for service in self.services for name in service.environments))
