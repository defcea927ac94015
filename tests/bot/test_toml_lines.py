"""Rules of ``bot/toml_lines.py``: every key's line, whatever stands around it."""

import tomllib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.toml_lines import key_lines, line_of

ROOT = Path(__file__).parents[2]

HARD = '''\
# a comment with [brackets] and "quotes"
a = 1
"b c".'d' = [ # ]
  "]", '}',
  [1, 2],
]
e = """
f = "not a key"
[not.a.table]
"""
g = \'\'\'
h = 'nor this'\'\'\'
i = { j = [1,
  2], k = "}" }

[[x]]
y = 1
[[x]]
y = 2
[x.z]
w = "a \\" # no comment"
[[x.v]]
u = 3
[[x.v]]
u = 4
[p.q.r] # the only header of p
s = 5
'''


def test_values_over_several_lines_do_not_hide_what_follows() -> None:
    tomllib.loads(HARD)
    lines = key_lines(HARD)

    assert lines[("a",)] == 2
    assert lines[("b c", "d")] == 3
    assert lines[("e",)] == 7
    assert lines[("g",)] == 11
    assert lines[("i",)] == 13
    assert ("f",) not in lines
    assert ("h",) not in lines


def test_tables_in_arrays_are_told_apart() -> None:
    lines = key_lines(HARD)

    assert [lines[("x", at, "y")] for at in (0, 1)] == [17, 19]
    assert lines[("x", 1, "z", "w")] == 21
    assert [lines[("x", 1, "v", at, "u")] for at in (0, 1)] == [23, 25]


def test_a_table_only_a_deeper_header_implies_stands_at_that_header() -> None:
    assert key_lines(HARD)[("p",)] == 26


def test_what_has_no_line_is_where_its_holder_is() -> None:
    lines = key_lines(HARD)

    assert line_of(lines, ("i", "k")) == 13
    assert line_of(lines, ("x", 1, "missing")) == 18
    assert line_of(lines, ("missing",)) == 1


def test_every_key_of_the_repositorys_file_is_found_where_it_is_written() -> None:
    text = (ROOT / "pawdeploy.toml").read_text("utf-8")
    rows = text.splitlines()

    for path, line in key_lines(text).items():
        last = next(part for part in reversed(path) if isinstance(part, str))
        assert last in rows[line - 1]


@given(
    st.lists(
        st.one_of(
            st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20).map(
                lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
            ),
            st.sampled_from(
                ["1", "true", "[1,\n2]", "{ a = 1 }", '"""\nx = 1\n"""', "'''[\n'''", "[[1], # ]\n[2]]"]
            ),
        ),
        max_size=8,
    )
)
def test_keys_keep_their_lines_beside_any_value(values: list[str]) -> None:
    text, expected = "", {}
    for at, value in enumerate(values):
        expected[(f"k{at}",)] = text.count("\n") + 1
        text += f"k{at} = {value}\n"
    tomllib.loads(text)

    assert key_lines(text) == expected
