"""What the app declared to Slack: its commands, scopes and events, read from ``app.manifest.yaml``.

The simulated Slack grants exactly this and nothing more.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

SCOPES = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "metadata.message:read",
    "reactions:read",
    "reactions:write",
    "usergroups:read",
    "users:read",
)
"""What an app gets when no manifest is given (tests)."""


@dataclass(frozen=True, slots=True)
class Command:
    """One slash command."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False

    @property
    def completions(self) -> list[str]:
        """First words the usage hint offers, such as ``staging`` and ``status``."""
        words = [re.match(r"[\s\[(<]*([a-z][a-z-]*)", part) for part in self.usage_hint.split("|")]
        return list(dict.fromkeys(word.group(1) for word in words if word))


@dataclass(frozen=True, slots=True)
class Manifest:
    """The parts of an app manifest the workspace enforces."""

    commands: tuple[Command, ...] = (Command("/pawdeploy", "Ship and ask", "staging | status | help"),)
    scopes: tuple[str, ...] = SCOPES
    events: tuple[str, ...] = ()
    interactive: bool = True

    def command(self, name: str) -> Command | None:
        """Return the command called ``name`` (with its slash)."""
        return next((command for command in self.commands if command.command == name), None)


def read_manifest(path: Path) -> Manifest:
    """Read an app manifest in Slack's format (https://docs.slack.dev/reference/app-manifest/)."""
    whole = yaml.safe_load(path.read_text(encoding="utf-8"))
    settings = whole.get("settings", {})
    return Manifest(
        commands=tuple(
            Command(
                one["command"],
                one.get("description", ""),
                one.get("usage_hint", ""),
                bool(one.get("should_escape", False)),
            )
            for one in whole.get("features", {}).get("slash_commands", [])
        ),
        scopes=tuple(whole.get("oauth_config", {}).get("scopes", {}).get("bot", [])),
        events=tuple(settings.get("event_subscriptions", {}).get("bot_events", [])),
        interactive=bool(settings.get("interactivity", {}).get("is_enabled", False)),
    )
