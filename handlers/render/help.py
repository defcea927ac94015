"""What one can type. Pure; the entries come from the command's own table."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.render._blocks import Message, context, message, section
from handlers.render._text import code, first_few, plain

MOST = 30
"""Lines of a kind at most; a paragraph too long for Slack is cut at the end of a line."""


@dataclass(frozen=True, slots=True)
class HelpEntry:
    """One line of help: how it is written, what it does, its options."""

    usage: str
    summary: str
    options: tuple[tuple[str, str], ...] = ()


def environments_foot(environments: Sequence[str]) -> str:
    """Name the environments there are, and where the other command is explained."""
    places = ", ".join(first_few([code(name, 40) for name in environments], 20))
    start = code(f"/pawdeploy {environments[0]}", 60)
    others = "For incidents: `/pawincident help`. For apps: `/pawota help`, `/pawmobile help`."
    return f"Environments: {places}. A deploy starts with {start}. {others}"


def playbooks_foot(playbooks: Sequence[str]) -> str:
    """Name the playbooks there are."""
    names = ", ".join(first_few([code(name, 40) for name in playbooks], 20)) or "none yet"
    return f"Playbooks: {names}. For everything else: `/pawdeploy help`."


def ota_foot(environments: Sequence[str]) -> str:
    """Name where updates over the air go, and how one starts."""
    others = "Releases to stores: `/pawmobile help`. For everything else: `/pawdeploy help`."
    if not environments:
        return f"No updates over the air go anywhere yet; pawdeploy.toml says where they do. {others}"
    places = ", ".join(first_few([code(name, 40) for name in environments], 20))
    start = code(f'/pawota {environments[0]} "Fix the login button"', 80)
    return f"Environments: {places}. An update starts with {start}. {others}"


def render_help(entries: Sequence[HelpEntry], foot: str) -> Message:
    """List every command, then every option once; ``foot`` (mrkdwn) says what there is to name in them."""
    commands = "\n".join(f"{code(entry.usage, 150)} {plain(entry.summary, 150)}" for entry in entries[:MOST])
    options = dict(option for entry in entries for option in entry.options)
    lines = "\n".join(
        f"{code(usage, 60)} {plain(summary, 150)}" for usage, summary in list(options.items())[:MOST]
    )
    return message(
        "What you can type: " + ", ".join(plain(entry.usage, 150) for entry in entries[:MOST]),
        section(commands),
        section(f"*Options*\n{lines}") if lines else None,
        context(foot),
    )
