"""The small types every part of a playbook is made of. Knows no step.

Text is raw: renderers escape it. Back quotes make code.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

Line = Annotated[str, Field(min_length=1, max_length=300)]
"""One sentence or two."""
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
"""A name in a playbook: lower-case letters, digits, dashes."""
Place = Annotated[str, Field(pattern=r"^([a-z][a-z0-9-]{0,30})?$")]
"""A service or an environment of ``pawdeploy.toml``; empty: the incident's own."""

_UNITS = {"s": 1, "m": 60, "h": 3600}
PLACEHOLDERS = (
    *("incident", "headline", "severity", "state", "playbook", "place"),
    *("commander", "elapsed", "findings", "done", "decided"),
)
"""What a message's template may hold in braces."""


def _seconds(written: object) -> int:
    """Read ``30s``, ``15m`` or ``2h``."""
    found = re.fullmatch(r"([0-9]{1,4})([smh])", written) if isinstance(written, str) else None
    if not found:
        msg = f"{str(written)[:20]!r} is not a time; write e.g. 30s, 15m or 2h"
        raise ValueError(msg)
    return int(found[1]) * _UNITS[found[2]]


def _as_written(seconds: int) -> str:
    """Write seconds so that ``_seconds`` reads them: in the largest unit that divides them."""
    unit = next(unit for unit in ("h", "m", "s") if seconds % _UNITS[unit] == 0)
    return f"{seconds // _UNITS[unit]}{unit}"


Time = Annotated[
    int,
    BeforeValidator(_seconds),
    Field(ge=10, le=7 * 86_400),
    PlainSerializer(_as_written, when_used="json"),
]
"""Seconds, written ``30s``, ``15m`` or ``2h``; from 10 seconds to 7 days."""


def _known_braces(template: str) -> str:
    unknown = sorted(set(re.findall(r"\{([^{}]*)\}", template)).difference(PLACEHOLDERS))
    if unknown:
        msg = f"{{{unknown[0][:40]}}} is no placeholder; there are {', '.join(sorted(PLACEHOLDERS))}"
        raise ValueError(msg)
    return template


Template = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_known_braces)]
"""Words with placeholders in braces."""


class Strict(BaseModel):
    """Unknown keys are mistakes, values never change."""

    # Built when first used: nearly all are read as parts of the whole, which has what it takes.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
