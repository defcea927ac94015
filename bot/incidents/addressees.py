"""Whom a step's message goes to, as the project file says today. Sends nothing."""

from collections.abc import Callable

from bot.engine.incident_sheet import Facts
from bot.incidents.news import Addressee
from bot.project import Project
from playbooks.steps import Tell, TellChannel, TellOrchestrator, TellOwners, TellRoles


def addressees(
    step: Tell, facts: Facts, project: Project, mention: Callable[[tuple[str, ...]], str]
) -> tuple[Addressee, ...]:
    """Return them; roles the project file does not have reach nobody."""
    return tuple(_one(to, facts, project, mention) for to in step.to)


def _one(
    to: TellRoles | TellOwners | TellChannel | TellOrchestrator,
    facts: Facts,
    project: Project,
    mention: Callable[[tuple[str, ...]], str],
) -> Addressee:
    match to:
        case TellRoles(roles=roles):
            return Addressee(" and ".join(roles), mention=mention(_known(project, roles)))
        case TellOwners(of=of, service=service):
            owner = project.service(service or facts.service)
            roles = () if owner is None else owner.database_roles if of == "database" else owner.oncall_roles
            words = "the owners of the database" if of == "database" else "who is on call"
            return Addressee(words, mention=mention(_known(project, roles)))
        case TellChannel(channel=name):
            return Addressee(f"#{name}", channel=_channel(project, name))
        case TellOrchestrator():
            return Addressee("the orchestrator", orchestrator=True)


def _known(project: Project, roles: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(role for role in roles if role in project.roles)


def _channel(project: Project, name: str) -> str:
    match name:
        case "deploys":
            return project.channels.deploys
        case "releases":
            return project.channels.releases or project.channels.deploys
        case "alerts":
            return project.alerts.channel if project.alerts else project.channels.deploys
        case _:
            return name
