"""Text, lists and mappings, each with its line, and nothing that could surprise or do harm."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.yaml_text import MOST_BYTES, TextError, read_yaml

PAGE = """\
# a comment
title: T
steps:
  - kind: do
    text: |
      two
      lines
  - {kind: look,
     probe: {kind: health}}

branches:
  code:

    - kind: do
"""


def test_each_key_and_each_element_has_its_line():
    page = read_yaml(PAGE)

    assert page.value == {
        "title": "T",
        "steps": [
            {"kind": "do", "text": "two\nlines\n"},
            {"kind": "look", "probe": {"kind": "health"}},
        ],
        "branches": {"code": [{"kind": "do"}]},
    }
    assert {".".join(map(str, path)): line for path, line in page.lines.items() if path[-1] != "kind"} == {
        "title": 2,
        "steps": 3,
        "steps.0": 4,
        "steps.0.text": 5,
        "steps.1": 8,
        "steps.1.probe": 9,
        "branches": 11,
        "branches.code": 12,
        "branches.code.0": 14,
    }


def test_what_is_not_there_has_the_line_of_what_holds_it():
    page = read_yaml(PAGE)
    assert page.line(("steps", 1, "probe", "service")) == 9
    assert page.line(("steps", 7)) == 3
    assert page.line(("when",)) == 1
    assert page.line(()) == 1


@pytest.mark.parametrize("word", ["no", "on", "12", "1.5", "2024-13-99", "0x_", "12:30", "<<", "="])
def test_every_word_is_text_whatever_it_looks_like(word):
    assert read_yaml(f"a: [{word}]").value == {"a": [word]}
    assert read_yaml(f"{word}: a").value == {word: "a"}


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_only_nothing_is_nothing(nothing):
    assert read_yaml(f"a: {nothing}").value == {"a": None}
    assert read_yaml(f"a: '{nothing}'").value == {"a": nothing}


@pytest.mark.parametrize("empty", ["", "\n\n", "# only a comment\n", "---\n"])
def test_an_empty_text_says_nothing(empty):
    assert read_yaml(empty).value is None


BOMB = "a: &a [x, x]\n" + "".join(
    f"{n}: &{n} [*{o}, *{o}]\n" for o, n in zip("abcdefgh", "bcdefghi", strict=True)
)

REFUSED = {
    "a key twice": ("a: 1\nb: 2\na: 3", 3, "'a' is there twice; keep one"),
    "a key twice, inside": ("s:\n- a: 1\n  b: {c: 1,\n      c: 2}", 4, "'c' is there twice"),
    "one key, quoted": ("a: 1\n'a': 3", 2, "'a' is there twice"),
    "an alias bomb": (BOMB, 2, "*a repeats a part by its name; write it out"),
    "an alias for a key": ("&a b: c\n? *a\n: d", 2, "*a repeats"),
    "a tag": ("a: b\nc: !!int 5", 2, "is a tag, and nothing here has one"),
    "an object": ("a: !!python/object/apply:os.system [id]", 1, "is a tag, and nothing here has one"),
    "a list for a key": ("? [a]\n: b", 1, "a key is no text; write key: value"),
    "a mapping for a key": ("{a: b}: c", 1, "a key is no text"),
    "too deep, in brackets": ("a: b\nc: " + "[" * 5_000, 2, "nested more than 20 deep"),
    "too deep, in dashes": ("- " * 5_000, 1, "nested more than 20 deep"),
    "too deep, in braces": ("{a: " * 5_000, 1, "nested more than 20 deep"),
    "too large": ("a: " + "x" * MOST_BYTES, 1, "is larger than 256 KB"),
    "a bell": ("a: b\nc: \x07", 2, "holds a character no text has (U+0007); delete it"),
    "a null character by escape": ('a: b\nc: "\\0"', 2, "(U+0000)"),
    "half a character by escape": ('a: "\\ud800"', 1, "(U+D800)"),
    "no character": ('a: "\\U00110000"', 1, "an escape names no character"),
    "no number of a character": ('a: "\\UFFFFFFFF"', 1, "an escape names no character"),
    "a tab": ("a:\n\tb: c", 2, "indent with spaces, never with tabs"),
    "a colon": ("a: b\nc: Redis: is it up", 2, 'put text that holds ": " into double quotes'),
    "an open quote": ('a: "b', 1, "close the quotes"),
    "an open list": ("a: [b\nc: d", 2, "close the list with ]"),
    "nothing after a bracket": ("a: [", 1, "close what is open with ] or }"),
    "an open mapping": ("a: {b", 1, "close the mapping with }"),
    "a back quote": ("a: `b`", 1, "put text that begins with a back quote into double quotes"),
    "a mention": ("a: @ann", 1, "put text that begins with @ into double quotes"),
    "a backslash": ('a: "\\q"', 1, "single quotes around the text"),
    "a word alone": ("a: b\nc", 2, "write key: value"),
    "a crooked list": ("a:\n - b\n  - c\n d: e", 4, "in the same column"),
    "two documents": ("a: b\n---\nc: d", 2, "keep one playbook in a file"),
    "another YAML": ("%YAML 9.9\n---\na", 1, "see docs/playbooks.md"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_could_surprise_is_refused_with_its_line_and_what_to_do(what):
    text, line, says = REFUSED[what]

    with pytest.raises(TextError) as refused:
        read_yaml(text)

    assert refused.value.line == line
    assert says in str(refused.value)


def test_an_anchor_nobody_repeats_does_no_harm():
    assert read_yaml("a: &x b").value == {"a": "b"}


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab:-[]{},&*!|>'\"\\%@`#? \n\t0~<=."), max_size=40) | st.text(max_size=40))
def test_whatever_is_written_is_read_or_refused(text):
    try:
        lines = read_yaml(text).lines.values()
    except TextError as refused:
        lines = [refused.line]
    breaks = sum(text.count(one) for one in "\n\r\x85\u2028\u2029")
    assert all(1 <= line <= breaks + 1 for line in lines)
