"""What a run's card needs to know of ``pawdeploy.toml``: who may approve, which reactions count. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.engine.mobile import AppPlatform
from bot.engine.runs import RunView
from bot.project import Project


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """The rules around one run. Texts are mrkdwn, ready to show."""

    guarded: bool = False
    """People must agree before anything ships there."""
    approvers: str = ""
    """Mentions of those who hold an approver role."""
    overriders: str = ""
    """Mentions of those who may skip the rest of the soak; empty: nobody may."""
    native_overriders: str = ""
    """Mentions of those who may publish an update not known to be JavaScript only; empty: nobody may."""
    testers: str = ""
    """Mentions of those who say how a build does on a phone; empty: everybody in the channel may."""
    devices: tuple[AppPlatform, ...] = ()
    """Platforms somebody must have found working before a build goes to its store."""
    approve: tuple[str, ...] = ()
    """Emoji names that count as a yes."""
    reject: tuple[str, ...] = ()


NOTHING = Around()


def around(project: Project, run: RunView) -> Around:
    """Look up the rules for ``run``; none for a place no longer configured."""
    service = project.service_or_app(run.service)
    there = service.environments.get(run.environment) if service else None
    if there is None:
        return NOTHING
    app = project.app(run.service)
    phones = app.environments[run.environment] if app else None
    return Around(
        native_overriders=mentions(project, phones.override_roles) if phones else "",
        testers=mentions(project, phones.tester_roles) if phones else "",
        devices=phones.devices if phones else (),
        guarded=there.guarded,
        approvers=mentions(project, there.approval.roles) if there.approval else "",
        overriders=mentions(project, there.soak.override_roles) if there.soak else "",
        approve=project.reactions.approve,
        reject=project.reactions.reject,
    )


def mentions(project: Project, roles: Iterable[str]) -> str:
    """Mention whoever holds one of ``roles``, groups first: ``<!subteam^S0A> <@U0B>``; empty for nobody."""
    held = [project.roles[role] for role in roles if role in project.roles]
    groups = dict.fromkeys(group for role in held for group in role.groups)
    users = dict.fromkeys(user for role in held for user in role.users)
    return " ".join([*(f"<!subteam^{group}>" for group in groups), *(f"<@{user}>" for user in users)])
