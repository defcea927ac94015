"""Whom a step's message goes to, as the project file says today. Sends nothing."""

from collections.abc import Callable

from bot.engine.incident_sheet import Facts
from bot.incidents.news import Addressee
from bot.project import Project
from playbooks.steps import Tell, TellChannel, TellOrchestrator, TellOwners, TellRoles


def addressees(
    step: Tell, facts: Facts, project: Project, mention: Callable[[tuple[str, ...]], str]
) -> tuple[Addressee, ...]:
    """Return them; whoever the project file names nobody for says so."""
    return tuple(_one(to, facts, project, mention) for to in step.to)


def _one(
    to: TellRoles | TellOwners | TellChannel | TellOrchestrator,
    facts: Facts,
    project: Project,
    mention: Callable[[tuple[str, ...]], str],
) -> Addressee:
    match to:
        case TellRoles(roles=roles):
            named = {role: mention(_known(project, (role,))) for role in roles}
            marked = (role if there else f"{role} (nobody is named)" for role, there in named.items())
            nobody = "" if any(named.values()) else f"[roles] names nobody as {' or '.join(roles)}"
            return Addressee(" and ".join(marked), mention=mention(_known(project, roles)), nobody=nobody)
        case TellOwners(of=of, service=service):
            words = "the owners of the database" if of == "database" else "who is on call"
            roles, nobody = _owners(project, service or facts.service, of)
            if called := mention(_known(project, roles)):
                return Addressee(words, mention=called)
            return Addressee(f"{words} (nobody is named)", nobody=nobody)
        case TellChannel(channel=name):
            return Addressee(f"#{name}", channel=_channel(project, name))
        case TellOrchestrator():
            return Addressee("the orchestrator", orchestrator=True)


def _owners(project: Project, name: str, of: str) -> tuple[tuple[str, ...], str]:
    """Return the roles that answer for it, and what names nobody where that is so."""
    owner = project.service_or_app(name) if name else None
    if owner is None:
        return (), f"no service is called {name}" if name else "nothing says which service it is about"
    roles = owner.database_roles if of == "database" else owner.oncall_roles
    return roles, f"{of}_roles of {name} names nobody"


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
