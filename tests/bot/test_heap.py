"""The collector sleeps while a bot starts and does not look at what stays."""

import gc

import pytest

from bot import heap


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
