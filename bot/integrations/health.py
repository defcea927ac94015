"""Ask a deployed service whether it is well and which commit it runs. Never raises for what the service does.

Decides nothing: how many good answers are enough, or bad ones too many, is the caller's business. What an
answer means is in ``_health_json.py``. Knows no settings, database or Slack.
"""

import asyncio
from time import perf_counter

import httpx

from bot.engine.health import Health, SmokeResult
from bot.engine.pulses import Beat
from bot.integrations import _health_json
from bot.integrations._health_json import Answer, short
from bot.integrations._silence import silence
from bot.project import Smoke

_READ_LIMIT = 256 * 1024
"""Bytes of an answer we look at."""


class HealthProbe:
    """Asks services over one ``httpx.AsyncClient`` that carries no token and no base URL."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def look(self, base_url: str, path: str, commit_key: str, timeout: float) -> Health:  # noqa: ASYNC109 - part of what is asked
        """Ask ``base_url + path`` once, for ``timeout`` seconds at most.

        Good is a 2xx answer whose ``status``, where it has one we know, is not a bad one. ``commit_key``
        names the commit in a JSON answer, dots going inwards (``build.commit``); empty means it names none.
        """
        answer = await self._ask(base_url, path, timeout)
        if isinstance(answer, str):
            return Health(ok=False, commit="", said=answer)
        return _health_json.health(answer, commit_key)

    async def beat(self, base_url: str, path: str, timeout: float) -> Beat:  # noqa: ASYNC109 - see look
        """Ask ``base_url + path`` once and say how it is, with its parts where the answer names them.

        Well is what is good for ``look`` and has no part that fails. 401, 403 and trouble of our own network
        are ``unknown``; any other answer, and none, is ``ill``.
        """
        try:
            answer = await self._send(base_url, path, timeout)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            return silence(error, timeout)
        return _health_json.beat(answer)

    async def smoke(self, base_url: str, test: Smoke, timeout: float) -> SmokeResult:  # noqa: ASYNC109 - see look
        """Send one smoke request and say whether status and text are as wanted, and how long it took."""
        began = perf_counter()
        answer = await self._ask(base_url, test.path, timeout)
        seconds = perf_counter() - began
        if isinstance(answer, str):
            ok, said = False, answer
        elif answer.status != test.status:
            ok, said = False, f"answered {answer.status}, wanted {test.status}"
        elif test.contains and test.contains not in answer.text:
            ok, said = False, f"answered {answer.status} without the text {test.contains!r}"
        else:
            ok, said = True, str(answer.status)
        return SmokeResult(name=test.name, ok=ok, said=short(said), seconds=seconds)

    async def _ask(self, base_url: str, path: str, seconds: float) -> Answer | str:
        """Return the answer, or why there is none."""
        try:
            return await self._send(base_url, path, seconds)
        except (httpx.TimeoutException, TimeoutError):
            return f"no answer within {seconds:g} s"
        except httpx.ConnectError:
            return "could not connect"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return f"the connection broke ({type(error).__name__})"

    async def _send(self, base_url: str, path: str, seconds: float) -> Answer:
        url = base_url.rstrip("/") + "/" + path.lstrip("/")
        headers = {"Cache-Control": "no-cache", "Accept": "application/health+json, application/json, */*"}
        body = b""
        async with (
            asyncio.timeout(seconds),
            self._http.stream("GET", url, headers=headers, timeout=seconds) as response,
        ):
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _READ_LIMIT:
                    break
        text = body[:_READ_LIMIT].decode("utf-8", "replace")
        return Answer(response.status_code, response.headers.get("content-type", ""), text)
