"""Reads ``pawdeploy.toml`` and says what is wrong with it: the key, the line, what to write.

Knows the shapes of ``bot/project.py``; reads no environment variable and calls nobody.
"""

import difflib
import re
import tomllib
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.errors import ConfigError
from bot.project import Project
from bot.shapes import MisplacedError
from bot.toml_examples import example
from bot.toml_lines import Path as KeyPath
from bot.toml_lines import key_lines, line_of

_PROBLEMS = {
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "tuple_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "string_type": "must be text in double quotes",
    "string_pattern_mismatch": "does not have the form it must have",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
}
"""Our words for pydantic's; for what is not here, pydantic's own."""

_SYNTAX_ADVICE = (
    ("Cannot overwrite a value", "this key or table is there twice: keep one"),
    ("Cannot declare", "this table is there twice: keep one"),
    ("Invalid value", 'text goes in double quotes, e.g. team = "PawLogic"'),
    ("Unclosed array", "close the list with ]"),
    ("Illegal character", 'close the text with " on the same line'),
    ("Expected '=' after a key", 'write key = "value"'),
    ("Expected ']'", "close the table's name with ]"),
)


def load(path: Path) -> Project:
    """Read and check the project file.

    Raises ``ConfigError``: the file is missing, not TOML, or not a project. One line of text for each
    thing that is wrong.
    """
    name = path.name
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        msg = f"{path} is not there; write one (docs/configuration.md) or set PAWDEPLOY_CONFIG to its path"
        raise ConfigError(msg) from None
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}; write it as UTF-8 text this user may read"
        raise ConfigError(msg) from error
    return parse(text, name)


def parse(text: str, name: str = "pawdeploy.toml") -> Project:
    """Check the text of a project file; ``name`` is what messages call it.

    Raises ``ConfigError``: as for ``load``.
    """
    text = text.replace("\r\n", "\n")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_describe_syntax(str(error), text, name)) from error
    try:
        return Project.model_validate(raw)
    except ValidationError as error:
        lines = key_lines(text)
        msg = "\n".join(_describe(wrong, lines, name) for wrong in _causes(error.errors()))
        raise ConfigError(msg) from None


def _describe_syntax(said: str, text: str, name: str) -> str:
    """Turn tomllib's words into ours: it ends with ``(at line 3, column 5)`` or ``(at end of document)``."""
    found = re.search(r" \(at line (\d+), column \d+\)$", said)
    line = int(found.group(1)) if found else text.rstrip().count("\n") + 1
    said = re.sub(r" \(at [^)]*\)$", "", said)
    advice = next((advice for start, advice in _SYNTAX_ADVICE if said.startswith(start)), None)
    return f"{name} line {line}: not valid TOML: {said}; {advice or 'see https://toml.io for the form'}"


def _causes(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out a list that is only "too short" because its elements are wrong."""
    return [
        wrong
        for wrong in errors
        if wrong["type"] != "too_short"
        or not any(
            other is not wrong and other["loc"][: len(wrong["loc"])] == wrong["loc"] for other in errors
        )
    ]


def _describe(wrong: ErrorDetails, lines: dict[KeyPath, int], name: str) -> str:
    path = tuple(part for part in wrong["loc"] if part != "[key]")
    inner = wrong.get("ctx", {}).get("error")
    if isinstance(inner, MisplacedError):
        path, problem, advice = inner.path, str(inner), inner.advice
    elif wrong["type"] == "extra_forbidden":
        problem, advice = "is not a key pawdeploy knows", _nearest(str(path[-1]), _keys_at(path[:-1]))
    elif wrong["type"] == "missing":
        problem, advice = "is missing", f"write e.g. {example(path)}"
    elif "[key]" in wrong["loc"]:
        if path[:1] in (("github_logins",), ("sentry_users",)):
            problem, advice = "is not a Slack member id", f"write e.g. {example(path)}"
        else:
            problem, advice = (
                "is not a usable name",
                "use lower-case letters, digits and dashes, e.g. staging",
            )
    else:
        problem = _PROBLEMS.get(wrong["type"]) or _lower_first(wrong["msg"])
        advice = f"write e.g. {example(path)}"
    return f"{name} line {line_of(lines, path)}: {_show(path)}: {problem}; {advice}"


def _nearest(word: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"{hint}the keys here are {', '.join(known)}"


def _show(path: KeyPath) -> str:
    """Write a path as people do: ``services[0].environments.staging.url``."""
    shown = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return shown.removeprefix(".")


def _lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]


def _keys_at(path: KeyPath) -> tuple[str, ...]:
    """Name the keys allowed in the table at ``path``."""
    here: object = Project
    for part in path:
        here = _inside(here, part)
    models = list(_models(here))
    return tuple(models[0].model_fields) if models else ()


def _inside(holder: object, part: str | int) -> object:
    """Give the type found under ``part`` of a type."""
    for model in _models(holder):
        field = model.model_fields.get(str(part))
        return field.annotation if field else None
    arguments = get_args(holder)
    if get_origin(holder) is dict:
        return arguments[1]
    return arguments[0] if arguments else None


def _models(holder: object) -> Iterator[type[BaseModel]]:
    if isinstance(holder, type) and issubclass(holder, BaseModel):
        yield holder
    elif get_origin(holder) in (Union, types.UnionType):
        for argument in get_args(holder):
            yield from _models(argument)
