"""A card of an app says a thing once, and names its steps by what they look up."""

from dataclasses import replace

from bot.engine.mobile import Stage, Verdict, inside
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName, StepState
from handlers.render.asks import render_line
from handlers.render.lists import render_history
from tests.handlers._limits import words
from tests.handlers._releases import (
    ANDROID,
    IOS,
    a_build,
    a_release,
    a_report,
    a_version,
    an_order,
    by_platform,
    order_facts,
)
from tests.handlers._runs import CY, NOON
from tests.handlers._updates import a_way_back_of, rolling_out, taken_back, to_back, undo
from tests.handlers.render._release_states import LINES, asked_of, in_review
from tests.handlers.render._releases import draw
from tests.handlers.render._update_cards import draw as draw_update
from tests.handlers.render._update_cards import pressable

FAILED = StepState.FAILED


def test_a_testers_words_stand_once_and_what_to_do_next_at_the_end():
    run = a_release(
        StepName.DEVICES,
        RunState.REFUSED,
        ended=FAILED,
        reason=Reason.DEVICE_PROBLEM,
        reports=(a_report(ANDROID, Verdict.PROBLEM, CY, note="blank screen"),),
        detail="A tester found a problem on Android (Pixel 9): blank screen. Retry asks the testers again.",
    )
    said = words(draw(run))

    assert said.count("blank screen") == 1
    assert said.count("Retry asks the testers again") == 1


def test_why_a_build_failed_stands_once_and_nothing_is_said_to_go_on_that_has_ended():
    run = asked_of(
        by_platform(a_build(IOS, Stage.FAILED, error="No profile"), a_build(ANDROID)),
        state=RunState.FAILED,
        ended=FAILED,
        reason=Reason.BUILD_FAILED,
        detail="The iOS build failed: No profile. Retry builds every platform anew, with the same version.",
        not_done="Nothing was handed to a store. Builds that were started go on at Expo.",
    )
    said = words(draw(run))

    assert said.count("No profile") == 1
    assert "Nothing was handed to a store." in said
    assert "go on at Expo" not in said
    going = words(draw(replace(run, mobile=asked_of(GOING).mobile)))
    assert "go on at Expo" in going


GOING = by_platform(a_build(IOS, Stage.FAILED, error="No profile"), a_build(ANDROID, Stage.GOING))


def test_what_each_store_says_of_a_rejected_release_stands_on_its_line_alone():
    run, _ = LINES["rejected"]
    said = words(
        draw(
            replace(run, not_done="The release is not live in every store.", live="The App Store: rejected.")
        )
    )

    assert "rejected by Apple" in said
    assert "not live in every store" not in said
    assert "As it stands" not in said


def test_a_commit_that_pawdeploy_wrote_for_a_release_is_not_named_as_if_it_were_news():
    run = replace(a_release(), commit_title="Release 1.5.0 (pawdeploy run 12)")

    for drawn in (draw(run), render_line(run), render_history([run], None, now=NOON)):
        assert "pawdeploy run" not in words(drawn)
    other = replace(run, commit_title="Release 1.4.0 (pawdeploy run 11)")
    assert "Release 1.4.0" in words(draw(other))


def test_a_submission_that_says_what_its_version_says_is_not_shown_beside_it():
    said = {
        detail: words(
            draw(
                in_review(versions=(a_version(IOS, raw="IN_REVIEW", detail=f"review submission: {detail}"),))
            )
        )
        for detail in ("IN_REVIEW", "UNRESOLVED_ISSUES")
    }

    assert "review submission" not in said["IN_REVIEW"]
    assert "review submission: UNRESOLVED_ISSUES" in said["UNRESOLVED_ISSUES"]


def test_what_the_stores_say_is_not_said_again_by_the_step_that_asks_them():
    run = in_review(versions=(a_version(IOS),))
    steps = tuple(
        replace(step, note="The App Store: in review") if step.name is StepName.REVIEW else step
        for step in run.steps
    )
    assert "The App Store: in review" not in words(draw(replace(run, steps=steps)))


def test_what_is_looked_up_first_is_named_by_what_it_is():
    back = words(draw_update(a_way_back_of(undo(), states=to_back(StepName.REVERT))))
    order = words(draw(an_order(known=order_facts())))

    assert "*Update*" in back
    assert "*Commit*" not in back
    assert "*Version*" in order
    assert "*Commit*" not in order


def test_quotes_between_quotes_are_single():
    assert inside("Back to “Weigh pets”") == "Back to \u2018Weigh pets\u2019"


def test_the_last_stage_is_everybody():
    ask = pressable(rolling_out(50, 1))["ota_promote"]["confirm"]["text"]["text"]
    assert ask.startswith("Everybody in production gets it at once")


def test_how_far_one_that_hurt_had_come_is_said_by_its_stages_alone():
    run = replace(taken_back(RunState.SUCCEEDED), not_done="The update did not reach everybody.")
    assert "did not reach everybody" not in words(draw_update(run))


def test_a_list_leaves_out_how_surprising_the_numbers_were():
    detail = "32 errors in 5 min; usual: 2 (16×). p < 0.0001; the limit at this look is 0.0033. New issue."
    said = words(render_history([replace(taken_back(None), detail=detail)], None, now=NOON))

    assert "32 errors in 5 min; usual: 2 (16×). New issue." in said
