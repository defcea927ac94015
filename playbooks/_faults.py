"""Says what is wrong with a playbook: where in it, what, and what to write. Pure; knows no file.

Pydantic's locations go through unions by tag (``steps, 3, look, probe, railway, service``); a person's
path does not: ``steps[3].probe.service``.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.shapes import MisplacedError
from playbooks.checks import UnfitError

Path = tuple[str | int, ...]

_PROBLEMS = {
    "string_type": ("must be text", "write it in one line, in double quotes when it holds a colon"),
    "tuple_type": ("must be a list", "write [one, another], or a line with a dash for each"),
    "dict_type": ("must be a mapping", "write key: value, indented, a line for each"),
    "model_type": ("must be a mapping", "write key: value, indented, a line for each"),
    "model_attributes_type": ("must be a mapping", "write key: value, indented, a line for each"),
    "string_too_short": ("must not be empty", "write a few words"),
    "too_short": ("has too few entries", "write {min_length} or more"),
    "too_long": ("has too many entries", "{max_length} are the most"),
    "string_too_long": ("is too long", "{max_length} characters are the most"),
    "greater_than_equal": ("is too short a time", "10s is the least"),
    "less_than_equal": ("is too long a time", "168h, seven days, is the most"),
}
_SLUG = ("is no usable name", "use lower-case letters, digits and dashes, 31 at most, a letter first")
_EXAMPLES = {
    "title": "title: API down",
    "when": "when: The API does not answer.",
    "steps": "steps: with a line - kind: do below it",
    "id": "id: look-at-the-log",
    "text": "text: Read the log of the last deployment.",
    "kind": "kind: do",
    "name": "name: scribe",
    "does": "does: Writes down what was found.",
    "probe": "probe: {kind: health}",
    "choices": "choices: with a line - {id: code, text: Our code, opens: code} for each",
    "button": "button: Roll back",
    "start": "start: {kind: rollback}",
    "to": "to: [{kind: orchestrator}]",
    "template": 'template: "{headline}: {findings}"',
    "step": "step: decide-which",
    "outcome": "outcome: [done]",
    "reason": "reason: [migration_failed]",
    "environment": "environment: production",
    "workflow": "workflow: source-maps",
    "roles": "roles: [lead]",
    "of": "of: database",
    "channel": "channel: deploys",
}
"""What to write, by key, where something required is missing."""
_MOST_LISTED = 12
"""Words a line takes; of longer lists those that look alike are named."""
_MOST_LISTED = 12
"""Words a line takes; of longer lists those that look alike are named."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; ``words`` end with what to write."""

    path: Path
    words: str

    def __str__(self) -> str:
        shown = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return f"{shown.removeprefix('.')}: {self.words}" if shown else self.words


def faults(error: ValidationError, value: object, model: type[BaseModel]) -> tuple[Fault, ...]:
    """Return everything that is wrong with ``value`` as ``model`` sees it, in pydantic's order."""
    found = error.errors(include_url=False, include_input=False)
    causes = [wrong for wrong in found if not _follows(wrong, found)]
    return tuple(fault for wrong in causes for fault in _fault(wrong, value, model))


def _follows(wrong: ErrorDetails, found: Sequence[ErrorDetails]) -> bool:
    """Whether a list is only "too short" because its elements are wrong."""
    size = len(wrong["loc"])
    return wrong["type"] == "too_short" and any(
        other is not wrong and other["loc"][:size] == wrong["loc"] for other in found
    )


def _fault(wrong: ErrorDetails, value: object, model: type[BaseModel]) -> Iterator[Fault]:
    path, context = untagged(wrong["loc"], value), wrong.get("ctx", {})
    inner = context.get("error")
    match wrong["type"]:
        case _ if isinstance(inner, UnfitError):
            yield from (Fault(one.path, f"{one}; {one.advice}") for one in inner.every)
        case _ if isinstance(inner, MisplacedError):
            yield Fault(inner.path, f"{inner}; {inner.advice}")
        case "value_error":
            yield Fault(path, str(inner))
        case "missing":
            yield Fault(path, f"is missing; write e.g. {_EXAMPLES[str(path[-1])]}")
        case "extra_forbidden":
            yield Fault(path, f"is no key here; {_nearest(str(path[-1]), _keys(model, path[:-1], value))}")
        case "union_tag_not_found":
            yield Fault((*path, "kind"), f"is missing; write one of {', '.join(_kinds(model, path, value))}")
        case "union_tag_invalid":
            tag, there_are = str(context["tag"])[:40], str(context["expected_tags"]).replace("'", "")
            yield Fault((*path, "kind"), f"there is no kind {tag!r}; write one of {there_are}")
        case "literal_error" | "enum":
            yield Fault(path, _one_of(_at(value, path), str(context["expected"])))
        case "string_pattern_mismatch":
            yield Fault(path, "; ".join(_unmatched(path)))
        case kind if kind in _PROBLEMS:
            problem, advice = _PROBLEMS[kind]
            yield Fault(path, f"{problem}; {advice.format(**context)}")
        case _:
            yield Fault(path, f"{wrong['msg']}; see docs/playbooks.md")


def untagged(loc: Path, value: object) -> Path:
    """Return a location without the kinds pydantic puts into it and without its ``[key]``."""
    path: list[str | int] = []
    for place, part in enumerate(loc):
        here = _at(value, tuple(path))
        tag = isinstance(here, Mapping) and here.get("kind") == part and place + 1 < len(loc)
        if part != "[key]" and not tag:
            path.append(part)
    return tuple(path)


def _at(value: object, path: Path) -> object:
    """Return what stands at ``path``; None when nothing does."""
    for part in path:
        if isinstance(value, Mapping) and isinstance(part, str):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _nearest(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"{hint}there are {', '.join(known)}"


def _one_of(written: object, expected: str) -> str:
    known = expected.replace("'", "").replace(" or ", ", ").split(", ")
    if len(known) <= _MOST_LISTED:
        return f"{str(written)[:40]!r} is none of these; write one of {', '.join(known)}"
    close = difflib.get_close_matches(str(written), known, n=3, cutoff=0.4) or known[:3]
    return f"{str(written)[:40]!r} is none of these; write e.g. {', '.join(close)} (docs/reasons.md has all)"


def _unmatched(path: Path) -> tuple[str, str]:
    if path[-1] == "channel":
        return "is no channel", "write deploys, releases or alerts, or an id like C0DEPLOYS01"
    return _SLUG


def _kinds(model: type[BaseModel], path: Path, value: object) -> tuple[str, ...]:
    return tuple(_kind(one) for one in _models(_shape(model, path, value)))


def _keys(model: type[BaseModel], path: Path, value: object) -> tuple[str, ...]:
    found = _models(_shape(model, path, value))
    kind = _at(value, (*path, "kind"))
    chosen = next((one for one in found if _kind(one) == kind), found[0])
    return tuple(chosen.model_fields)


def _shape(model: type[BaseModel], path: Path, value: object) -> object:
    """Return the type of what stands at ``path``."""
    shape: object = model
    for place, part in enumerate(path):
        if found := _models(shape):
            kind = _at(value, (*path[:place], "kind"))
            chosen = next((one for one in found if _kind(one) == kind), found[0])
            shape = chosen.model_fields[str(part)].annotation
        else:
            arguments = get_args(_bare(shape))
            shape = arguments[1] if isinstance(part, str) else arguments[0]
    return shape


def _models(shape: object) -> tuple[type[BaseModel], ...]:
    """Return the models a value of this type can be: one, or one a kind; none for a list or a mapping."""
    shape = _bare(shape)
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return (shape,)
    if get_origin(shape) in (tuple, dict):
        return ()
    return tuple(model for argument in get_args(shape) for model in _models(argument))


def _bare(shape: object) -> object:
    return get_args(shape)[0] if get_origin(shape) is Annotated else shape


def _kind(model: type[BaseModel]) -> str:
    found = model.model_fields.get("kind")
    return str(get_args(found.annotation)[0]) if found else ""
