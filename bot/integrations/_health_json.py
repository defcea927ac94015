"""Reads what a service answers about its health: plain, JSON, or ``application/health+json``.

Pure: an answer in, facts out; sends nothing. The format is draft-inadarei-api-health-check; the other shapes
are those of common frameworks, ``{"components": {"db": {"status": "UP"}}}`` and ``{"checks": {"db": "ok"}}``.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.engine.health import Health
from bot.engine.pulses import Beat, Component
from bot.redact import hide

GOOD = frozenset({"pass", "ok", "up", "warn", "healthy"})
BAD = frozenset({"fail", "error", "down", "unhealthy"})
_FINE_PART = (GOOD - {"warn"}) | {"operational", "connected", "available", "ready", "true"}
_BAD_PART = BAD | {"failed", "critical", "unavailable", "disconnected", "out_of_service", "timeout", "false"}
"""A word in neither says that not all is well, and no more than that."""
_NOT_TO_ASK = (401, 403)
_COMMIT_LIMIT = 64
_SAID_LIMIT = 200
_READ_LIMIT = 4000
_PART_LIMIT = 80
_MOST_PARTS = 30
"""Components handed on; those that fail come first when there are more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came over HTTP, as far as it was read."""

    status: int
    content_type: str
    text: str


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    word: str
    detail: str

    @property
    def rank(self) -> int:
        """0 when it is well, 1 when it warns, 2 when it fails."""
        if self.word in _BAD_PART:
            return 2
        return 0 if not self.word or self.word in _FINE_PART else 1

    @property
    def told(self) -> str:
        return f"{self.name} ({self.detail})" if self.detail else self.name


def health(answer: Answer, commit_key: str) -> Health:
    """Read ``answer`` for a deploy: good or not, and the commit it names under ``commit_key``."""
    body = _json_object(answer.text)
    ok, said = _verdict(answer, body)
    if not ok and (output := _output(body)):
        said += f": {output}"
    commit = _text(body, commit_key)[:_COMMIT_LIMIT].lower() if commit_key else ""
    return Health(ok=ok, commit=commit, said=short(said))


def beat(answer: Answer) -> Beat:
    """Read ``answer`` for the monitor: a part that fails makes it ill, one that warns is only told."""
    if answer.status in _NOT_TO_ASK:
        return Beat(found="unknown", said=f"{answer.status}: we may not ask it", answered=True)
    body = _json_object(answer.text)
    ok, said = _verdict(answer, body)
    parts = tuple(_parts(body))
    failing = [part.told for part in parts if part.rank == 2]
    warning = [part.told for part in parts if part.rank == 1]
    if failing:
        said += f"; failing: {', '.join(failing)}"
    if warning:
        said += f"; not quite well: {', '.join(warning)}"
    if not ok and (output := _output(body)):
        said += f"; {output}"
    shown = parts if len(parts) <= _MOST_PARTS else sorted(parts, key=lambda part: -part.rank)[:_MOST_PARTS]
    return Beat(
        found="well" if ok and not failing else "ill",
        said=short(said),
        answered=True,
        components=tuple(
            Component(name=part.name, ok=part.rank < 2, said=_joined(part.word, part.detail))
            for part in shown
        ),
    )


def short(text: str, limit: int = _SAID_LIMIT) -> str:
    """Cut what a service said to one line without secrets, and without what no database keeps."""
    shown = "".join(char if char.isprintable() else " " for char in text[:_READ_LIMIT])
    line = hide(" ".join(shown.split()))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _verdict(answer: Answer, body: Mapping[str, object]) -> tuple[bool, str]:
    """Say whether it calls itself well, and what it said in two words."""
    word = _text(body, "status").lower()
    ok = 200 <= answer.status < 300 and word not in BAD
    if answer.content_type.partition(";")[0].strip().lower() == "application/health+json":
        # The draft requires a status from its list: another word there is no good answer.
        ok = ok and word in GOOD
    return ok, str(answer.status) + (f", status {word}" if word else "")


def _parts(body: Mapping[str, object]) -> Iterator[_Part]:
    for key in ("checks", "components"):
        listed = body.get(key)
        if isinstance(listed, Mapping):
            named = [(str(name), value) for name, value in listed.items()]
        elif isinstance(listed, list):
            named = [(_text(one, "name"), one) for one in listed if isinstance(one, Mapping)]
        else:
            continue
        for name, value in named:
            if name and (part := _part(short(name, _PART_LIMIT), value)) is not None:
                yield part


def _part(name: str, value: object) -> _Part | None:
    """Read one component; None when nothing in it says how it is. Of several measurements, the worst."""
    if isinstance(value, list):
        read = [_part(name, one) for one in value if isinstance(one, Mapping)]
        return max((part for part in read if part is not None), key=lambda part: part.rank, default=None)
    if isinstance(value, str | bool):
        return _Part(name, short(str(value), _PART_LIMIT).lower(), "") if value != "" else None
    if not isinstance(value, Mapping):
        return None
    status = value.get("status", value.get("healthy"))
    word = short(str(status), _PART_LIMIT).lower() if isinstance(status, str | bool) else ""
    detail = short(_joined(_measured(value), _output(value)), _PART_LIMIT)
    return _Part(name, word, detail) if word or detail else None


def _measured(value: Mapping[str, object]) -> str:
    seen, unit = value.get("observedValue"), value.get("observedUnit")
    if not isinstance(seen, int | float | str):
        return ""
    return f"{seen} {unit}" if isinstance(unit, str) and unit else str(seen)


def _output(body: Mapping[str, object]) -> str:
    return next((text for key in ("output", "detail", "message", "error") if (text := _text(body, key))), "")


def _joined(first: str, second: str) -> str:
    return f"{first}: {second}" if first and second else first or second


def _json_object(text: str) -> Mapping[str, object]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _text(body: Mapping[str, object], key: str) -> str:
    """Return the text under ``key`` (as it is, else dots going inwards), or empty."""
    value: object = body.get(key)
    if value is None:
        value = body
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
    return value.strip() if isinstance(value, str) else ""
