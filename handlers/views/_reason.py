"""What every form that asks why does: read the words, send back what is no reason."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from handlers.render.reason_forms import LEAST, MOST, REASON

TOO_SHORT = f"Say why in a few words, {LEAST} to {MOST} characters."


class _Input(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    value: str | None = None


def read_reason(view: Mapping[str, Any]) -> str:
    """Return the reason as typed, white space round it dropped; empty when it is too short or too long."""
    typed = _Input.model_validate(view["state"]["values"].get(REASON, {}).get(REASON, {})).value
    reason = (typed or "").strip()
    return reason if LEAST <= len(reason) <= MOST else ""


def bad_reason() -> dict[str, str]:
    """Say under the field what is wanted."""
    return {REASON: TOO_SHORT}
