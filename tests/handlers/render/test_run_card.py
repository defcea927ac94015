import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from bot.engine.reasons import Reason
from bot.engine.runs import InLine
from bot.engine.states import ACTIVE, RunState, StepState
from handlers._payloads import RunButton
from handlers.render._ways_out import _WAYS, way_out
from handlers.render.run_card import render_run_card
from tests.handlers._limits import assert_message, words
from tests.handlers._runs import NOON, PLAIN, SHA, a_run, run_views, steps

DONE, RUNNING, FAILED, TODO = StepState.DONE, StepState.RUNNING, StepState.FAILED, StepState.TODO


def card(**changes):
    return render_run_card(a_run(**changes), now=NOON)


def first_line(message) -> str:
    return message.blocks[0]["text"]["text"].split("\n")[0]


def buttons(message) -> dict:
    return {
        element["action_id"]: element
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    }


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (RunState.PREPARING, ":large_blue_circle: *Preparing `a1b2c3d` for staging* · api"),
        (RunState.WAITING, ":large_yellow_circle: *Waiting to deploy `a1b2c3d` to staging* · api"),
        (RunState.RUNNING, ":large_blue_circle: *Deploying `a1b2c3d` to staging* · api"),
        (RunState.CANCELLING, ":large_blue_circle: *Stopping the deploy of `a1b2c3d` to staging* · api"),
        (RunState.SUCCEEDED, ":large_green_circle: *Deployed `a1b2c3d` to staging* · api"),
        (RunState.FAILED, ":red_circle: *Deploy of `a1b2c3d` to staging failed* · api"),
        (RunState.REFUSED, ":white_circle: *Not deployed to staging: `a1b2c3d`* · api"),
        (RunState.CANCELLED, ":white_circle: *Cancelled the deploy of `a1b2c3d` to staging* · api"),
    ],
)
def test_the_first_line_says_the_outcome(state, line):
    assert first_line(card(state=state)) == line


def test_a_finished_deploy_names_commit_people_url_and_the_time_of_each_step():
    drawn = card(previous_sha="9f8e7d6c" + "0" * 32)
    said = words(drawn)

    assert "List pets by age" in said
    assert "Ann Reeve" in said
    assert "<@U0ANNREQ001>" in said
    assert "took 1 min 42 s" in said
    assert "<https://staging-api.pawlogic.app|https://staging-api.pawlogic.app>" in said
    assert "Before: `9f8e7d6`" in said
    assert said.count("· 0.4 s") == len(PLAIN)
    assert {"open_url", "open_deployment"} == set(buttons(drawn))


def test_steps_not_begun_share_one_line():
    said = words(
        card(state=RunState.RUNNING, steps=steps(DONE, DONE, DONE, DONE, DONE, RUNNING), ended_at=None)
    )

    assert ":large_blue_circle: *Build and start* · 0.0 s so far" in said
    assert "Next: health and smoke tests." in said


def test_a_failed_run_says_what_failed_what_was_not_done_what_is_live_and_how_to_go_on():
    drawn = card(
        state=RunState.FAILED,
        steps=steps(DONE, DONE, DONE, DONE, DONE, DONE, FAILED),
        reason=Reason.HEALTH_BAD,
        detail="/health answered 503 for 5 min.",
        live=f"staging now runs {SHA[:7]}.",
    )
    said = words(drawn)

    assert first_line(drawn) == ":red_circle: *Deploy of `a1b2c3d` to staging failed at health* · api"
    assert "/health answered 503 for 5 min." in said
    assert "*Not done:* smoke tests." in said
    assert "*As it stands:* staging now runs a1b2c3d." in said
    assert "`/pawdeploy status`" in said
    assert buttons(drawn)["run_retry"]["style"] == "primary"
    assert buttons(drawn)["run_cancel"]["text"]["text"] == "Cancel"
    assert (
        drawn.text == "Deploy of a1b2c3d to staging failed at health (api): /health answered 503 for 5 min."
    )


def test_a_run_going_on_can_be_cancelled_after_a_question():
    cancel = buttons(card(state=RunState.RUNNING))["run_cancel"]

    assert cancel["style"] == "danger"
    assert cancel["confirm"]["confirm"]["text"] == "Stop it"
    assert RunButton.decode(cancel["value"]) == RunButton(run=12, attempt=1)


def test_a_run_that_is_stopping_offers_nothing_more_to_press_on_us():
    assert set(buttons(card(state=RunState.CANCELLING))) == {"open_deployment"}


def test_a_run_in_line_is_told_whom_for():
    said = words(
        card(
            state=RunState.WAITING,
            waiting_for=InLine(run_id=11, requested_by="U0BENAPP001", ahead=2),
            ended_at=None,
        )
    )

    assert "In line behind run 11 by <@U0BENAPP001>; 2 runs ahead." in said


def test_a_card_going_on_says_as_of_when():
    assert "as of <!date^1795435200^{time_secs}|12:00:00 UTC>" in words(card(state=RunState.RUNNING))


def test_a_second_attempt_says_so():
    assert "Run 12 · attempt 2" in words(card(attempt=2))


GOOD_ENDS = {
    Reason.DEPLOYED,
    Reason.ROLLED_BACK,
    Reason.WORKFLOW_DONE,
    Reason.WATCH_INCONCLUSIVE,
    Reason.UPDATED,
    Reason.UPDATE_TAKEN_BACK,
    Reason.RELEASED,
    Reason.STORE_TOLD,
}


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_way_out(reason):
    assert reason in _WAYS
    run = a_run(state=RunState.REFUSED, reason=reason)
    assert "{" not in way_out(run)
    assert bool(way_out(run)) == (reason not in GOOD_ENDS)


def test_what_the_failing_step_says_is_said_once_and_in_full():
    why = "Health was bad for 5 min; " + "the last answer was 503 with a long explanation. " * 3
    walked = steps(DONE, DONE, DONE, DONE, DONE, DONE, FAILED)
    noted = tuple(replace(step, note=why) if step.state is FAILED else step for step in walked)

    said = words(card(state=RunState.FAILED, steps=noted, reason=Reason.HEALTH_BAD, detail=why))

    assert ":red_circle: *Health* · 0.4 s" in said
    assert said.count("Health was bad for 5 min") == 1


def test_a_gate_that_says_no_is_not_drawn_as_broken():
    drawn = words(card(state=RunState.REFUSED, steps=steps(DONE, FAILED), reason=Reason.CHECKS_RED))

    assert ":white_circle: *Checks*" in drawn
    assert ":red_circle:" not in drawn


def test_a_refusal_says_why_in_its_first_line():
    assert first_line(card(state=RunState.REFUSED, reason=Reason.CHECKS_RED)) == (
        ":white_circle: *Not deployed to staging: `a1b2c3d`, checks are red* · api"
    )


def test_retry_promises_what_the_desk_does():
    crashed = {
        "state": RunState.FAILED,
        "steps": steps(*[DONE] * 5, FAILED),
        "reason": Reason.DEPLOYMENT_CRASHED,
    }

    assert "Retry ships it once more." in words(card(**crashed))
    assert "Retry goes on from build and start." in words(
        card(**crashed | {"reason": Reason.VENDOR_UNAVAILABLE})
    )


def test_the_way_out_of_a_wrong_ref_does_not_repeat_it():
    assert "`/pawdeploy staging BRANCH --service api`" in words(
        card(state=RunState.REFUSED, reason=Reason.UNKNOWN_REF, ref="mian", sha="")
    )


def test_the_way_out_is_the_exact_command():
    assert "`/pawdeploy staging main --service api --again`" in words(
        card(state=RunState.REFUSED, reason=Reason.ALREADY_LIVE)
    )


def test_a_command_names_the_service_only_where_there_are_several():
    run = a_run(state=RunState.CANCELLED, reason=Reason.CANCELLED)

    assert "`/pawdeploy staging main`" in words(render_run_card(run, now=NOON, several=False))
    assert "`/pawdeploy staging main --service api`" in words(render_run_card(run, now=NOON, several=True))


def test_the_command_out_of_a_run_once_more_is_one_once_more():
    assert "type `/pawdeploy staging main --service api --again`" in words(
        card(state=RunState.REFUSED, reason=Reason.CHECKS_RED, again=True)
    )


def test_what_was_not_done_is_said_once():
    said = words(
        card(
            state=RunState.FAILED,
            reason=Reason.INTERNAL,
            not_done="Nothing was shipped; staging is unchanged.",
        )
    )

    assert "\nNothing was shipped; staging is unchanged." in f"\n{said}"
    assert "Not done" not in said


def test_a_commit_title_can_not_forge_marks_mentions_or_lines():
    said = words(card(commit_title=":large_green_circle: <!channel>\n*Deployed* ```", ref="`<@U1>"))

    assert said.count(":large_green_circle:") == 1 + len(PLAIN)
    assert "&lt;!channel&gt; *Deployed* '''" in said
    assert "`'&lt;@U1&gt;`" in said


def test_links_that_are_no_web_addresses_are_not_links():
    drawn = card(environment_url="javascript:alert(1)", vendor_page="file:///etc", commit_url="x")

    assert buttons(drawn) == {}
    assert "<x|" not in words(drawn)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(run_views)
def test_any_run_makes_a_card_slack_takes(run):
    assert_message(render_run_card(run, now=NOON))


def test_the_same_run_is_drawn_the_same_twice():
    for state in RunState:
        run = a_run(state=state)
        one, two = (json.dumps(render_run_card(run, now=NOON).to_slack()) for _ in range(2))
        assert one == two


def test_time_spent_grows_only_for_what_goes_on():
    run = a_run(state=RunState.SUCCEEDED)
    assert run.state not in ACTIVE
    assert render_run_card(run, now=NOON) == render_run_card(run, now=NOON + timedelta(hours=1))
