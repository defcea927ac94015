"""Messages as they lie in the store, and the samples of Sentry's that CI lays beside the clone."""

import json
from pathlib import Path

import pytest

from bot.engine.alerts import Source
from bot.engine.arrivals import Arrival
from bot.project import Project
from tests import project_file
from tests.bot.test_webhooks import NOON

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT.parent / "shared" / "samples" / "sentry"


def arrived(source: Source, resource: str, body: object) -> Arrival:
    """Wrap ``body``, bytes or what is to become JSON, as if it had come at noon."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Arrival(key="key", source=source, resource=resource, body=raw, at=NOON)


def sample(name: str) -> Arrival:
    """Return one of Sentry's own messages, whose name begins with its resource."""
    path = SAMPLES / f"{name}.json"
    if not path.exists():
        pytest.skip(f"Sentry's samples are not here ({path.name}); CI has them under shared/samples")
    return arrived(Source.SENTRY, name.partition(".")[0], path.read_bytes())


def the_project(**environments: dict[str, object]) -> Project:
    """Return the project file of the repository, its environments changed."""
    facts = project_file.facts()
    for name, changed in environments.items():
        facts["services"][0]["environments"][name] |= changed
    return Project.model_validate(facts)
