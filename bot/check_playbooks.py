"""``pawdeploy playbooks check``: whether files are playbooks, and the project file has what they name.

Asks nobody. What comes with pawdeploy may name more than a team has (an app, a database vendor): that is
said and no mistake, for the step says so too. A team's own file names what the team has.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bot.findings import Finding
from bot.project import Project
from playbooks import plan
from playbooks.checks import walk
from playbooks.library import LIBRARY, PlaybookError, files, read_file
from playbooks.models import Playbook
from playbooks.steps import (
    Act,
    DependencyProbe,
    DeployStart,
    Look,
    Never,
    PlacedProbe,
    RailwayProbe,
    ReleaseStart,
    RollbackStart,
    StoreHaltStart,
    Tell,
    TellChannel,
    TellOwners,
    TellRoles,
    UpdateBackStart,
    UpdateStart,
    WorkflowStart,
)
from playbooks.yaml_text import Path as KeyPath
from playbooks.yaml_text import read_yaml

_SERVICES = "[[services]] and [[apps]]"
Named = Iterator[tuple[KeyPath, str]]
"""Places in a playbook, each with what is wrong with the name there."""


def folders(project: Project, file: Path) -> tuple[Path, ...]:
    """Return where playbooks are, the team's own last; ``file`` is the project file."""
    own = project.incidents.playbooks
    return (LIBRARY, file.parent / own) if own else (LIBRARY,)


def check_playbooks(places: Sequence[Path], project: Project | None) -> list[Finding]:
    """Look at every file of every folder; without a project only at the files themselves."""
    findings: list[Finding] = []
    seen: set[str] = set()
    for folder in places:
        try:
            there = tuple(files(folder))
        except PlaybookError as error:
            findings += _refused(folder.name, error)
            continue
        for file in there:
            findings += _file(file, project, replaces=file.stem in seen)
        seen.update(file.stem for file in there)
    return findings


def _file(file: Path, project: Project | None, *, replaces: bool) -> list[Finding]:
    try:
        playbook = read_file(file)
    except PlaybookError as error:
        return _refused(file.stem, error)
    strange = tuple(strangers(playbook, project)) if project is not None else ()
    lines = read_yaml(file.read_text("utf-8-sig"))
    said = [f"{file.name}:{lines.line(path)}: {words}" for path, words in strange]
    if said and file.parent.resolve() != LIBRARY:
        return [Finding(ok=False, name=file.stem, said=line) for line in said]
    whole = f"{playbook.title}: {_sizes(playbook)}"
    if replaces:
        whole += "; it takes the place of the one of that name before it"
    if said:
        names = ", ".join(dict.fromkeys(words.split(";")[0] for _, words in strange))
        whole += f"; not for this team without a change: {names}"
    return [Finding(ok=True, name=file.stem, said=whole)]


def _refused(name: str, error: PlaybookError) -> list[Finding]:
    return [Finding(ok=False, name=name, said=line) for line in str(error).splitlines()]


def _sizes(playbook: Playbook) -> str:
    steps, nevers = len(plan.every_step(playbook)), sum(isinstance(step, Never) for _, step in walk(playbook))
    counted = [f"{steps} step{'s' * (steps != 1)}"]
    if playbook.branches:
        counted.append(f"{len(playbook.branches)} branch{'es' * (len(playbook.branches) != 1)}")
    if nevers:
        counted.append(f"{nevers} prohibition{'s' * (nevers != 1)}")
    return ", ".join(counted)


def strangers(playbook: Playbook, project: Project) -> Named:
    """Yield every name in a playbook that the project file does not have."""
    yield from _triggers(playbook, project)
    for path, step in walk(playbook):
        if isinstance(step, Never):
            continue
        yield from _roles((*path, "who"), step.who, project)
        match step:
            case Look(probe=DependencyProbe(name=name)):
                there = project.health.dependencies if project.health else ()
                known = {one.name for one in there} | {one.kind for one in there}
                yield from _known((*path, "probe", "name"), (name,), known, "[[health.dependencies]]")
            case Look(probe=RailwayProbe() as placed):
                yield from _service((*path, "probe"), placed.service, placed.environment, project)
            case Look(probe=PlacedProbe() as placed):
                yield from _place((*path, "probe"), placed.service, placed.environment, project)
            case Act(start=WorkflowStart(workflow=name)):
                known = {one.name for one in project.workflows}
                yield from _known((*path, "start", "workflow"), (name,), known, "[[workflows]]")
            case Act(start=(UpdateStart() | UpdateBackStart() | ReleaseStart() | StoreHaltStart()) as placed):
                yield from _app((*path, "start"), placed.service, placed.environment, project)
            case Act(start=(RollbackStart() | DeployStart()) as placed):
                yield from _service((*path, "start"), placed.service, placed.environment, project)
            case Act(start=PlacedProbe() as placed):
                yield from _place((*path, "start"), placed.service, placed.environment, project)
            case Tell():
                yield from _told(path, step, project)
            case _:
                pass


def _triggers(playbook: Playbook, project: Project) -> Named:
    wanted = playbook.triggers
    for key, alerts in (("suggest", wanted.suggest), ("open", wanted.open)):
        for number, alert in enumerate(alerts):
            path: KeyPath = ("triggers", key, number)
            yield from _known((*path, "service"), alert.service, _places(project), _SERVICES)
            for environment in alert.environment:
                yield from _place(path, "", environment, project)
    for number, failure in enumerate(wanted.failures):
        for environment in failure.environment:
            yield from _place(("triggers", "failures", number), "", environment, project)


def _told(path: KeyPath, step: Tell, project: Project) -> Named:
    for number, to in enumerate(step.to):
        here = (*path, "to", number)
        match to:
            case TellRoles():
                yield from _roles((*here, "roles"), to.roles, project)
            case TellChannel(channel="releases") if project.channels.releases is None:
                yield (*here, "channel"), "there is no releases under [channels]; write deploys or an id"
            case TellChannel(channel="alerts") if project.alerts is None:
                yield (*here, "channel"), "there is no [alerts]; write deploys or an id"
            case TellOwners():
                yield from _place(here, to.service, to.environment, project)
                yield from _owners((*here, "of"), to, project)
            case _:
                pass


def _owners(path: KeyPath, to: TellOwners, project: Project) -> Named:
    """Yield where nobody answers: at the service that is named, or at every one."""
    owner = project.service_or_app(to.service) if to.service else None
    if to.service and owner is None:
        return  # the name is a mistake already
    asked = (owner,) if owner is not None else project.services_and_apps
    if any(one.database_roles if to.of == "database" else one.oncall_roles for one in asked):
        return
    key, app = f"{to.of}_roles", project.app(to.service) is not None
    if app and to.of == "database":
        yield path, f"{to.service} is an app and has no {key}; name a service of pawdeploy.toml"
    else:
        yield path, f"{key} of {to.service or 'every service'} of pawdeploy.toml names nobody; add it there"


def _service(path: KeyPath, service: str, environment: str, project: Project) -> Named:
    """Yield what is wrong with the name of a service, where an app will not do."""
    known = [one.name for one in project.services]
    if service and service not in known:
        yield from _known((*path, "service"), (service,), known, "[[services]]")
    else:
        yield from _place(path, service, environment, project)


def _place(path: KeyPath, service: str, environment: str, project: Project) -> Named:
    known = _places(project)
    if service and service not in known:
        yield from _known((*path, "service"), (service,), known, _SERVICES)
    elif environment:
        chosen = (known[service],) if service else known.values()
        there = {name for environments in chosen for name in environments}
        yield from _known((*path, "environment"), (environment,), there, "the environments")


def _app(path: KeyPath, app: str, environment: str, project: Project) -> Named:
    known = {one.name: tuple(one.environments) for one in project.apps if one.expo is not None}
    if app and app not in known:
        yield from _known((*path, "service"), (app,), known, "the apps with [apps.expo]")
    else:
        yield from _place(path, app, environment, project)


def _roles(path: KeyPath, roles: Iterable[str], project: Project) -> Named:
    yield from _known(path, roles, project.roles, "[roles]")


def _known(path: KeyPath, names: Iterable[str], known: Iterable[str], where: str) -> Named:
    there = tuple(sorted(known))
    for name in names:
        if name not in there:
            advice = f"write one of {', '.join(there)}" if there else "add it there"
            yield path, f"{name} is none of {where} of pawdeploy.toml; {advice}"


def _places(project: Project) -> dict[str, tuple[str, ...]]:
    """Return the environments of each service and app."""
    services = {service.name: tuple(service.environments) for service in project.services}
    return services | {app.name: tuple(app.environments) for app in project.apps}
