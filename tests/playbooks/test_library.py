"""The playbooks that come with pawdeploy, and what is said of a file that is none."""

import pytest

from playbooks.library import LIBRARY, PlaybookError, load_library

GOOD = "title: T\nwhen: W\nsteps:\n  - {kind: do, text: Look}\n"


def test_every_file_of_the_library_loads_and_is_known_by_its_name():
    found = load_library()

    assert set(found) == {file.stem for file in LIBRARY.iterdir()}
    assert set(found) == {"api-down", "mobile-crash-spike", "db-migration-failure"}


@pytest.mark.parametrize(
    ("name", "in_order"),
    [
        ("api-down", ["Railway", "/health/detailed", "Supabase", "Redis: does", "rollback", "orchestrator"]),
        ("mobile-crash-spike", ["Sentry", "build", "over-the-air", "expedited", "orchestrator"]),
        ("db-migration-failure", ["log", "alembic downgrade", "staging", "production", "orchestrator"]),
    ],
)
def test_the_teams_procedures_are_told_in_their_order(name, in_order):
    said = " ".join(step.text for step in load_library()[name].steps)

    places = [said.find(word) for word in in_order]
    assert -1 not in places
    assert places == sorted(places)


def test_a_failed_migration_is_never_retried():
    first = load_library()["db-migration-failure"].steps[0]
    assert (first.kind, first.text.startswith("Do not retry")) == ("never", True)


def test_a_new_file_needs_no_code(tmp_path):
    (tmp_path / "queue-full.yaml").write_text(GOOD)
    assert load_library(tmp_path)["queue-full"].title == "T"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD + "owner: ann\n", "one.yaml: owner: Extra inputs are not permitted"),
        (GOOD.replace("kind: do", "kind: do, who: ann"), "one.yaml: steps.0.who: Extra inputs"),
        (
            GOOD.replace("kind: do", "kind: perhaps"),
            "one.yaml: steps.0.kind: Input should be 'do'",
        ),
        (GOOD.replace("text: Look", "text: ''"), "one.yaml: steps.0.text: String should have at least 1"),
        ("title: T\nwhen: W\nsteps: []\n", "one.yaml: steps: Tuple should have at least 1 item"),
        ("title: T\nwhen: [\n", "one.yaml: line 3: "),
        ("title: !!python/object:os.system {}\n", "one.yaml: line 1: could not determine a constructor"),
        ("title: \x07\n", "one.yaml: is not YAML in UTF-8"),
        ("", "one.yaml: the file: Input should be a valid dictionary"),
    ],
)
def test_a_file_that_is_no_playbook_is_refused_by_name(tmp_path, text, says):
    (tmp_path / "one.yaml").write_text(text)

    with pytest.raises(PlaybookError) as refused:
        load_library(tmp_path)
    assert str(refused.value).startswith(says)


def test_bytes_that_are_no_text_are_refused_by_name(tmp_path):
    (tmp_path / "one.yaml").write_bytes(b"title: \xff\n")

    with pytest.raises(PlaybookError, match=r"one\.yaml"):
        load_library(tmp_path)
