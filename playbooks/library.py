"""Reads folders of playbooks: a file is a playbook, and its name is what rules and people call it.

Knows files and the shapes in ``models.py``; must not know who reads a playbook, or where.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from bot.errors import ConfigError
from playbooks._faults import faults
from playbooks.models import Playbook
from playbooks.yaml_text import MOST_BYTES, TextError, read_yaml

LIBRARY = Path(__file__).parent / "library"
"""The playbooks that come with pawdeploy."""
MOST_SAID = 10
"""Of one file; whoever mended these is told of the others."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}\.yaml")


class PlaybookError(ConfigError, ValueError):
    """Something is no playbook; each line of the text names the file, its line, and what to write."""


def load_library(folder: Path = LIBRARY) -> Mapping[str, Playbook]:
    """Read every playbook of a folder, by name (``api-down``), in order; raise ``PlaybookError``."""
    found: dict[str, Playbook] = {}
    wrong: list[str] = []
    for file in files(folder):
        try:
            found[file.stem] = read_file(file)
        except PlaybookError as error:
            wrong.append(str(error))
    if wrong:
        raise PlaybookError("\n".join(wrong))
    return MappingProxyType(found)


def load_libraries(folders: Sequence[Path]) -> Mapping[str, Playbook]:
    """Read several folders as one: of two playbooks of one name, that of the later folder counts."""
    found: dict[str, Playbook] = {}
    wrong: list[str] = []
    for folder in folders:
        try:
            found |= load_library(folder)
        except PlaybookError as error:
            wrong.append(str(error))
    if wrong:
        raise PlaybookError("\n".join(wrong))
    return MappingProxyType(dict(sorted(found.items())))


def read_file(file: Path) -> Playbook:
    """Read one playbook; raise ``PlaybookError`` with a line for each thing that is wrong, ten at most."""
    if not _NAME.fullmatch(file.name):
        advice = "use lower-case letters, digits and dashes, a letter first, and .yaml, e.g. api-down.yaml"
        msg = f"{file.name}: no rule can name this file; {advice}"
        raise PlaybookError(msg)
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        msg = f"{file.name}: cannot be read: {error.strerror}; make it a file this user may read"
        raise PlaybookError(msg) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        msg = f"{file.name}:{line}: is not text in UTF-8; save it as UTF-8"
        raise PlaybookError(msg) from error
    return read_text(text, file.name)


def read_text(text: str, name: str) -> Playbook:
    """Read a playbook's text; ``name`` is what messages call it. Raises as ``read_file``."""
    try:
        document = read_yaml(text)
    except TextError as error:
        msg = f"{name}:{error.line}: {error}"
        raise PlaybookError(msg) from error
    if document.value is None:
        msg = f"{name}:1: is empty; write e.g. title: API down (docs/playbooks.md shows a whole one)"
        raise PlaybookError(msg)
    try:
        return Playbook.model_validate(document.value)
    except ValidationError as error:
        said = [(document.line(one.path), str(one)) for one in faults(error, document.value, Playbook)]
        lines = [f"{name}:{line}: {words}" for line, words in sorted(said, key=lambda one: one[0])]
        more = len(lines) - MOST_SAID
        rest = [f"{name}: and {more} more; mend these first"] if more > 0 else []
        raise PlaybookError("\n".join(lines[:MOST_SAID] + rest)) from error


def files(folder: Path) -> Iterator[Path]:
    """Yield what is meant to be a playbook, by name: ``.yml`` too, so that somebody says what to call it.

    Raises ``PlaybookError``: there is no such folder.
    """
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        msg = f"{folder}: cannot be read: {error.strerror}; name a folder of playbooks"
        raise PlaybookError(msg) from error
    for file in found:
        if file.suffix in (".yaml", ".yml") and not file.name.startswith("."):
            yield file
