"""Says what no answer means: the target is down, or we cannot look from here. Pure: an error in, a beat out.

Errors of httpx, of redis and of sockets hold each other as causes; the innermost one knows.
"""

import errno
import socket
import ssl
from collections.abc import Iterator
from typing import TypeGuard

import httpx

from bot.engine.pulses import Beat

_OURS = frozenset(
    {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.EMFILE, errno.ENFILE}
)
"""No road from here, or no socket left: says nothing of the target."""
_NO_ADDRESS = (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError)


def silence(error: BaseException, seconds: float | None = None) -> Beat:
    """Say what ``error`` means when nothing answered, within ``seconds`` if those were given.

    A name that cannot be resolved, no route and no free connection are our own trouble: ``unknown``.
    """
    found = tuple(_causes(error))
    numbers = {one.errno for one in found if _is_plain(one) and one.errno}
    if any(isinstance(one, socket.gaierror) for one in found):
        return _beat("its name cannot be resolved from here", ours=True)
    if numbers and numbers <= _OURS:
        return _beat("there is no way to it from here", ours=True)
    if any(isinstance(one, httpx.PoolTimeout) for one in found):
        return _beat("no connection was free to ask", ours=True)
    if any(isinstance(one, _NO_ADDRESS) for one in found):
        return _beat("that is no address to ask", ours=True)
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in found):
        return _beat("its certificate is not valid", ours=False)
    if any(isinstance(one, TimeoutError | httpx.TimeoutException) for one in found):
        within = "in time" if seconds is None else f"within {seconds:g} s"
        return _beat(f"no answer {within}", ours=False)
    if errno.ECONNREFUSED in numbers:
        return _beat("it refuses connections", ours=False)
    if any(isinstance(one, httpx.ConnectError) for one in found):
        return _beat("could not connect", ours=False)
    return _beat("the connection broke", ours=False)


def _beat(said: str, *, ours: bool) -> Beat:
    return Beat(found="unknown" if ours else "ill", said=said, answered=False)


def _is_plain(error: BaseException) -> TypeGuard[OSError]:
    """Say whether its number is the system's; TLS and the resolver have their own."""
    return isinstance(error, OSError) and not isinstance(error, ssl.SSLError | socket.gaierror)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Give ``error`` and everything it came from."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, BaseExceptionGroup):
            waiting.extend(one.exceptions)
        # httpcore raises "from None" on its way out: what the system said is then only in the context.
        waiting.extend(held for held in (one.__cause__, one.__context__) if held is not None)
