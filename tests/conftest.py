"""What holds for every test: no network but this machine's own, property tests that suit a busy machine."""

import sys

import pytest
from hypothesis import settings

from tests import forked
from tests.postgres import postgres, postgres_url  # noqa: F401 - fixtures for everybody

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")  # noqa: S104 - a name to compare with, nothing is bound


class NetworkUsed(BaseException):
    """A test reached for the world. No ``Exception``, so that no retry or error mapping can swallow it."""


def _refuse_the_world(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.connect":
        host = args[1][0] if isinstance(args[1], tuple) else "localhost"  # a Unix socket is a path
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if host and not str(host).startswith(LOOPBACK):
        message = f"a test wanted to talk to {host}; tests talk to loopback only"
        raise NetworkUsed(message)


def pytest_configure(config: pytest.Config) -> None:
    """Close the network through Python's own audit events: nothing is patched."""
    sys.addaudithook(_refuse_the_world)
    forked.use()
    settings.register_profile("busy machine", deadline=None, max_examples=60)
    settings.load_profile("busy machine")
