"""Who reacted to a message, asked of Slack itself. Knows no votes: what an emoji means is decided elsewhere.

Events about reactions can be lost or late, so they only say that it is time to ask.
"""

from bot.engine.consent import plain
from bot.errors import VendorUnavailable
from bot.integrations.slack.calls import SlackWeb

DOING = "reading reactions"


class Reactions:
    """Reads reactions."""

    def __init__(self, slack: SlackWeb) -> None:
        self._slack = slack

    async def on(self, channel: str, ts: str) -> dict[str, frozenset[str]]:
        """Return the user ids behind each emoji of a message, by its ``plain`` name.

        ``full`` asks for every person, however many (https://docs.slack.dev/reference/methods/reactions.get).

        Raises:
            VendorUnavailable: Slack did not answer, or asks us to wait: nothing is known.
            VendorRejected: ``detail`` is Slack's word: ``message_not_found`` when the message was deleted.

        """
        answer = await self._slack.call("reactions.get", DOING, channel=channel, timestamp=ts, full=True)
        message = answer.get("message")
        if not isinstance(message, dict):
            # No reactions would take every voice back; an answer without the message says nothing.
            raise VendorUnavailable("Slack", DOING, detail="an answer without the message")
        found: dict[str, frozenset[str]] = {}
        for one in message.get("reactions", []):
            name = plain(str(one["name"]))
            found[name] = found.get(name, frozenset()) | {str(user) for user in one["users"]}
        return found
