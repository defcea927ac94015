"""Who holds which role: named people, and members of Slack user groups as far as Slack can be asked."""

from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.slack.calls import SlackWeb
from bot.project import Project

log = structlog.get_logger(__name__)


class MemberCache(Protocol):
    """Where members are remembered between questions."""

    async def members(self, group_id: str) -> tuple[frozenset[str], datetime] | None:
        """Return a group's members and when they were read."""

    async def remember(self, group_id: str, members: frozenset[str], at: datetime) -> None:
        """Store a group's members."""


class People:
    """Answers who may."""

    def __init__(self, slack: SlackWeb, cache: MemberCache, project: Project, clock: Clock) -> None:
        self._slack = slack
        self._cache = cache
        self._project = project
        self._clock = clock

    async def allowed(self, user: str, roles: tuple[str, ...], *, fresh: bool = False) -> bool:
        """Say whether ``user`` holds one of ``roles``.

        The last known members count while Slack is away; when it says no, nobody is known to be a member.
        ``fresh`` asks Slack now and trusts nothing remembered: consent is judged by who is a member when
        it is given.

        Raises:
            VendorUnavailable: only with ``fresh``: Slack cannot be asked and ``user`` is not named.

        """
        users, groups = _holders(self._project, roles)
        if user in users:
            return True
        away: VendorUnavailable | None = None
        for group in groups:
            try:
                members = await self._ask(group) if fresh else await self._members(group)
            except VendorUnavailable as error:
                away = error
                continue
            if user in members:
                return True
        if away is not None:
            raise away
        return False

    async def members(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        """Return the user ids of everybody known to hold one of ``roles``, the named ones first."""
        users, groups = _holders(self._project, roles)
        found = dict.fromkeys(users)
        for group in groups:
            found |= dict.fromkeys(sorted(await self._members(group)))
        return tuple(found)

    def mention(self, roles: tuple[str, ...]) -> str:
        """Return mrkdwn that notifies the holders of ``roles``; empty when nobody is named."""
        return mention(self._project, roles)

    def who_can(self, roles: tuple[str, ...]) -> str:
        """Name the holders of ``roles`` as mrkdwn mentions, for a refusal."""
        users, groups = _holders(self._project, roles)
        named = [f"members of <!subteam^{group}>" for group in groups] + [f"<@{user}>" for user in users]
        return " or ".join(named) if named else "nobody yet (see [roles] in pawdeploy.toml)"

    async def _members(self, group: str) -> frozenset[str]:
        now, known = self._clock.now(), await self._cache.members(group)
        if known is not None and now - known[1] < timedelta(seconds=self._project.timings.roles_ttl):
            return known[0]
        try:
            return await self._ask(group)
        except VendorUnavailable as error:
            # An outage: named users still work, and so does what we know.
            log.warning("group members are not readable", group=group, trouble=str(error))
            return known[0] if known is not None else frozenset()

    async def _ask(self, group: str) -> frozenset[str]:
        """Return a group's members as Slack names them now."""
        now = self._clock.now()
        try:
            answer = await self._slack.call("usergroups.users.list", "reading a user group", usergroup=group)
        except VendorRejected as error:
            # The group is gone, or the scope or the plan was taken away: what we knew is worth no right now.
            log.warning("Slack names no members of a group", group=group, trouble=str(error))
            return frozenset()
        members = frozenset(str(user) for user in answer.get("users", []))
        await self._cache.remember(group, members, now)
        return members


def mention(project: Project, roles: tuple[str, ...]) -> str:
    """Return mrkdwn that notifies the holders of ``roles``; empty when nobody is named."""
    users, groups = _holders(project, roles)
    return " ".join([*(f"<!subteam^{group}>" for group in groups), *(f"<@{user}>" for user in users)])


def _holders(project: Project, roles: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Return the people and the groups named for ``roles``, each once."""
    held = [project.roles[role] for role in roles]
    users = dict.fromkeys(user for role in held for user in role.users)
    groups = dict.fromkeys(group for role in held for group in role.groups)
    return list(users), list(groups)
