"""The buttons of an update's card: go on, take back, publish all the same; and the form behind the last."""

import pytest

from bot.engine.reasons import Reason
from bot.engine.states import RunKind, RunState
from handlers._payloads import MOVED_ON, AttemptForm, RunButton, StageButton
from tests.handlers._limits import assert_view, texts
from tests.handlers._slack import ANN, BEN, OTTO
from tests.handlers._updates import an_update, rolling_out

STAGE = StageButton(run=1, stage=0).encode()
RUN = RunButton(run=1, attempt=1).encode()
FORM = AttemptForm(run=1, attempt=1).encode()


def there(slack, run):
    slack.desk.runs[1] = run
    slack.people.holders["approver"] = frozenset({ANN, BEN})
    return run


def not_proved(**changes):
    return an_update(id=1, state=RunState.REFUSED, reason=Reason.NATIVE_UNKNOWN, mobile="", **changes)


def why(text: str | None) -> dict:
    return {"reason": {"reason": {"type": "plain_text_input", "value": text}}}


def shown(slack) -> str:
    return "\n".join(texts(slack.client.calls[-1][1]["view"]["blocks"]))


async def test_going_on_names_the_stage_the_card_showed_and_the_card_is_the_answer(slack):
    there(slack, rolling_out(50, 1, id=1))

    assert await slack.press("ota_promote", STAGE, user=BEN) == ""
    assert slack.updates.promotions == [(1, 0, BEN)]


async def test_whoever_asked_for_it_does_not_send_it_on(slack):
    there(slack, rolling_out(id=1))

    assert "You asked for run 1" in await slack.press("ota_promote", STAGE, user=ANN)
    assert slack.updates.promotions == []


async def test_who_may_not_approve_does_not_send_it_on(slack):
    there(slack, rolling_out(id=1))

    assert "You can't send run 1 on" in await slack.press("ota_promote", STAGE, user=OTTO)
    assert slack.updates.promotions == []


@pytest.mark.parametrize("value", ["", "{}", RUN, '{"v":1,"run":1,"stage":-1}', '{"v":2,"run":1,"stage":0}'])
async def test_a_button_of_another_version_says_so(slack, value):
    there(slack, rolling_out(id=1))

    assert await slack.press("ota_promote", value, user=BEN) == MOVED_ON
    assert slack.updates.promotions == []


async def test_only_an_update_goes_on(slack):
    slack.desk.add(environment="production")
    slack.people.holders["approver"] = frozenset({BEN})

    assert await slack.press("ota_promote", STAGE, user=BEN) == MOVED_ON


async def test_an_app_that_is_configured_no_more_has_no_buttons(slack):
    there(slack, rolling_out(id=1, service="kiosk"))

    for action, value in (("ota_promote", STAGE), ("ota_take_back", RUN), ("native_override", RUN)):
        assert await slack.press(action, value, user=BEN) == MOVED_ON


async def test_taking_back_is_a_run_of_its_own(slack):
    there(slack, rolling_out(id=1))

    assert await slack.press("ota_take_back", RUN, user=BEN) == ""

    [request] = slack.updates.backs.values()
    assert (request.key, request.app, request.environment) == ("delivery-1", "mobile", "production")
    assert (request.by, request.emergency, request.update) == (BEN, "", 1)
    assert slack.desk.runs[2].kind is RunKind.UPDATE_BACK


async def test_only_an_update_is_taken_back(slack):
    slack.desk.add(environment="production")

    assert await slack.press("ota_take_back", RUN, user=BEN) == MOVED_ON
    assert slack.updates.backs == {}


async def test_who_may_not_ship_takes_nothing_back(slack):
    there(slack, rolling_out(id=1))

    said = await slack.press("ota_take_back", RUN, user=OTTO)

    assert "You can't take an update of `mobile` back in `production`." in said
    assert slack.updates.backs == {}


async def test_publishing_without_proof_asks_why(slack):
    there(slack, not_proved())

    assert await slack.press("native_override", RUN, user=ANN) == ""

    method, sent = slack.client.calls[-1]
    assert (method, sent["view"]["callback_id"]) == ("views.open", "native_form")
    assert_view(sent["view"])
    assert AttemptForm.decode(sent["view"]["private_metadata"]) == AttemptForm(run=1, attempt=1)
    assert slack.updates.overrides == []


async def test_publishing_without_proof_takes_its_role(slack):
    there(slack, not_proved())

    said = await slack.press("native_override", RUN, user=BEN)

    assert "that may hold native code" in said
    assert slack.client.calls == []


@pytest.mark.parametrize("changes", [{"attempt": 2}, {"reason": Reason.NATIVE_CHANGED}])
async def test_a_card_that_has_moved_on_asks_nothing(slack, changes):
    known = {"id": 1, "state": RunState.REFUSED, "reason": Reason.NATIVE_UNKNOWN, "mobile": ""}
    there(slack, an_update(**known | changes))

    assert await slack.press("native_override", RUN, user=ANN) == MOVED_ON


async def test_the_reason_goes_on_with_exactly_that_attempt(slack):
    there(slack, not_proved())

    answer = await slack.submit("native_form", why("  I read the diff  "), metadata=FORM)

    assert answer["response_action"] == "update"
    assert slack.updates.overrides == [(1, 1, ANN, "I read the diff")]
    assert "Run 1 goes on without the proof; its card asks for one more approval." in shown(slack)


@pytest.mark.parametrize("typed", [None, "", " ok", "x" * 501])
async def test_no_reason_is_sent_back_into_the_form(slack, typed):
    there(slack, not_proved())

    answer = await slack.submit("native_form", why(typed), metadata=FORM)

    assert answer["response_action"] == "errors"
    assert slack.updates.overrides == []


async def test_rights_are_looked_up_when_it_is_sent(slack):
    there(slack, not_proved())

    await slack.submit("native_form", why("I read the diff"), metadata=FORM, user=BEN)

    assert "You can't publish an update" in shown(slack)
    assert slack.updates.overrides == []


async def test_a_form_of_another_version_changes_nothing(slack):
    there(slack, not_proved())

    await slack.submit("native_form", why("I read the diff"), metadata="{}")

    assert slack.updates.overrides == []


@pytest.mark.parametrize(("action", "heard"), [("run_retry", 2), ("run_cancel", 1)])
async def test_steering_an_update_takes_the_right_to_ship_the_app(slack, action, heard):
    there(slack, not_proved(requested_by=BEN))

    said = await slack.press(action, RUN, user=OTTO)
    assert "You can't say what becomes of run 1 of `mobile` in `production`." in said

    assert await slack.press(action, RUN, user=ANN) == ""
    assert slack.desk.runs[1].attempt == heard
