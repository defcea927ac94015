"""Rules of ``bot/toml_examples.py``: whatever is wrong, what to write is shown for that very place."""

from collections.abc import Iterator
from typing import get_args, get_origin

import pytest
from pydantic import BaseModel

from bot import toml_file
from bot.project import Project
from bot.toml_examples import EXAMPLES, example
from bot.toml_lines import Path as KeyPath


def places(model: type[BaseModel], above: KeyPath = ()) -> Iterator[KeyPath]:
    """Give the path of every key of the file, the first of each list and one name in each table of names."""
    for key, field in model.model_fields.items():
        yield (*above, key)
        inner: KeyPath = (*above, key)
        shape = field.annotation
        if get_origin(shape) in (dict, tuple):
            inner = (*inner, "some-name" if get_origin(shape) is dict else 0)
            shape = get_args(shape)[0 if inner[-1] == 0 else 1]
            yield inner
        for found in toml_file._models(shape):
            yield from places(found, inner)


PLACES = tuple(places(Project))


def test_there_is_an_example_for_every_key() -> None:
    assert ("services", 0, "repository") in PLACES
    assert ("alerts", "rules", 0, "quiet", "timezone") in PLACES

    for path in PLACES:
        key = next(part for part in reversed(path) if isinstance(part, str) and part != "some-name")
        assert key in example(path), path


def test_no_example_is_for_a_key_that_is_not_there() -> None:
    assert set(EXAMPLES) <= {part for path in PLACES for part in path}


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (("services", 0, "environments", "staging", "watch", "alpha"), "alpha = 0.01"),
        (("services", 0, "environments", "production", "soak", "environment"), 'environment = "staging"'),
        (("alerts", "rules", 1, "environment"), 'environment = ["production"]'),
        (("alerts", "roles", 0), 'roles = ["approver"]'),
        (("alerts", "silence"), "silence = 21600 (seconds)"),
        (("timings", "silence"), "silence = 5 (seconds)"),
        (("timings", "slack_posts"), "slack_posts = 5 (seconds)"),
        (("health", "dependencies", 2, "name"), 'name = "supabase"'),
        (("incidents", "room", "name"), 'name = "inc-{number}-{playbook}"'),
        (("incidents", "room", "drills"), "drills = true"),
        (("incidents", "drills", "roles", 0), 'roles = ["approver"]'),
    ],
)
def test_a_key_that_stands_in_several_sections_has_the_example_of_its_own(
    path: KeyPath, written: str
) -> None:
    assert example(path) == written
