"""What goes under a card that ended badly: the vendor's last lines, or links named by why it ended."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine.reasons import Reason
from handlers.render.log_note import render_log_note
from tests.handlers._limits import assert_message, words
from tests.handlers._runs import SHA, a_run, nasty, run_views


def test_failing_checks_are_linked_in_the_thread():
    run = a_run(reason=Reason.CHECKS_RED)
    drawn = render_log_note(run, ["https://github.com/o/r/runs/1", "https://github.com/o/r/runs/2"])

    assert f"The checks that failed on `{SHA[:7]}`:\n<https://github.com/o/r/runs/1|" in words(drawn)
    assert "```" not in words(drawn)


@pytest.mark.parametrize(
    ("reason", "head"),
    [
        (Reason.TESTS_RED, f"The suites that failed on `{SHA[:7]}`:"),
        (Reason.BUILD_FAILED, "The log of the build that failed, run 12:"),
        (Reason.BUILD_CANCELLED, "The log of the build that was cancelled, run 12:"),
        (Reason.SUBMISSION_FAILED, "The log of handing over what failed, run 12:"),
        (Reason.VERSION_USED, "The build that has this version, run 12:"),
        (None, "Where to read more, run 12:"),
    ],
)
def test_what_is_linked_in_the_thread_is_named_by_why_the_run_ended(reason, head):
    drawn = render_log_note(a_run(id=12, reason=reason), ["https://expo.dev/logs/1"])

    assert words(drawn).startswith(f"{head}\n<https://expo.dev/logs/1|")
    assert "checks" not in f"{drawn.text} {words(drawn)}"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(run_views, st.lists(nasty, max_size=40))
def test_any_log_makes_a_note_slack_takes(run, lines):
    assert_message(render_log_note(run, lines))


def test_a_log_note_keeps_the_newest_lines_and_counts_the_rest():
    said = words(render_log_note(a_run(), [f"line {number} " + "x" * 200 for number in range(50)]))

    assert "line 49 " in said
    assert "line 0 " not in said
    assert "38 earlier lines left out." in said


def test_a_log_line_can_not_close_its_block():
    assert words(render_log_note(a_run(), ["``` <!here>"])).count("```") == 2
