"""Rules of ``bot/check.py``: each thing a run needs is looked at and named, and says how to repair it."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from bot.check import Finding, check
from bot.settings import Settings
from bot.toml_file import load

ROOT = Path(__file__).parents[2]
SHA = "a" * 40
SCOPES = (
    "commands,chat:write,usergroups:read,channels:history,groups:history,metadata.message:read,channels:read,"
    "groups:read"
)
Answer = Callable[[httpx.Request], httpx.Response]


class World:
    """Slack, GitHub and Railway as far as a check asks them; a test changes ``answers``."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.scopes = SCOPES
        self.answers: dict[str, object] = {
            "/api/auth.test": {"ok": True, "user": "pawdeploy", "team": "PawLogic"},
            "/api/apps.connections.open": {"ok": True, "url": "wss://x"},
            "/api/conversations.info": {"ok": True, "channel": {"name": "deploys", "is_member": True}},
            "/api/usergroups.users.list": {"ok": True, "users": ["U0ANNREQ001", "U0BENAPP001"]},
            "/user": {"login": "pawbot"},
            "/repos/pawlogic/backend/commits/main": {
                "sha": SHA,
                "html_url": "https://github.example/c",
                "commit": {
                    "message": "Feed the cat",
                    "author": {"name": "Ann", "date": "2026-01-01T00:00:00Z"},
                    "committer": {"name": "Ann", "date": "2026-01-01T00:00:00Z"},
                },
                "author": {"login": "ann"},
            },
            f"/repos/pawlogic/backend/commits/{SHA}/check-runs": {"total_count": 0, "check_runs": []},
            f"/repos/pawlogic/backend/commits/{SHA}/check-suites": {"total_count": 0, "check_suites": []},
            f"/repos/pawlogic/backend/commits/{SHA}/status": {"state": "pending", "statuses": []},
            "/repos/pawlogic/backend/deployments": [],
            "projectToken": {"project": {"name": "backend"}, "environment": {"name": "an environment"}},
            "apiToken": {"workspaces": [{"name": "PawLogic"}]},
            "deployments": {"edges": []},
            "/api/0/organizations/pawlogic/": {"slug": "pawlogic", "name": "PawLogic"},
            "/api/0/projects/pawlogic/backend/": {"id": "42", "slug": "backend"},
            "/api/0/organizations/pawlogic/issues/": [],
            "/api/0/organizations/pawlogic/events-timeseries/": {"timeSeries": []},
        }

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/graphql/v2":
            document = json.loads(request.content)["query"]
            path = next(
                name
                for name in ("projectToken", "apiToken", "deployments")
                if f"{name} " in document or f"{name}(" in document
            )
        self.asked.append(f"{request.method} {path}")
        found = self.answers[path]
        if isinstance(found, httpx.Response):
            return found
        if isinstance(found, Exception):
            raise found
        if path in ("projectToken", "apiToken", "deployments"):
            found = {"data": {path: found}}
        return httpx.Response(200, json=found, headers={"x-oauth-scopes": self.scopes})

    async def check(self, tmp_path: Path, **changes: object) -> list[Finding]:
        given: dict[str, object] = {
            "slack_bot_token": SecretStr("xoxb-test"),
            "slack_app_token": SecretStr("xapp-test"),
            "github_token": SecretStr("ghp_test"),
            "sentry_auth_token": SecretStr("sntrys_test"),
            "railway_tokens": {
                "RAILWAY_TOKEN_STAGING": SecretStr("one"),
                "RAILWAY_TOKEN_PRODUCTION": SecretStr("other"),
            },
            "database_url": f"sqlite:///{tmp_path}/state.sqlite3",
            "slack_api_url": "https://slack.test/api/",
            "railway_api_url": "https://railway.test/graphql/v2",
            "github_api_url": "https://github.test",
            "sentry_api_url": "https://sentry.test",
            "pawdeploy_config": ROOT / "pawdeploy.toml",
        }
        return await check(
            Settings.model_validate(given | changes),
            load(ROOT / "pawdeploy.toml"),
            transport=httpx.MockTransport(self.answer),
        )


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
        "Slack group S0BACKEND01",
        "Slack group S0APPROVER1",
        "GitHub token",
        "GitHub pawlogic/backend",
        "Railway api staging",
        "Railway api production",
        "Sentry token",
        "Sentry backend",
        "database",
    ]


async def test_a_check_changes_nothing_at_github_and_sentry(world: World, tmp_path: Path) -> None:
    await world.check(tmp_path)

    asked = [asked for asked in world.asked if "/repos/" in asked or "/api/0/" in asked]
    assert {one.split()[0] for one in asked} == {"GET"}


async def test_sentry_in_the_file_without_a_token_is_found(world: World, tmp_path: Path) -> None:
    (bad,) = [one for one in await world.check(tmp_path, sentry_auth_token=None) if not one.ok]

    assert bad.name == "Sentry token"
    assert bad.said.startswith("SENTRY_AUTH_TOKEN is not set, so no errors are watched")
    assert not any("/api/0/" in asked for asked in world.asked)


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
    "a refused Sentry token": (
        "/api/0/organizations/pawlogic/",
        httpx.Response(401, json={"detail": "Invalid token"}),
        "Sentry token",
        "Invalid token; set SENTRY_AUTH_TOKEN to the token of an internal integration",
    ),
    "a project Sentry does not have": (
        "/api/0/projects/pawlogic/backend/",
        httpx.Response(404, json={"detail": "The requested resource does not exist"}),
        "Sentry backend",
        "check sentry_project",
    ),
    "issues the Sentry token cannot read": (
        "/api/0/organizations/pawlogic/issues/",
        httpx.Response(403, json={"detail": "You do not have permission to perform this action."}),
        "Sentry backend",
        "Issue & Event: read",
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

    assert [finding.ok for finding in findings] == [True, False, False, True, True, True, True, True]


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
