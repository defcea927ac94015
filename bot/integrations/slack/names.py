"""How people are called, for what is read outside Slack. Forgotten with the process."""

from collections.abc import Iterable, Mapping

import structlog

from bot.errors import VendorError
from bot.integrations.slack.calls import SlackWeb

log = structlog.get_logger(__name__)

_MOST = 1000


class Names:
    """Asks ``users.info`` (https://docs.slack.dev/reference/methods/users.info)."""

    def __init__(self, slack: SlackWeb) -> None:
        self._slack = slack
        self._known: dict[str, str] = {}

    async def names(self, users: Iterable[str]) -> Mapping[str, str]:
        """Return names by user id; whom Slack does not name, or while it is away, is left out."""
        found = {user: await self._name(user) for user in users}
        return {user: name for user, name in found.items() if name}

    async def _name(self, user: str) -> str:
        if user not in self._known:
            try:
                answer = await self._slack.call("users.info", "asking for a name", user=user)
            except VendorError as error:
                log.warning("a name is not known", user=user, trouble=str(error))
                return ""
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[user] = _read(answer.get("user"))
        return self._known[user]


def _read(user: object) -> str:
    if not isinstance(user, dict):
        return ""
    profile = user.get("profile")
    real = profile.get("real_name") if isinstance(profile, dict) else None
    return str(real or user.get("real_name") or user.get("name") or "")[:80]
