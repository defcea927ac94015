"""From the names people type to one service in one environment, and whether this person may ship there.

Reads ``pawdeploy.toml``'s facts and asks who holds a role; knows no vendor and starts nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.apps import App, AppEnvironment
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import MOBILE, RunKind
from bot.errors import NotAllowed, UserError
from bot.project import Environment, Project, Service
from handlers._services import Holds, People
from handlers._words import nearest
from handlers.render._text import code, listed, plain, told

_NO_APP = "pawdeploy.toml has no app; `[[apps]]` adds one."


@dataclass(frozen=True, slots=True)
class Place:
    """One service in one environment."""

    service: Service
    name: str
    environment: Environment


@dataclass(frozen=True, slots=True)
class AppPlace:
    """One app in one environment."""

    app: App
    name: str
    environment: AppEnvironment


def find_app(project: Project, environment: str = "", app: str = "") -> AppPlace:
    """Return the app and environment two names mean; one that leaves no choice need not be named.

    Raises:
        UserError: ``unknown_app``, ``unknown_environment``; with what there is.

    """
    found = _app_called(project, app) if app else _only_app(project, environment.lower())
    name = environment.lower() or _only_environment(found)
    if name in found.environments:
        return AppPlace(found, name, found.environments[name])
    msg = (
        f"`{found.name}` has no environment {code(environment, 60)}. {_hint(name, list(found.environments))}"
    )
    raise UserError(msg, reason=Reason.UNKNOWN_ENVIRONMENT)


def find_environment(project: Project, typed: str) -> str:
    """Return the environment's name as the file has it; raise ``UserError`` (``unknown_environment``)."""
    name = typed.lower()
    if name in project.environments:
        return name
    msg = f"There is no environment {code(typed, 60)}. {_hint(name, project.environments)}"
    raise UserError(msg, reason=Reason.UNKNOWN_ENVIRONMENT)


def find_service(project: Project, typed: str) -> Service:
    """Return the service of that name; raise ``UserError`` (``unknown_service``) with the nearest."""
    if found := project.service(typed.lower()):
        return found
    names = [service.name for service in project.services]
    msg = f"There is no service {code(typed, 60)}. {_hint(typed, names)}"
    raise UserError(msg, reason=Reason.UNKNOWN_SERVICE)


def find_place(project: Project, environment: str, service: str = "") -> Place:
    """Return the place two names mean; without a service the only one there; raise ``UserError``."""
    name = find_environment(project, environment)
    wanted = find_service(project, service) if service else _only_service(project, name)
    if name in wanted.environments:
        return Place(wanted, name, wanted.environments[name])
    has = listed([f"`{each}`" for each in wanted.environments])
    msg = f"`{wanted.name}` has no environment `{name}`; it has {has}."
    raise UserError(msg, reason=Reason.UNKNOWN_ENVIRONMENT)


async def may_ship(people: People, place: Place, user: str) -> None:
    """Return when ``user`` may deploy there; else raise ``NotAllowed``, which says who can."""
    what = f"deploy `{place.service.name}` to `{place.name}`"
    then = f"ask one of them to type `/pawdeploy {place.name}`"
    await _may(people, user, place.environment.deploy_roles, what, "deploy_roles", then)


async def may_run_workflow(people: People, project: Project, workflow: str, user: str) -> None:
    """Return when ``user`` may start the workflow of that name; else raise ``NotAllowed``.

    Raises:
        UserError: (``unknown_workflow``) when the project file has none of that name.

    """
    entry = project.workflow(workflow)
    service = project.service_or_app(entry.service) if entry else None
    if entry is None or service is None:
        names = listed([code(one.name) for one in project.workflows]) or "none"
        msg = f"pawdeploy.toml has no workflow {code(workflow, 60)}. There are: {names}."
        raise UserError(msg, reason=Reason.UNKNOWN_WORKFLOW)
    there = Place(service, entry.environment, service.environments[entry.environment])
    await _may_start(people, there, entry.title, user)


async def may_steer(people: People, place: Place, run: RunView, user: str) -> None:
    """Return when ``user`` may start what ``run`` is, and so also retry and stop it; else ``NotAllowed``."""
    if run.kind is RunKind.WORKFLOW:
        await _may_start(people, place, run.workflow, user)
    elif run.kind in MOBILE:
        what = f"say what becomes of run {run.id} of `{place.service.name}` in `{place.name}`"
        await _may(people, user, place.environment.deploy_roles, what, "deploy_roles", "ask one of them")
    else:
        await may_ship(people, place, user)


async def _may_start(people: People, place: Place, title: str, user: str) -> None:
    what = f"start “{plain(title, 80)}” in `{place.name}`"
    await _may(people, user, place.environment.deploy_roles, what, "deploy_roles", "ask one of them")


async def may_rush(people: People, place: Place, user: str) -> None:
    """Return when ``user`` may skip soak and freeze there; else raise ``NotAllowed``."""
    what = f"ship to `{place.name}` as an emergency"
    then = "ask one of them, or ship without `--emergency`"
    await _may(people, user, place.environment.emergency_roles, what, "emergency_roles", then)


async def refuse_if_held(holds: Holds, place: Place, user: str, *, emergency: bool = False) -> None:
    """Return when neither lock nor freeze stops ``user``; else raise ``UserError``: who, why, what frees it.

    Asked before anybody is bothered; the run looks again when its turn comes.
    """
    await _refuse_if_held(holds, place.service.name, place.name, user, emergency=emergency)


async def refuse_if_app_held(holds: Holds, there: AppPlace, user: str) -> None:
    """Return when neither lock nor freeze stops ``user`` from shipping the app there; else ``UserError``."""
    await _refuse_if_held(holds, there.app.name, there.name, user, emergency=False)


async def _refuse_if_held(
    holds: Holds, service: str, environment: str, user: str, *, emergency: bool
) -> None:
    stops = await holds.blocking(service, environment, user, emergency=emergency)
    if refusal := holds.refusal(stops):
        reason, said = refusal
        raise UserError(told(said), reason=reason)


async def may_cut_soak(people: People, place: Place, user: str) -> None:
    """Return when ``user`` may skip the rest of the soak there; else raise ``NotAllowed``."""
    soak = place.environment.soak
    roles = soak.override_roles if soak else ()
    what = f"skip the rest of the soak before `{place.name}`"
    await _may(people, user, roles, what, "soak.override_roles", "ask one of them, or wait and Retry")


async def may_keep(people: People, place: Place, user: str) -> None:
    """Return when ``user`` may decide that what shipped stays: deployers, approvers; else ``NotAllowed``."""
    there = place.environment
    roles = (*there.deploy_roles, *(there.approval.roles if there.approval else ()))
    what = f"decide what stays in `{place.name}`"
    await _may(people, user, tuple(dict.fromkeys(roles)), what, "deploy_roles", "ask one of them")


async def may_ship_app(people: People, there: AppPlace, user: str, what: str) -> None:
    """Return when ``user`` may ship the app there; else raise ``NotAllowed``: "You can't" and ``what``."""
    await _may(people, user, there.environment.deploy_roles, what, "deploy_roles", "ask one of them")


async def may_rush_app(people: People, there: AppPlace, user: str) -> None:
    """Return when ``user`` may take an update back there without approvals; else raise ``NotAllowed``."""
    what = f"take an update of `{there.app.name}` back in `{there.name}` as an emergency"
    then = "ask one of them, or leave `--emergency` out: then people approve"
    await _may(people, user, there.environment.emergency_roles, what, "emergency_roles", then)


async def may_take_back(people: People, there: AppPlace, user: str, *, emergency: bool) -> None:
    """Return when ``user`` may take an update back there; in an ``emergency`` nobody approves it."""
    what = f"take an update of `{there.app.name}` back in `{there.name}`"
    await may_ship_app(people, there, user, what)
    if emergency:
        await may_rush_app(people, there, user)


async def may_pass_native(people: People, there: AppPlace, user: str) -> None:
    """Return when ``user`` may publish what is not known to be JavaScript only; else raise ``NotAllowed``."""
    what = f"publish an update to `{there.name}` that may hold native code"
    await _may(people, user, there.environment.override_roles, what, "override_roles", "ask one of them")


async def may_promote(people: People, there: AppPlace, run: RunView, user: str) -> None:
    """Return when ``user`` may cut a stage's watch short: who may approve there and did not ask for it.

    Where nobody must approve, those who may ship; else raise ``NotAllowed``.
    """
    what = f"send run {run.id} on to more people before its watch has ended"
    approval = there.environment.approval
    if approval is None:
        await may_ship_app(people, there, user, what)
        return
    await _may(people, user, approval.roles, what, "approval.roles", "ask one of them, or wait for the watch")
    if user == run.requested_by:
        msg = (
            f"You asked for run {run.id}, so somebody else who may approve sends it on. Nothing was changed."
        )
        raise UserError(msg, reason=Reason.OWN_RUN)


async def _may(people: People, user: str, roles: tuple[str, ...], what: str, key: str, then: str) -> None:
    if await people.allowed(user, roles):
        return
    holders = people.who_can(roles) if roles else ""
    ask = (
        f"{holders[:1].upper()}{holders[1:]} can; {then}."
        if holders
        else f"Nobody can yet: `{key}` in pawdeploy.toml names roles that nobody holds."
    )
    msg = f"You can't {what}. {ask} Nothing was changed."
    raise NotAllowed(msg)


def _only_service(project: Project, environment: str) -> Service:
    there = [service for service in project.services if environment in service.environments]
    if len(there) == 1:
        return there[0]
    names = listed([f"`{service.name}`" for service in there], "or")
    msg = f"Which service: {names}? For instance `/pawdeploy {environment} --service {there[0].name}`."
    raise UserError(msg, reason=Reason.UNKNOWN_SERVICE)


def _app_called(project: Project, typed: str) -> App:
    if found := project.app(typed.lower()):
        return found
    names = [one.name for one in project.apps]
    there = _hint(typed, names) if names else _NO_APP
    msg = f"There is no app {code(typed, 60)}. {there}"
    raise UserError(msg, reason=Reason.UNKNOWN_APP)


def _only_app(project: Project, environment: str) -> App:
    there = [one for one in project.apps if not environment or environment in one.environments]
    there = there or list(project.apps)
    if len(there) == 1:
        return there[0]
    names = listed([f"`{one.name}`" for one in there], "or")
    msg = f"Which app: {names}? Add `--app {there[0].name}`, for instance." if there else _NO_APP
    raise UserError(msg, reason=Reason.UNKNOWN_APP)


def _only_environment(app: App) -> str:
    if len(app.environments) == 1:
        return next(iter(app.environments))
    msg = f"Which environment: {listed([f'`{name}`' for name in app.environments], 'or')}?"
    raise UserError(msg, reason=Reason.UNKNOWN_ENVIRONMENT)


def _hint(typed: str, names: Sequence[str]) -> str:
    close = nearest(typed, names)
    if close and len(names) == 1:
        return f"Did you mean `{close}`?"
    every = f"There {'is' if len(names) == 1 else 'are'} {listed([f'`{name}`' for name in names])}."
    return f"Did you mean `{close}`? {every}" if close else every
