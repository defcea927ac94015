"""Rules of ``bot/web/health.py``: alive is one thing, ready another; each part is named."""

import asyncio
import dataclasses

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.metrics import Metrics
from bot.web import create_web
from bot.web.health import Part, Readiness, readiness

WELL = Part(ok=True, said="well")
ALL_WELL = Readiness(database=WELL, slack=WELL, scheduler=WELL)


class Says:
    """Answers what it was given."""

    def __init__(self, answer: Readiness) -> None:
        self.answer = answer

    async def readiness(self) -> Readiness:
        return self.answer


class SaysNothing:
    """Never answers."""

    async def readiness(self) -> Readiness:
        await asyncio.Event().wait()
        return ALL_WELL


async def get(app: Starlette, path: str, method: str = "GET") -> httpx.Response:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as http:
        return await http.request(method, path)


async def test_ready_when_every_part_is() -> None:
    answer = await get(create_web(None, Says(ALL_WELL), Metrics()), "/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "database": {"ok": True, "said": "well"},
        "slack": {"ok": True, "said": "well"},
        "scheduler": {"ok": True, "said": "well"},
    }
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("part", ["database", "slack", "scheduler"])
async def test_not_ready_when_one_part_is_not_and_it_is_named(part: str) -> None:
    ill = dataclasses.replace(ALL_WELL, **{part: Part(ok=False, said="gone")})

    answer = await get(create_web(None, Says(ill), Metrics()), "/readyz")

    assert answer.status_code == 503
    assert answer.json()["status"] == "not ready"
    assert [name for name, said in answer.json().items() if said == {"ok": False, "said": "gone"}] == [part]


async def test_not_ready_when_nobody_answers() -> None:
    app = Starlette(routes=[Route("/readyz", readiness(SaysNothing(), patience=0.01))])

    answer = await get(app, "/readyz")

    assert answer.status_code == 503
    assert answer.json()["database"] == {"ok": False, "said": "no answer within 0.01 s"}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_alive_while_nothing_is_ready(method: str) -> None:
    answer = await get(create_web(None, SaysNothing(), Metrics()), "/healthz", method)

    assert answer.status_code == 200


async def test_metrics_come_in_prometheus_text_format() -> None:
    metrics = Metrics()
    metrics.slack_reconnected()

    answer = await get(create_web(None, Says(ALL_WELL), metrics), "/metrics")

    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "pawdeploy_slack_reconnects_total 1.0" in answer.text


async def test_in_socket_mode_there_is_no_door_for_slack() -> None:
    answer = await get(create_web(None, Says(ALL_WELL), Metrics()), "/slack/events", "POST")

    assert answer.status_code == 404


async def test_many_who_ask_at_once_share_one_look_for_each_costs_a_database_connection() -> None:
    looks = 0

    class Slow:
        async def readiness(self) -> Readiness:
            nonlocal looks
            looks += 1
            await asyncio.sleep(0.05)
            return ALL_WELL

    app = create_web(None, Slow(), Metrics())
    answers = await asyncio.gather(*(get(app, "/readyz") for _ in range(20)))

    assert [answer.status_code for answer in answers] == [200] * 20
    assert looks == 1
    await get(app, "/readyz")
    assert looks == 2
