"""What looks at vendors share: one question, and what an answer that tells nothing means.

Knows no vendor's paths or words. A look is never repeated here: the monitor looks again.
"""

from typing import TypeVar

import httpx
from pydantic import BaseModel

from bot.engine.pulses import Beat
from bot.errors import VendorError
from bot.integrations._health_json import short
from bot.integrations._http import parse, read_json, request

M = TypeVar("M", bound=BaseModel)

DOING = "asking how it is"
DEADLINE = 30.0
"""Seconds; the client's own timeouts are shorter and bound single reads."""
NOT_TO_ASK = (401, 403)


async def ask(
    http: httpx.AsyncClient,
    vendor: str,
    model: type[M],
    path: str,
    params: dict[str, tuple[str, ...]] | None = None,
) -> M | Beat:
    """Ask once and read the answer; when that fails nothing is known, and the beat says why."""
    answered = False
    try:
        response = await request(http, vendor, DOING, "GET", path, params=params, deadline=DEADLINE)
        answered = True
        return parse(model, read_json(response, vendor, DOING), vendor, DOING)
    except VendorError as error:
        return unknown(error, answered=answered)


def unknown(error: VendorError, *, answered: bool = False) -> Beat:
    """Say why nothing is known; with a status something did answer."""
    said = f"{error.status}: we may not ask it" if error.status in NOT_TO_ASK else error.detail or str(error)
    return Beat(found="unknown", said=short(said), answered=answered or error.status is not None)
