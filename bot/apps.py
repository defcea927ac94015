"""What ``pawdeploy.toml`` says of apps, which nothing but workflows ship, and of workflows people may start.

Shapes, and what of them is right by itself and wrong beside the rest of the file.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from bot.engine.shipping import OWN_INPUTS
from bot.guards import Approval
from bot.shapes import MisplacedError, Name, Repository, Seconds, Strict

MOST_INPUTS = 20
"""GitHub takes 25 of one dispatch, our own among them
(https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatchinputs)."""
InputName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]{0,99}$")]
InputValue = Annotated[str, Field(max_length=200)]


class AppEnvironment(Strict):
    """One place an app goes to: who may start its workflows, and who must agree."""

    deploy_roles: tuple[str, ...]
    approval: Approval | None = None


class App(Strict):
    """One thing that is shipped by workflows alone, such as the app on people's phones."""

    name: Name
    repository: Repository
    default_branch: str = "main"
    sentry_project: str = ""
    """Its slug in Sentry."""
    environments: dict[Name, AppEnvironment] = Field(min_length=1)


class Workflow(Strict):
    """One GitHub workflow that a playbook may start. What is sent along stands here, and nothing else is."""

    name: Name
    title: Annotated[str, Field(min_length=1, max_length=80)]
    """What cards call it."""
    service: Name
    """A service or an app: its repository is used, its line, and who may and must agree there."""
    environment: Name
    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\.ya?ml$")]
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


def check_workflows(workflows: Sequence[Workflow], places: Mapping[str, Mapping[str, str]]) -> None:
    """Raise ``MisplacedError`` for a place nobody knows, and for what would not be a workflow of its own.

    ``places``: by service or app and environment, the file of the workflow that deploys there; empty: none.
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
            problem = f"is how {one.service} is deployed to {one.environment}: it would pass every gate"
            raise MisplacedError((*path, "file"), problem, "deploy with /pawdeploy, or name another workflow")
        for name in sorted(OWN_INPUTS & one.inputs.keys()):
            problem = f"{name!r} is sent by pawdeploy itself"
            raise MisplacedError((*path, "inputs", name), problem, "leave it out, or call it something else")
