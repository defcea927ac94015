"""What every form that asks why does: read the words, send back what is no reason."""

from collections.abc import Mapping
from typing import Any

from handlers.render.reason_forms import LEAST, MOST, REASON
from handlers.views._filled import filled

TOO_SHORT = f"Say why in a few words, {LEAST} to {MOST} characters."


def read_reason(view: Mapping[str, Any]) -> str:
    """Return the reason as typed, white space round it dropped; empty when it is too short or too long."""
    reason = filled(view, REASON).typed
    return reason if LEAST <= len(reason) <= MOST else ""


def bad_reason() -> dict[str, str]:
    """Say under the field what is wanted."""
    return {REASON: TOO_SHORT}
