import pytest

from bot.engine.reasons import Reason
from bot.errors import Repeated, UserError
from bot.project import COMMAND_WORDS
from handlers._boundary import listener
from handlers._payloads import VoteButton
from handlers.commands import pawdeploy
from tests.handlers._slack import Slack, pawlogic


def test_a_misspelt_argument_is_refused_when_the_app_is_built():
    async def handle(ack, dsek):
        raise AssertionError

    with pytest.raises(TypeError, match="dsek"):
        listener(handle)


def test_every_listener_of_ours_is_built_without_complaint():
    Slack(pawlogic())


async def test_a_delivery_is_marked_done_once_whatever_happened(slack):
    slack.desk.trouble = RuntimeError()

    await slack.command("status")
    await slack.command("staging")

    assert slack.done == ["delivery-1", "delivery-2"]


async def test_a_listener_that_fails_before_its_ack_is_acknowledged_all_the_same(slack):
    async def handle():
        raise UserError("Not today.", reason=Reason.UNKNOWN_WORD)

    slack.app.command("/other")(listener(handle))
    response = await slack.send({"command": "/other", "text": "", "user_id": "U1", "channel_id": "C1"})

    assert response.status == 200
    assert slack.replies[-1]["text"] == "Not today."


async def test_slack_not_taking_the_answer_is_logged_and_goes_no_further(slack, caplog):
    slack.deaf = True

    await slack.command("zzz")

    assert "could not tell the person" in caplog.text
    assert slack.done == ["delivery-1"]


async def test_a_refusal_is_logged_with_its_reason_and_no_traceback(slack, caplog):
    caplog.set_level("INFO")

    await slack.command("zzz")

    [record] = [each for each in caplog.records if each.name == "handlers._boundary"]
    assert record.reason == "unknown_word"
    assert record.exc_info is None


async def test_the_same_delivery_twice_is_one_run(slack):
    await slack.command("staging")
    slack.deliveries = 0
    await slack.command("staging")

    assert len(slack.desk.runs) == 1


async def test_what_was_done_before_a_restart_is_said_to_who_typed_it_and_is_no_refusal(slack):
    slack.desk.trouble = Repeated("delivery-1")

    await slack.command("status")

    assert slack.replies[-1]["text"] == (
        "pawdeploy was restarted just then. What you asked for is done, once."
    )
    assert slack.done == ["delivery-1"]


async def test_what_a_button_did_before_a_restart_its_card_shows(slack):
    slack.consent.trouble = Repeated("delivery-1")

    await slack.press("vote_approve", VoteButton(run=1, ask="1" * 16).encode())

    assert slack.replies == []
    assert slack.done == ["delivery-1"]


def test_the_table_dispatches_everything():
    assert next(iter(pawdeploy.SUBCOMMANDS)) == "ENVIRONMENT"
    assert set(pawdeploy.SUBCOMMANDS) == {"ENVIRONMENT", ""} | COMMAND_WORDS
