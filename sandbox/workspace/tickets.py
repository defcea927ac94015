"""Things Slack hands out that work only for a while: trigger ids, response addresses, socket tickets."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.workspace.errors import Refused
from sandbox.workspace.timing import Timings


@dataclass(slots=True)
class _Trigger:
    user: str
    channel: str | None
    issued: float
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Where an answer to one interaction may be posted, and how often still."""

    id: str
    user: str
    channel: str
    issued: float
    uses: int = 0
    message_ts: str | None = None
    """The message the interaction came from, when it came from one."""
    thread_ts: str | None = None


class Tickets:
    """Issues and redeems; time comes from the given clock."""

    def __init__(self, timings: Timings, clock: Callable[[], float]) -> None:
        self._timings = timings
        self._clock = clock
        self._triggers: dict[str, _Trigger] = {}
        self._responses: dict[str, ResponseUrl] = {}
        self._sockets: dict[str, float] = {}

    def trigger(self, user: str, channel: str | None) -> str:
        """Issue a trigger id for what ``user`` just did."""
        now = self._clock()
        made = f"{int(now * 1000)}.{len(self._triggers) + 1}.{secrets.token_hex(16)}"
        self._triggers[made] = _Trigger(user, channel, now)
        return made

    def redeem(self, trigger_id: str) -> tuple[str, str | None]:
        """Use a trigger id up; return its person and channel. Raises ``Refused`` in Slack's words."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self._clock() - trigger.issued > self._timings.trigger:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger.user, trigger.channel

    def response(
        self, user: str, channel: str, *, message_ts: str | None = None, thread_ts: str | None = None
    ) -> ResponseUrl:
        """Issue a response address."""
        made = ResponseUrl(
            secrets.token_urlsafe(18),
            user,
            channel,
            self._clock(),
            message_ts=message_ts,
            thread_ts=thread_ts,
        )
        self._responses[made.id] = made
        return made

    def use_response(self, response_id: str) -> ResponseUrl:
        """Count one use of a response address. Raises ``Refused``."""
        found = self._responses.get(response_id)
        if found is None:
            raise Refused("no_such_url")
        if self._clock() - found.issued > self._timings.response_url:
            raise Refused("expired_url")
        if found.uses >= self._timings.response_url_uses:
            raise Refused("used_url")
        found.uses += 1
        return found

    def socket(self) -> str:
        """Issue a Socket Mode ticket, good for one connection."""
        made = secrets.token_urlsafe(18)
        self._sockets[made] = self._clock()
        return made

    def use_socket(self, ticket: str) -> bool:
        """Use a Socket Mode ticket up; False when it is unknown, used or too old."""
        issued = self._sockets.pop(ticket, None)
        return issued is not None and self._clock() - issued <= self._timings.ticket
