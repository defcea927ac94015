"""A plain Redis, by its own protocol: PING. Reads only; importing it costs what the redis package costs."""

from bot.integrations.redis.client import Redis

__all__ = ["Redis"]
