"""How people are called, for what is read outside Slack. Forgotten with the process."""

from collections.abc import Iterable, Mapping

import structlog

from bot.errors import VendorError
from bot.integrations.slack.calls import SlackWeb

log = structlog.get_logger(__name__)

_MOST = 1000
_MANY = 20
"""More people than this at once are looked for in the list of everybody: ``users.info`` is let through a
hundred times a minute, and others ask too."""
_PAGES, _PAGE = 5, 200


class Names:
    """Asks ``users.info`` (https://docs.slack.dev/reference/methods/users.info), of many ``users.list``."""

    def __init__(self, slack: SlackWeb) -> None:
        self._slack = slack
        self._known: dict[str, str] = {}

    async def names(self, users: Iterable[str]) -> Mapping[str, str]:
        """Return names by user id; whom Slack does not name, or while it is away, is left out."""
        asked = tuple(dict.fromkeys(users))
        strangers = {user for user in asked if user not in self._known}
        if len(strangers) > _MANY:
            await self._meet(strangers)
            left = [user for user in asked if user not in self._known][_MANY:]  # they stay without names
            asked = tuple(user for user in asked if user not in left)
        found = {user: await self._name(user) for user in asked}
        return {user: name for user, name in found.items() if name}

    async def _meet(self, strangers: set[str]) -> None:
        """Look for people in the list of everybody, page by page, while somebody is missing."""
        cursor, missing = "", set(strangers)
        for _ in range(_PAGES):
            try:
                answer = await self._slack.call("users.list", "asking for names", limit=_PAGE, cursor=cursor)
            except VendorError as error:
                log.warning("names are not known", people=len(missing), trouble=str(error))
                return
            members = answer.get("members")
            for user in members if isinstance(members, list) else ():
                if isinstance(user, dict) and user.get("id") in missing:
                    self._keep(user["id"], _read(user))
                    missing.discard(user["id"])
            more = answer.get("response_metadata")
            cursor = str(more.get("next_cursor") or "") if isinstance(more, dict) else ""
            if not missing or not cursor:
                return

    async def _name(self, user: str) -> str:
        if user not in self._known:
            try:
                answer = await self._slack.call("users.info", "asking for a name", user=user)
            except VendorError as error:
                log.warning("a name is not known", user=user, trouble=str(error))
                return ""
            self._keep(user, _read(answer.get("user")))
        return self._known[user]

    def _keep(self, user: str, name: str) -> None:
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[user] = name


def _read(user: object) -> str:
    if not isinstance(user, dict):
        return ""
    profile = user.get("profile")
    real = profile.get("real_name") if isinstance(profile, dict) else None
    return str(real or user.get("real_name") or user.get("name") or "")[:80]
