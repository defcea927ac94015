"""What every form about an incident with words does: read them, and say when there are none."""

from collections.abc import Mapping
from typing import Any

from bot.engine.incidents import MOST_NOTE
from handlers.views._filled import filled

SAY_IT = f"Say it in a few words, {MOST_NOTE:,} characters at most."


def sentence(view: Mapping[str, Any], name: str) -> str:
    """Return what was typed into ``name``, white space round it dropped; empty when it says nothing."""
    words = filled(view, name).typed
    return words if len(words) <= MOST_NOTE and any(char.isalnum() for char in words) else ""
