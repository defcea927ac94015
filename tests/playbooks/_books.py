"""Small playbooks for tests, and what is said of a text that is none."""

import pytest

from playbooks.library import PlaybookError, read_text
from playbooks.models import Playbook

GOOD = "title: T\nwhen: W\nsteps:\n  - {kind: do, id: first, text: Look}\n"


def book(*steps, **branches) -> Playbook:
    """A playbook of these steps (mappings, as a file has them) and these branches."""
    return Playbook.model_validate({"title": "T", "when": "W", "steps": list(steps), "branches": branches})


def do(name, **more):
    return {"kind": "do", "id": name, "text": "Do it.", **more}


def never(name, **more):
    return {"kind": "never", "id": name, "text": "Do not.", **more}


def look(name, **more):
    return {"kind": "look", "id": name, "text": "Look.", "probe": {"kind": "alerts"}, **more}


def act(name, **more):
    start = {"kind": "rollback"}
    return {"kind": "act", "id": name, "text": "Act.", "button": "Go", "start": start, **more}


def decide(name, choices, **more):
    """A decision; ``choices`` gives by id which branch each opens (None: none)."""
    listed = [
        {"id": key, "text": key, **({"opens": opens} if opens else {})} for key, opens in choices.items()
    ]
    return {"kind": "decide", "id": name, "text": "Decide.", "choices": listed, **more}


def after(step, *outcome):
    """A condition."""
    return {"step": step, "outcome": list(outcome)}


def said(text: str) -> list[str]:
    """What is said of a text that is no playbook, line by line."""
    with pytest.raises(PlaybookError) as refused:
        read_text(text, "x.yaml")
    return str(refused.value).splitlines()
