"""Rules of ``bot/engine/incident_report_parts.py``: nothing is said to be more than it was."""

import pytest

from bot.engine.incident_report import report
from bot.engine.incidents import Finding, Mark, Status
from tests.bot.engine._incidents import BEN, changed, part, run, step


def test_what_was_skipped_is_not_left_to_do():
    text = report(changed(steps=(step(mark=Mark.SKIPPED, by=BEN),), follow_ups=()))

    assert part(text, "Follow-ups") == ["*None were written down.*"]


@pytest.mark.parametrize(("openings", "says"), [(2, "1 time"), (3, "2 times")])
def test_how_often_it_was_opened_again_is_said(openings, says):
    assert f"| Opened again | {says} |" in report(changed(openings=openings))


def test_a_run_that_failed_says_why():
    text = report(changed(runs=(run(state="failed", why="The health check *failed*."),)))

    (line,) = part(text, "Deploys and other runs involved")
    assert line.startswith("- **failed** · run ")
    assert line.endswith(" · The health check \\*failed\\*.")


def test_what_nobody_knew_is_said_not_to_be_known():
    found = Finding(status=Status.UNKNOWN, said="It took longer than 5 s.")

    lines = part(report(changed(steps=(step(kind="look", finding=found),))), "What was done")
    assert "  - Found: Not known: It took longer than 5 s." in lines


@pytest.mark.parametrize(
    ("drill", "by_hand", "label"),
    [(False, False, "Told"), (True, False, "Would have been told"), (False, True, "Told by hand")],
)
def test_whom_a_message_reached_is_not_overstated(drill, by_hand, label):
    told = step(kind="tell", mark=Mark.DONE, told=("leads",), by_hand=by_hand)

    assert f"  - {label}: leads" in part(report(changed(steps=(told,), drill=drill)), "What was done")
