"""What of incidents is right by itself and wrong beside the rest of ``pawdeploy.toml``."""

import re
from collections.abc import Collection

from bot.incidenting import Incidents
from bot.shapes import MisplacedError

Path = tuple[str | int, ...]
PLACEHOLDERS = ("number", "playbook", "date")
"""What the name of an incident's channel may hold in braces."""
_EXAMPLE = 'write e.g. name = "inc-{number}-{playbook}"'


def check_incidents(incidents: Incidents, *, roles: Collection[str]) -> None:
    """Raise ``MisplacedError`` for a role nobody knows, or a name no channel of an incident can have."""
    _known(("incidents", "roles"), incidents.roles, roles)
    _known(("incidents", "mention"), incidents.mention, roles)
    if incidents.drills is not None:
        _known(("incidents", "drills", "roles"), incidents.drills.roles, roles)
    if incidents.room is not None:
        _known(("incidents", "room", "invite"), incidents.room.invite, roles)
        _named(("incidents", "room", "name"), incidents.room.name)


def _named(path: Path, name: str) -> None:
    for held in re.findall(r"\{([^{}]*)\}", name):
        if held not in PLACEHOLDERS:
            there = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
            raise MisplacedError(path, f"{{{held}}} is no placeholder; there are {there}", _EXAMPLE)
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", name)):
        raise MisplacedError(path, "has a brace without its other half", _EXAMPLE)
    if "{number}" not in name:
        raise MisplacedError(path, "lacks {number}: two incidents would want one channel", _EXAMPLE)


def _known(path: Path, names: Collection[str], roles: Collection[str]) -> None:
    for name in names:
        if name not in roles:
            there = ", ".join(roles) or "those you add"
            raise MisplacedError(path, f"{name!r} is not a role of this file", f"write one of {there}")
