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


def render_help(entries: Sequence[HelpEntry], environments: Sequence[str]) -> Message:
    """List every command, then every option once, then the environments there are."""
    commands = "\n".join(f"{code(entry.usage, 120)} {plain(entry.summary, 150)}" for entry in entries[:MOST])
    options = dict(option for entry in entries for option in entry.options)
    lines = "\n".join(
        f"{code(usage, 60)} {plain(summary, 150)}" for usage, summary in list(options.items())[:MOST]
    )
    places = ", ".join(first_few([code(name, 40) for name in environments], 20))
    return message(
        "What you can type: " + ", ".join(plain(entry.usage, 120) for entry in entries[:MOST]),
        section(commands),
        section(f"*Options*\n{lines}") if lines else None,
        context(f"Environments: {places}. A deploy starts with {code(f'/pawdeploy {environments[0]}', 60)}.")
        if environments
        else None,
    )
