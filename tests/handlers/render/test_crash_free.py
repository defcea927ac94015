"""A card says how stable a release is, and how fine Sentry counts; without sessions it says nothing."""

from datetime import UTC, datetime

from bot.engine.crash_free import CrashFree
from bot.engine.states import RunState, StepName
from handlers.render._crash_free import crash_free_lines
from tests.handlers._updates import rolled, rolling_out
from tests.handlers.render._release_states import a_release, release_facts
from tests.handlers.render._releases import draw

UNTIL = datetime(2026, 5, 4, 14, tzinfo=UTC)
SEEN = CrashFree(release="app.pawlogic@1.4.0+57", sessions=12_345, rate=0.99999, until=UNTIL)


GRAIN = "Sentry counts sessions by the hour, so what is newer is not in it."


def test_a_rate_is_never_rounded_up_and_moment_and_grain_are_said_once():
    (line,) = crash_free_lines((SEEN, SEEN.model_copy(update={"rate": 0.5})))
    assert ": 99.99 % of 12345 sessions of `app.pawlogic@1.4.0+57`; 50.00 % of " in line
    assert line.count("*Crash-free* until <!date^") == 1
    assert line.endswith(f". {GRAIN}")


def test_what_is_known_until_another_moment_stands_on_a_line_of_its_own():
    lines = crash_free_lines((SEEN, SEEN.model_copy(update={"until": UNTIL.replace(hour=15)})))
    assert [line.count("*Crash-free* until <!date^") for line in lines] == [1, 1]
    assert [GRAIN in line for line in lines] == [False, True]


def test_a_release_nobody_opened_says_nothing():
    assert crash_free_lines((SEEN.model_copy(update={"sessions": 0}),)) == []


def test_it_stands_on_the_card_of_a_release_and_of_an_update():
    for run in (
        a_release(StepName.REVIEW, RunState.RUNNING, known=release_facts(crash_free=(SEEN,))),
        rolling_out(mobile=rolled(10, 0, crash_free=(SEEN,))),
    ):
        assert str(draw(run).blocks).count(": 99.99 % of 12345 sessions") == 1
