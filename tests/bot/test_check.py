"""Rules of ``bot/check.py``: each thing a run needs is looked at and named, and says how to repair it."""

from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from tests.bot._check import SCOPES, World


@pytest.fixture
def world() -> World:
    return World()


async def test_when_all_is_well_everything_a_run_needs_was_looked_at(world: World, tmp_path: Path) -> None:
    findings = await world.check(tmp_path)

    assert [finding for finding in findings if not finding.ok] == []
    assert [finding.name for finding in findings[1:]] == [
        "Slack bot token",
        "Slack scopes",
        "Slack delivery",
        "Slack channel C0DEPLOYS01",
        "Slack channel C0ALERTS001",
        "Slack channel C0OPSDESK01",
        "Slack group S0BACKEND01",
        "Slack group S0APPROVER1",
        "GitHub token",
        "GitHub pawlogic/backend",
        "workflow downgrade",
        "workflow source-maps",
        "Railway api staging",
        "Railway api production",
        "Sentry token",
        "Sentry backend",
        "Sentry mobile",
        "workflow mobile-build.yml of mobile",
        "version of mobile",
        "Expo token",
        "Expo mobile",
        "Expo channel mobile production",
        "App Store mobile",
        "Google Play mobile",
        "POST /hooks/appstore",
        "POST /hooks/sentry",
        "POST /hooks/github",
        "POST /hooks/railway/…",
        "POST /hooks/expo",
        "POST /hooks/generic",
        "heartbeat",
        "playbook api-down",
        "playbook mobile-crash-spike",
        "incidents api-down",
        "incidents db-migration-failure",
        "incidents mobile-crash-spike",
        "orchestrator",
        "incidents",
        "dependency supabase",
        "dependency upstash",
        "dependency github",
        "database",
    ]


async def test_a_check_changes_nothing_at_github_and_sentry(world: World, tmp_path: Path) -> None:
    await world.check(tmp_path)

    asked = [asked for asked in world.asked if "/repos/" in asked or "/api/0/" in asked]
    assert {one.split()[0] for one in asked} == {"GET"}


def slack_says(error: str, **more: str) -> dict[str, object]:
    return {"ok": False, "error": error, **more}


# what answers, with what, which finding fails, what it says
WRONG = {
    "a refused bot token": (
        "/api/auth.test",
        slack_says("invalid_auth"),
        "Slack bot token",
        "OAuth & Permissions",
    ),
    "Slack down": ("/api/auth.test", httpx.Response(503), "Slack bot token", "slack-status.com"),
    "Slack answering in HTML": (
        "/api/auth.test",
        httpx.Response(200, text="<p>"),
        "Slack bot token",
        "not JSON",
    ),
    "no network": ("/api/auth.test", httpx.ConnectError("no route"), "Slack bot token", "try again"),
    "a refused app token": (
        "/api/apps.connections.open",
        slack_says("invalid_auth"),
        "Slack delivery",
        "connections:write",
    ),
    "an app token without its scope": (
        "/api/apps.connections.open",
        slack_says("missing_scope", needed="connections:write"),
        "Slack delivery",
        "lacks the scope connections:write",
    ),
    "a channel that is not there": (
        "/api/conversations.info",
        slack_says("channel_not_found"),
        "Slack channel C0DEPLOYS01",
        "channels.deploys",
    ),
    "a channel without the bot": (
        "/api/conversations.info",
        {"ok": True, "channel": {"name": "deploys", "is_member": False}},
        "Slack channel C0DEPLOYS01",
        "/invite @pawdeploy",
    ),
    "an archived channel": (
        "/api/conversations.info",
        {"ok": True, "channel": {"name": "old", "is_archived": True}},
        "Slack channel C0DEPLOYS01",
        "#old is archived",
    ),
    "a plan without groups": (
        "/api/usergroups.users.list",
        slack_says("plan_upgrade_required"),
        "Slack group S0BACKEND01",
        "users = [...]",
    ),
    "an empty group": (
        "/api/usergroups.users.list",
        {"ok": True, "users": []},
        "Slack group S0BACKEND01",
        "nobody",
    ),
    "a refused GitHub token": (
        "/user",
        httpx.Response(401, json={"message": "Bad"}),
        "GitHub token",
        "GITHUB_TOKEN",
    ),
    "a workflow that is not there": (
        "/repos/pawlogic/backend/actions/workflows/migrate.yml/runs",
        httpx.Response(404, json={"message": "Not Found"}),
        "workflow downgrade",
        "check file, ref and repository",
    ),
    "an app's branch that is not there": (
        "/repos/pawlogic/mobile/commits/main",
        httpx.Response(422, json={"message": "No commit found"}),
        "workflow source-maps",
        "source-maps.yml of pawlogic/mobile",
    ),
    "a repository the token cannot see": (
        "/repos/pawlogic/backend/commits/main",
        httpx.Response(404, json={"message": "Not Found"}),
        "GitHub pawlogic/backend",
        "Contents: read",
    ),
    "deployments the token cannot read": (
        "/repos/pawlogic/backend/deployments",
        httpx.Response(403, json={"message": "Resource not accessible"}),
        "GitHub pawlogic/backend",
        "Deployments: read and write",
    ),
    "a Supabase token that may not ask": (
        "/v1/projects/qzvkxwmrtbnpdhsyfgac/health",
        httpx.Response(401, json={"message": "Unauthorized"}),
        "dependency supabase",
        "[[health.dependencies]]",
    ),
    "a refused Railway token": (
        "projectToken",
        httpx.Response(200, json={"errors": [{"message": "Not Authorized"}]}),
        "Railway api staging",
        "RAILWAY_TOKEN_STAGING must be a project token",
    ),
    "a Railway token of another environment": (
        "deployments",
        httpx.Response(200, json={"errors": [{"message": "Not Authorized"}]}),
        "Railway api production",
        "does not open it",
    ),
}


@pytest.mark.parametrize("what", WRONG)
async def test_what_is_wrong_is_found_and_said_with_what_to_do(
    what: str, world: World, tmp_path: Path
) -> None:
    path, answer, name, said = WRONG[what]
    world.answers[path] = answer

    findings = await world.check(tmp_path)

    finding = next(finding for finding in findings if finding.name == name)
    assert not finding.ok
    assert said in finding.said
    assert "\n" not in finding.said


async def test_a_missing_scope_is_named(world: World, tmp_path: Path) -> None:
    world.scopes = SCOPES.replace("usergroups:read,", "")

    (bad,) = [finding for finding in await world.check(tmp_path) if not finding.ok]

    assert bad.said.startswith("missing usergroups:read; ")


async def test_one_refusal_does_not_keep_the_rest_from_being_looked_at(world: World, tmp_path: Path) -> None:
    world.answers["/api/auth.test"] = slack_says("account_inactive")
    world.answers["/user"] = httpx.Response(500)

    findings = await world.check(tmp_path)

    bad = [finding.name for finding in findings if not finding.ok]
    assert bad == ["Slack bot token", "GitHub token"]
    assert {"Railway api staging", "Railway api production", "Sentry backend", "database"} <= {
        finding.name for finding in findings
    }


async def test_a_workspace_token_is_used_for_what_has_no_token_of_its_own(
    world: World, tmp_path: Path
) -> None:
    findings = await world.check(tmp_path, railway_tokens={"RAILWAY_TOKEN": SecretStr("all")})

    assert [finding.said for finding in findings if finding.name.startswith("Railway")] == [
        "workspace token of PawLogic"
    ] * 2


async def test_in_http_mode_what_cannot_be_checked_is_said(world: World, tmp_path: Path) -> None:
    findings = await world.check(tmp_path, slack_app_token=None, slack_signing_secret=SecretStr("0123456789"))

    delivery = next(finding for finding in findings if finding.name == "Slack delivery")
    assert delivery.ok
    assert "shows with its first request" in delivery.said


async def test_a_database_that_cannot_be_opened_is_found(world: World, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    findings = await world.check(tmp_path, database_url=f"sqlite:///{tmp_path}/file/state.sqlite3")

    assert not findings[-1].ok
    assert "DATABASE_URL" in findings[-1].said


async def test_no_token_is_in_any_finding(world: World, tmp_path: Path) -> None:
    for path in ("/api/auth.test", "/user", "projectToken"):
        world.answers[path] = httpx.Response(401, text="xoxb-test ghp_test one")

    findings = await world.check(tmp_path)

    assert [
        finding for finding in findings if "xoxb-test" in finding.said or "ghp_test" in finding.said
    ] == []
