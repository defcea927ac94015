import pytest

from bot.engine.states import RunKind, RunState
from handlers._payloads import MOVED_ON, RunButton
from tests.handlers._slack import ANN, BEN, OTTO


def value(run: int = 1, attempt: int = 1) -> str:
    return RunButton(run=run, attempt=attempt).encode()


async def test_retry_goes_on_and_the_card_is_the_answer(slack):
    slack.desk.add(state=RunState.FAILED)

    assert await slack.press("run_retry", value()) == ""
    assert slack.desk.runs[1].attempt == 2


async def test_a_double_click_retries_once(slack):
    slack.desk.add(state=RunState.FAILED)

    await slack.press("run_retry", value())
    assert "moved on" in await slack.press("run_retry", value())
    assert slack.desk.runs[1].attempt == 2


@pytest.mark.parametrize("action", ["run_retry", "run_cancel"])
async def test_a_stranger_moves_nothing_and_is_told_who_can(slack, action):
    slack.desk.add(state=RunState.FAILED)

    assert "<!subteam^S0BACKEND01>" in await slack.press(action, value(), user=OTTO)
    assert slack.desk.runs[1].state is RunState.FAILED


@pytest.mark.parametrize("who", [ANN, BEN])
async def test_cancel_is_for_who_asked_and_who_may_deploy(slack, who):
    slack.desk.add(state=RunState.RUNNING)

    assert await slack.press("run_cancel", value(), user=who) == ""
    assert slack.desk.runs[1].cancelled_by == who


async def test_who_asked_may_cancel_though_no_longer_a_deployer(slack):
    slack.desk.add(state=RunState.RUNNING, requested_by=OTTO)

    assert await slack.press("run_cancel", value(), user=OTTO) == ""
    assert slack.desk.runs[1].state is RunState.CANCELLING


@pytest.mark.parametrize("action", ["run_retry", "run_cancel"])
async def test_a_workflow_of_an_app_is_moved_by_those_who_may_start_it(slack, action):
    facts = {"kind": RunKind.WORKFLOW, "service": "mobile", "environment": "production", "workflow": "Update"}
    slack.desk.add(state=RunState.FAILED, **facts)

    refused = await slack.press(action, value(), user=OTTO)
    assert "You can't start “Update” in `production`." in refused
    assert "/pawdeploy" not in refused
    assert await slack.press(action, value(), user=BEN) == ""


async def test_cancel_from_before_a_retry_does_not_stop_the_new_attempt(slack):
    slack.desk.add(state=RunState.RUNNING, attempt=2)

    assert await slack.press("run_cancel", value(attempt=1)) == MOVED_ON
    assert slack.desk.runs[1].state is RunState.RUNNING


@pytest.mark.parametrize(
    "carried",
    [
        "",
        "12",
        "{}",
        '{"v":2,"run":1,"attempt":1}',
        '{"v":1,"run":1,"attempt":1,"x":1}',
        '{"v":1,"run":-1,"attempt":1}',
        None,
    ],
)
async def test_a_value_from_another_version_is_told_that_the_card_moved_on(slack, carried):
    slack.desk.add(state=RunState.FAILED)

    assert await slack.press("run_retry", carried) == MOVED_ON
    assert slack.desk.runs[1].attempt == 1


async def test_a_run_that_is_not_there_is_said_so(slack):
    assert "There is no run 99." in await slack.press("run_retry", value(run=99))


async def test_a_run_of_an_environment_no_longer_configured_is_left_alone(slack):
    slack.desk.add(state=RunState.FAILED, environment="qa")

    assert await slack.press("run_retry", value()) == MOVED_ON


async def test_a_button_nobody_knows_is_told_that_the_card_moved_on(slack):
    assert await slack.press("run_rollback", "x") == MOVED_ON


@pytest.mark.parametrize("action", ["open_url", "open_deployment", "open_diff"])
async def test_buttons_that_open_pages_are_acknowledged_in_silence(slack, action):
    assert await slack.press(action) == ""
