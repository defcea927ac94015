import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.states import (
    ACTIVE,
    CANCELLABLE,
    ENDED,
    RETRYABLE,
    TRANSITIONS,
    RunState,
    sources,
)

S = RunState
MOVES = {
    (S.PREPARING, S.PREPARING),
    (S.PREPARING, S.WAITING),
    (S.PREPARING, S.CANCELLING),
    (S.PREPARING, S.REFUSED),
    (S.PREPARING, S.FAILED),
    (S.WAITING, S.RUNNING),
    (S.WAITING, S.PREPARING),
    (S.WAITING, S.CANCELLING),
    (S.WAITING, S.REFUSED),
    (S.WAITING, S.FAILED),
    (S.RUNNING, S.SUCCEEDED),
    (S.RUNNING, S.CANCELLING),
    (S.RUNNING, S.FAILED),
    (S.CANCELLING, S.CANCELLED),
    (S.FAILED, S.PREPARING),
    (S.FAILED, S.CANCELLING),
    (S.REFUSED, S.PREPARING),
    (S.REFUSED, S.CANCELLING),
}
"""Written out a second time on purpose: a changed table has to be meant."""


@pytest.mark.parametrize("source", S)
@pytest.mark.parametrize("target", S)
def test_a_run_makes_every_move_of_the_table_and_no_other(source, target):
    assert (target in TRANSITIONS[source]) is ((source, target) in MOVES)
    assert (source in sources(target)) is ((source, target) in MOVES)


def test_every_state_is_either_active_or_ended():
    assert set(TRANSITIONS) == set(S)
    assert set(S) == ACTIVE | ENDED
    assert not ACTIVE & ENDED


def test_cancel_and_retry_are_offered_exactly_where_the_table_allows_them():
    assert sources(S.CANCELLING) == CANCELLABLE
    assert sources(S.PREPARING) - {S.PREPARING, S.WAITING} == RETRYABLE


@given(st.lists(st.sampled_from(list(S)), max_size=40))
def test_random_moves_never_leave_succeeded_or_cancelled_and_only_stop_by_way_of_stopping(wishes):
    state, road = S.PREPARING, [S.PREPARING]
    for wish in wishes:
        if wish in TRANSITIONS[state]:
            state = wish
            road.append(wish)
    for last in (S.SUCCEEDED, S.CANCELLED):
        assert last not in road[:-1]
    for before, after in itertools.pairwise(road):
        assert after is not S.CANCELLED or before is S.CANCELLING
        assert after is not S.SUCCEEDED or before is S.RUNNING
        assert after is not S.RUNNING or before is S.WAITING


@pytest.mark.parametrize("start", S)
def test_from_every_state_a_run_can_come_to_an_end(start):
    reached, todo = {start}, [start]
    while todo:
        for state in TRANSITIONS[todo.pop()] - reached:
            reached.add(state)
            todo.append(state)
    assert reached & {S.SUCCEEDED, S.CANCELLED}
