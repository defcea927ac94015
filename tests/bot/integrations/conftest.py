"""A vendor on the other end of ``httpx.MockTransport``: answers by method and path, keeps the requests."""

import json
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from bot.engine.shipping import Target
from bot.integrations._http import Retry, build_http

Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Vendor:
    """Answers ``on(...)`` in order; the last answer of a path is given for ever."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self._answers: dict[str, list[Answer]] = {}

    def on(self, method_and_path: str, *answers: Answer) -> None:
        self._answers[method_and_path] = list(answers)

    def paths(self) -> list[str]:
        return [f"{request.method} {request.url.raw_path.decode()}" for request in self.asked]

    def sent(self, index: int = -1) -> dict:
        return json.loads(self.asked[index].content)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        raw = request.url.raw_path.decode()
        for key in (f"{request.method} {raw}", f"{request.method} {raw.partition('?')[0]}"):
            if answers := self._answers.get(key):
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                if isinstance(answer, Exception):
                    raise answer
                if callable(answer):
                    return answer(request)
                # A fresh copy: httpx closes what it has read.
                headers = [(k, v) for k, v in answer.headers.items() if k != "content-length"]
                return httpx.Response(answer.status_code, headers=headers, content=answer.content)
        return httpx.Response(404, json={"message": "Not Found", "status": "404"})


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
async def connect(vendor: Vendor) -> AsyncIterator[Callable[..., httpx.AsyncClient]]:
    """Make clients that talk to ``vendor``; closed at the end."""
    made: list[httpx.AsyncClient] = []

    def make(base_url: str, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
        made.append(build_http(base_url, headers, transport=httpx.MockTransport(vendor)))
        return made[-1]

    yield make
    for http in made:
        await http.aclose()


@pytest.fixture
def at_once() -> Retry:
    """Three attempts without a pause between them."""
    return Retry(attempts=3, wait_initial=0, wait_max=0, wait_jitter=0)


@pytest.fixture
def target() -> Target:
    return Target(
        service="api",
        environment="staging",
        repository="pawlogic/backend",
        branch="main",
        railway_project="p-1",
        railway_service="s-1",
        railway_environment="e-1",
        workflow="backend-deploy.yml",
    )
