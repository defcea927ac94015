from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.soak import Grow, Lost, NotSoaked, Sample, Soaked, Span, Start, extend, judge

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
GAP = 120
HOUR = 3600


def at(minute):
    return NOON + timedelta(minutes=minute)


def span(start, end, sha="new", good=True, why=""):
    return Span(sha=sha, good=good, start=at(start), end=at(end), why=why)


def bad(start, end, why="health: HTTP 503", sha="new"):
    return span(start, end, sha, good=False, why=why)


def sample(minute, sha="new", good=True, why=""):
    return Sample(sha=sha, good=good, at=at(minute), why=why)


def fresh(one):
    return Start(Span(sha=one.sha, good=one.good, start=one.at, end=one.at, why=one.why))


def test_the_first_look_starts_a_stretch_without_length():
    assert extend(None, sample(3), GAP) == fresh(sample(3))


def test_a_look_that_finds_the_same_in_time_lengthens_the_stretch():
    assert extend(span(0, 1), sample(3), GAP) == Grow(at(3))


@pytest.mark.parametrize(
    "later",
    [
        sample(3.1),
        sample(2, sha="other"),
        sample(2, good=False, why="health: HTTP 503"),
    ],
    ids=["too late", "another commit", "in trouble"],
)
def test_a_look_that_does_not_join_starts_anew_and_the_time_between_counts_for_neither(later):
    assert extend(span(0, 1), later, GAP) == fresh(later)


def test_the_same_kind_of_trouble_goes_on_whatever_its_details():
    assert extend(bad(0, 1), sample(2, good=False, why="health: no answer in 5 s"), GAP) == Grow(at(2))
    other = sample(2, good=False, why="alert: API down")
    assert extend(bad(0, 1), other, GAP) == fresh(other)


def test_a_look_a_little_older_changes_nothing():
    assert extend(span(0, 5), sample(4), GAP) == Grow(at(5))


def test_a_look_much_older_starts_anew_and_no_moment_counts_twice():
    assert extend(span(0, 60), sample(10), GAP) == fresh(sample(10))
    assert judge((span(0, 60), span(10, 50)), "new", HOUR) == Soaked(seconds=HOUR, since=NOON)
    assert judge((span(0, 60), span(10, 50)), "new", HOUR + 1).seconds == HOUR


def test_trouble_seen_under_a_clock_moved_back_is_not_good_time():
    said = judge((span(0, 60), bad(10, 20), span(60, 60)), "new", HOUR)
    assert (said.seconds, said.left) == (50 * 60, 10 * 60)


def test_enough_good_time_has_soaked_to_the_second():
    assert judge((span(0, 60),), "new", HOUR) == Soaked(seconds=HOUR, since=NOON)
    assert isinstance(judge((span(0, 60),), "new", HOUR + 0.001), NotSoaked)


def test_time_in_trouble_and_unobserved_time_do_not_count_and_are_named():
    spans = (span(0, 20), bad(21, 31), bad(32, 34, "alert: API down"), span(50, 60))
    assert judge(spans, "new", HOUR) == NotSoaked(
        seconds=30 * 60,
        left=30 * 60,
        live_now=True,
        since=NOON,
        lost=(Lost(600, "health"), Lost(120, "alert"), Lost(18 * 60, "not observed")),
    )


def test_another_commit_has_its_own_clock():
    assert judge((span(0, 600, "old"), span(601, 611)), "new", HOUR).seconds == 600
    assert judge((span(0, 60), span(61, 70, "old"), span(71, 80)), "new", 69 * 60).seconds == 69 * 60


def test_time_under_another_commit_is_not_lost_time_of_ours():
    assert judge((span(0, 60), span(61, 70, "old"), span(71, 80)), "new", HOUR).lost == ()


def test_a_soaked_commit_need_not_be_live_any_more():
    assert isinstance(judge((span(0, 60), span(61, 62, "newer")), "new", HOUR), Soaked)
    assert isinstance(judge((span(0, 60), bad(61, 62, sha="newer")), "new", HOUR), Soaked)


def test_a_soaked_commit_in_trouble_at_this_moment_has_not_soaked():
    assert judge((span(0, 60), bad(61, 61)), "new", HOUR) == NotSoaked(
        seconds=HOUR,
        left=0,
        live_now=True,
        trouble="health: HTTP 503",
        since=NOON,
        lost=(Lost(60, "not observed"),),
    )


def test_a_trouble_without_a_word_is_still_trouble():
    assert judge((span(0, 60), bad(61, 61, "")), "new", HOUR).trouble == "not healthy"


def test_a_commit_never_seen_has_not_soaked_even_when_nothing_is_needed():
    assert judge((), "new", 0) == NotSoaked(seconds=0, left=0, live_now=False)
    assert isinstance(judge((span(0, 60, "old"),), "new", 0), NotSoaked)


looks = st.lists(
    st.tuples(
        st.integers(-30, 200),
        st.sampled_from(["new", "new", "old"]),
        st.sampled_from([True, True, False]),
    ),
    max_size=40,
)


def observed(looks):
    """Every look as a store would keep it."""
    spans = []
    now = 0.0
    for step, sha, good in looks:
        now += step
        one = Sample(sha=sha, good=good, at=NOON + timedelta(seconds=now), why="" if good else "health: x")
        match extend(spans[-1] if spans else None, one, GAP):
            case Grow(end):
                last = spans[-1]
                spans[-1] = Span(sha=last.sha, good=last.good, start=last.start, end=end, why=last.why)
            case Start(begun):
                spans.append(begun)
    return tuple(spans)


@given(looks=looks)
def test_the_sum_never_exceeds_the_time_between_good_looks_in_a_row(looks):
    most = sum(
        max(0, step)
        for (_, sha, good), (step, *now) in pairwise(looks)
        if (sha, good) == ("new", True) and now == ["new", True] and step <= GAP
    )
    if all(step >= 0 for step, *_ in looks):
        assert judge(observed(looks), "new", 1e9).seconds == most
    times, now = [0.0], 0.0
    for step, *_ in looks:
        now += step
        times.append(now)
    assert 0 <= judge(observed(looks), "new", 1e9).seconds <= max(times) - min(times)


@given(looks=looks)
def test_the_clocks_of_two_commits_never_share_a_moment(looks):
    spans = observed(looks)
    whole = judge(spans, "new", 1e9).seconds + judge(spans, "old", 1e9).seconds
    if spans:
        stretch = max(one.end for one in spans) - min(one.start for one in spans)
        assert whole <= stretch.total_seconds()


@given(looks=looks, needed=st.integers(0, 3000))
def test_never_soaked_while_the_newest_look_finds_it_in_trouble(looks, needed):
    said = judge(observed(looks), "new", needed)
    if looks and looks[-1][1:] == ("new", False):
        assert isinstance(said, NotSoaked)
        assert said.trouble
    if isinstance(said, Soaked):
        assert said.seconds >= needed
