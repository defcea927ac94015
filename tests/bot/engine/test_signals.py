"""A commit ships only when every required suite has passed on it, by the newest word about each."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.signals import Failed, Missing, Passed, Signal, Verdict, decide_signals, newest

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
PASSED, FAILED = Verdict.PASSED, Verdict.FAILED


def signal(suite: str, verdict: Verdict = PASSED, at: float = 0) -> Signal:
    return Signal(
        sha="a" * 40,
        suite=suite,
        verdict=verdict,
        url=f"https://t.test/{at}",
        at=NOON + timedelta(seconds=at),
    )


def test_nothing_required_is_passed() -> None:
    assert decide_signals((), {"e2e": signal("e2e", FAILED)}) == Passed()


def test_a_suite_nobody_reported_on_is_missing() -> None:
    assert decide_signals(("e2e", "load"), {"e2e": signal("e2e")}) == Missing(("load",))


def test_a_failed_suite_stops_though_others_are_missing() -> None:
    bad = signal("e2e", FAILED)

    assert decide_signals(("load", "e2e"), {"e2e": bad}) == Failed((bad,))


def test_all_required_have_passed_whatever_the_others_say() -> None:
    verdicts = {"e2e": signal("e2e"), "lint": signal("lint", FAILED)}

    assert decide_signals(("e2e",), verdicts) == Passed()


def test_the_newest_word_on_a_suite_wins_however_late_the_older_arrived() -> None:
    new, old = signal("e2e", PASSED, at=60), signal("e2e", FAILED, at=0)

    assert newest((new, old)) == newest((old, new)) == {"e2e": new}


def test_of_two_words_of_the_same_second_the_bad_one_wins() -> None:
    good, bad = signal("e2e", PASSED), signal("e2e", FAILED)

    assert newest((good, bad)) == newest((bad, good)) == {"e2e": bad}


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(Verdict), st.integers(0, 3)), max_size=8))
def test_it_passes_exactly_when_the_last_word_on_each_required_suite_is_good(words) -> None:
    heard = newest(tuple(signal(suite, verdict, at) for suite, verdict, at in words))
    good = {
        suite
        for suite in "ab"
        if (said := [(at, verdict) for name, verdict, at in words if name == suite])
        and all(verdict is PASSED for at, verdict in said if at == max(said)[0])
    }

    assert (decide_signals(("a", "b"), heard) == Passed()) is (good == {"a", "b"})
