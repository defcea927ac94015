"""Sends many webhooks at a steady rate, whatever becomes of them, and keeps what was answered to each.

A time counts from when a message should have left: a receiver that is slow cannot slow its own judge.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp

from sandbox.launch import Sandbox
from sandbox.vendors.sentry_hooks import Hook

PATIENCE = 10.0
"""Seconds somebody waits for an answer; Sentry itself waits one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What was answered to one message."""

    name: str
    """Its ``Request-ID``."""
    status: int
    """0: no answer, or a connection that was cut."""
    seconds: float


async def gathered(box: Sandbox, *, groups: int, total: int) -> list[Hook]:
    """Have ``groups`` issues happen ``total`` times at the simulated Sentry; return what it would send."""
    hooks = box.sentry.hooks
    hooks.waiting = []
    await box.sentry.storm(groups, total)
    held, hooks.waiting = hooks.waiting, None
    return held


async def pour(url: str, hooks: Sequence[Hook], *, per_second: float) -> list[Answer]:
    """Post ``hooks`` to ``url``, ``per_second`` of them, none waiting for another's answer."""
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as http:
        began = time.perf_counter() + 0.05
        tasks = []
        for number, hook in enumerate(hooks):
            due = began + number / per_second
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            tasks.append(asyncio.create_task(_post(http, url, hook, due)))
        return list(await asyncio.gather(*tasks))


async def _post(http: aiohttp.ClientSession, url: str, hook: Hook, due: float) -> Answer:
    status = 0
    try:
        async with http.post(url, data=hook.body, headers=hook.headers) as answer:
            await answer.read()
            status = answer.status
    except (aiohttp.ClientError, TimeoutError):
        pass
    return Answer(name=hook.headers["Request-ID"], status=status, seconds=time.perf_counter() - due)
