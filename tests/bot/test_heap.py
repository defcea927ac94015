"""The collector sleeps while a bot starts and does not look at what stays; threads share what they free."""

import gc

import pytest

from bot import heap
from tests.interpreter import ran


def test_nothing_is_collected_before_the_bot_has_settled_and_what_is_there_then_never():
    frozen = gc.get_freeze_count()
    try:
        with heap.undisturbed():
            assert not gc.isenabled()
            heap.settled()
            assert gc.isenabled()
            assert gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()


def test_a_start_that_fails_leaves_the_collector_on():
    with pytest.raises(OSError, match="taken"), heap.undisturbed():
        raise OSError("taken")
    assert gc.isenabled()


THREADS = """
import ctypes, sys, threading
from bot import heap

libc = ctypes.CDLL(None)
if not hasattr(libc, "malloc_info"):
    sys.exit("not glibc")
if sys.argv[1] == "shared":
    heap.share()
met = threading.Barrier(3)
def work():
    kept = bytes(100_000)
    met.wait()
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.fopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"w"))
libc.malloc_info(0, out)
libc.fclose(out)
"""


def _places(how):
    """How many places glibc keeps memory in, after threads took some in an interpreter of their own."""
    done = ran(THREADS, how)
    if done.stderr.startswith("not glibc"):
        pytest.skip("this C library is not glibc: there is nothing to share")
    assert done.returncode == 0, done.stderr
    return done.stdout.count("<heap nr=")


def test_threads_share_one_place_for_memory():
    assert _places("each its own") > 1
    assert _places("shared") == 1
