"""The port we are asked at: taken first, and answering without delay."""

import socket

import pytest

from bot.errors import StartupError
from bot.web.server import listen


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_whoever_comes_in_is_answered_without_waiting_for_an_acknowledgement(host):
    with listen(host, 0) as door, socket.create_connection(door.getsockname()[:2]):
        inside, _ = door.accept()
        with inside:
            assert inside.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_that_is_taken_is_said_with_what_to_do():
    with listen("127.0.0.1", 0) as door:
        taken = door.getsockname()[1]
        with pytest.raises(StartupError, match=f"cannot listen on 127.0.0.1:{taken}; set PORT to a free one"):
            listen("127.0.0.1", taken)
