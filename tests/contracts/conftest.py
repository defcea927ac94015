"""The simulated vendors behind one ASGI app, and our clients connected to them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.engine.shipping import Target
from bot.integrations import expo as expo_client
from bot.integrations import github, railway
from bot.integrations._http import Retry, build_http
from bot.integrations.health import HealthProbe
from sandbox.faults import Faults
from sandbox.vendors.backend import BackendSim
from sandbox.vendors.expo import EXPO_TOKEN, ExpoSim
from sandbox.vendors.expo_seed import seed
from sandbox.vendors.github import GITHUB_TOKEN, GitHubSim
from sandbox.vendors.places import Place
from sandbox.vendors.railway import RailwaySim

HOST = "http://sandbox.test"
REPO = "pawlogic/backend"
APP = "pawlogic/mobile"
ONCE = Retry(attempts=1)
PLACE = Place(
    service="api",
    environment="staging",
    repository=REPO,
    project_id="p-1",
    service_id="s-1",
    environment_id="e-1",
    token="project-token",
)
TARGET = Target(
    service="api",
    environment="staging",
    repository=REPO,
    branch="main",
    railway_project="p-1",
    railway_service="s-1",
    railway_environment="e-1",
    workflow="backend-deploy.yml",
)


class World:
    """The simulators behind one ASGI app, and a clock that a test moves."""

    def __init__(self) -> None:
        self.target = TARGET
        self.time = datetime(2026, 11, 23, 12, tzinfo=UTC)
        self.faults = Faults()
        self.faults.timeout_seconds = 0.01
        self.github = GitHubSim(self.faults, now=self.now, apps=[APP], deliver=self._deliver)
        self.railway = RailwaySim(self.faults, [PLACE], now=self.now, commit_of=self.github.commit_of)
        self.backend = BackendSim(self.railway, self.faults)
        self.sha = self.github.head()
        self.before = self.github.repo.commits[self.sha].parents[0]
        self.railway.arrive("api", "staging", self.before)
        self.app = Starlette(
            routes=[
                Mount("/railway", app=self.railway.asgi),
                Mount("/github", app=self.github.asgi),
                Mount("/backend", app=self.backend.asgi),
            ]
        )

    def now(self) -> datetime:
        return self.time

    def later(self, seconds: float = 10) -> None:
        self.time += timedelta(seconds=seconds)

    def _deliver(self, service: str, environment: str, sha: str) -> None:
        self.railway.arrive(service, environment, sha, uploaded=True)

    def http(self, path: str, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return build_http(f"{HOST}{path}", headers, transport=transport)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def clients(world) -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def rail(world, clients):
    http = world.http("/railway/graphql/v2", railway.auth_headers("project-token", "project"))
    return railway.Railway(await clients.enter_async_context(http), retry=ONCE)


@pytest.fixture
async def hub_http(world, clients):
    return await clients.enter_async_context(world.http("/github", github.auth_headers(GITHUB_TOKEN)))


@pytest.fixture
def hub(hub_http):
    return github.GitHub(hub_http, retry=ONCE)


@pytest.fixture
def workflow(hub_http):
    return github.WorkflowShipper(hub_http, retry=ONCE, find_attempts=2, find_wait=0)


@pytest.fixture
async def probe(world, clients):
    return HealthProbe(await clients.enter_async_context(world.http("")))


@pytest.fixture
def sim(world):
    """The simulated Expo of the app, as it is when the sandbox starts."""
    made = ExpoSim(world.faults, now=world.now)
    seed(*made.work, world.github.state.repos[APP], world.now())
    world.app.router.routes.append(Mount("/expo", app=made.asgi))
    return made


@pytest.fixture
async def expo(world, clients, sim):
    address = expo_client.api_address(f"{HOST}/expo").removeprefix(HOST)
    http = world.http(address, expo_client.auth_headers(EXPO_TOKEN))
    return expo_client.Expo(await clients.enter_async_context(http), retry=ONCE)
