"""The project file and the environment the bot gets here: the repository's own, pointed at loopback.

Only URLs and how long things take are changed, and no freeze window is kept. Must not know how the bot is
started.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT, Table

from bot.errors import ConfigError
from bot.project import Project
from sandbox.vendors.github import GITHUB_TOKEN
from sandbox.vendors.hooks_out import (
    ALERTS_SECRET,
    EXPO_WEBHOOK_SECRET,
    GITHUB_WEBHOOK_SECRET,
    RAILWAY_WEBHOOK_SECRET,
)
from sandbox.vendors.orchestrator import ORCHESTRATOR_SECRET
from sandbox.vendors.orchestrator import PATH as ORCHESTRATOR
from sandbox.vendors.places import token_for
from sandbox.vendors.sentry import SENTRY_TOKEN
from sandbox.vendors.sentry_hooks import SENTRY_WEBHOOK_SECRET
from sandbox.workspace import Tokens

TIMINGS: Mapping[str, float] = {
    "poll": 0.2,
    "checks_wait": 120,
    "deployment_timeout": 60,
    "health_timeout": 15,
    "health_interval": 0.2,
    "smoke_timeout": 4,
    "vendor_patience": 15,
    "vendor_settle": 2,
    "card_interval": 0.5,
    "roles_ttl": 10,
    "silence": 60,
    "reconcile": 5,
    "soak_poll": 1,
    "lock_nag": 120,
    "build_poll": 0.5,
    "review_poll": 0.5,
}
"""Seconds instead of minutes, so that a person trying things out need not wait."""

_SHORTER: tuple[tuple[str, str, float], ...] = (
    ("approval", "expires", 900),
    ("approval", "remind", 120),
    ("soak", "seconds", 20),
    ("watch", "seconds", 30),
    ("watch", "baseline", 600),
    ("watch", "bucket", 1),
)
"""What a guarded environment asks of time, in seconds here."""

_SHORTER_APP: tuple[tuple[str, str, float], ...] = (
    *(one for one in _SHORTER if one[:2] != ("watch", "seconds")),
    ("watch", "seconds", 10),
    ("ota", "hold", 300),
)
"""The same of an app's environment, where every stage of an update is watched."""

BUILD_TIMEOUT = 300
"""Seconds a build is followed, so that one stuck in the queue comes to an end while somebody watches."""

SOONER: Mapping[str, Mapping[str, float]] = {
    "health": {"interval": 2, "recheck": 0.3, "timeout": 2, "page_every": 2},
    "alerts": {
        "still_firing": 30,
        "recount": 2,
        "storm_window": 10,
        "storm_calm": 20,
        "grace": 1,
        "backfill": 10,
        "introduced": 120,
    },
}
"""What whole sections ask of time, where the file has them."""

REMINDERS: Mapping[str, float] = {"sev1": 120, "sev2": 300}
"""Seconds after which an incident asks for an update."""

Edit = Callable[[TOMLDocument], None]
"""A test's own change to the project file."""


def find_config() -> Path:
    """Return the project file to start from: the one in this directory, else the repository's own."""
    for folder in (Path.cwd(), Path(__file__).resolve().parents[1]):
        if (folder / "pawdeploy.toml").is_file():
            return folder / "pawdeploy.toml"
    msg = "there is no pawdeploy.toml here; go to the folder that holds yours, then: pawdeploy sandbox"
    raise ConfigError(msg)


def derive(source: Path, *, url: str, timings: Mapping[str, float], edit: Edit | None = None) -> str:
    """Return ``source`` with every environment's URL in the sandbox at ``url`` and ``timings`` replaced."""
    document = tomlkit.parse(source.read_text("utf-8"))
    plain = document.unwrap()
    for index, service in enumerate(plain["services"]):
        for name in service["environments"]:
            place = document["services"][index]["environments"][name]
            place["url"] = f"{url}/backend/{service['name']}/{name}"
            place.pop("freeze", None)  # what one can try must not depend on the day of the week
            _shorten(place)
    for index, app in enumerate(plain.get("apps", ())):
        for name in app["environments"]:
            _shorten(document["apps"][index]["environments"][name], _SHORTER_APP)
        _shorten(document["apps"][index], (("expo", "build_timeout", BUILD_TIMEOUT),))
    for index in range(len(plain.get("workflows", ()))):
        document["workflows"][index]["timeout"] = timings.get("deployment_timeout", 60)
    for name, sooner in SOONER.items():
        if name in document:
            for key, seconds in sooner.items():
                document[name][key] = seconds
    if "incidents" in document:
        _settle_incidents(document["incidents"], source.parent)
    if "dependencies" in document.get("health", {}):
        _bring_home(document["health"]["dependencies"], url)
    if "timings" not in document:
        document["timings"] = tomlkit.table()
    for key, seconds in timings.items():
        document["timings"][key] = seconds
    if edit is not None:
        edit(document)
    return tomlkit.dumps(document)


def _shorten(place: Table, shorter: Sequence[tuple[str, str, float]] = _SHORTER) -> None:
    for section, key, seconds in shorter:
        if section in place:
            place[section][key] = seconds


def _settle_incidents(incidents: Table, folder: Path) -> None:
    """Have reminders come soon, and the team's own playbooks be found from wherever the derived file is."""
    reminders = incidents.setdefault("reminders", tomlkit.table())
    for key, seconds in REMINDERS.items():
        reminders[key] = seconds
    if own := incidents.get("playbooks"):
        incidents["playbooks"] = str(folder.resolve() / own)


def _bring_home(dependencies: AoT, url: str) -> None:
    """Have every dependency answered for by the sandbox, but Redis, which it does not have."""
    for index in reversed(range(len(dependencies))):
        match dependencies[index]["kind"]:
            case "redis":
                del dependencies[index]
            case "upstash" | "statuspage" as kind:
                dependencies[index]["url"] = f"{url}/{kind}"


def environment(
    project: Project, *, url: str, bot_port: int, config: Path, database_url: str, mode: str
) -> dict[str, str]:
    """Return the whole environment of the bot: nothing of the person's own, real tokens least of all."""
    tokens = Tokens()
    hears = (
        {"SLACK_APP_TOKEN": tokens.app}
        if mode == "socket"
        else {"SLACK_SIGNING_SECRET": tokens.signing_secret}
    )
    variables = {e.railway_token for service in project.services for e in service.environments.values()}
    health = project.health.dependencies if project.health else ()
    variables |= {one.token for one in health if one.token}
    return {
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        "PAWDEPLOY_CONFIG": str(config),
        "DATABASE_URL": database_url,
        "SLACK_BOT_TOKEN": tokens.bot,
        **hears,
        "GITHUB_TOKEN": GITHUB_TOKEN,
        "SENTRY_AUTH_TOKEN": SENTRY_TOKEN,
        "SENTRY_WEBHOOK_SECRET": SENTRY_WEBHOOK_SECRET,
        "GITHUB_WEBHOOK_SECRET": GITHUB_WEBHOOK_SECRET,
        "EXPO_WEBHOOK_SECRET": EXPO_WEBHOOK_SECRET,
        "RAILWAY_WEBHOOK_SECRET": RAILWAY_WEBHOOK_SECRET,
        "ALERTS_SECRET": ALERTS_SECRET,
        "HEARTBEAT_URL": f"{url}/heartbeat",
        "ORCHESTRATOR_URL": f"{url}{ORCHESTRATOR}",
        "ORCHESTRATOR_SECRET": ORCHESTRATOR_SECRET,
        **{name: token_for(name) for name in sorted(variables)},
        "SLACK_API_URL": f"{url}/slack/api/",
        "RAILWAY_API_URL": f"{url}/railway/graphql/v2",
        "GITHUB_API_URL": f"{url}/github",
        "SENTRY_API_URL": f"{url}/sentry",
        "SUPABASE_API_URL": f"{url}/supabase",
        "HOST": "127.0.0.1",
        "PORT": str(bot_port),
        "LOG_FORMAT": "json",
    }
