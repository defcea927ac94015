"""What commands, buttons and forms of incidents share: who may, which incident and step is meant.

Reads ``pawdeploy.toml``'s facts and asks who holds a role; acts on nothing.
"""

from collections.abc import Sequence
from typing import Final

from bot.engine.incidents import IncidentStep, IncidentView
from bot.engine.reasons import Reason
from bot.errors import NotAllowed, UserError
from bot.incidents.moves import is_over
from bot.project import Project
from handlers._places import Place, find_app, find_place, may_run_workflow, may_ship, may_ship_app
from handlers._refusing import refused
from handlers._services import Incidents, People
from handlers.commands._holding import covering, may_hold
from handlers.render._text import code, listed

OF_APPS: Final = {
    "update": "publish an update",
    "update-back": "take an update back",
    "release": "start a release",
    "store-halt": "halt a release",
}
"""What an act does to an app, by kind; it takes the right to ship the app."""
NOT_THERE: Final = (
    "That step is not there (any more): what was decided since leads elsewhere. The card shows what is."
)


async def can_work(people: People, project: Project, user: str) -> bool:
    """Say whether ``user`` may work on incidents. No roles named: everybody."""
    roles = project.incidents.roles
    return not roles or await people.allowed(user, roles)


async def may_work(people: People, project: Project, user: str, what: str = "work on incidents") -> None:
    """Return when ``user`` may do ``what``; else raise ``NotAllowed``, which says who can."""
    if not await can_work(people, project, user):
        raise refused(people, project.incidents.roles, what)


async def may_step(people: People, project: Project, step: IncidentStep, user: str) -> None:
    """Return when ``user`` may do something about ``step``; else raise ``NotAllowed``: who can.

    A playbook may name roles the project file does not have (any more); such a role nobody holds.
    """
    if not step.who:
        await may_work(people, project, user)
        return
    known = tuple(role for role in step.who if role in project.roles)
    if not known:
        names = listed([code(role, 40) for role in step.who], "or")
        msg = (
            f"Nobody can work on this step: its playbook asks for {names}, which is not under [roles] "
            "in pawdeploy.toml. Nothing was changed."
        )
        raise NotAllowed(msg)
    if not await people.allowed(user, known):
        raise refused(people, known, "work on this step")


async def may_act(
    people: People, project: Project, incident: IncidentView, step: IncidentStep, user: str
) -> None:
    """Return when ``user`` may start what ``step`` starts; else raise ``UserError``: who can.

    It takes the right that takes anywhere else; in a drill nothing starts.
    """
    await may_step(people, project, step, user)
    if incident.drill:
        return
    if step.starts == "workflow":
        await may_run_workflow(people, project, step.target_workflow, user)
    elif step.starts in OF_APPS:
        there = find_app(project, step.target_environment, step.target_service)
        await may_ship_app(people, there, user, OF_APPS[step.starts])
    elif step.starts == "lock":
        await may_hold(people, _covered(project, step), user, "lock")
    else:
        await may_ship(people, find_place(project, step.target_environment, step.target_service), user)


def must_be_open(incident: IncidentView) -> None:
    """Return while it goes on; else raise ``UserError`` (``incident_resolved``): no form is in vain."""
    if not incident.open and incident.resolved_at is not None:
        raise is_over(incident.id, incident.resolved_by, incident.resolved_at)


def step_of(incident: IncidentView, key: str) -> IncidentStep:
    """Return the step called ``key``; raise ``UserError`` (``step_not_there``)."""
    found = incident.step(key)
    if found is None:
        raise UserError(NOT_THERE, reason=Reason.STEP_NOT_THERE)
    return found


async def workable(
    incidents: Incidents, people: People, project: Project, number: int, key: str, user: str
) -> tuple[IncidentView, IncidentStep]:
    """Return an incident that goes on and a step of it ``user`` may work on; raise ``UserError``."""
    incident = await incidents.incident(number)
    must_be_open(incident)
    step = step_of(incident, key)
    await may_step(people, project, step, user)
    return incident, step


def suggested(names: Sequence[str], *wanted: str) -> str:
    """Return the first of the playbooks ``wanted`` that there is; empty when there is none."""
    return next((name for name in wanted if name in names), "")


def _covered(project: Project, step: IncidentStep) -> tuple[Place, ...]:
    return covering(project, step.target_environment, step.target_service)
