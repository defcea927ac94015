"""A run that starts a workflow, as people see it: its name, how it stands, what exactly it starts."""

import json
from dataclasses import replace

import pytest

from bot.engine.consent import Voice
from bot.engine.reasons import Reason
from bot.engine.states import WORKFLOW_STEPS, RunKind, RunState, StepName, StepState
from handlers.render.asks import render_ask, render_dm, render_reason_wanted, render_remind
from handlers.render.lists import render_history
from handlers.render.run_card import around, render_run_card
from tests.handlers._limits import assert_message, words
from tests.handlers._runs import ANN, BEN, NOON, a_run, a_vote, an_asking, steps
from tests.handlers._slack import pawlogic

NAMES = tuple(name for name in StepName if name in WORKFLOW_STEPS | {StepName.CONSENT})
PAGE = "https://github.com/pawlogic/backend/actions/runs/9000000001"
DONE, RUNNING, FAILED = StepState.DONE, StepState.RUNNING, StepState.FAILED
ASKING = (DONE, RUNNING)


def a_workflow_run(*states, state=RunState.PREPARING, **changes):
    facts = {
        "kind": RunKind.WORKFLOW,
        "environment": "production",
        "state": state,
        "steps": steps(*states, names=NAMES),
        "workflow": "Take the last migration back",
        "workflow_name": "downgrade",
        "workflow_file": "migrate.yml",
        "inputs": json.dumps({"action": "downgrade"}),
        "why": "the new index locks the table",
        "vendor_page": "",
        "environment_url": "",
        "ended_at": None,
    }
    return a_run(**facts | changes)


def draw(run):
    message = render_run_card(run, now=NOON, several=False, around=around(pawlogic(), run))
    assert_message(message)
    return message


def first_line(run) -> str:
    return draw(run).blocks[0]["text"]["text"].split("\n")[0]


def buttons(run) -> list[str]:
    rows = [block["elements"] for block in draw(run).blocks if block["type"] == "actions"]
    return [element["action_id"] for row in rows for element in row]


def no():
    return an_asking(a_vote(BEN, Voice.REJECT, reason="wait for the backup"), quorum=1)


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (a_workflow_run(RUNNING), ":large_blue_circle: {} · preparing"),
        (
            a_workflow_run(*ASKING, asking=an_asking(quorum=1)),
            ":large_yellow_circle: {} · waits for approval 0 of 1",
        ),
        (
            a_workflow_run(*ASKING, asking=an_asking(a_vote())),
            ":large_yellow_circle: {} · waits for approvals 1 of 2",
        ),
        (
            a_workflow_run(DONE, DONE, RUNNING, state=RunState.WAITING),
            ":large_yellow_circle: {} · waits in line",
        ),
        (
            a_workflow_run(DONE, DONE, DONE, RUNNING, state=RunState.RUNNING),
            ":large_blue_circle: {} · running",
        ),
        (
            a_workflow_run(DONE, DONE, DONE, RUNNING, state=RunState.CANCELLING),
            ":large_blue_circle: {} · stopping",
        ),
        (a_workflow_run(*[DONE] * 4, state=RunState.SUCCEEDED), ":large_green_circle: {} · done"),
        (
            a_workflow_run(DONE, DONE, DONE, FAILED, state=RunState.FAILED, reason=Reason.WORKFLOW_FAILED),
            ":red_circle: {} · failed",
        ),
        (
            a_workflow_run(DONE, DONE, DONE, FAILED, state=RunState.FAILED, reason=Reason.WORKFLOW_UNKNOWN),
            ":red_circle: {} · how it ended is unknown",
        ),
        (
            a_workflow_run(DONE, DONE, DONE, FAILED, state=RunState.FAILED, reason=Reason.VENDOR_UNAVAILABLE),
            ":red_circle: {} · not followed to its end",
        ),
        (
            a_workflow_run(FAILED, state=RunState.FAILED, reason=Reason.VENDOR_UNAVAILABLE),
            ":red_circle: {} · not started, failed at commit",
        ),
        (
            a_workflow_run(DONE, FAILED, state=RunState.REFUSED, reason=Reason.REJECTED, asking=no()),
            f":white_circle: {{}} · not started, rejected by <@{BEN}>: wait for the backup",
        ),
        (
            a_workflow_run(
                DONE, FAILED, state=RunState.REFUSED, reason=Reason.EXPIRED, asking=an_asking(a_vote())
            ),
            ":white_circle: {} · not started, only approvals 1 of 2 in time",
        ),
        (
            a_workflow_run(FAILED, state=RunState.REFUSED, reason=Reason.UNKNOWN_WORKFLOW),
            ":white_circle: {} · not started, pawdeploy.toml has it no more",
        ),
        (a_workflow_run(DONE, state=RunState.CANCELLED), ":white_circle: {} · cancelled"),
    ],
)
def test_the_first_line_says_what_it_is_called_and_how_it_stands(run, says):
    mark, _, rest = says.partition(" ")
    assert first_line(run) == f"{mark} *{rest.format('Take the last migration back (production)')}* · api"


def test_the_card_says_which_file_runs_on_what_with_what_and_why():
    said = words(draw(a_workflow_run(*ASKING, asking=an_asking())))

    assert "Starts `migrate.yml` on `main` at `a1b2c3d` with `action=downgrade`" in said
    assert f"<@{ANN}> says: the new index locks the table" in said
    assert said.count("`main`") == 1
    assert "Next: line and workflow." in said


def test_what_was_typed_and_configured_is_shown_as_text():
    run = a_workflow_run(
        DONE,
        workflow="<!channel> *now*",
        why="<@U0BENAPP001> & `co`",
        inputs=json.dumps({"note": "`<!here>`"}),
    )
    said = words(draw(run))

    assert "&lt;!channel&gt; *now*" in said
    assert "&lt;@U0BENAPP001&gt; &amp; `co`" in said
    assert "`note='&lt;!here&gt;'`" in said


def test_while_people_are_asked_they_can_approve_reject_and_cancel():
    run = a_workflow_run(*ASKING, asking=an_asking())

    assert buttons(run) == ["vote_approve", "vote_reject", "run_cancel"]
    assert "cancelled. What is done stays done." in words(draw(run))


def test_what_runs_at_github_is_linked():
    run = a_workflow_run(DONE, DONE, DONE, RUNNING, state=RunState.RUNNING)
    started = replace(run.steps[-1], url=PAGE)
    linked = replace(run, steps=(*run.steps[:-1], started))

    assert buttons(linked) == ["run_cancel", "open_deployment"]
    assert f"<{PAGE}|*Workflow*>" in words(draw(linked))
    assert buttons(run) == ["run_cancel"]


def test_one_that_is_done_offers_no_way_back_and_claims_nothing_live():
    run = a_workflow_run(*[DONE] * 4, state=RunState.SUCCEEDED, ended_at=NOON, reason=Reason.WORKFLOW_DONE)

    assert buttons(run) == []
    assert "Live at" not in words(draw(run))


@pytest.mark.parametrize(
    ("reason", "retry"),
    [
        (Reason.WORKFLOW_FAILED, False),
        (Reason.WORKFLOW_UNKNOWN, True),
        (Reason.VENDOR_UNAVAILABLE, True),
        (Reason.CONSENT_VOID, False),
        (Reason.REJECTED, False),
        (Reason.EXPIRED, True),
        (Reason.UNKNOWN_REF, True),
    ],
)
def test_one_that_ended_badly_names_no_command_that_would_start_a_deploy(reason, retry):
    run = a_workflow_run(DONE, DONE, DONE, FAILED, state=RunState.FAILED, reason=reason, ended_at=NOON)
    said = words(draw(run))

    assert "/pawdeploy" not in said
    anew = reason not in {Reason.WORKFLOW_UNKNOWN, Reason.VENDOR_UNAVAILABLE, Reason.EXPIRED}
    assert ("incident's checklist" in said) is anew
    assert ("run_retry" in buttons(run)) is retry


def test_approvers_are_asked_for_what_it_is_called():
    run = a_workflow_run(*ASKING, asking=an_asking(quorum=1))
    what = f"“Take the last migration back” in production (api), asked by <@{ANN}>"

    assert f"1 approval wanted: {what}." in words(render_ask(run, "", ""))
    told = words(render_dm(run, ""))
    assert f"Your approval is asked for: {what}, until" in told
    assert "Starts `migrate.yml` on `main`" in told
    assert "After that it is not started." in words(render_remind(run, 1, "", ""))
    assert "Why must it not be started?" in words(render_reason_wanted(run))


def test_the_list_of_runs_shows_it_among_the_others():
    run = a_workflow_run(*[DONE] * 4, state=RunState.SUCCEEDED, ended_at=NOON)

    assert "Take the last migration back (production) · done" in words(
        render_history((run, a_run()), None, now=NOON)
    )
