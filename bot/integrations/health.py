"""Ask a deployed service whether it is well and which commit it runs. Never raises for what the service does.

Understands plain answers, JSON, and ``application/health+json`` (draft-inadarei-api-health-check). Decides
nothing: how many good answers are enough is the pipeline's business. Knows no settings, database or Slack.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter

import httpx

from bot.engine.health import Health, SmokeResult
from bot.project import Smoke
from bot.redact import hide

_READ_LIMIT = 256 * 1024
"""Bytes of an answer we look at."""
_GOOD = frozenset({"pass", "ok", "up", "warn", "healthy"})
_BAD = frozenset({"fail", "error", "down", "unhealthy"})
_COMMIT_LIMIT = 64
_SAID_LIMIT = 200


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    content_type: str
    text: str


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
        body = _json_object(answer.text)
        word = _text(body, "status").lower()
        ok = 200 <= answer.status < 300 and word not in _BAD
        if _is_health_json(answer.content_type):
            # The draft requires a status from its list: another word there is no good answer.
            ok = ok and word in _GOOD
        said = str(answer.status) + (f", status {word}" if word else "")
        if not ok and (output := _text(body, "output") or _text(body, "detail")):
            said += f": {output}"
        commit = _text(body, commit_key)[:_COMMIT_LIMIT].lower() if commit_key else ""
        return Health(ok=ok, commit=commit, said=_short(said))

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
        return SmokeResult(name=test.name, ok=ok, said=_short(said), seconds=seconds)

    async def _ask(self, base_url: str, path: str, seconds: float) -> _Answer | str:
        """Return the answer, or why there is none."""
        url = base_url.rstrip("/") + "/" + path.lstrip("/")
        headers = {"Cache-Control": "no-cache", "Accept": "application/health+json, application/json, */*"}
        body = b""
        try:
            async with (
                asyncio.timeout(seconds),
                self._http.stream("GET", url, headers=headers, timeout=seconds) as response,
            ):
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > _READ_LIMIT:
                        break
        except (httpx.TimeoutException, TimeoutError):
            return f"no answer within {seconds:g} s"
        except httpx.ConnectError:
            return "could not connect"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return f"the connection broke ({type(error).__name__})"
        text = body[:_READ_LIMIT].decode("utf-8", "replace")
        return _Answer(response.status_code, response.headers.get("content-type", ""), text)


def _is_health_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/health+json"


def _json_object(text: str) -> Mapping[str, object]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _text(body: Mapping[str, object], key: str) -> str:
    """Return the text under ``key`` (as it is, else dots going inwards), or empty."""
    value: object = body.get(key)
    if value is None:
        value = body
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
    return value.strip() if isinstance(value, str) else ""


def _short(text: str) -> str:
    line = hide(" ".join(text.split()))
    return line if len(line) <= _SAID_LIMIT else line[: _SAID_LIMIT - 1] + "…"
