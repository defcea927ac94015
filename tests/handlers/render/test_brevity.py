"""A card says a thing once, names what can be typed, and offers only what still helps."""

import pytest

from bot.engine.consent import Voice
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName, StepState
from tests.handlers._limits import words
from tests.handlers._runs import BEN, SHA, a_guarded_run, a_vote, an_asking, up_to
from tests.handlers.render.test_production_card import draw, first_line, pressable

DONE, FAILED = StepState.DONE, StepState.FAILED


def test_what_was_said_in_the_first_line_is_not_said_again_below():
    asking = an_asking(a_vote(BEN, Voice.REJECT, reason="it locks a table"))
    run = a_guarded_run(
        *up_to(StepName.CONSENT, FAILED),
        state=RunState.REFUSED,
        reason=Reason.REJECTED,
        asking=asking,
        detail="it locks a table",
    )

    assert words(draw(run)).count("it locks a table") == 2  # in the first line and beside who said it


@pytest.mark.parametrize(
    ("reason", "command"),
    [(Reason.REJECTED, "`/pawdeploy production`"), (Reason.EXPIRED, "`/pawdeploy production a1b2c3d")],
)
def test_no_command_names_forty_characters_nor_a_commit_that_must_change_first(reason, command):
    run = a_guarded_run(
        *up_to(StepName.CONSENT, FAILED),
        state=RunState.REFUSED,
        reason=reason,
        asking=an_asking(),
        ref=SHA,
        sha=SHA,
    )
    said = words(draw(run))

    assert command in said
    assert f"production {SHA}" not in said


def test_until_it_has_ended_a_run_whose_watch_is_over_can_only_be_rolled_back():
    run = a_guarded_run(*(DONE for _ in up_to(StepName.WATCH)), state=RunState.RUNNING)

    assert "Deployed `a1b2c3d` to production; watching it" in first_line(run)
    assert list(pressable(run)) == ["rollback_start"]


@pytest.mark.parametrize(("by", "mark"), [("", ":large_yellow_circle:"), (BEN, ":white_circle:")])
def test_a_watch_that_could_not_tell_is_never_green(by, mark):
    run = a_guarded_run(
        *(DONE for _ in up_to(StepName.WATCH)),
        state=RunState.SUCCEEDED,
        reason=Reason.WATCH_INCONCLUSIVE,
        kept_by=by,
    )

    assert f"{mark} *Watch*" in words(draw(run))


def test_the_command_that_asks_again_is_an_emergency_where_the_run_was_one():
    run = a_guarded_run(
        *up_to(StepName.CONSENT, FAILED),
        state=RunState.REFUSED,
        reason=Reason.EXPIRED,
        asking=an_asking(),
        emergency="logins fail",
    )

    assert "--emergency" in words(draw(run)).split("Retry asks again")[1]
