"""The simulated vendors under a clock that moves only when told to."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from sandbox.faults import Faults
from sandbox.vendors.backend import BackendSim
from sandbox.vendors.github import GITHUB_TOKEN, GitHubSim
from sandbox.vendors.places import Place
from sandbox.vendors.railway import RailwaySim


class Clock:
    """Aware UTC; ``clock()`` tells, ``clock.wait(seconds)`` moves."""

    def __init__(self):
        self.at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self):
        return self.at

    def wait(self, seconds):
        self.at += timedelta(seconds=seconds)


def place(environment):
    return Place(
        service="api",
        environment=environment,
        repository="pawlogic/backend",
        project_id="project",
        service_id="service",
        environment_id=f"env-{environment}",
        token=f"token-{environment}",
    )


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def faults():
    return Faults()


@pytest.fixture
def railway(faults, clock):
    return RailwaySim(faults, [place("staging"), place("production")], now=clock)


@pytest.fixture
def github(faults, clock, railway):
    def deliver(service, environment, sha):
        railway.arrive(service, environment, sha, uploaded=True)

    return GitHubSim(faults, now=clock, deliver=deliver)


@pytest.fixture
async def rest(github):
    """A client of the simulated GitHub with a good token."""
    headers = {"Authorization": f"Bearer {GITHUB_TOKEN}"}
    transport = httpx.ASGITransport(app=github.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://github", headers=headers) as http:
        yield http


@pytest.fixture
async def gql(railway):
    """Ask the simulated Railway; gives the parsed body."""
    transport = httpx.ASGITransport(app=railway.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://railway") as http:

        async def ask(query, token="token-staging", **variables):
            headers = {"Project-Access-Token": token} if token else {}
            body = {"query": query, "variables": variables}
            return (await http.post("/graphql/v2", json=body, headers=headers)).json()

        yield ask


@pytest.fixture
def backend(railway, faults):
    return BackendSim(railway, faults)


@pytest.fixture
async def web(backend):
    """A client of the deployed services."""
    transport = httpx.ASGITransport(app=backend.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://backend") as http:
        yield http
