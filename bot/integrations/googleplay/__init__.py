"""Google Play, by its Developer API. Speaks our words to callers; knows no Slack, database or settings."""

from bot.integrations.googleplay._token import Account, BadAccountError, Tokens
from bot.integrations.googleplay.client import GooglePlay

__all__ = ["Account", "BadAccountError", "GooglePlay", "Tokens"]
