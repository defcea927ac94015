"""The real clients against the simulators behind a real server on loopback, however it answers.

``test_clients_and_simulators.py`` asks what the answers mean; here it counts what a network does to them.
"""

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.engine.shipping import Target
from bot.errors import VendorError, VendorRejected, VendorUnavailable
from bot.integrations import github, railway
from bot.integrations._http import Retry, build_http
from sandbox.faults import ANSWERS, Faults
from sandbox.serve import Server
from sandbox.vendors.github import GITHUB_TOKEN, GitHubSim
from sandbox.vendors.places import Place
from sandbox.vendors.railway import RailwaySim

REPO = "pawlogic/backend"
ONCE = Retry(attempts=1)
PATIENCE = 0.5
"""Seconds a client waits for an answer; the simulator's ``timeout`` outlasts it."""
TOKEN = "project-token"
PLACE = Place(
    service="api",
    environment="staging",
    repository=REPO,
    project_id="p",
    service_id="s",
    environment_id="e",
    token=TOKEN,
)
TARGET = Target(
    service="api",
    environment="staging",
    repository=REPO,
    branch="main",
    railway_project="p",
    railway_service="s",
    railway_environment="e",
    workflow="backend-deploy.yml",
)
HAPPENED = {"normal", "slow", "timeout", "reset", "malformed"}
"""Answers after which what was asked for has been done, whatever the client could see of it."""
OUTCOME = {
    "normal": None,
    "slow": None,
    "503": VendorUnavailable,
    "429": VendorUnavailable,
    "401": VendorRejected,
    "403": VendorRejected,
    "404": VendorRejected,
    "timeout": VendorUnavailable,
    "reset": VendorUnavailable,
    "malformed": VendorUnavailable,
    "graphql_error": VendorUnavailable,
}


class World:
    def __init__(self):
        self.faults = Faults()
        self.faults.slow_seconds = 0.05
        self.github = GitHubSim(self.faults)
        self.railway = RailwaySim(self.faults, [PLACE])
        self.app = Starlette(
            routes=[Mount("/railway", app=self.railway.asgi), Mount("/github", app=self.github.asgi)]
        )


@pytest.fixture
async def world():
    made = World()
    async with Server(made.app) as server:
        rail = build_http(
            f"{server.url}/railway/graphql/v2", railway.auth_headers(TOKEN, "project"), timeout=PATIENCE
        )
        hub = build_http(f"{server.url}/github", github.auth_headers(GITHUB_TOKEN), timeout=PATIENCE)
        async with rail, hub:
            made.rail, made.hub = railway.Railway(rail, retry=ONCE), github.GitHub(hub, retry=ONCE)
            made.workflow = github.WorkflowShipper(hub, retry=ONCE, find_attempts=1)
            yield made


async def outcome(call):
    try:
        await call
    except VendorError as error:
        return type(error)
    return None


def test_every_answer_is_expected_to_end_somehow():
    assert set(OUTCOME) == set(ANSWERS)


@pytest.mark.parametrize("answers", ANSWERS)
async def test_starting_at_railway_ends_as_it_should_and_happens_when_it_should(world, answers):
    world.faults.set("railway.answers", answers)

    ended = await outcome(world.rail.start(TARGET, "a" * 40, run=1))

    assert ended is OUTCOME[answers]
    assert world.railway.starts == (1 if answers in HAPPENED else 0)


@pytest.mark.parametrize("answers", ANSWERS)
async def test_rolling_back_at_railway_never_happens_twice(world, answers):
    earlier = world.railway.arrive("api", "staging", "b" * 40)
    world.railway.arrive("api", "staging", "a" * 40)
    world.faults.set("railway.answers", answers)

    ended = await outcome(world.rail.roll_back(TARGET, earlier.id))

    assert ended is OUTCOME[answers]
    assert len(world.railway.rolled_back("api", "staging")) == (1 if answers in HAPPENED else 0)


@pytest.mark.parametrize("answers", ANSWERS)
async def test_recording_on_github_ends_as_it_should_and_happens_when_it_should(world, answers):
    world.faults.set("github.answers", answers)
    sha = world.github.head()

    ended = await outcome(
        world.hub.create_deployment(REPO, sha, "staging", 1, production=False, description="")
    )

    assert ended is OUTCOME[answers]
    assert len(world.github.deployments) == (1 if answers in HAPPENED else 0)


@pytest.mark.parametrize("answers", ANSWERS)
async def test_dispatching_on_github_never_starts_two_runs(world, answers):
    world.faults.set("github.answers", answers)

    ended = await outcome(world.workflow.start(TARGET, world.github.head(), run=1))

    assert ended is OUTCOME[answers]
    assert len(world.github.runs) == (1 if answers in HAPPENED else 0)


@pytest.mark.parametrize("answers", ANSWERS)
async def test_reading_ends_as_it_should_and_works_again_after(world, answers):
    world.faults.set("railway.answers", answers)
    world.faults.set("github.answers", answers)
    ends = [await outcome(world.rail.deployments(TARGET)), await outcome(world.hub.resolve(REPO, "main"))]
    world.faults.reset()

    assert ends == [OUTCOME[answers]] * 2
    assert await outcome(world.rail.deployments(TARGET)) is None
    assert (await world.hub.resolve(REPO, "main")).sha == world.github.head()
