"""A step's message, its template filled in. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from bot.engine.incidents import IncidentStep, IncidentView, Mark
from playbooks.steps import Tell

_MOST = 2_800
_NOBODY: Mapping[str, str] = MappingProxyType({})
_DOING = ("do", "act", "tell")
"""Kinds of step in which something is done; what was found and decided has places of its own."""
_BRACES = re.compile(r"\{([a-z]+)\}")


def fill(step: Tell, view: IncidentView, now: datetime, names: Mapping[str, str] = _NOBODY) -> str:
    """Return a message as its template has it, for a person to read and change before it goes; plain text.

    ``names`` says what people are called, by Slack user id: who reads it may know no ids.
    """
    values = {
        "incident": f"incident {view.id}",
        "headline": view.headline,
        "severity": view.severity.value.upper(),
        "state": view.state.value,
        "playbook": view.title,
        "place": f"{view.service} in {view.environment}" if view.service else view.environment or "somewhere",
        "commander": names.get(view.commander, f"@{view.commander}") if view.commander else "nobody yet",
        "elapsed": _long(int(view.elapsed(now).total_seconds() // 60)),
        "findings": _listed(f"{one.text} {one.finding.in_words}" for one in view.steps if one.finding),
        "done": _listed(_done(one) for one in view.steps if one.mark is Mark.DONE and one.kind in _DOING),
        "decided": "; ".join(_answer(one) for one in view.steps if one.choice) or "nothing yet",
    }
    filled = _BRACES.sub(lambda found: values.get(found[1], found[0]), step.template)
    return filled.strip()[:_MOST]


def _long(minutes: int) -> str:
    if minutes < 1:
        return "less than a minute"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def _done(step: IncidentStep) -> str:
    its_own = step.run and step.run_state in ("", "succeeded")  # else a person did it after a run had failed
    return f"{step.text.rstrip('.')} (run {step.run})" if its_own else step.text


def _answer(step: IncidentStep) -> str:
    return next((choice.text for choice in step.choices if choice.id == step.choice), step.choice)


def _listed(lines: Iterable[str]) -> str:
    found = [f"- {line}" for line in lines]
    return "\n".join(found) or "- nothing yet"
