"""An update over the air: what can be pressed on its card, what can be typed, what approvers are told."""

from dataclasses import replace

import pytest

from bot.engine.consent import Voice
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName, StepState
from handlers.render._ways_out import way_out
from handlers.render.asks import render_ask, render_dm, render_reason_wanted, render_remind
from handlers.render.run_card import around, render_run_card
from tests.handlers._limits import assert_message, words
from tests.handlers._runs import BEN, NOON, a_vote, an_asking
from tests.handlers._slack import pawlogic
from tests.handlers._updates import (
    BACK,
    MESSAGE,
    an_update,
    rolled,
    rolling_out,
    taken_back,
    to_update,
)
from tests.handlers.render._update_cards import (
    asking,
    draw,
    not_proved,
    pressable,
)

DONE, RUNNING, FAILED = StepState.DONE, StepState.RUNNING, StepState.FAILED


def test_while_some_have_it_one_goes_on_or_takes_back_and_nothing_else():
    shown = pressable(rolling_out(10, 0))

    assert list(shown) == ["ota_promote", "ota_take_back"]
    assert shown["ota_promote"]["text"]["text"] == "Go on to 50 %"
    assert '"stage":0' in shown["ota_promote"]["value"]
    assert "style" not in shown["ota_promote"]
    assert shown["ota_take_back"]["style"] == "danger"


def test_the_button_names_the_stage_the_card_shows():
    shown = pressable(rolling_out(50, 1))

    assert shown["ota_promote"]["text"]["text"] == "Go on to 100 %"
    assert '"stage":1' in shown["ota_promote"]["value"]


def test_a_held_one_says_why_and_asks_for_a_decision():
    run = rolling_out(mobile=rolled(10, 0, held="Only 3 sessions: too few to tell.", told="3 sessions"))
    shown = pressable(run)

    assert "*It does not go on by itself.* Only 3 sessions: too few to tell. Somebody has to decide" in words(
        draw(run)
    )
    assert list(shown) == ["ota_promote", "ota_take_back"]
    assert shown["ota_promote"]["style"] == "primary"


def test_one_watched_at_its_last_stage_has_nowhere_to_go_on_to():
    assert list(pressable(rolling_out(100, 2))) == ["ota_take_back"]


def test_platforms_apart_are_said_plainly_and_nothing_goes_on_until_they_agree():
    run = rolling_out(mobile=rolled(0, 1, apart="iOS 50 %, Android 10 %"))

    assert "*Out of step:* iOS 50 %, Android 10 %" in words(draw(run))
    assert list(pressable(run)) == ["ota_take_back"]


def test_before_anybody_has_it_it_can_be_cancelled():
    assert "run_cancel" in pressable(an_update(*to_update(StepName.PUBLISH)))
    assert "people keep what they have" in str(pressable(an_update(RUNNING))["run_cancel"]["confirm"])


def test_approvers_press_and_everybody_else_reads_what_they_agree_to():
    assert list(pressable(asking())) == ["vote_approve", "vote_reject", "run_cancel"]


def test_one_that_is_live_can_be_taken_back():
    run = an_update(*[DONE] * 7, state=RunState.SUCCEEDED, reason=Reason.UPDATED, mobile=rolled(100, 2))

    assert list(pressable(run)) == ["ota_take_back"]


def test_one_that_is_taken_back_already_is_not_taken_back_again():
    assert "ota_take_back" not in pressable(taken_back(RunState.SUCCEEDED))
    assert "run_retry" not in pressable(taken_back(RunState.SUCCEEDED))


def test_one_that_a_person_took_back_has_no_button_for_it():
    run = an_update(*[DONE] * 7, state=RunState.SUCCEEDED, mobile=rolled(100, 2), taken_back=BACK)

    assert list(pressable(run)) == []


def test_one_whose_rollout_was_refused_can_be_taken_back_or_retried():
    run = an_update(
        *to_update(StepName.ROLLOUT, FAILED),
        state=RunState.FAILED,
        reason=Reason.ROLLOUT_REFUSED,
        mobile=rolled(10, 0),
    )

    assert {"run_retry", "ota_take_back"} <= set(pressable(run))


def test_what_is_not_proved_can_be_published_for_a_reason():
    assert "native_override" in pressable(not_proved())


def test_what_is_known_to_be_native_cannot():
    assert "native_override" not in pressable(not_proved(reason=Reason.NATIVE_CHANGED))


def test_where_nobody_may_override_nobody_is_offered_to():
    facts_ = pawlogic().model_dump(mode="json")
    facts_["apps"][0]["environments"]["production"]["override_roles"] = []
    run = not_proved()
    message = render_run_card(run, now=NOON, around=around(type(pawlogic()).model_validate(facts_), run))

    assert "native_override" not in str(message.blocks)


@pytest.mark.parametrize(
    ("run", "way"),
    [
        (not_proved(), "When CI has set the commit's fingerprint, Retry."),
        (taken_back(RunState.SUCCEEDED), f'publish the new commit: `/pawota production "{MESSAGE}" BRANCH`.'),
        (
            an_update(state=RunState.CANCELLED, reason=Reason.CANCELLED, ref="main"),
            f'To start afresh: `/pawota production "{MESSAGE}" main`.',
        ),
        (
            an_update(state=RunState.CANCELLED, reason=Reason.CANCELLED, why='say "hi"'),
            '`/pawota production "…" main`',
        ),
        (
            an_update(*to_update(StepName.LINE, FAILED), state=RunState.REFUSED, reason=Reason.LOCKED),
            "To free it: `/pawdeploy unlock production --service mobile`.",
        ),
        (
            an_update(*to_update(StepName.LINE, FAILED), state=RunState.REFUSED, reason=Reason.FROZEN),
            "Retry when the freeze is over. `/pawdeploy locks` says until when.",
        ),
    ],
)
def test_the_way_out_is_a_command_of_updates(run, way):
    assert way in words(draw(run))


@pytest.mark.parametrize("reason", sorted(Reason))
def test_no_way_out_of_an_update_starts_a_deploy(reason):
    said = way_out(an_update(state=RunState.REFUSED, reason=reason))

    assert "/pawdeploy production" not in said
    assert "{" not in said


def test_a_command_names_the_app_only_where_there_are_several():
    run = an_update(state=RunState.CANCELLED, reason=Reason.CANCELLED)

    assert "--app mobile" not in words(draw(run))
    assert "--app mobile" in words(draw(run, several=True))


def test_those_asked_are_told_what_would_be_published():
    run = asking()
    what = f"publish “{MESSAGE}” over the air to production (mobile)"

    for message in (render_ask(run, "<!subteam^S0A>", ""), render_dm(run, ""), render_remind(run, 1, "", "")):
        assert_message(message)
        assert what in words(message)
    assert "After that nothing is published." in words(render_remind(run, 1, "", ""))


def test_a_no_by_reaction_is_asked_for_its_reason_without_talk_of_shipping():
    no = an_asking(a_vote(BEN, Voice.REJECT))

    assert "Why must it not be done?" in words(render_reason_wanted(replace(asking(), asking=no)))
