"""The clients and the simulated vendors understand each other, over real requests without a socket.

What is asserted here of a simulator, tests/bot/integrations asserts of the vendor's documented answers.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.engine.checks import Green, NoEvidence, Pending, Red, decide
from bot.engine.shipping import Phase, Target
from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations import github, railway
from bot.integrations._http import Retry, build_http
from bot.integrations.health import HealthProbe
from bot.project import Smoke
from sandbox.faults import Faults
from sandbox.vendors.backend import BackendSim
from sandbox.vendors.github import GITHUB_TOKEN, GitHubSim
from sandbox.vendors.places import Place
from sandbox.vendors.railway import WORKSPACE_TOKEN, RailwaySim

HOST = "http://sandbox.test"
REPO = "pawlogic/backend"
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
        self.time = datetime(2026, 11, 23, 12, tzinfo=UTC)
        self.faults = Faults()
        self.faults.timeout_seconds = 0.01
        self.github = GitHubSim(self.faults, now=self.now, deliver=self._deliver)
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


# Railway


async def test_a_deployment_goes_live_at_railway(world, rail):
    assert (await rail.platform()).stable
    started = await rail.start(TARGET, world.sha, run=1)
    assert (await rail.look(TARGET, started.id)).phase is Phase.QUEUED

    world.later()

    assert (await rail.look(TARGET, started.id)).phase is Phase.LIVE
    live = await rail.live(TARGET)
    assert live is not None
    assert (live.id, live.sha) == (started.id, world.sha)
    assert [one.sha for one in await rail.deployments(TARGET)] == [world.sha, world.before]
    assert world.railway.starts == 1


@pytest.mark.parametrize(
    ("fate", "phase", "failing", "lines"),
    [
        ("fails", Phase.FAILED, "BUILD_IMAGE: exit code 1", "No matching distribution"),
        ("pre-deploy fails", Phase.FAILED, "PRE_DEPLOY_COMMAND: exit code 1", "already exists"),
        ("crashes", Phase.CRASHED, "", "JWT_SECRET is not set"),
        ("skipped", Phase.SKIPPED, "", "Skipped"),
        ("removed", Phase.REMOVED, "", "removed"),
        ("needs_approval", Phase.NEEDS_APPROVAL, "", ""),
        ("never ends", Phase.BUILDING, "", "Using Dockerfile"),
    ],
)
async def test_every_fate_of_a_deployment_is_told(world, rail, fate, phase, failing, lines):
    world.faults.set("railway.deployment", fate)
    started = await rail.start(TARGET, world.sha, run=1)
    world.later()

    progress = await rail.look(TARGET, started.id)

    assert progress.phase is phase
    assert progress.failing.startswith(failing)
    assert lines in "\n".join(await rail.last_lines(TARGET, started.id))


async def test_a_deployment_is_cancelled_once_and_cancelling_again_is_fine(world, rail):
    started = await rail.start(TARGET, world.sha, run=1)

    await rail.cancel(TARGET, started.id)
    await rail.cancel(TARGET, started.id)

    assert (await rail.look(TARGET, started.id)).phase is Phase.REMOVED


async def test_an_incident_is_reported(world, rail):
    world.faults.set("railway.platform", "incident")

    platform = await rail.platform()

    assert not platform.stable
    assert "Builds are delayed" in platform.note


async def test_tokens_open_what_they_should_and_nothing_else(world, clients, rail):
    async def using(headers):
        http = await clients.enter_async_context(world.http("/railway/graphql/v2", headers))
        return railway.Railway(http, retry=ONCE)

    assert "environment staging" in await rail.whoami()
    workspace = await using(railway.auth_headers(WORKSPACE_TOKEN, "workspace"))
    assert await workspace.whoami() == "workspace token of PawLogic"
    assert len(await workspace.deployments(TARGET)) == 1
    elsewhere = replace(TARGET, railway_environment="e-2")
    with pytest.raises(VendorRejected, match="Not Authorized"):
        await rail.deployments(elsewhere)
    with pytest.raises(VendorRejected, match="Not Authorized"):
        await (await using(railway.auth_headers("wrong", "project"))).deployments(TARGET)


ANSWERS = [
    ("503", VendorUnavailable),
    ("429", VendorUnavailable),
    ("401", VendorRejected),
    ("403", VendorRejected),
    ("404", VendorRejected),
    ("malformed", VendorUnavailable),
    ("graphql_error", VendorUnavailable),
]


@pytest.mark.parametrize(("answers", "error"), ANSWERS)
async def test_a_start_railway_answers_badly_is_one_of_two_errors(world, rail, answers, error):
    world.faults.set("railway.answers", answers)

    with pytest.raises(error) as caught:
        await rail.start(TARGET, world.sha, run=1)

    assert world.railway.starts == (1 if answers == "malformed" else 0)
    assert (caught.value.retry_after is not None) is (answers == "429")


# GitHub


async def test_refs_become_commits(world, hub):
    head = await hub.resolve(REPO, "main")
    assert head.sha == world.sha
    assert (await hub.resolve(REPO, world.sha)).sha == world.sha
    assert (await hub.resolve(REPO, "feature/pets")).sha == world.github.head("feature/pets")
    for unknown in ("nope", "f" * 40, "$(reboot)"):
        with pytest.raises(VendorRejected) as caught:
            await hub.resolve(REPO, unknown)
        assert caught.value.status in (404, 422)
    assert await hub.near_refs(REPO, "feature/pet") == ("feature/pets",)


@pytest.mark.parametrize(
    ("mood", "verdict", "source"),
    [
        ("green", Green, "check runs"),
        ("red", Red, "check runs"),
        ("pending", Pending, "check runs"),
        ("none", NoEvidence, "check runs"),
        ("startup_failure", Red, "check runs"),
        ("forbidden", Green, "workflow runs"),
    ],
)
@pytest.mark.parametrize("required", [(), ("test", "lint")])
async def test_every_mood_of_ci_is_judged_right(world, hub, mood, verdict, source, required):
    world.faults.set("github.checks", mood)

    report = await hub.checks(REPO, world.sha)

    assert isinstance(decide(report, required), verdict)
    assert report.source == source


async def test_a_comparison_names_commits_and_the_migration(world, hub):
    tag = (await hub.resolve(REPO, "v1.41.0")).sha

    found = await hub.compare(REPO, tag, world.sha)

    assert found.status == "ahead"
    assert len(found.commits) == found.total_commits == 7
    assert found.commits[-1].sha == world.sha
    assert "alembic/versions/0002_vaccinations.py" in found.files
    assert found.files_complete


async def test_a_commit_of_more_files_than_github_lists_is_incomplete(world, hub):
    sha = world.github.push("main", "Move everything", files=[f"f{number}.py" for number in range(400)])

    assert not (await hub.compare(REPO, world.sha, sha)).files_complete


async def test_a_deployment_record_is_found_again_and_followed(world, hub):
    assert await hub.find_deployment(REPO, world.sha, "staging", 12) is None

    made = await hub.create_deployment(REPO, world.sha, "staging", 12, production=False, description="run 12")
    await hub.deployment_status(
        REPO, made, "success", description="done", environment_url="https://api.test", log_url=""
    )

    assert await hub.find_deployment(REPO, world.sha, "staging", 12) == made
    assert await hub.find_deployment(REPO, world.sha, "staging", 1) is None
    assert len(world.github.deployments) == 1


@pytest.mark.parametrize(("answers", "error"), ANSWERS)
async def test_a_record_github_answers_badly_is_one_of_two_errors(world, hub, answers, error):
    world.faults.set("github.answers", answers)

    with pytest.raises(error):
        await hub.create_deployment(REPO, world.sha, "staging", 12, production=False, description="")

    assert len(world.github.deployments) == (1 if answers == "malformed" else 0)


async def test_a_wrong_token_is_rejected(world, clients):
    http = await clients.enter_async_context(world.http("/github", github.auth_headers("wrong")))
    with pytest.raises(VendorRejected, match="Bad credentials"):
        await github.GitHub(http, retry=ONCE).whoami()


# shipping by workflow


@pytest.mark.parametrize("tells", [True, False])
async def test_a_workflow_ships_and_is_found_by_our_number(world, workflow, tells):
    world.github.state.dispatch_tells_run = tells

    started = await workflow.start(TARGET, world.sha, run=12)

    assert (await workflow.look(TARGET, started.id)).phase is Phase.QUEUED
    assert [(one.id, one.sha, one.run) for one in await workflow.deployments(TARGET)] == [
        (started.id, world.sha, 12)
    ]
    assert await workflow.live(TARGET) is None
    world.later()
    assert (await workflow.look(TARGET, started.id)).phase is Phase.LIVE
    live = await workflow.live(TARGET)
    assert live is not None
    assert (live.sha, world.railway.live("api", "staging")) == (world.sha, world.sha)
    assert len(world.github.runs) == 1


async def test_a_failed_workflow_names_its_step_and_shows_its_log(world, workflow):
    world.faults.set("github.workflow", "fails")
    started = await workflow.start(TARGET, world.sha, run=12)
    world.later()

    progress = await workflow.look(TARGET, started.id)

    assert (progress.phase, progress.failing) == (Phase.FAILED, "deploy: railway up")
    assert (await workflow.last_lines(TARGET, started.id))[
        -1
    ] == "##[error]Process completed with exit code 1."


async def test_a_workflow_is_cancelled_and_cancelling_again_is_fine(world, workflow):
    started = await workflow.start(TARGET, world.sha, run=12)

    await workflow.cancel(TARGET, started.id)
    await workflow.cancel(TARGET, started.id)

    assert (await workflow.look(TARGET, started.id)).phase is Phase.REMOVED


# the deployed service


@pytest.mark.parametrize(
    ("knob", "ok", "commit"),
    [("good", True, "before"), ("bad", False, "before"), ("no commit", True, "")],
)
async def test_the_services_health_is_understood(world, probe, knob, ok, commit):
    world.faults.set("backend.health", knob)

    seen = await probe.look(f"{HOST}/backend/api/staging", "/health", "commit", 5)

    assert (seen.ok, seen.commit) == (ok, world.before if commit else "")


async def test_detailed_health_in_the_draft_standards_words_is_understood(world, probe):
    base = f"{HOST}/backend/api/staging"
    good = await probe.look(base, "/health/detailed", "releaseId", 5)
    world.faults.set("backend.health", "bad")
    bad = await probe.look(base, "/health/detailed", "releaseId", 5)

    assert (good.ok, good.commit, good.said) == (True, world.before, "200, status pass")
    assert (bad.ok, bad.said) == (False, "503, status fail")


@pytest.mark.parametrize(("knob", "ok"), [("good", True), ("failing", False)])
async def test_smoke_tests_tell_a_working_service_from_a_broken_one(world, probe, knob, ok):
    world.faults.set("backend.smoke", knob)
    smoke = Smoke(name="version", path="/version", contains="pawlogic")

    assert (await probe.smoke(f"{HOST}/backend/api/staging", smoke, 5)).ok is ok
