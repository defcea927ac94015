"""TEMP until bot.engine.store_words is there."""

from bot.engine.stores import StoreVersion


def next_step(there: StoreVersion) -> str:
    """TEMP."""
    return ""
