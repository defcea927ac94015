"""Whether a Redis answers: connect, AUTH, PING, close. Never raises for what Redis does.

Connects anew for every look, as a service that starts would: a kept connection hides a server that lets
nobody in. Its address holds a password and is never told.
"""

import asyncio

from redis import asyncio as wire
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    InvalidResponse,
    NoPermissionError,
    RedisError,
    ResponseError,
)

from bot.engine.pulses import Beat
from bot.integrations._health_json import short
from bot.integrations._silence import silence


class Redis:
    """One server, by its address: ``redis://``, ``rediss://`` (TLS) or ``unix://``."""

    def __init__(self, url: str, timeout: float) -> None:
        self._url = url
        self._timeout = timeout
        """Seconds for a look as a whole."""

    async def beat(self) -> Beat:
        """Send PING once: ``PONG`` is well, an error in its place is ill (https://redis.io/docs/latest/commands/ping/)."""
        try:
            pong = await self._ping()
        except (TypeError, ValueError):  # what from_url says of an address or an option in it
            return Beat(found="unknown", said="that is no address of a Redis", answered=False)
        except (AuthenticationError, AuthorizationError, NoPermissionError):
            return Beat(found="unknown", said="its password is another: we may not ask it", answered=True)
        except BusyLoadingError:
            return Beat(found="ill", said="it is still loading its data", answered=True)
        except ResponseError as error:
            return Beat(found="ill", said=short(str(error)), answered=True)
        except InvalidResponse:
            return Beat(found="ill", said="what answers there is no Redis", answered=True)
        except (RedisError, OSError) as error:
            return silence(error, self._timeout)
        if not pong:
            return Beat(found="ill", said="it answers something else than PONG", answered=True)
        return Beat(found="well", said="PONG", answered=True)

    async def _ping(self) -> bool:
        client = wire.from_url(
            self._url,
            socket_timeout=self._timeout,
            socket_connect_timeout=self._timeout,
            retry=Retry(NoBackoff(), 0),  # the monitor looks again
            protocol=2,  # any server's; 3 begins with a HELLO that old ones refuse
            driver_info=None,  # no CLIENT SETINFO, which a restricted user may not send
        )
        async with asyncio.timeout(self._timeout), client:
            return bool(await client.ping())
