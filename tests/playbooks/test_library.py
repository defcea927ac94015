"""The playbooks that come with pawdeploy, folders of them, and files that cannot be read at all."""

import pytest

from playbooks import plan
from playbooks.library import LIBRARY, PlaybookError, load_libraries, load_library
from playbooks.steps import Look
from tests.playbooks._books import GOOD

BOOKS = load_library()
MIGRATION = BOOKS["db-migration-failure"]


def test_every_file_of_the_library_loads_and_is_known_by_its_name():
    assert set(BOOKS) == {file.stem for file in LIBRARY.iterdir()}
    assert set(BOOKS) == {"api-down", "mobile-crash-spike", "db-migration-failure"}


@pytest.mark.parametrize(
    ("name", "in_order"),
    [
        (
            "api-down",
            ["Railway", "/health/detailed", "Supabase", "Redis: does", "Decide", "last good", "orchestrator"],
        ),
        (
            "mobile-crash-spike",
            [
                "Sentry",
                "build",
                "Decide",
                "over-the-air update to",
                "hand it to both",
                "expedited",
                "orchestrator",
            ],
        ),
        (
            "db-migration-failure",
            ["log", "alembic downgrade", "Mend", "staging", "to production again", "owner of the database"],
        ),
    ],
)
def test_the_teams_procedures_are_told_in_their_order(name, in_order):
    said = " ".join(planned.step.text for planned in plan.every_step(BOOKS[name]))

    places = [said.find(word) for word in in_order]
    assert -1 not in places
    assert places == sorted(places)


def test_a_failed_migration_is_never_retried_and_ships_nothing_else():
    said = [step.text for step in plan.prohibitions(MIGRATION, {})]
    assert said[0].startswith("Do not retry the migration.")
    assert said[1].startswith("Do not ship other changes")


@pytest.mark.parametrize("name", BOOKS)
def test_every_branch_that_comes_with_pawdeploy_can_be_reached(name):
    book = BOOKS[name]
    assert {planned.branch for planned in plan.every_step(book)} == {"", *book.branches}


@pytest.mark.parametrize("name", BOOKS)
def test_every_look_that_comes_with_pawdeploy_tells_something_in_a_drill(name):
    looks = [planned.step for planned in plan.every_step(BOOKS[name]) if isinstance(planned.step, Look)]
    assert looks
    assert [look.id for look in looks if look.drill.said == "Nothing unusual."] == []


@pytest.mark.parametrize(
    ("name", "decision", "suggested"),
    [("api-down", "which", ("code",)), ("db-migration-failure", "applied", ("halfway",))],
)
def test_what_a_drill_finds_speaks_for_one_answer(name, decision, suggested):
    steps = {planned.step.id: planned.step for planned in plan.every_step(BOOKS[name])}
    found = {key: frozenset({step.drill.status}) for key, step in steps.items() if isinstance(step, Look)}

    assert plan.suggested(steps[decision], found) == suggested


@pytest.mark.parametrize(
    ("ill", "suggested"), [("supabase", ("database",)), ("redis", ("redis",)), ("shipped", ("code",))]
)
def test_the_part_that_is_down_is_the_answer_that_is_suggested(ill, suggested):
    (which,) = [one.step for one in plan.every_step(BOOKS["api-down"]) if one.step.id == "which"]
    assert plan.suggested(which, {ill: frozenset({"bad"})}) == suggested


def test_what_nobody_knows_of_a_migration_speaks_for_no_answer():
    (applied,) = [one.step for one in plan.every_step(MIGRATION) if one.step.id == "applied"]
    assert plan.suggested(applied, {"log": frozenset({"unknown"})}) == ()


def test_going_back_says_what_it_takes_back_and_when_not_to_press_it():
    steps = {planned.step.id: planned.step for planned in plan.every_step(MIGRATION)}
    back = steps["downgrade"]

    assert "`alembic downgrade -1`, one revision back from `alembic current`" in back.text
    assert "Press it only if `alembic current` names that one" in back.note
    assert "mend by hand" in back.note
    assert set(steps["verified"].condition.outcome) == {"done", "skipped"}  # by hand it is looked at too


def test_a_fourth_playbook_is_a_file_and_no_code(tmp_path):
    (tmp_path / "queue-full.yaml").write_text(GOOD.replace("title: T", "title: Queue full"))

    found = load_libraries([LIBRARY, tmp_path])

    assert list(found) == ["api-down", "db-migration-failure", "mobile-crash-spike", "queue-full"]
    assert found["queue-full"].title == "Queue full"


def test_a_teams_own_playbook_takes_the_place_of_one_of_the_same_name(tmp_path):
    (tmp_path / "api-down.yaml").write_text(GOOD)

    assert load_libraries([LIBRARY, tmp_path])["api-down"].title == "T"
    assert load_libraries([tmp_path, LIBRARY])["api-down"].title == "API down"


def test_a_library_cannot_be_changed_by_whoever_reads_it():
    with pytest.raises(TypeError):
        BOOKS["api-down"] = None


def refusal(*folders):
    with pytest.raises(PlaybookError) as refused:
        load_libraries(folders)
    return str(refused.value).splitlines()


def test_everything_that_is_wrong_in_all_folders_is_said_at_once(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.yaml").write_text("title: [\n")
        (tmp_path / name / "good.yaml").write_text(GOOD)
    (tmp_path / "two" / "zoo.yaml").write_text("")

    said = refusal(tmp_path / "one", tmp_path / "two", tmp_path / "three")

    assert [line.split(":")[0] for line in said] == ["one.yaml", "two.yaml", "zoo.yaml", f"{tmp_path}/three"]


def test_a_folder_that_is_not_there_is_a_mistake_and_no_empty_library(tmp_path):
    (line,) = refusal(tmp_path / "playbook")
    assert line.endswith("playbook: cannot be read: No such file or directory; name a folder of playbooks")


@pytest.mark.parametrize(
    "name", ["API.yaml", "api down.yaml", "api-down.yml", "1st.yaml", f"a{'b' * 31}.yaml"]
)
def test_a_file_no_rule_could_name_is_refused(tmp_path, name):
    (tmp_path / name).write_text(GOOD)

    (line,) = refusal(tmp_path)

    assert line.startswith(f"{name}: no rule can name this file; ")
    assert line.endswith("e.g. api-down.yaml")


def test_hidden_files_and_other_files_are_left_alone(tmp_path):
    for name in (".api-down.yaml", "._x.yaml", "README.md", "notes.txt"):
        (tmp_path / name).write_text("no: playbook")

    assert load_library(tmp_path) == {}


def test_a_folder_called_like_a_playbook_is_refused_by_name(tmp_path):
    (tmp_path / "api-down.yaml").mkdir()

    (line,) = refusal(tmp_path)

    assert line == "api-down.yaml: cannot be read: Is a directory; make it a file this user may read"


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path):
    (tmp_path / "one.yaml").write_bytes(b"title: T\nwhen: \xff\n")

    assert refusal(tmp_path) == ["one.yaml:2: is not text in UTF-8; save it as UTF-8"]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    (tmp_path / "one.yaml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())

    assert load_library(tmp_path)["one"].title == "T"


def test_a_file_too_large_to_be_a_playbook_is_not_read(tmp_path):
    (tmp_path / "one.yaml").write_text(GOOD + "#" * 256 * 1024)

    assert refusal(tmp_path) == ["one.yaml:1: is larger than 256 KB; no playbook is"]
