"""An incident keeps its own copy; one of another version says so in words."""

import json

import pytest

from playbooks.copies import dump, parse
from playbooks.library import PlaybookError, load_library

BOOKS = load_library()


@pytest.mark.parametrize("name", BOOKS)
def test_a_copy_of_each_playbook_is_the_playbook(name):
    assert parse(dump(BOOKS[name])) == BOOKS[name]
    assert dump(parse(dump(BOOKS[name]))) == dump(BOOKS[name])


def test_a_copy_holds_what_was_left_out_too_for_defaults_may_change():
    copy = json.loads(dump(BOOKS["api-down"]))
    look = next(step for step in copy["steps"] if step["id"] == "shipped")
    assert (look["every"], look["who"], look["condition"]) == (None, [], None)
    assert copy["triggers"]["failures"] == []


def test_times_are_written_as_people_write_them():
    copy = json.loads(dump(BOOKS["api-down"]))
    steps = {step["id"]: step for steps in (copy["steps"], *copy["branches"].values()) for step in steps}
    assert (steps["components"]["every"], steps["which"]["due"]) == ("30s", "10m")
    assert steps["lock"]["start"]["lasts"] == "2h"


def changed(**changes):
    return json.dumps(json.loads(dump(BOOKS["api-down"])) | changes)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (changed(colour="red"), "(colour: is no key here; "),
        (changed(steps=[{"kind": "press"}]), "(steps[0].kind: there is no kind 'press'; "),
        (changed(branches={}), "(steps[7].choices[0].opens: there is no branch database"),
        ("[]", "(must be a mapping; "),
        ("{", "(it is not JSON)"),
        ("", "(it is not JSON)"),
        ("[" * 100_000, "(it is not JSON)"),
    ],
)
def test_a_copy_of_another_version_is_refused_with_words(text, why):
    with pytest.raises(PlaybookError) as refused:
        parse(text)

    said = str(refused.value)
    assert "was written by another version of pawdeploy" in said
    assert why in said
    assert said.endswith("; go on with that version, or resolve the incident")
