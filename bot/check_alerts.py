"""The alerts part of ``pawdeploy check``: who can reach us, who misses us, which playbooks exist.

Asks nobody: whether a vendor signs with the same secret shows with its first message.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import SecretStr

from bot.check_playbooks import folders
from bot.findings import Finding
from bot.project import Project
from bot.secrets import WHERE
from bot.settings import Settings
from playbooks.library import PlaybookError, load_libraries


class _Door(NamedTuple):
    path: str
    variable: str
    secret: SecretStr | None
    hears: str
    """What does not arrive while it is shut."""
    wanted: bool
    """Whether the project file makes little sense without it."""


def check_alerts(settings: Settings, project: Project) -> list[Finding]:
    """Look at every address messages come in by; nothing when the project file has no ``[alerts]``."""
    if project.alerts is None:
        return []
    findings = [_door(door) for door in _doors(settings, project)]
    beats = "is set and asked each minute" if settings.heartbeat_url else "is not set"
    misses = "somebody is told" if settings.heartbeat_url else "nobody is told"
    said = f"HEARTBEAT_URL {beats}: {misses} when this bot is gone"
    findings.append(Finding(ok=True, name="heartbeat", said=said))
    named = dict.fromkeys(rule.playbook for rule in project.alerts.rules if rule.playbook)
    return findings + _playbooks(tuple(named), folders(project, settings.pawdeploy_config))


def _doors(settings: Settings, project: Project) -> tuple[_Door, ...]:
    return (
        _Door(
            "/hooks/sentry",
            "SENTRY_WEBHOOK_SECRET",
            settings.sentry_webhook_secret,
            "what Sentry tells",
            wanted=project.sentry is not None,
        ),
        _Door(
            "/hooks/github",
            "GITHUB_WEBHOOK_SECRET",
            settings.github_webhook_secret,
            "failed workflows",
            wanted=False,
        ),
        _Door(
            "/hooks/railway/…",
            "RAILWAY_WEBHOOK_SECRET",
            settings.railway_webhook_secret,
            "crashes at Railway",
            wanted=False,
        ),
        _Door(
            "/hooks/expo",
            "EXPO_WEBHOOK_SECRET",
            settings.expo_webhook_secret,
            "failed builds of the app",
            wanted=False,
        ),
        _Door(
            "/hooks/generic",
            "ALERTS_SECRET",
            settings.alerts_secret,
            "anything of your own",
            wanted=False,
        ),
    )


def _door(door: _Door) -> Finding:
    name = f"POST {door.path}"
    if door.secret is not None:
        said = f"open; whether {door.variable} is right shows with its first message"
        return Finding(ok=True, name=name, said=said)
    said = f"shut: {door.hears} does not arrive; to open it set {door.variable} to {WHERE[door.variable]}"
    return Finding(ok=not door.wanted, name=name, said=said)


def _playbooks(named: tuple[str, ...], places: Sequence[Path]) -> list[Finding]:
    try:
        known = load_libraries(places)
    except PlaybookError as error:
        return [Finding(ok=False, name="playbooks", said=line) for line in str(error).splitlines()]
    return [_playbook(name, tuple(known)) for name in named]


def _playbook(name: str, known: tuple[str, ...]) -> Finding:
    if name in known:
        return Finding(ok=True, name=f"playbook {name}", said="can be opened")
    said = f"[[alerts.rules]] names it and it is not there; write one of {', '.join(known)}, or add its file"
    return Finding(ok=False, name=f"playbook {name}", said=said)
