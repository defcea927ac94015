"""Upstash Redis, by its REST API: PING. Reads only."""

from bot.integrations.upstash.client import Upstash, auth_headers

__all__ = ["Upstash", "auth_headers"]
