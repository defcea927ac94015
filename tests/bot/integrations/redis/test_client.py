"""Rules of a PING over Redis' own protocol, against a peer on loopback that speaks it."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator

import pytest

from bot.engine.pulses import Beat
from bot.integrations.redis import Redis

WRONGPASS = "-WRONGPASS invalid username-password pair or user is disabled."
UNASKED = (
    "-ERR AUTH <password> called without any password configured for the default user. "
    "Are you sure your configuration is correct?"
)


class Peer:
    """Answers commands by name with RESP lines; ``None`` hangs up, ``...`` is silence."""

    def __init__(self) -> None:
        self.says: dict[str, object] = {"PING": "+PONG", "AUTH": "+OK", "SELECT": "+OK"}
        self.told: list[list[str]] = []
        self.open = 0
        self.left = asyncio.Event()
        """Set while nobody is connected."""
        self.port = 0

    def url(self, user="", rest="") -> str:
        return f"redis://{user}127.0.0.1:{self.port}{rest}"

    async def serve(self, reader, writer) -> None:
        self.open += 1
        self.left.clear()
        try:
            while (command := await self._command(reader)) and await self._answer(command, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open -= 1
            writer.close()
            if not self.open:
                self.left.set()

    async def _command(self, reader) -> list[str]:
        count = await reader.readline()
        words = []
        for _ in range(int(count[1:] or 0)):
            size = int((await reader.readline())[1:])
            words.append((await reader.readexactly(size + 2))[:-2].decode())
        return words

    async def _answer(self, command, writer) -> bool:
        self.told.append(command)
        line = self.says.get(command[0], f"-ERR unknown command '{command[0]}'")
        if line is None:
            return False
        if line is not ...:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()
        return True


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    made = Peer()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    await server.wait_closed()


async def test_pong_is_well_and_nothing_but_ping_is_sent(peer):
    assert await Redis(peer.url(), 5).beat() == Beat(found="well", said="PONG", answered=True)
    assert peer.told == [["PING"]]


@pytest.mark.parametrize(
    ("user", "sent"), [(":hush-hush@", ["AUTH", "hush-hush"]), ("cat:hush@", ["AUTH", "cat", "hush"])]
)
async def test_a_password_is_sent_first(peer, user, sent):
    assert (await Redis(peer.url(user, "/2"), 5).beat()).found == "well"
    assert peer.told == [sent, ["SELECT", "2"], ["PING"]]


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("AUTH", WRONGPASS),
        ("AUTH", UNASKED),
        ("PING", "-NOAUTH Authentication required."),
        ("PING", "-NOPERM this user has no permissions to run the 'ping' command"),
    ],
)
async def test_a_server_that_does_not_let_us_ask_is_unknown(peer, command, line):
    peer.says[command] = line

    beat = await Redis(peer.url(":hush-hush@"), 5).beat()

    assert (beat.found, beat.answered) == ("unknown", True)
    assert "may not ask" in beat.said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("-LOADING Redis is loading the dataset in memory", "it is still loading its data"),
        ("-MISCONF Errors writing to disk", "MISCONF Errors writing to disk"),
        ("-MASTERDOWN Link with MASTER is down", "Link with MASTER is down"),
        ("+HELLO", "it answers something else than PONG"),
        ("HTTP/1.1 400 Bad Request", "what answers there is no Redis"),
    ],
)
async def test_an_error_in_place_of_pong_is_ill_and_an_answer(peer, line, said):
    peer.says["PING"] = line

    beat = await Redis(peer.url(), 5).beat()

    assert (beat.found, beat.answered) == ("ill", True)
    assert said in beat.said


async def test_a_silent_server_ends_at_the_timeout(peer):
    peer.says["PING"] = ...

    beat = await Redis(peer.url(), 0.05).beat()

    assert (beat.found, beat.said, beat.answered) == ("ill", "no answer within 0.05 s", False)


async def test_a_server_that_hangs_up_is_ill_and_is_asked_once(peer):
    peer.says["PING"] = None

    beat = await Redis(peer.url(), 5).beat()

    assert (beat.found, beat.said, beat.answered) == ("ill", "the connection broke", False)
    assert peer.told == [["PING"]]


async def test_a_port_without_a_listener_refuses():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        beat = await Redis(f"redis://127.0.0.1:{held.getsockname()[1]}", 5).beat()

    assert (beat.found, beat.said, beat.answered) == ("ill", "it refuses connections", False)


async def test_tls_with_a_server_that_speaks_none_is_ill(peer):
    beat = await Redis(peer.url().replace("redis:", "rediss:"), 1).beat()

    assert (beat.found, beat.answered) == ("ill", False)


@pytest.mark.parametrize(
    "trouble", [socket.gaierror(socket.EAI_NONAME, "x"), OSError(errno.EHOSTUNREACH, "x")]
)
async def test_a_name_or_a_route_that_is_missing_is_our_own_trouble(peer, monkeypatch, trouble):
    async def fails(*_args, **_kwargs):
        raise trouble

    monkeypatch.setattr(asyncio, "open_connection", fails)

    beat = await Redis(peer.url(), 5).beat()

    assert (beat.found, beat.answered) == ("unknown", False)


@pytest.mark.parametrize("url", ["", "cache:6379", "http://cache", "redis://cache:port", "redis://h?what=1"])
async def test_an_address_that_is_none_is_unknown_and_never_told(url):
    beat = await Redis(url, 5).beat()

    assert (beat.found, beat.said) == ("unknown", "that is no address of a Redis")


async def test_no_connection_is_kept_between_looks(peer):
    redis = Redis(peer.url(), 5)
    for _ in range(3):
        await redis.beat()
    async with asyncio.timeout(5):
        await peer.left.wait()

    assert len(peer.told) == 3
