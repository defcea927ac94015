"""What every reader needs: a body opened without an exception, words bounded, moments that can be true.

Display fields are taken as far as they make sense and dropped otherwise: a culprit that is a number must not
lose an alert. What a reader cannot do without, its models require.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import from_json

from bot.engine.alerts import MOST_COUNT, MOST_TEXT, AlertEvent
from bot.redact import hide


@dataclass(frozen=True, slots=True)
class Unread:
    """A message that says nothing to us, and why; the reason quotes nothing of the message."""

    outcome: Literal["ignored", "unknown", "unreadable"]
    why: str


Read: TypeAlias = tuple[AlertEvent, ...] | Unread
M = TypeVar("M", bound=BaseModel)

LONGEST_FINGERPRINT = 200
_LONGEST_NAME = 100
_MOST_TAGS = 40
_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
"""What claims to be older was set by nobody's clock."""
# Control characters but tab and line feed, and those that turn the direction of what follows.
_UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ADDRESS = re.compile(r"https?://[^/\s<>|][^\s<>|]*", re.IGNORECASE)


class Told(BaseModel):
    """A part of a message: only the fields we use, and never quoted in an error."""

    # Built when first used: most bots are told things by few of all who may.
    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True, hide_input_in_errors=True)


def opened(body: bytes) -> dict[str, object] | Unread:
    """Open a JSON object; whatever else a body may be is unreadable."""
    try:
        told = from_json(body)
    except ValueError:
        told = _mended(body)
    return told if isinstance(told, dict) else Unread("unreadable", "no JSON object")


def _mended(body: bytes) -> object:
    """Try once more with half an emoji replaced: JSON can escape one, where somebody cut a text."""
    try:
        text = json.dumps(json.loads(body.decode()), ensure_ascii=False)
        return from_json(text.encode(errors="replace"))
    except (ValueError, RecursionError):
        return None


def parse(model: type[M], told: dict[str, object]) -> M | Unread:
    """Take what ``model`` wants of an opened body; unreadable, by the key, when that is not there."""
    try:
        return model.model_validate(told)
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in wrong["loc"])
        return Unread("unreadable", f"{where}: {wrong['msg']}"[:LONGEST_FINGERPRINT])


def fingerprint(*parts: str) -> str:
    """Name a group; the same parts are the same name, however long they are."""
    name = ":".join(parts)
    if len(name) <= LONGEST_FINGERPRINT:
        return name
    return f"{name[:150]}:{sha256(name.encode()).hexdigest()[:40]}"


def when(told: datetime | None, arrived: datetime) -> datetime:
    """Return when it happened: as it was told, but never later than it ``arrived``; clocks differ."""
    return arrived if told is None else min(told, arrived)


def past(told: datetime | None, arrived: datetime) -> datetime | None:
    """Return a moment of the past as it was told, if it was."""
    return None if told is None else min(told, arrived)


def _words(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = value if isinstance(value, str) else str(value)[: 2 * MOST_TEXT]
    # Cut before it is searched for secrets: a text may be as long as a body.
    return hide(_UNPRINTED.sub("", text[: 2 * MOST_TEXT]))


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _line(value: object) -> str:
    return _shortened(" ".join(_words(value).split()), MOST_TEXT)


def _prose(value: object) -> str:
    return _shortened(_words(value).strip(), MOST_TEXT)


def _name(value: object) -> str:
    return _line(value)[:_LONGEST_NAME]


def _link(value: object) -> str:
    if not isinstance(value, str) or len(value) > MOST_TEXT:
        return ""  # half an address leads nowhere
    text = value.strip()
    return text if _ADDRESS.fullmatch(text) and _words(text) == text else ""


def _count(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(MOST_COUNT)):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return max(0, min(value, MOST_COUNT))


def _moment(value: object) -> datetime | None:
    try:
        if isinstance(value, str):
            told = datetime.fromisoformat(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            told = datetime.fromtimestamp(value, UTC)
        else:
            return None
        told = told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return told if told >= _OLDEST else None


def _tags(value: object) -> dict[str, str]:
    """Take an object, or a list of pairs as Sentry has it."""
    pairs = value.items() if isinstance(value, dict) else value if isinstance(value, list) else ()
    named: dict[str, str] = {}
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            continue
        key, said = _name(pair[0]), _line(pair[1])
        if key and said and len(named) < _MOST_TAGS:
            named.setdefault(key, said)
    return named


def _object(value: object) -> object:
    return value if isinstance(value, dict) else {}


Line = Annotated[str, BeforeValidator(_line)]
"""One line of somebody's words."""
Prose = Annotated[str, BeforeValidator(_prose)]
"""Somebody's words with their line breaks."""
Name = Annotated[str, BeforeValidator(_name)]
"""What a thing is called at the source."""
Link = Annotated[str, BeforeValidator(_link)]
"""An address people may follow; empty for anything but http and https."""
Number = Annotated[int | None, BeforeValidator(_count)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Tags = Annotated[dict[str, str], BeforeValidator(_tags)]
Part = BeforeValidator(_object)
"""An object, or as good as an empty one."""
