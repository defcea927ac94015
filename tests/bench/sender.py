"""Sends signed webhooks at a fixed pace and says how long each took. Run as a process by the bench.

Open loop: a message is due when it is due, whatever became of the one before, and is timed from that moment;
so a receiver that stalls is charged for everybody it kept waiting.
"""

import asyncio
import hmac
import json
import os
import sys
import time
import uuid
from hashlib import sha256

import aiohttp

GROUPS = 50


def message(number: int) -> tuple[bytes, dict[str, str]]:
    """Write one ``event_alert`` of Sentry, four kilobytes of it, and sign it."""
    frames = [
        {
            "filename": f"app/module_{at}.py",
            "function": "handle",
            "lineno": at,
            "context_line": "    raise" * 4,
        }
        for at in range(24)
    ]
    event = {
        "event_id": uuid.uuid4().hex,
        "issue_id": str(7_000_000 + number % GROUPS),
        "title": f"BenchError: pet {number % GROUPS} is missing",
        "culprit": "app.pets.routes in list_pets",
        "level": "error",
        "environment": "production",
        "datetime": time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime()),
        "url": "https://sentry.io/api/0/projects/pawlogic/backend/events/1/",
        "web_url": "https://sentry.io/organizations/pawlogic/issues/1/events/1/",
        "tags": [["environment", "production"], ["transaction", "/v1/pets"]],
        "exception": {"values": [{"type": "BenchError", "stacktrace": {"frames": frames}}]},
    }
    told = {"action": "triggered", "data": {"event": event, "triggered_rule": "Bench"}}
    body = json.dumps(told, separators=(",", ":")).encode()
    signature = hmac.new(os.environ["SECRET"].encode(), body, sha256).hexdigest()
    return body, {
        "Content-Type": "application/json",
        "Request-ID": uuid.uuid4().hex,
        "Sentry-Hook-Resource": "event_alert",
        "Sentry-Hook-Timestamp": str(int(time.time())),
        "Sentry-Hook-Signature": signature,
    }


async def main(url: str, rate: float, seconds: float) -> None:
    """Send ``rate`` a second for ``seconds``; print milliseconds of each and how many were not 2xx."""
    total = int(rate * seconds)
    messages = [message(number) for number in range(total)]
    taken: list[float] = []
    refused = 0

    async def send(number: int, due: float) -> None:
        nonlocal refused
        body, headers = messages[number]
        async with session.post(url, data=body, headers=headers) as answer:
            await answer.read()
            refused += answer.status >= 300
        taken.append((time.perf_counter() - due) * 1000)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        began = time.perf_counter() + 0.1
        tasks = []
        for number in range(total):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(send(number, due)))
        await asyncio.gather(*tasks)
    sys.stdout.write(json.dumps({"taken": taken, "refused": refused}))


asyncio.run(main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3])))
