"""A watch of some of the people: what is compared and said; all of them is what it always was."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.errors_math import binomial_tail, dispersion, most_in_a_row
from bot.engine.errors_verdict import Inconclusive, KeepWatching, Ok, Regressed, decode, encode
from bot.engine.errors_watch import (
    Bucket,
    Facts,
    HealthSoFar,
    NewIssue,
    Plan,
    Series,
    compare,
    decide,
    expected_seconds,
    smallest_jump,
)

LIVE = datetime(2026, 7, 1, 12, tzinfo=UTC)
PLAN = Plan()
BUSY = [4] * 360
"""Four errors a minute of all people for six hours."""


def minutes(*counts, until=None):
    first = until - timedelta(minutes=len(counts)) if until else LIVE
    return Series(tuple(Bucket(first + timedelta(minutes=n), 60.0, c) for n, c in enumerate(counts)))


def facts(after, *, before=BUSY, look=3, share=0.1, **more):
    return Facts(
        before=minutes(*before, until=LIVE),
        after=minutes(*after),
        expected=expected_seconds(look * 300, 60),
        look=look,
        share=share,
        **{"health": HealthSoFar(state="ok"), "heard": True} | more,
    )


def looked(after, **more):
    return decide(facts(after, **more), PLAN)


def issue(**changes):
    new = NewIssue(title="TypeError: pet", url="", events=12, users=4, unhandled=True, first_seen=LIVE)
    return replace(new, **changes)


def test_what_is_no_rise_for_everybody_is_one_for_a_tenth_of_the_people():
    assert isinstance(looked([4] * 3, look=1, share=1.0), KeepWatching)
    assert isinstance(looked([4] * 3, look=1, share=0.1), Regressed)


def test_a_tenth_of_the_errors_at_a_tenth_of_the_people_is_ok():
    assert isinstance(looked([1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0]), Ok)


def test_the_evidence_says_how_many_people_and_what_is_usual_there():
    assert looked([4] * 3, look=1).evidence == (
        "12 errors in 3 min at 10 % of people; usual there: 1.2 (10×).",
        "p < 0.0001; the limit at this look is 0.0033.",
        "All people had 1440 in the 6 h before, 12 at most in any 3 min.",
    )


def test_what_would_have_been_seen_is_said_of_those_people():
    verdict = looked([1, 0] * 6 + [0])
    assert isinstance(verdict, Ok)
    assert " at 10 % of people would have been seen" in verdict.evidence[-1]
    assert verdict.smallest.fold == pytest.approx(verdict.smallest.rate / 0.4)


def test_silence_of_an_update_may_be_that_nobody_has_it():
    verdict = looked([0] * 13, before=[10] * 360)
    assert isinstance(verdict, Inconclusive)
    assert verdict.why == (
        "Not one error at 10 % of people where 13 were due: has nobody the update yet, or has error "
        "reporting stopped?"
    )


def test_where_few_errors_are_due_of_so_few_people_none_is_ok():
    assert isinstance(looked([0] * 13), Ok)


def test_a_new_issue_of_many_rolls_back_where_errors_are_up_for_so_few_people():
    after = [2, 3, 2]  # seven: too few to judge by, and six times what is usual
    assert isinstance(looked(after, look=1), KeepWatching)
    assert isinstance(looked(after, look=1, issues=(issue(),)), Regressed)
    assert isinstance(looked(after, look=1, issues=(issue(),), share=1.0), KeepWatching)


def test_the_floor_of_errors_holds_for_any_share():
    assert isinstance(looked([3, 3, 3], look=1, share=0.01), KeepWatching)
    assert isinstance(looked([3, 4, 3], look=1, share=0.01), Regressed)


def test_what_the_same_part_of_people_may_have_had_before_is_no_regression():
    incident = [4] * 100 + [100] * 13 + [4] * 247
    assert not isinstance(looked([10] * 13, before=incident), Regressed)


@pytest.mark.parametrize("share", [0, -0.1, 1.01, math.nan])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match="share of the people"):
        facts([1], share=share)


def test_a_verdict_stored_before_there_were_shares_is_of_all_people():
    stored = encode(looked([5] * 13, share=1.0)).replace(', "share": 1.0', "")
    assert '"share"' not in stored
    assert decode(stored) == looked([5] * 13, share=1.0)
    assert decode(encode(looked([5] * 13))) == looked([5] * 13)


counts = st.lists(st.integers(0, 30), min_size=1, max_size=15)
long_before = st.lists(st.integers(0, 30), min_size=60, max_size=80)
issues = st.lists(st.builds(issue, events=st.integers(1, 40), users=st.integers(0, 9)), max_size=2)


@given(long_before, counts, st.integers(1, 3), issues, st.booleans())
def test_all_people_are_judged_to_the_bit_as_before_there_were_shares(before, after, look, new, heard):
    verdict = looked(after, before=before, look=look, share=1.0, issues=tuple(new), heard=heard)
    seen, had = minutes(*after), minutes(*before, until=LIVE)
    numbers = compare(had, seen, PLAN)

    # The formulas as they were, written out: not one of them may come to another last digit.
    spread = 1 + PLAN.caution * (dispersion(had.counts, [1, 5, 10, 15, 30]) - 1)
    late, early = math.floor(seen.errors / spread), math.ceil(had.errors / spread)
    usual = had.errors / had.seconds * 60
    assert numbers.p == binomial_tail(late, late + early, seen.seconds / (had.seconds + seen.seconds))
    assert numbers.rate_before == numbers.usual == usual
    assert numbers.ratio == (seen.errors / seen.seconds * 60 / usual if usual else None)
    assert (numbers.dispersion, numbers.most_before) == (spread, most_in_a_row(had.counts, len(after)))
    assert verdict.numbers in (None, numbers)
    worse = (
        seen.errors >= PLAN.least
        and (numbers.ratio is None or numbers.ratio >= PLAN.ratio)
        and seen.errors > numbers.most_before
        and numbers.p <= PLAN.alpha / PLAN.looks
    )
    many = any((one.events >= 10 and one.users >= 3) or (not one.users and one.events >= 30) for one in new)
    rose = seen.errors / seen.seconds > had.errors / had.seconds
    told = verdict.numbers is not None
    assert isinstance(verdict, Regressed) is (told and (worse or (many and rose)))
    assert not any("of people" in line for line in verdict.evidence)


@given(long_before, counts, st.floats(0.01, 0.99))
def test_time_and_people_are_one_exposure(before, after, share):
    had, seen = minutes(*before, until=LIVE), minutes(*after)
    some = compare(had, seen, PLAN, share)
    spread = some.dispersion
    late, early = math.floor(seen.errors / spread), math.ceil(had.errors / spread)
    exposure = seen.seconds * share

    assert some.p == binomial_tail(late, late + early, exposure / (had.seconds + exposure))
    assert 1 <= some.dispersion <= compare(had, seen, PLAN).dispersion


def test_bursts_count_whole_in_a_part_of_the_people_and_a_wave_of_everybody_in_part():
    bursts = ([30] + [0] * 29) * 12
    wave = [round(50 + 30 * math.sin(minute / 720 * math.pi)) for minute in range(360)]
    whole, part = (compare(minutes(*bursts), minutes(1), PLAN, share) for share in (1.0, 0.1))
    assert part.dispersion == pytest.approx(whole.dispersion, rel=0.1)
    whole, part = (compare(minutes(*wave), minutes(1), PLAN, share) for share in (1.0, 0.1))
    assert 1 <= part.dispersion < whole.dispersion / 5


@given(st.integers(0, 12), st.integers(60, 360), counts, st.floats(0.01, 0.98))
def test_fewer_people_with_as_many_errors_are_never_less_of_a_rise(every_minute, long, after, share):
    # Where errors came evenly. Uneven ones are divided by a dispersion that goes with the share, and whole
    # counts come of it: then one step of rounding may make p a little larger for a smaller share.
    had, seen = minutes(*[every_minute] * long, until=LIVE), minutes(*after)
    fewer, more = compare(had, seen, PLAN, share), compare(had, seen, PLAN, share + 0.01)
    assert fewer.dispersion == more.dispersion == 1

    assert fewer.p <= more.p + 1e-12
    assert smallest_jump(fewer, PLAN).rate <= smallest_jump(more, PLAN).rate + 1e-9
