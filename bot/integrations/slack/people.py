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

    async def allowed(self, user: str, roles: tuple[str, ...]) -> bool:
        """Say whether ``user`` holds one of ``roles``.

        The last known members count while Slack is away; when it says no, nobody is known to be a member.
        """
        held = [self._project.roles[role] for role in roles]
        if any(user in role.users for role in held):
            return True
        for group in dict.fromkeys(group for role in held for group in role.groups):
            if user in await self._members(group):
                return True
        return False

    def who_can(self, roles: tuple[str, ...]) -> str:
        """Name the holders of ``roles`` as mrkdwn mentions, for a refusal."""
        held = [self._project.roles[role] for role in roles]
        groups = dict.fromkeys(group for role in held for group in role.groups)
        users = dict.fromkeys(user for role in held for user in role.users)
        named = [f"members of <!subteam^{group}>" for group in groups] + [f"<@{user}>" for user in users]
        return " or ".join(named) if named else "nobody yet (see [roles] in pawdeploy.toml)"

    async def _members(self, group: str) -> frozenset[str]:
        now, known = self._clock.now(), await self._cache.members(group)
        if known is not None and now - known[1] < timedelta(seconds=self._project.timings.roles_ttl):
            return known[0]
        try:
            answer = await self._slack.call("usergroups.users.list", "reading a user group", usergroup=group)
        except VendorUnavailable as error:
            # An outage: named users still work, and so does what we know.
            log.warning("group members are not readable", group=group, trouble=str(error))
            return known[0] if known is not None else frozenset()
        except VendorRejected as error:
            # The group is gone, or the scope or the plan was taken away: what we knew is worth no right now.
            log.warning("Slack names no members of a group", group=group, trouble=str(error))
            return frozenset()
        members = frozenset(str(user) for user in answer.get("users", []))
        await self._cache.remember(group, members, now)
        return members
