"""A step's message, its template filled in. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from bot.engine.incidents import IncidentView, Mark
from playbooks.steps import Tell

_MOST = 2_800
_NOBODY: Mapping[str, str] = MappingProxyType({})
_BRACES = re.compile(r"\{([a-z]+)\}")


def fill(step: Tell, view: IncidentView, now: datetime, names: Mapping[str, str] = _NOBODY) -> str:
    """Return a message as its template has it, for a person to read and change before it goes; plain text.

    ``names`` says what people are called, by Slack user id: who reads it may know no ids.
    """
    minutes = int(view.elapsed(now).total_seconds() // 60)
    values = {
        "incident": f"incident {view.id}",
        "headline": view.headline,
        "severity": view.severity.value.upper(),
        "state": view.state.value,
        "playbook": view.title,
        "place": f"{view.service} in {view.environment}" if view.service else view.environment or "somewhere",
        "commander": names.get(view.commander, f"@{view.commander}") if view.commander else "nobody yet",
        "elapsed": f"{minutes} min",
        "findings": _listed(f"{one.text} {one.finding.said}" for one in view.steps if one.finding),
        "done": _listed(one.text for one in view.steps if one.mark is Mark.DONE and one.kind != "look"),
        "decided": _listed(
            f"{one.text} {next((c.text for c in one.choices if c.id == one.choice), one.choice)}"
            for one in view.steps
            if one.choice
        ),
    }
    filled = _BRACES.sub(lambda found: values.get(found[1], found[0]), step.template)
    return filled.strip()[:_MOST]


def _listed(lines: Iterable[str]) -> str:
    found = [f"- {line}" for line in lines]
    return "\n".join(found) or "- nothing yet"
