"""What ``pawdeploy.toml`` says of apps, which nothing but workflows ship, and of workflows people may start.

Shapes, and what of them is right by itself and wrong beside the rest of the file.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from bot.engine.mobile import AppPlatform
from bot.engine.shipping import OWN_INPUTS
from bot.guards import Approval, Freeze, Watch
from bot.shapes import MisplacedError, Name, Repository, Seconds, Strict, Whole

MOST_INPUTS = 20
"""GitHub takes 25 of one dispatch, our own among them
(https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatchinputs)."""
InputName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]{0,99}$")]
InputValue = Annotated[str, Field(max_length=200)]
WorkflowFile = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\.ya?ml$")]
Word = Annotated[str, Field(pattern=r"^[\w./-]+$")]
"""Its length is apart: counted in the pattern, letters of every script take 15 MB and 70 ms to compile."""


class Expo(Strict):
    """Where the app is at Expo, and how its repository builds it."""

    project: Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")]
    """``extra.eas.projectId`` of the app's config."""
    workflow: WorkflowFile = "mobile-build.yml"
    """Runs eas with ``action`` update, build, submit or fingerprint; ``docs/mobile-setup.md`` has one."""
    profile: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")] = "production"
    """The build profile of ``eas.json`` that makes what goes to the stores."""
    config: Annotated[Word, Field(max_length=120)] = "app.config.ts"
    """Holds the version people see."""
    bump: Literal["commit", "pull-request"] = "commit"
    """How the version is raised: right on the default branch, or by a pull request people merge."""
    fingerprints: Annotated[str, Field(pattern=r"^[\w./-]*$", max_length=60)] = "fingerprint"
    """Commit statuses ``fingerprint/ios`` and ``fingerprint/android`` tell a commit's; empty: none do."""
    native: tuple[str, ...] = ("ios/", "android/", "modules/", "plugins/")
    """Paths whose change means native code."""
    build_timeout: Seconds = 10_800
    """How long a build is followed."""


class Ota(Strict):
    """How updates over the air reach people."""

    branch: Annotated[Word, Field(max_length=100)] = "production"
    channel: Annotated[Word, Field(max_length=100)] = "production"
    stages: tuple[Annotated[Whole, Field(ge=1, le=100)], ...] = Field(default=(10, 50, 100), min_length=1)
    """Percent of people, rising to 100; each is watched before the next."""
    update_tag: Annotated[str, Field(pattern=r"^[\w.:-]*$", max_length=32)] = "expo-update-group-id"
    """The tag of the app's events in Sentry that names the update group; empty: it sets none."""
    hold: Seconds = 86_400
    """How long a stage whose watch could not tell waits for a person."""


class Stores(Strict):
    """Where the app is at the stores; one that is left out is not asked."""

    apple: Annotated[str, Field(pattern=r"^[0-9]{6,12}$")] | None = None
    """Apple ID of the app, from App Store Connect, App Information."""
    google: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.]{2,149}$")] | None = None
    """Package name at Google Play."""
    track: Annotated[str, Field(pattern=r"^[\w:-]+$", max_length=60)] = "production"
    bundle: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{2,149}$")] | None = None
    """iOS bundle identifier, where it is another name than ``google``: Sentry names releases by it."""

    def called(self, platform: AppPlatform) -> str:
        """Return by what name a platform knows the app; empty where the file does not tell."""
        return (self.bundle if platform is AppPlatform.IOS and self.bundle else self.google) or ""


class AppEnvironment(Strict):
    """One place an app goes to: who may ship to it, who must agree, and how closely it is watched."""

    deploy_roles: tuple[str, ...]
    required_checks: tuple[str, ...] = ()
    required_suites: tuple[str, ...] = ()
    emergency_roles: tuple[str, ...] = ()
    """Who may pass a freeze, and take an update back without being approved."""
    override_roles: tuple[str, ...] = ()
    """Who may publish an update of which it is not known that it is JavaScript only, for a reason."""
    tester_roles: tuple[str, ...] = ()
    """Who says how a build does on a phone; none: everybody in the channel may."""
    devices: tuple[AppPlatform, ...] = ()
    """Platforms a tester must have found working before a build goes to its store."""
    approval: Approval | None = None
    watch: Watch | None = None
    """How each stage of an update is watched; none: stages follow at once."""
    freeze: tuple[Freeze, ...] = ()
    ota: Ota | None = None
    """None: no updates over the air go there."""

    @property
    def more_roles(self) -> dict[str, tuple[str, ...]]:
        """Roles a service's environment does not have, by key."""
        return {"override_roles": self.override_roles, "tester_roles": self.tester_roles}


class App(Strict):
    """One thing that is shipped by workflows alone, such as the app on people's phones."""

    name: Name
    repository: Repository
    default_branch: str = "main"
    sentry_project: str = ""
    """Its slug in Sentry."""
    oncall_roles: tuple[str, ...] = ()
    """Whom to page when taking an update back fails."""
    expo: Expo | None = None
    """None: it is shipped by ``[[workflows]]`` alone."""
    stores: Stores | None = None
    """Where its builds go; none: builds are made and handed to nobody."""
    environments: dict[Name, AppEnvironment] = Field(min_length=1)


class Workflow(Strict):
    """One GitHub workflow that a playbook may start. What is sent along stands here, and nothing else is."""

    name: Name
    title: Annotated[str, Field(min_length=1, max_length=80)]
    """What cards call it."""
    service: Name
    """A service or an app: its repository is used, its line, and who may and must agree there."""
    environment: Name
    file: WorkflowFile
    ref: Annotated[str, Field(max_length=200)] = ""
    """The branch, tag or commit it works on; empty: the default branch."""
    inputs: dict[InputName, InputValue] = Field(default={}, max_length=MOST_INPUTS)
    timeout: Seconds = 3600
    """How long it is followed."""


def check_apps(apps: Sequence[App], services: Sequence[str]) -> None:
    """Raise ``MisplacedError`` where two things of the file would have one name."""
    taken = dict.fromkeys(services, "a service")
    for at, app in enumerate(apps):
        if app.name in taken:
            problem = f"{taken[app.name]} is named {app.name!r} already"
            raise MisplacedError(("apps", at, "name"), problem, "give each service and app its own name")
        taken[app.name] = "an app"
        for name, there in app.environments.items():
            _check_ota(("apps", at, "environments", name, "ota"), app, there)


def _check_ota(path: tuple[str | int, ...], app: App, there: AppEnvironment) -> None:
    if there.ota is None:
        return
    if app.expo is None:
        problem = "updates go by Expo, and the app has no [apps.expo]"
        raise MisplacedError(path, problem, 'add [apps.expo] with project = "…", or remove this section')
    stages = there.ota.stages
    if stages[-1] != 100 or list(stages) != sorted(set(stages)):
        problem = "stages must rise, and end at 100"
        raise MisplacedError((*path, "stages"), problem, "write stages = [10, 50, 100]")


def check_workflows(workflows: Sequence[Workflow], places: Mapping[str, Mapping[str, str]]) -> None:
    """Raise ``MisplacedError`` for a place nobody knows, and for what would not be a workflow of its own.

    ``places``: by service or app and environment, the file of the workflow that ships there; empty: none.
    """
    seen: set[str] = set()
    for at, one in enumerate(workflows):
        path = ("workflows", at)
        if one.name in seen:
            problem = f"two workflows are named {one.name!r}"
            raise MisplacedError((*path, "name"), problem, "give each workflow its own name")
        seen.add(one.name)
        if one.service not in places:
            problem = f"{one.service!r} is not a service or an app of this file"
            raise MisplacedError((*path, "service"), problem, f"write one of {', '.join(places)}")
        there = places[one.service]
        if one.environment not in there:
            problem = f"{one.service!r} has no environment {one.environment!r}"
            raise MisplacedError((*path, "environment"), problem, f"write one of {', '.join(there)}")
        if one.file == there[one.environment]:
            problem = f"is how {one.service} is shipped to {one.environment}: it would pass every gate"
            raise MisplacedError((*path, "file"), problem, "ship it by its command, or name another workflow")
        for name in sorted(OWN_INPUTS & one.inputs.keys()):
            problem = f"{name!r} is sent by pawdeploy itself"
            raise MisplacedError((*path, "inputs", name), problem, "leave it out, or call it something else")
