"""Where each key of a TOML text stands; ``tomllib`` does not say. Knows no key's meaning.

The text must already have been accepted by ``tomllib``: this reads on trust and checks nothing.
"""

import re

Path = tuple[str | int, ...]
"""Keys and list positions from the top of the file, e.g. ``("services", 0, "name")``."""

_BLANK = re.compile(r"(?:\s+|#[^\n]*)*")
_KEY_PART = re.compile(r"""[ \t]*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))[ \t]*""")
_VALUE_PART = re.compile(
    r'''
      """(?:\\.|[^\\])*?"{3,5}    # basic string over several lines
    | \'\'\'.*?\'{3,5}            # literal string over several lines
    | "(?:\\.|[^"\\\n])*"         # basic string
    | '[^'\n]*'                   # literal string
    | \#[^\n]*                    # comment
    | [\[\]{}\n]                  # what changes the depth, and the end of a line
    | [^\[\]{}"'\#\n]+            # anything else
    ''',
    re.VERBOSE | re.DOTALL,
)


def key_lines(text: str) -> dict[Path, int]:
    """Give the line, counted from 1, of every table header and every ``key =``.

    A table that only a deeper header implies stands where that header does. Keys inside ``{…}`` and
    elements of a list have no entry: ``line_of`` falls back to what holds them.
    """
    lines: dict[Path, int] = {}
    newest: dict[Path, int] = {}
    table: Path = ()
    at = _skip_blank(text, 0)
    while at < len(text):
        line = text.count("\n", 0, at) + 1
        if text.startswith("[[", at):
            keys, at = _read_key(text, at + 2)
            array: Path = (*_resolve(keys[:-1], newest), keys[-1])
            newest[array] = newest.get(array, -1) + 1
            table = (*array, newest[array])
            _note(lines, table, line)
            at += 2
        elif text[at] == "[":
            keys, at = _read_key(text, at + 1)
            table = _resolve(keys, newest)
            _note(lines, table, line)
            at += 1
        else:
            keys, at = _read_key(text, at)
            _note(lines, (*table, *keys), line)
            at = _skip_value(text, at + 1)
        at = _skip_blank(text, at)
    return lines


def line_of(lines: dict[Path, int], path: Path) -> int:
    """Give the line of ``path``, or of the nearest thing around it that has one; 1 when nothing has."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


def _note(lines: dict[Path, int], path: Path, line: int) -> None:
    for length in range(1, len(path)):
        lines.setdefault(path[:length], line)
    lines[path] = line


def _skip_blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _read_key(text: str, at: int) -> tuple[tuple[str, ...], int]:
    """Read ``a."b c".d``; the position returned is that of the ``=`` or ``]`` after it."""
    keys: list[str] = []
    while found := _KEY_PART.match(text, at):
        basic, literal, bare = found.groups()
        keys.append(next(part for part in (basic, literal, bare) if part is not None))
        at = found.end()
        if not text.startswith(".", at):
            break
        at += 1
    return tuple(keys), at


def _skip_value(text: str, at: int) -> int:
    """Give the position after the value that starts at ``at``, however many lines it takes."""
    depth = 0
    while at < len(text) and (found := _VALUE_PART.match(text, at)):
        part = found.group()
        at = found.end()
        if part in "[{":
            depth += 1
        elif part in "]}":
            depth -= 1
        elif part == "\n" and depth == 0:
            break
    return at


def _resolve(keys: tuple[str, ...], newest: dict[Path, int]) -> Path:
    """Put the position of the newest element after every key that is an array of tables."""
    path: Path = ()
    for key in keys:
        path = (*path, key)
        if path in newest:
            path = (*path, newest[path])
    return path
