"""Whether a database at Upstash answers, by its REST API. Never raises for what Upstash does.

Given an ``httpx.AsyncClient`` with the database's own REST URL and ``auth_headers``. This is the very way its
users take: no answer is the database's trouble, unless the way there is ours.
"""

import httpx

from bot.engine.pulses import Beat
from bot.errors import VendorError
from bot.integrations._beats import DEADLINE, DOING, NOT_TO_ASK, unknown
from bot.integrations._health_json import short
from bot.integrations._http import VendorModel, parse, read_json, request
from bot.integrations._silence import silence

VENDOR = "Upstash"


def auth_headers(token: str) -> dict[str, str]:
    """Return the header every request needs; the read-only token is enough."""
    return {"Authorization": f"Bearer {token}"}


class _Answer(VendorModel):
    result: str = ""
    error: str = ""


class Upstash:
    """One database."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def beat(self) -> Beat:
        """Send PING: ``PONG`` is well, an error in its place is ill. (https://upstash.com/docs/redis/features/restapi)."""
        try:
            response = await request(self._http, VENDOR, DOING, "GET", "ping", deadline=DEADLINE)
        except VendorError as error:
            if error.status in NOT_TO_ASK:
                return unknown(error)
            if error.status is None:
                return silence(error)
            return Beat(found="ill", said=short(error.detail), answered=True)
        try:
            answer = parse(_Answer, read_json(response, VENDOR, DOING), VENDOR, DOING)
        except VendorError as error:
            return unknown(error, answered=True)
        if answer.error:
            return Beat(found="ill", said=short(answer.error), answered=True)
        if answer.result.upper() != "PONG":
            return Beat(found="unknown", said="it answers something else than PONG", answered=True)
        return Beat(found="well", said="PONG", answered=True)
