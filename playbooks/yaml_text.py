"""Reads the text of a YAML file into plain values, and remembers the line of each. Knows no playbook.

Every value is text, as it stands in the file: no word turns into a number, a date or a truth value by
its looks, and nothing is ever constructed. Mappings, lists and text are all there is; a key twice, an
anchor's alias and a tag are refused, and so is what is too big or nested too deep to be meant.
"""

from dataclasses import dataclass, field
from typing import ClassVar

import yaml
from yaml.events import Event

MOST_BYTES = 256 * 1024
MOST_DEPTH = 20
"""Lists and mappings within one another; a playbook needs nine."""

Path = tuple[str | int, ...]
"""Keys and positions from the top of the file: ``("steps", 3, "kind")``."""
Value = str | list["Value"] | dict[str, "Value"] | None

_EMPTY, _TEXT = "tag:yaml.org,2002:null", "tag:yaml.org,2002:str"
_PLAIN = (_EMPTY, _TEXT, "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_ADVICE = (
    ("mapping values are not allowed", 'put text that holds ": " into double quotes'),
    ("'\\t' that cannot start any token", "indent with spaces, never with tabs"),
    ("'`' that cannot start any token", "put text that begins with a back quote into double quotes"),
    ("'@' that cannot start any token", "put text that begins with @ into double quotes"),
    ("unknown escape character", "write \\\\ for a backslash, or single quotes around the text"),
    ("while scanning a quoted scalar", "close the quotes"),
    ("unexpected end of stream", "close the quotes"),
    ("expected <block end>", "begin the lines of a list or a mapping in the same column"),
    ("could not find expected ':'", "write key: value"),
    ("expected the node content", "write a value there, or close what is open with ] or }"),
    ("expected ',' or ']'", "close the list with ]"),
    ("expected ',' or '}'", "close the mapping with }"),
    ("expected a single document", "keep one playbook in a file, without --- in between"),
)
"""What usually is meant, by a piece of the parser's words."""


class TextError(ValueError):
    """The text is no such YAML; ``line`` counts from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, and where."""

    value: Value
    lines: dict[Path, int] = field(default_factory=dict)
    """Of every key and every element of a list, from 1."""

    def line(self, path: Path) -> int:
        """Give the line of ``path``, or of the nearest thing around it that is there; 1 when nothing is."""
        around = (path[:size] for size in range(len(path), 0, -1))
        return next((self.lines[one] for one in around if one in self.lines), 1)


class _Loader(yaml.SafeLoader):
    """Composes nodes and resolves nothing but emptiness; its constructor is never asked."""

    yaml_implicit_resolvers: ClassVar = {  # type: ignore[misc]  # of the class, whatever the stubs say
        first: [(tag, looks) for tag, looks in found if tag == _EMPTY]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML's stubs lack its type
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise TextError(line, f"*{event.anchor} repeats a part by its name; write it out")
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise TextError(line, f"is nested more than {MOST_DEPTH} deep; take brackets or dashes out")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read_yaml(text: str) -> Document:
    """Read one document; raise ``TextError`` for the first thing that is wrong."""
    if len(text.encode(errors="surrogatepass")) > MOST_BYTES:
        raise TextError(1, f"is larger than {MOST_BYTES // 1024} KB; no playbook is")
    try:
        node = yaml.compose(text, Loader=_Loader)
    except TextError:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise TextError(mark.line + 1 if mark else 1, _words(error)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise TextError(line, _unprintable(error.character)) from error
    except (ValueError, OverflowError) as error:  # from ``chr``, of an escape like \U00110000
        raise TextError(1, "is not YAML: an escape names no character; look for \\U") from error
    lines: dict[Path, int] = {}
    return Document(_value(node, (), lines) if node else None, lines)


def _words(error: yaml.MarkedYAMLError) -> str:
    said = error.problem or error.context or "cannot be read"
    if said.startswith("but "):
        said = f"{error.context}, {said}"
    whole = f"{error.context or ''} {said}"
    advice = next((advice for piece, advice in _ADVICE if piece in whole), "see docs/playbooks.md")
    return f"is not YAML: {said}; {advice}"


def _value(node: yaml.Node, path: Path, lines: dict[Path, int]) -> Value:
    line = node.start_mark.line + 1
    if node.tag not in _PLAIN:
        raise TextError(line, f"{node.tag[:60]!r} is a tag, and nothing here has one; leave it out")
    match node:
        case yaml.MappingNode():
            found: dict[str, Value] = {}
            for key, value in node.value:
                name = _key(key, found)
                lines[(*path, name)] = key.start_mark.line + 1
                found[name] = _value(value, (*path, name), lines)
            return found
        case yaml.SequenceNode():
            for number, value in enumerate(node.value):
                lines[(*path, number)] = value.start_mark.line + 1
            return [_value(value, (*path, number), lines) for number, value in enumerate(node.value)]
        case _:
            return None if node.tag == _EMPTY else _text(node)


def _text(node: yaml.Node) -> str:
    text = str(node.value)
    if strange := yaml.reader.Reader.NON_PRINTABLE.search(text):
        raise TextError(node.start_mark.line + 1, _unprintable(ord(strange.group())))
    return text


def _unprintable(character: int) -> str:
    return f"holds a character no text has (U+{character:04X}); delete it"


def _key(node: yaml.Node, found: dict[str, Value]) -> str:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.ScalarNode) or node.tag not in (_EMPTY, _TEXT):
        raise TextError(line, "a key is no text; write key: value")
    name = _text(node)
    if name in found:
        raise TextError(line, f"{name!r} is there twice; keep one")
    return name
