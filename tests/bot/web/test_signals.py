"""Rules of ``bot/web/signals.py``: a verdict is stored once, if it is signed and says what counts."""

import json
from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest

from bot.clock import Clock
from bot.engine.signals import Signal, Verdict
from bot.metrics import Metrics
from bot.web import create_web
from bot.web.signals import LARGEST_BODY, signals_door
from tests.bot.test_webhooks import KEY, NOON, SECRET, headers
from tests.bot.web.test_health import ALL_WELL, Says

REPORT = {"sha": "A1B2" * 10, "suite": "e2e", "verdict": "passed", "url": "https://t.test/1"}


class Noon(Clock):
    def now(self) -> datetime:
        return NOON


class Kept:
    """A store in memory."""

    def __init__(self) -> None:
        self.signals: dict[str, Signal] = {}

    async def keep(self, message_id: str, signal: Signal, *, received_at: datetime) -> bool:
        assert received_at == NOON
        return self.signals.setdefault(message_id, signal) is signal


class Agent:
    """The testing agent, and what it got across."""

    def __init__(self) -> None:
        self.kept = Kept()
        door = signals_door(self.kept, SECRET, Noon())
        app = create_web(None, Says(ALL_WELL), Metrics(), tests=door)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://bot.test")

    async def report(
        self, body: bytes | dict[str, object], *, key: bytes = KEY, age: float = 0
    ) -> httpx.Response:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.http.post("/signals/tests", content=raw, headers=headers(raw, key=key, age=age))


@pytest.fixture
async def agent() -> AsyncIterator[Agent]:
    agent = Agent()
    async with agent.http:
        yield agent


async def test_a_signed_verdict_is_stored_with_the_moment_it_was_signed(agent: Agent) -> None:
    answer = await agent.report(REPORT | {"duration": 12})

    assert (answer.status_code, answer.json()) == (200, {"status": "stored"})
    (kept,) = agent.kept.signals.values()
    assert kept == Signal(
        sha="a1b2" * 10, suite="e2e", verdict=Verdict.PASSED, url="https://t.test/1", at=NOON
    )


async def test_a_repeat_is_answered_well_and_changes_nothing(agent: Agent) -> None:
    await agent.report(REPORT)
    answer = await agent.report(REPORT | {"verdict": "failed"})

    assert (answer.status_code, answer.json()) == (200, {"status": "known"})
    assert [kept.verdict for kept in agent.kept.signals.values()] == [Verdict.PASSED]


async def test_what_is_not_signed_is_refused_before_it_is_read(agent: Agent) -> None:
    for answer in (
        await agent.http.post("/signals/tests", content=b"{"),
        await agent.report(b"{", key=b"o" * 32),
        await agent.report(b"\xff\xfe", age=301),
        await agent.http.post("/signals/tests", content=b"{}", headers=headers(b"{} ")),
        await agent.http.post(
            "/signals/tests", content=b"{}", headers={"webhook-signature": b"v1,\xe9", "webhook-id": b"\xe9"}
        ),
    ):
        assert (answer.status_code, answer.json()) == (401, {"error": "invalid signature"})
    assert agent.kept.signals == {}


WRONG: dict[str, tuple[bytes | dict[str, object], str]] = {
    "no JSON": (b"{", "body"),
    "no text": (b'{"sha": "\xff\xfe"}', "body"),
    "nothing": (b"", "body"),
    "a list": (b"[]", "body"),
    "a tower": (b"[" * 60_000, "body"),
    "no verdict": ({"sha": "a" * 40, "suite": "e2e"}, "verdict"),
    "another verdict": (REPORT | {"verdict": "skipped"}, "verdict"),
    "a short commit": (REPORT | {"sha": "a1b2c3d"}, "sha"),
    "a commit and a line break": (REPORT | {"sha": "a" * 40 + "\n"}, "sha"),
    "a branch": (REPORT | {"sha": "main"}, "sha"),
    "a suite without a name": (REPORT | {"suite": "  "}, "suite"),
    "a suite with an endless name": (REPORT | {"suite": "s" * 101}, "suite"),
    "a number for a suite": (REPORT | {"suite": 7}, "suite"),
    "an address that runs": (REPORT | {"url": "javascript:alert(1)"}, "url"),
    "an address with spaces in it": (REPORT | {"url": "https://t.test/ <!channel>"}, "url"),
    "an endless address": (REPORT | {"url": "https://t.test/" + "a" * 2000}, "url"),
}


@pytest.mark.parametrize("what", WRONG)
async def test_what_says_nothing_is_refused_by_its_key(what: str, agent: Agent) -> None:
    body, key = WRONG[what]

    answer = await agent.report(body)

    assert answer.status_code == 400
    assert key in answer.json()["error"]
    assert agent.kept.signals == {}


async def test_results_may_be_nowhere(agent: Agent) -> None:
    answer = await agent.report({key: value for key, value in REPORT.items() if key != "url"})

    assert answer.status_code == 200
    assert [kept.url for kept in agent.kept.signals.values()] == [""]


async def test_too_much_is_not_read(agent: Agent) -> None:
    answer = await agent.report(b" " * (LARGEST_BODY + 1))

    assert answer.status_code == 413


async def test_only_post_is_taken(agent: Agent) -> None:
    assert (await agent.http.get("/signals/tests")).status_code == 405


async def test_without_a_secret_there_is_no_such_address() -> None:
    transport = httpx.ASGITransport(app=create_web(None, Says(ALL_WELL), Metrics()))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as http:
        assert (await http.post("/signals/tests", content=b"{}")).status_code == 404
