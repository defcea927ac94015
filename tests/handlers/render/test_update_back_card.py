"""The way back of an update on its card: what goes back to what, on whose phones."""

import pytest

from bot.engine.mobile import AppPlatform
from bot.engine.ota import UpdateBackFacts
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName, StepState
from handlers.render.asks import render_ask, render_page, render_remind
from tests.handlers._limits import assert_message, words
from tests.handlers._runs import ANN, an_asking
from tests.handlers._updates import BACKS, EARLIER, GROUP, NEWER, a_way_back_of, to_back, undo
from tests.handlers.render._update_cards import (
    BLUE,
    GREEN,
    NASTY,
    RED,
    WHITE,
    YELLOW,
    draw,
    first_line,
    pressable,
)

FAILED, RUNNING = StepState.FAILED, StepState.RUNNING
EMBEDDED = {"to": "", "to_message": "", "to_sha": ""}


def test_every_step_of_a_way_back_is_one_of_its_own():
    assert [name.value for name in BACKS] == ["resolve", "consent", "line", "revert"]


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (
            a_way_back_of(states=(RUNNING,), state=RunState.PREPARING),
            f"{BLUE} *Preparing to take the update of production back*",
        ),
        (
            a_way_back_of(
                undo(),
                states=to_back(StepName.CONSENT),
                state=RunState.PREPARING,
                asking=an_asking(quorum=1),
            ),
            f"{YELLOW} *Waiting for 1 more approval: take the update of production back to “Earlier words”*",
        ),
        (
            a_way_back_of(undo(), state=RunState.WAITING),
            f"{YELLOW} *Waiting in line to take the update of production back to “Earlier words”*",
        ),
        (
            a_way_back_of(undo(**EMBEDDED), states=to_back(StepName.REVERT)),
            f"{BLUE} *Taking the update of production back to what is built into the app*",
        ),
        (
            a_way_back_of(undo(), state=RunState.SUCCEEDED, reason=Reason.UPDATE_TAKEN_BACK),
            f"{GREEN} *Took the update of production back to “Earlier words”*",
        ),
        (
            a_way_back_of(
                undo(),
                states=to_back(StepName.REVERT, FAILED),
                state=RunState.FAILED,
                reason=Reason.REVERT_FAILED,
            ),
            f"{RED} *The update of production could not be taken back, at take back*",
        ),
        (
            a_way_back_of(
                states=to_back(StepName.RESOLVE, FAILED), state=RunState.REFUSED, reason=Reason.NO_UPDATE
            ),
            f"{WHITE} *The update of production was not taken back, there is no update to take back*",
        ),
        (
            a_way_back_of(
                undo(), states=to_back(StepName.LINE), state=RunState.REFUSED, reason=Reason.ALREADY_LIVE
            ),
            f"{WHITE} *The update of production was not taken back, something newer was published since*",
        ),
        (
            a_way_back_of(undo(), state=RunState.CANCELLED, reason=Reason.CANCELLED),
            f"{WHITE} *Cancelled taking the update of production back to “Earlier words”*",
        ),
        (
            a_way_back_of(undo(), state=RunState.CANCELLING),
            f"{BLUE} *Stopping to take the update of production back to “Earlier words”*",
        ),
    ],
)
def test_the_first_line_says_how_it_stands_and_where_it_leads(run, says):
    assert first_line(run) == f"{says} · mobile"


def test_what_goes_and_what_people_get_stands_on_the_card():
    said = words(draw(a_way_back_of(undo(), states=to_back(StepName.REVERT))))

    assert (
        "iOS and Android, runtime `1.4.0`: group `5f0c2a11`, mid-rollout, goes, people get “Earlier words” "
        "(group `77aa0b22`) at `9f8e7d6`." in said
    )
    assert "Phones take it when the app is opened next." in said


def test_the_commit_it_goes_back_to_is_named_once_and_no_branch():
    said = words(draw(a_way_back_of(undo(), sha="9f8e7d6" + "0" * 33, ref="main")))

    assert said.count("9f8e7d6") == 1
    assert "`main`" not in said


def test_what_is_built_in_is_called_so():
    said = words(draw(a_way_back_of(undo(rolling=False, platforms=(AppPlatform.IOS,), **EMBEDDED))))

    assert "iOS, runtime `1.4.0`: group `5f0c2a11` goes, people get what is built into the app." in said


def test_two_runtimes_that_go_different_ways_are_told_apart():
    run = a_way_back_of(undo(), undo(group=NEWER, runtime="1.5.0", **EMBEDDED))

    assert first_line(run) == f"{BLUE} *Taking the update of production back* · mobile"
    assert "runtime `1.5.0`: group `99bb0c33`" in words(draw(run))


def test_done_it_names_the_group_that_stands_in_the_olds_place():
    made = UpdateBackFacts(branch="production", undo=(undo(),), deleted=(GROUP,), made={GROUP: NEWER})
    run = a_way_back_of(state=RunState.SUCCEEDED, mobile=made.encode(), detail="Everybody has it.")
    said = words(draw(run))

    assert (
        f"went, people get “Earlier words” (group `{EARLIER}`) at `9f8e7d6`; it is group `{NEWER}` now"
        in said
    )
    assert "Everybody has it." in said


def test_done_it_stays_locked_until_somebody_unlocks_it():
    run = a_way_back_of(
        undo(), states=(StepState.DONE,) * 4, state=RunState.SUCCEEDED, reason=Reason.UPDATE_TAKEN_BACK
    )

    assert list(pressable(run)) == ["hold_unlock"]
    assert "mobile stays locked there until somebody presses Unlock." in words(draw(run))


def test_one_started_by_itself_says_because_of_what():
    said = words(draw(a_way_back_of(undo(), automatic=True, parent_id=12)))

    assert "Started by itself, because run 12 hurt" in said


def test_an_emergency_says_that_nobody_is_asked_and_why():
    said = words(draw(a_way_back_of(undo(), emergency="the app crashes")))

    assert f"*Emergency: nobody is asked for approval.* <@{ANN}> says: the app crashes" in said
    assert "soak" not in said


def test_one_that_failed_can_be_retried_and_says_who_still_has_it():
    run = a_way_back_of(
        undo(),
        states=to_back(StepName.REVERT, FAILED),
        state=RunState.FAILED,
        reason=Reason.REVERT_FAILED,
        not_done="The update may still reach people.",
        live="1.4.0: group 5f0c2a11 to 10 %.",
    )
    said = words(draw(run))

    assert "run_retry" in pressable(run)
    assert "The update may still reach people." in said
    assert "People may keep the update until it is taken back." in said
    assert "Retry goes on from take back." in said


def test_cancelled_it_names_the_command_that_asks_again():
    run = a_way_back_of(undo(), state=RunState.CANCELLED, reason=Reason.CANCELLED)

    assert "To start afresh: `/pawota rollback production`." in words(draw(run))


def test_more_groups_than_fit_are_counted():
    run = a_way_back_of(*(undo(group=f"{number:08}") for number in range(9)))

    assert "and 3 more" in words(draw(run))


@pytest.mark.parametrize("state", sorted(RunState))
def test_nasty_words_are_escaped_in_every_state(state):
    bad = undo(group=NASTY, runtime=NASTY, to=NASTY, to_message=NASTY, to_sha=NASTY)
    run = a_way_back_of(bad, state=state, detail=NASTY, emergency=NASTY)

    assert "<!channel>" not in words(draw(run))


def test_those_asked_are_told_what_goes_back_to_what():
    run = a_way_back_of(undo(), state=RunState.PREPARING, asking=an_asking())
    what = "take the update of production back to “Earlier words” (mobile)"

    assert what in words(render_ask(run, "", ""))
    assert "After that people keep the update." in words(render_remind(run, 1, "", ""))


def test_those_on_call_are_told_that_people_may_still_have_it():
    run = a_way_back_of(undo(), state=RunState.FAILED, detail="Expo said no.", parent_id=12)
    message = render_page(run, "<!subteam^S0A>")

    assert_message(message)
    said = words(message)
    assert (
        "*The update of production could not be taken back.* What people in production have now is unknown."
        in said
    )
    assert "`/pawota status` looks again" in said
