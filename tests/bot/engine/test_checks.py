import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.checks import Check, CheckReport, CheckState, Green, NoEvidence, Pending, Red, decide

P, N, F, W = CheckState.PASSED, CheckState.NEUTRAL, CheckState.FAILED, CheckState.PENDING


def check(name, state, **more):
    return Check(name=name, state=state, said=state.value, **more)


def judged(*checks, required=()):
    return decide(CheckReport(checks=checks), required)


def test_all_required_checks_green_lets_the_commit_ship():
    assert judged(check("test", P), check("lint", P), required=("test", "lint")) == Green(
        (check("test", P), check("lint", P))
    )


def test_a_red_required_check_refuses_even_while_others_run():
    verdict = judged(check("test", F), check("lint", W), required=("test", "lint"))
    assert verdict == Red((check("test", F),))


def test_a_red_check_that_is_not_required_does_not_refuse():
    assert isinstance(judged(check("test", P), check("coverage", F), required=("test",)), Green)


def test_without_required_checks_every_check_counts():
    assert isinstance(judged(check("test", P), check("coverage", F)), Red)
    assert isinstance(judged(check("test", P), check("coverage", W)), Pending)


def test_a_fatal_check_counts_even_where_only_named_ones_are_required():
    broken = check("CI", F, fatal=True)
    assert judged(check("test", P), broken, required=("test",)) == Red((broken,))


def test_a_required_check_that_has_not_reported_is_waited_for_by_name():
    assert judged(check("test", P), required=("test", "lint")) == Pending((), ("lint",))


def test_a_running_check_is_waited_for():
    assert judged(check("test", W), required=("test",)) == Pending((check("test", W),), ())


@pytest.mark.parametrize("required", [(), ("test",)])
def test_no_check_at_all_is_no_evidence_rather_than_green(required):
    assert judged(required=required) == NoEvidence()


@pytest.mark.parametrize("required", [(), ("test",)])
def test_only_neutral_checks_are_no_evidence(required):
    assert judged(check("test", N), required=required) == NoEvidence()


def test_a_neutral_check_beside_a_green_one_does_no_harm():
    assert judged(check("test", P), check("docs", N)) == Green((check("test", P),))


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(list(CheckState))), unique_by=lambda c: c[0]),
    st.sets(st.sampled_from("abcd")),
)
def test_green_means_every_check_that_counts_is_in_none_is_red_or_running_and_one_has_passed(seen, required):
    states = dict(seen)
    counting = {name: state for name, state in seen if not required or name in required}

    verdict = judged(*(check(*one) for one in seen), required=tuple(sorted(required)))

    green = not {F, W} & set(counting.values()) and P in counting.values() and required <= set(states)
    assert isinstance(verdict, Green) is green
    assert isinstance(verdict, Red) is (F in counting.values())
