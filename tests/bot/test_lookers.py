"""Each target is looked at by the client that can ask it."""

import httpx
import pytest
from pydantic import SecretStr

from bot.alerting import Dependency, HealthMonitor
from bot.alerts.targets import targets_of
from bot.engine.pulses import Beat
from bot.integrations.redis import Redis
from bot.integrations.statuspage import StatusPage
from bot.integrations.supabase import Supabase
from bot.integrations.upstash import Upstash
from bot.lookers import Lookers, make_dependencies
from bot.settings import Settings
from tests.bot.pipelines._world import pawlogic

DEPENDENCIES = [
    {"name": "db", "kind": "supabase", "project": "abcdefghijklmnopqrst", "token": "SUPABASE_TOKEN"},
    {"name": "cache", "kind": "upstash", "url": "https://u.upstash.io", "token": "UPSTASH_TOKEN"},
    {"name": "queue", "kind": "redis", "token": "REDIS_URL"},
    {"name": "github", "kind": "statuspage", "url": "https://www.githubstatus.com"},
]
HEALTH = HealthMonitor(dependencies=tuple(Dependency.model_validate(one) for one in DEPENDENCIES), timeout=7)
TOKENS = {
    "SUPABASE_TOKEN": SecretStr("sbp-secret"),
    "UPSTASH_TOKEN": SecretStr("ups-secret"),
    "REDIS_URL": SecretStr("redis://127.0.0.1:1/0"),
}


def settings() -> Settings:
    return Settings.model_validate(
        {"slack_bot_token": SecretStr("xoxb-t"), "slack_app_token": SecretStr("xapp-t"),
         "github_token": SecretStr("g"), "railway_tokens": {"RAILWAY_TOKEN": SecretStr("r")},
         "dependency_tokens": TOKENS}
    )  # fmt: skip


class Look:
    def __init__(self, said: str) -> None:
        self.beat_ = Beat(found="well", said=said, answered=True)
        self.asked: list[tuple[object, ...]] = []

    async def beat(self, *asked):
        self.asked.append(asked)
        return self.beat_


@pytest.fixture
async def made():
    opened: dict[str, httpx.AsyncClient] = {}

    def connect(vendor, url, headers):
        opened[vendor] = httpx.AsyncClient(base_url=url, headers=headers)
        return opened[vendor]

    yield make_dependencies(HEALTH, settings(), connect), opened
    for client in opened.values():
        await client.aclose()


def test_each_kind_has_its_client(made):
    kinds = {name: type(client) for name, client in made[0].items()}
    assert kinds == {"db": Supabase, "cache": Upstash, "queue": Redis, "github": StatusPage}


def test_each_token_goes_to_its_own_vendor_and_a_status_page_gets_none(made):
    sent = {vendor: str(client.headers.raw) for vendor, client in made[1].items()}
    assert ["sbp-secret" in sent["Supabase"], "ups-secret" in sent["Upstash"]] == [True, True]
    assert "secret" not in sent["status page"]
    assert "sbp-secret" not in sent["Upstash"]


async def test_a_service_is_looked_at_by_its_path_and_a_dependency_by_its_client():
    probe, cache = Look("200"), Look("PONG")
    project = pawlogic().model_copy(update={"health": HEALTH})
    lookers = Lookers(probe, dict.fromkeys(("db", "cache", "queue", "github"), cache), HEALTH.timeout)
    said = {target.key: (await lookers.beat(target)).said for target in targets_of(project)}
    assert said["api:production:health"] == "200"
    assert said["dependency:cache"] == "PONG"
    assert ("https://api.pawlogic.app", "/health", 7) in probe.asked
    assert len(cache.asked) == 4
