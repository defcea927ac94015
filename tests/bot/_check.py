"""What ``pawdeploy check`` asks, answered; a test changes an answer."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
from pydantic import SecretStr

from bot.check import Finding, check
from bot.project import Project
from bot.settings import Settings
from bot.toml_file import load
from tests.bot import _check_mobile as mobile

ROOT = Path(__file__).parents[2]
SHA = "a" * 40
SCOPES = (
    "commands,chat:write,files:write,im:write,reactions:read,users:read,"
    "usergroups:read,channels:history,groups:history,metadata.message:read,channels:read,"
    "groups:read,channels:manage,pins:read"
)
NO_RUNS = {"total_count": 0, "workflow_runs": []}
Answer = Callable[[httpx.Request], httpx.Response]


def a_commit() -> dict[str, object]:
    """What GitHub says of a branch's commit."""
    who = {"name": "Ann", "date": "2026-01-01T00:00:00Z"}
    return {
        "sha": SHA,
        "html_url": "https://github.example/c",
        "commit": {"message": "Feed the cat", "author": who, "committer": who},
        "author": {"login": "ann"},
    }


class World:
    """Slack, GitHub, Railway and Sentry as far as a check asks them; a test changes ``answers``."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.scopes = SCOPES
        self.answers: dict[str, object] = {
            "/api/auth.test": {"ok": True, "user": "pawdeploy", "team": "PawLogic"},
            "/api/apps.connections.open": {"ok": True, "url": "wss://x"},
            "/api/conversations.info": {"ok": True, "channel": {"name": "deploys", "is_member": True}},
            "/api/usergroups.users.list": {"ok": True, "users": ["U0ANNREQ001", "U0BENAPP001"]},
            "/user": {"login": "pawbot"},
            "/repos/pawlogic/backend/actions/workflows/migrate.yml/runs": NO_RUNS,
            "/repos/pawlogic/mobile/actions/workflows/mobile-build.yml/runs": NO_RUNS,
            "/repos/pawlogic/mobile/actions/workflows/source-maps.yml/runs": NO_RUNS,
            "/repos/pawlogic/mobile/commits/main": a_commit(),
            "/repos/pawlogic/backend/commits/main": a_commit(),
            f"/repos/pawlogic/backend/commits/{SHA}/check-runs": {"total_count": 0, "check_runs": []},
            f"/repos/pawlogic/backend/commits/{SHA}/check-suites": {"total_count": 0, "check_suites": []},
            f"/repos/pawlogic/backend/commits/{SHA}/status": {"state": "pending", "statuses": []},
            "/repos/pawlogic/backend/deployments": [],
            "projectToken": {"project": {"name": "backend"}, "environment": {"name": "an environment"}},
            "apiToken": {"workspaces": [{"name": "PawLogic"}]},
            "deployments": {"edges": []},
            "/api/0/organizations/pawlogic/": {"slug": "pawlogic", "name": "PawLogic"},
            "/api/0/projects/pawlogic/backend/": {"id": "42", "slug": "backend"},
            "/api/0/projects/pawlogic/mobile/": {"id": "43", "slug": "mobile"},
            "/api/0/organizations/pawlogic/issues/": [],
            "/api/0/organizations/pawlogic/events-timeseries/": {"timeSeries": []},
            "/v1/projects/qzvkxwmrtbnpdhsyfgac/health": [
                {"name": name, "status": "ACTIVE_HEALTHY", "healthy": True}
                for name in ("auth", "db", "rest", "realtime", "storage")
            ],
            "/ping": {"result": "PONG"},
            "/api/v2/status.json": {"status": {"indicator": "none", "description": "All well"}},
        } | mobile.ANSWERS
        self.expo: dict[str, object] = dict(mobile.EXPO)

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/graphql":
            name = mobile.query_name(request.content)
            self.asked.append(f"Expo {name}")
            found = self.expo[name]
            return found if isinstance(found, httpx.Response) else httpx.Response(200, json={"data": found})
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

    def settings(self, tmp_path: Path, **changes: object) -> Settings:
        given: dict[str, object] = {
            "slack_bot_token": SecretStr("xoxb-test"),
            "slack_app_token": SecretStr("xapp-test"),
            "github_token": SecretStr("ghp_test"),
            "sentry_auth_token": SecretStr("sntrys_test"),
            "sentry_webhook_secret": SecretStr("client-of-sentry"),
            "railway_tokens": {
                "RAILWAY_TOKEN_STAGING": SecretStr("one"),
                "RAILWAY_TOKEN_PRODUCTION": SecretStr("other"),
            },
            "dependency_tokens": {
                "SUPABASE_TOKEN": SecretStr("sbp_test"),
                "UPSTASH_TOKEN": SecretStr("of upstash"),
            },
            "database_url": f"sqlite:///{tmp_path}/state.sqlite3",
            "slack_api_url": "https://slack.test/api/",
            "railway_api_url": "https://railway.test/graphql/v2",
            "github_api_url": "https://github.test",
            "sentry_api_url": "https://sentry.test",
            "pawdeploy_config": ROOT / "pawdeploy.toml",
        } | mobile.SETTINGS
        return Settings.model_validate(given | changes)

    async def check(
        self, tmp_path: Path, *, project: Project | None = None, **changes: object
    ) -> list[Finding]:
        return await check(
            self.settings(tmp_path, **changes),
            project or load(ROOT / "pawdeploy.toml"),
            transport=httpx.MockTransport(self.answer),
        )
