"""What memory costs: the collector leaves out what stays for good, threads share what they free."""

import contextlib
import ctypes
import gc
from collections.abc import Iterator

_M_ARENA_MAX = -8
"""The option of glibc's ``mallopt``, from its ``malloc.h``."""


def share() -> None:
    """Have all threads take memory from one place; to be called while there is one.

    glibc gives each a place of its own, so that they need not wait for each other, and what one has freed no
    other uses. Ours wait for each other anyway: one at a time runs Python. Other C libraries are left alone.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Collect nothing while a bot starts, until it has ``settled``: hardly anything made then is garbage.

    300,000 objects are made, and looking through them again and again takes a fifth of the start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def settled() -> None:
    """Begin to collect, and leave out all there is now: to look through it stops everything for 0.1 s."""
    gc.freeze()
    gc.enable()
