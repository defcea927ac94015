from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.errors_math import poisson_tail
from bot.engine.errors_verdict import Inconclusive, KeepWatching, Ok, Regressed, decode, encode, kind
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
STEADY = [1, 0] * 180
"""0.5 errors a minute for six hours."""
QUIET = ([0] * 9 + [1]) * 36
"""0.1 errors a minute for six hours."""
NONE = [0] * 360


def minutes(*counts, until=None):
    first = until - timedelta(minutes=len(counts)) if until else LIVE
    return Series(tuple(Bucket(first + timedelta(minutes=n), 60.0, c) for n, c in enumerate(counts)))


def looked(after, *, before=STEADY, look=3, plan=PLAN, **facts):
    found = Facts(
        before=minutes(*before, until=LIVE),
        after=minutes(*after),
        expected=expected_seconds(look * 300, 60),
        look=look,
        **{"health": HealthSoFar(state="ok"), "heard": True} | facts,
    )
    return decide(found, plan)


def issue(**changes):
    new = NewIssue(
        title="KeyError: 'plan'",
        url="https://sentry.example/1",
        events=12,
        users=4,
        unhandled=True,
        first_seen=LIVE,
    )
    return replace(new, **changes)


def test_many_more_errors_are_a_regression_at_any_look():
    for look, seen in ((1, 3), (2, 8), (3, 13)):
        verdict = looked([5] * seen, look=look)
        assert isinstance(verdict, Regressed)
        assert verdict.look == look


def test_the_evidence_can_be_checked_by_a_reader():
    assert looked([4] * 13).evidence == (
        "4 errors/min against 0.5 before (8×): 52 in 13 min, 180 in the 6 h before.",
        "p < 0.0001; the limit at this look is 0.0033.",
        "Most in any 13 min before: 7.",
    )


def test_the_same_as_before_is_ok_at_the_last_look_only():
    assert isinstance(looked([1, 0, 1], look=1), KeepWatching)
    assert isinstance(looked([1, 0] * 4, look=2), KeepWatching)
    verdict = looked([1, 0] * 6 + [1])
    assert isinstance(verdict, Ok)
    assert verdict.evidence[-1].endswith("would have been seen four times out of five.")


def test_fewer_errors_than_the_floor_never_roll_back():
    verdict = looked([3, 3, 3], before=QUIET, look=1)
    assert isinstance(verdict, KeepWatching)
    assert verdict.numbers.p < verdict.numbers.limit
    assert isinstance(looked([3, 4, 3], before=QUIET, look=1), Regressed)


def test_less_than_the_ratio_never_rolls_back_however_certain():
    verdict = looked([190] * 13, before=[100] * 360)
    assert isinstance(verdict, Ok)
    assert verdict.numbers.p < 1e-6


def test_what_happened_before_without_a_deploy_is_no_regression():
    incident = [1, 0] * 100 + [5] * 13 + [1, 0] * 73 + [1]
    verdict = looked([4] * 13, before=incident)
    assert not isinstance(verdict, Regressed)
    assert verdict.numbers.most_before > verdict.numbers.errors_after


def test_bursts_before_ask_for_more_after():
    bursty = ([10] + [0] * 19) * 18
    verdict = looked([2] * 13, before=bursty)
    assert not isinstance(verdict, Regressed)
    assert isinstance(looked([2] * 13), Regressed)
    assert any(said.startswith("Errors came in bursts before") for said in verdict.evidence)


def test_up_but_not_proven_is_for_a_person():
    verdict = looked([1, 2, 0, 2, 1, 0, 2, 1, 1, 0, 2, 1, 1])
    assert isinstance(verdict, Inconclusive)
    assert verdict.numbers.limit < verdict.numbers.p < PLAN.doubt
    assert verdict.why == "Errors are up, but not beyond what chance may do."


def test_a_quiet_service_can_come_out_ok_and_says_how_little_it_saw():
    verdict = looked([0] * 6 + [1] + [0] * 6, before=QUIET)
    assert isinstance(verdict, Ok)
    assert verdict.smallest.rate == pytest.approx(1.0, abs=0.2)
    assert verdict.smallest.fold == pytest.approx(10, abs=2)


def test_the_smallest_jump_is_the_one_seen_four_times_out_of_five():
    numbers = compare(minutes(*STEADY), minutes(*[0] * 13), PLAN)
    mean = smallest_jump(numbers, PLAN).rate * 13
    critical = next(count for count in range(100) if isinstance(looked([count] + [0] * 12), Regressed))
    assert poisson_tail(critical, mean) == pytest.approx(PLAN.power, abs=0.01)


@pytest.mark.parametrize("seen", [0, 1, 9])
def test_a_silent_sentry_is_never_ok(seen):
    verdict = looked([0] * seen)
    assert isinstance(verdict, Inconclusive)
    assert verdict.why.startswith("Sentry has ")
    assert verdict.smallest is None
    assert isinstance(looked([], look=1), KeepWatching)


def test_errors_that_stop_altogether_are_not_ok():
    verdict = looked([0] * 13, before=[2] * 360)
    assert isinstance(verdict, Inconclusive)
    assert verdict.why.startswith("Not one error where 26 were due")


def test_not_one_error_at_all_is_ok_only_where_sentry_is_known_to_listen():
    assert isinstance(looked([0] * 13, before=NONE), Ok)
    assert isinstance(looked([0] * 13, before=NONE, heard=False), Inconclusive)


def test_errors_where_there_was_none_are_a_regression_without_a_ratio():
    verdict = looked([2] * 13, before=NONE)
    assert isinstance(verdict, Regressed)
    assert verdict.numbers.ratio is None
    assert "2 errors/min against 0 before: 26 in 13 min" in verdict.evidence[0]


@pytest.mark.parametrize("before", [[], [1, 0] * 29])
def test_nothing_to_compare_with_never_rolls_back_and_is_never_ok(before):
    assert isinstance(looked([50] * 3, before=before, look=1), KeepWatching)
    verdict = looked([50] * 13, before=before)
    assert isinstance(verdict, Inconclusive)
    assert "1 h" in verdict.why or "60 min" in verdict.why


def test_where_only_the_absurd_would_show_nothing_is_called_ok():
    wild = ([150] + [0] * 59) * 6
    verdict = looked([0] * 12 + [3], before=wild)
    assert isinstance(verdict, Inconclusive)
    assert verdict.why.startswith("Errors vary too much here")


def test_a_new_unhandled_issue_of_many_people_rolls_back():
    verdict = looked([1] * 3, look=1, issues=(issue(),))
    assert isinstance(verdict, Regressed)
    assert "New unhandled issue: KeyError: 'plan' (12 events, 4 users)." in verdict.evidence


@pytest.mark.parametrize("few", [{"events": 9}, {"users": 2}, {"events": 29, "users": 0}])
def test_a_new_unhandled_issue_of_few_is_for_a_person(few):
    assert isinstance(looked([1] * 3, look=1, issues=(issue(**few),)), KeepWatching)
    assert isinstance(looked([1, 0] * 6 + [1], issues=(issue(**few),)), Inconclusive)


def test_where_no_user_is_known_three_times_the_events_count():
    assert isinstance(looked([1] * 3, look=1, issues=(issue(events=30, users=0),)), Regressed)


def test_a_new_issue_without_more_errors_may_be_an_old_one_renamed():
    verdict = looked([1, 0] * 6 + [0], issues=(issue(),))
    assert isinstance(verdict, Inconclusive)
    assert "renamed" in verdict.why


def test_a_handled_issue_counts_for_nothing():
    assert isinstance(looked([1, 0] * 6 + [1], issues=(issue(unhandled=False),)), Ok)


def test_health_down_rolls_back_after_as_many_bad_answers_even_without_sentry():
    bad = HealthSoFar(state="bad", streak=3, said="HTTP 503")
    verdict = looked([], look=1, health=bad)
    assert isinstance(verdict, Regressed)
    assert verdict.evidence == ("Health failed 3 times in a row, last: HTTP 503.",)
    assert isinstance(looked([], look=1, health=replace(bad, streak=2)), KeepWatching)
    assert isinstance(looked([1, 0] * 6 + [1], health=replace(bad, streak=1)), Inconclusive)


def test_health_that_could_not_be_asked_is_said():
    verdict = looked([1, 0] * 6 + [1], health=HealthSoFar(state="unknown"))
    assert isinstance(verdict, Ok)
    assert "Health could not be asked during the watch." in verdict.evidence


def test_the_limits_of_all_looks_are_within_alpha():
    assert looked([1] * 13).numbers.limit * PLAN.looks <= PLAN.alpha


@pytest.mark.parametrize(
    ("live", "seconds"), [(0, 0), (150, 0), (300, 150), (900, 750)], ids=lambda value: str(value)
)
def test_buckets_that_sentry_still_counts_are_not_expected(live, seconds):
    assert expected_seconds(live, 60) == seconds


def test_every_verdict_survives_storage():
    verdicts = (
        looked([5] * 13),
        looked([1, 0] * 6 + [1]),
        looked([]),
        looked([0] * 13, before=[2] * 360),
        looked([1], look=1),
        looked([2] * 13, before=NONE),
    )
    assert {kind(verdict) for verdict in verdicts} == {"regressed", "ok", "inconclusive", "keep_watching"}
    for verdict in verdicts:
        assert decode(encode(verdict)) == verdict
        assert asdict(decode(encode(verdict))) == asdict(verdict)


@pytest.mark.parametrize("stored", ["", "[]", "{}", '{"kind": "fine", "evidence": [], "numbers": null}'])
def test_what_is_no_verdict_is_not_read_as_one(stored):
    with pytest.raises((ValueError, KeyError, TypeError)):
        decode(stored)
