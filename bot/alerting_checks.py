"""What of alerts and health is right by itself and wrong beside the rest of ``pawdeploy.toml``."""

from collections.abc import Collection

from bot.alerting import Alerts, Dependency, HealthMonitor, Quiet
from bot.engine.when import find_zone
from bot.shapes import MisplacedError

Path = tuple[str | int, ...]


def check_alerts(alerts: Alerts, *, roles: Collection[str], services: Collection[str]) -> None:
    """Raise ``MisplacedError`` for a role, service or time zone nobody knows."""
    _known(("alerts", "roles"), alerts.roles, roles, "role")
    for at, rule in enumerate(alerts.rules):
        path: Path = ("alerts", "rules", at)
        _known((*path, "mention"), rule.mention, roles, "role")
        _known((*path, "service"), rule.service, services, "service")
        if rule.quiet is not None:
            _check_quiet((*path, "quiet"), rule.quiet)


def check_health(health: HealthMonitor) -> None:
    """Raise ``MisplacedError`` for thresholds the wrong way round, or a dependency that lacks something."""
    if health.flap_low >= health.flap_high:
        raise MisplacedError(
            ("health", "flap_low"), "is not below flap_high", "write flap_low = 5.0 and flap_high = 20.0"
        )
    seen: set[str] = set()
    for at, one in enumerate(health.dependencies):
        path: Path = ("health", "dependencies", at)
        if one.name in seen:
            raise MisplacedError(
                (*path, "name"), f"two dependencies are named {one.name!r}", "give each its own name"
            )
        seen.add(one.name)
        _complete(path, one)


def _complete(path: Path, one: Dependency) -> None:
    needs = {
        "supabase": ("project", "token"),
        "upstash": ("url", "token"),
        "redis": ("token",),
        "statuspage": ("url",),
    }
    examples = {
        "project": 'project = "abcdefghijklmnopqrst" (Supabase, Project Settings, General, Reference ID)',
        "url": 'url = "https://…"',
        "token": f'token = "{one.kind.upper()}_TOKEN" (the name of an environment variable)',
    }
    for key in needs[one.kind]:
        if not getattr(one, key):
            raise MisplacedError((*path, key), f"is missing for kind = {one.kind!r}", f"add {examples[key]}")


def _check_quiet(path: Path, quiet: Quiet) -> None:
    if find_zone(quiet.timezone) is None:
        raise MisplacedError(
            (*path, "timezone"), f"{quiet.timezone!r} is no time zone", 'write e.g. "Europe/Berlin"'
        )
    if quiet.starts == quiet.ends:
        raise MisplacedError(
            (*path, "ends"), "is when it starts: nobody would ever be mentioned", 'write e.g. "07:00"'
        )


def _known(path: Path, names: Collection[str], known: Collection[str], what: str) -> None:
    for name in names:
        if name not in known:
            raise MisplacedError(
                path,
                f"{name!r} is not a {what} of this file",
                f"write one of {', '.join(known) or 'those you add'}",
            )
