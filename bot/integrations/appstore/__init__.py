"""App Store Connect, by its REST API. Speaks our words to callers; knows no Slack, database or settings."""

from bot.integrations.appstore._token import BadKeyError, Key, Tokens
from bot.integrations.appstore.client import AppStore

__all__ = ["AppStore", "BadKeyError", "Key", "Tokens"]
