"""Railway, by its public GraphQL API. Speaks our words to callers; knows no Slack, database or settings."""

from bot.integrations.railway.client import Railway, auth_headers

__all__ = ["Railway", "auth_headers"]
