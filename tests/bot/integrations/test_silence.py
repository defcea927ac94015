"""What no answer means: a target that is down, or our own network."""

import asyncio
import errno
import socket
import ssl

import httpx
import pytest
from redis import exceptions as redis

from bot.errors import VendorUnavailable
from bot.integrations._http import build_http, request
from bot.integrations._silence import silence
from bot.integrations.health import HealthProbe


def held(outer, inner, *, hidden=False):
    """Raise ``outer`` while ``inner`` is handled, as libraries do; ``hidden``: "from None"."""
    try:
        try:
            raise inner
        except type(inner):
            if hidden:
                raise outer from None
            raise outer from inner
    except type(outer) as error:
        return error


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize(
    ("inner", "found", "said"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "unknown", "its name cannot be resolved from here"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "unknown", "its name cannot be resolved from here"),
        (OSError(errno.ENETUNREACH, "x"), "unknown", "there is no way to it from here"),
        (OSError(errno.EHOSTUNREACH, "x"), "unknown", "there is no way to it from here"),
        (OSError(errno.EMFILE, "x"), "unknown", "there is no way to it from here"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "ill", "it refuses connections"),
        (ssl.SSLCertVerificationError(1, "x"), "ill", "its certificate is not valid"),
        (ssl.SSLError(1, "x"), "ill", "could not connect"),
        (OSError("All connection attempts failed"), "ill", "could not connect"),
    ],
)
def test_the_innermost_error_tells(inner, found, said, hidden):
    beat = silence(held(httpx.ConnectError("x"), held(OSError("all failed"), inner), hidden=hidden))

    assert (beat.found, beat.said, beat.answered) == (found, said, False)


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ((errno.ENETUNREACH, errno.EHOSTUNREACH), "unknown"),
        ((errno.ENETUNREACH, errno.ECONNREFUSED), "ill"),
    ],
)
def test_one_of_several_addresses_that_refuses_is_an_answer_of_the_target(numbers, found):
    group = ExceptionGroup("several", [OSError(number, "x") for number in numbers])

    assert silence(held(httpx.ConnectError("x"), held(OSError("all failed"), group))).found == found


@pytest.mark.parametrize(
    ("error", "found", "said"),
    [
        (httpx.ReadTimeout("x"), "ill", "no answer within 10 s"),
        (httpx.ConnectTimeout("x"), "ill", "no answer within 10 s"),
        (TimeoutError(), "ill", "no answer within 10 s"),
        (held(redis.TimeoutError("x"), TimeoutError()), "ill", "no answer within 10 s"),
        (httpx.PoolTimeout("x"), "unknown", "no connection was free to ask"),
        (httpx.ReadError("x"), "ill", "the connection broke"),
        (ConnectionResetError(errno.ECONNRESET, "x"), "ill", "the connection broke"),
        (httpx.RemoteProtocolError("x"), "ill", "the connection broke"),
        (httpx.InvalidURL("x"), "unknown", "that is no address to ask"),
        (httpx.UnsupportedProtocol("x"), "unknown", "that is no address to ask"),
    ],
)
def test_late_and_broken_is_ill_and_what_we_cannot_even_ask_is_unknown(error, found, said):
    beat = silence(error, 10)

    assert (beat.found, beat.said, beat.answered) == (found, said, False)


def test_an_error_that_holds_itself_ends():
    error = httpx.ReadError("x")
    error.__context__ = held(OSError("x"), error)

    assert silence(error).found == "ill"


# over real sockets


@pytest.fixture
async def probe():
    async with build_http("") as http:
        yield HealthProbe(http)


@pytest.fixture
def nobody():
    """Give an address at which nothing listens."""
    with socket.socket() as held_open:
        held_open.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held_open.getsockname()[1]}"


async def test_a_port_without_a_listener_refuses(probe, nobody):
    beat = await probe.beat(nobody, "/health", 5)

    assert (beat.found, beat.said, beat.answered) == ("ill", "it refuses connections", False)


async def test_a_vendors_error_remembers_what_the_system_said(nobody):
    async with build_http(nobody) as http:
        with pytest.raises(VendorUnavailable) as caught:
            await request(http, "Vendor", "asking", "GET", "/")

    assert silence(caught.value).said == "it refuses connections"


async def test_a_peer_that_hangs_up_broke_the_connection(probe):
    async def hang_up(_reader, writer):
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        beat = await probe.beat(f"http://127.0.0.1:{port}", "/health", 5)

    assert (beat.found, beat.said, beat.answered) == ("ill", "the connection broke", False)


async def test_a_name_that_does_not_resolve_is_our_own_trouble(probe, monkeypatch):
    async def fails(*_args, **_kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", fails)

    beat = await probe.beat("http://api.pawlogic.example", "/health", 5)

    assert (beat.found, beat.answered) == ("unknown", False)
