"""What is said of a file that is no playbook: its line, its place, what is wrong, what to write.

``page.yaml`` is right; ``faults.txt`` holds mistakes that can be made in one place of it, ``misfits.txt``
those between two places, each with what is said.
"""

import re
from pathlib import Path

import pytest

from bot.errors import ConfigError
from playbooks import models, steps
from playbooks._faults import _EXAMPLES
from playbooks.fields import Strict
from playbooks.library import MOST_SAID, PlaybookError, read_text
from tests.playbooks._books import GOOD, said

HERE = Path(__file__).parent
PAGE = (HERE / "page.yaml").read_text("utf-8")


def cases() -> dict[str, tuple[str, str, list[str]]]:
    """By name: the lines that go, those that come, how each message begins."""
    found = {}
    pages = "\n".join((HERE / page).read_text("utf-8") for page in ("faults.txt", "misfits.txt"))
    for block in pages.split("\n# ")[1:]:
        name, *lines = block.rstrip().split("\n")
        old, new = ("".join(f"{line[1:]}\n" for line in lines if line[:1] == mark) for mark in "-+")
        found[name] = (old, new, [line[2:].removesuffix("…") for line in lines if line[:1] == "="])
    return found


CASES = cases()


def changed(old: str, new: str) -> str:
    assert PAGE.count(old) == 1, old
    return PAGE.replace(old, new)


def test_the_page_these_rules_are_tried_on_is_right_itself():
    assert len(read_text(PAGE, "x.yaml").steps) == 5


@pytest.mark.parametrize("what", CASES)
def test_whatever_is_wrong_is_said_with_its_line_in_the_file(what):
    old, new, says = CASES[what]

    lines = said(changed(old, new))

    assert len(lines) == len(says), lines
    for line, start in zip(lines, says, strict=True):
        assert line.startswith(f"x.yaml:{start}")
        assert "; " in line


@pytest.mark.parametrize(
    "gone", ["title: T", "when: W", "text: Act", "button: Go", "id: fourth", "does: Writes."]
)
def test_what_is_missing_is_said_with_an_example_that_would_do(gone):
    (line,) = said(re.sub(rf"\n? *{re.escape(gone)}(?=\n)", "", changed(gone, gone), count=1).lstrip())

    key, example = re.search(r"(\w+): is missing; write e\.g\. (.+)$", line).groups()
    assert example.startswith(f"{key}: ")
    assert len(read_text(changed(gone, example), "x.yaml").steps) == 5


def test_every_required_key_has_an_example():
    shapes = [one for module in (models, steps) for one in vars(module).values()]
    shapes = [one for one in shapes if isinstance(one, type) and issubclass(one, Strict)]
    needed = {name for one in shapes for name, field in one.model_fields.items() if field.is_required()}
    assert needed - set(_EXAMPLES) == set()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", ["x.yaml:1: is empty; write e.g. title: API down (docs/playbooks.md shows a whole one)"]),
        ("just words", ["x.yaml:1: must be a mapping; write key: value, indented, a line for each"]),
        ("- a\n- b", ["x.yaml:1: must be a mapping; write key: value, indented, a line for each"]),
    ],
)
def test_a_file_that_holds_something_else_is_refused_as_a_whole(text, says):
    assert said(text) == says


def test_everything_that_is_wrong_is_said_at_once_in_the_order_of_the_file():
    text = changed("title: T", "titel: T").replace("due: 10m", "due: soon").replace("id: seventh", "id: '7'")
    assert [line.split(": ")[0] + " " + line.split(": ")[1] for line in said(text)] == [
        "x.yaml:1 title",
        "x.yaml:1 titel",
        "x.yaml:17 steps[0].due",
        "x.yaml:56 branches.one[1].id",
    ]


def test_ten_lines_are_enough_for_one_file():
    lines = said(GOOD + "".join(f"  - {{kind: do, id: s{at}}}\n" for at in range(30)))

    assert len(lines) == MOST_SAID + 1
    assert lines[0].startswith("x.yaml:5: steps[1].text: is missing; ")
    assert lines[-1] == "x.yaml: and 20 more; mend these first"


def test_a_list_is_not_called_empty_because_its_only_element_is_wrong():
    assert len(said(GOOD.replace("kind: do", "kind: perhaps"))) == 1


def test_what_somebody_wrote_is_shown_only_so_far():
    for text in (GOOD.replace("kind: do", f"kind: {'x' * 9000}"), GOOD + f"severity: {'x' * 9000}\n"):
        assert all(len(line) < 300 for line in said(text))


def test_a_refusal_ends_the_start_like_any_other_setting():
    assert issubclass(PlaybookError, ConfigError)
