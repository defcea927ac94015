"""The clients and the simulated vendors understand each other, over real requests without a socket.

What is asserted here of a simulator, tests/bot/integrations asserts of the vendor's documented answers.
"""

from dataclasses import replace

import pytest

from bot.engine.checks import Green, NoEvidence, Pending, Red, decide
from bot.engine.shipping import Phase
from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations import github, railway
from bot.integrations._http import Retry
from sandbox.vendors.railway import WORKSPACE_TOKEN

REPO = "pawlogic/backend"
ONCE = Retry(attempts=1)


# Railway


async def test_a_deployment_goes_live_at_railway(world, rail):
    assert (await rail.platform()).stable
    started = await rail.start(world.target, world.sha, run=1)
    assert (await rail.look(world.target, started.id)).phase is Phase.QUEUED

    world.later()

    assert (await rail.look(world.target, started.id)).phase is Phase.LIVE
    live = await rail.live(world.target)
    assert live is not None
    assert (live.id, live.sha) == (started.id, world.sha)
    assert [one.sha for one in await rail.deployments(world.target)] == [world.sha, world.before]
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
    started = await rail.start(world.target, world.sha, run=1)
    world.later()

    progress = await rail.look(world.target, started.id)

    assert progress.phase is phase
    assert progress.failing.startswith(failing)
    assert lines in "\n".join(await rail.last_lines(world.target, started.id))


async def test_a_deployment_is_cancelled_once_and_cancelling_again_is_fine(world, rail):
    started = await rail.start(world.target, world.sha, run=1)

    await rail.cancel(world.target, started.id)
    await rail.cancel(world.target, started.id)

    assert (await rail.look(world.target, started.id)).phase is Phase.REMOVED


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
    assert len(await workspace.deployments(world.target)) == 1
    elsewhere = replace(world.target, railway_environment="e-2")
    with pytest.raises(VendorRejected, match="Not Authorized"):
        await rail.deployments(elsewhere)
    with pytest.raises(VendorRejected, match="Not Authorized"):
        await (await using(railway.auth_headers("wrong", "project"))).deployments(world.target)


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
        await rail.start(world.target, world.sha, run=1)

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
