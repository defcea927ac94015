"""The buttons of an alert's card, pressed."""

import dataclasses
from datetime import UTC, datetime

import pytest

from bot.engine.alerts import ActKind, ActState, AlertState
from bot.engine.incidents import IncidentState
from bot.errors import VendorUnavailable
from handlers._payloads import OLD_ALERT, ActButton, AlertButton, OpenForm
from tests.handlers._alerts import ALERTS, alerting
from tests.handlers._incidents import guarding
from tests.handlers._limits import texts
from tests.handlers._slack import ANN, BEN, OTTO, Slack, pawlogic

KNOWN = {ANN: "ann@pawlogic.app", BEN: "ben@pawlogic.app"}
FORMS = ["alert_resolve", "alert_archive", "alert_assign", "alert_snooze", "alert_attach"]
AT_ONCE = ["alert_ack", "alert_reopen"]
VALUE = AlertButton(alert=1).encode()


@pytest.fixture
def slack():
    return Slack(alerting(pawlogic(), sentry_users=KNOWN))


@pytest.fixture
def guarded():
    """A workspace in which only leads may press the buttons of alerts."""
    return Slack(alerting(pawlogic(), alerts={"channel": ALERTS, "roles": ["lead"]}))


def opened(slack) -> dict:
    [(method, sent)] = slack.client.calls
    assert method == "views.open"
    return sent["view"]


def element(view) -> dict:
    return view["blocks"][-1]["element"]


async def test_acknowledging_is_shown_by_the_card_alone(slack):
    slack.alerts.add()
    assert await slack.press("alert_ack", VALUE, user=OTTO) == ""
    assert slack.alerts.said == [("acknowledge", 1, OTTO)]


async def test_the_second_to_acknowledge_is_told_who_was_first(slack):
    slack.alerts.add()
    await slack.press("alert_ack", VALUE)
    assert f"<@{ANN}> looks at it already" in await slack.press("alert_ack", VALUE, user=BEN)
    assert slack.alerts.alerts[1].acked_by == ANN


async def test_reopening_acts_at_once_and_one_delivery_is_one_act(slack):
    slack.alerts.add(state=AlertState.RESOLVED)
    assert await slack.press("alert_reopen", VALUE) == ""
    slack.deliveries = 0
    await slack.press("alert_reopen", VALUE)

    [request] = slack.alerts.acts.values()
    assert (request.key, request.alert, request.kind, request.by) == ("delivery-1", 1, ActKind.REOPEN, ANN)


async def test_open_incident_asks_with_what_the_alert_suggests_and_opens_nothing_yet(slack):
    slack.alerts.add(playbook="api-down")

    assert await slack.press("alert_playbook", VALUE) == ""
    view = opened(slack)
    assert view["callback_id"] == "incident_open_form"
    assert OpenForm.decode(view["private_metadata"]) == OpenForm(alert=1)
    fields = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    assert fields["playbook"]["initial_option"]["value"] == "api-down"
    assert fields["headline"]["initial_value"] == "ZeroDivisionError: division by zero"
    assert slack.incidents.opened == {}
    assert slack.alerts.said == []


async def test_without_a_suggestion_nothing_is_chosen_for_the_incident(slack):
    slack.alerts.add()
    await slack.press("alert_playbook", VALUE)
    [playbook] = [block for block in opened(slack)["blocks"] if block.get("block_id") == "playbook"]
    assert "initial_option" not in playbook["element"]


async def test_opening_an_incident_takes_the_right_to_work_on_incidents():
    slack = Slack(guarding(alerting(pawlogic()), "lead"))
    slack.alerts.add()
    assert "You can't open incidents." in await slack.press("alert_playbook", VALUE, user=BEN)
    assert slack.client.calls == []
    assert await slack.press("alert_playbook", VALUE) == ""


async def test_attaching_offers_the_incidents_that_are_open_and_no_drill(slack):
    slack.alerts.add()
    slack.incidents.add()
    slack.incidents.add(state=IncidentState.RESOLVED)
    slack.incidents.add(drill=True)
    await slack.press("alert_attach", VALUE)
    [ours] = [block for block in opened(slack)["blocks"] if block.get("block_id") == "open_incident"]
    assert [option["value"] for option in ours["element"]["options"]] == ["1"]


async def test_retry_tries_the_act_that_failed_again(slack):
    alert = slack.alerts.add()
    await slack.press("alert_reopen", VALUE)
    failed = dataclasses.replace(slack.alerts.alerts[1].act, state=ActState.FAILED)
    slack.alerts.alerts[1] = dataclasses.replace(alert, act=failed)

    value = ActButton(act=failed.id).encode()
    assert await slack.press("alert_retry", value, user=BEN) == ""
    assert slack.alerts.said[-1] == ("retry", failed.id, BEN)
    assert "done already" in await slack.press("alert_retry", value)


@pytest.mark.parametrize("action", FORMS)
async def test_what_needs_a_choice_opens_its_form_and_does_nothing_yet(slack, action):
    slack.alerts.add()

    assert await slack.press(action, VALUE) == ""
    view = opened(slack)
    assert (view["callback_id"], view["private_metadata"]) == (f"{action}_form", VALUE)
    assert slack.alerts.said == []


async def test_resolving_what_still_fires_warns_first(slack):
    slack.alerts.add()
    await slack.press("alert_resolve", VALUE)
    calm = "\n".join(texts(opened(slack)["blocks"]))
    slack.client.calls.clear()
    slack.alerts.add(id=1, last_seen=datetime.now(UTC))
    await slack.press("alert_resolve", VALUE)

    assert "Still firing" not in calm
    assert "Still firing" in "\n".join(texts(opened(slack)["blocks"]))


async def test_releases_are_a_choice_only_where_sentry_knows_the_alert(slack):
    slack.alerts.add()
    slack.alerts.add(issue_id="")
    await slack.press("alert_resolve", VALUE)
    at_sentry = [option["value"] for option in element(opened(slack))["options"]]
    slack.client.calls.clear()
    await slack.press("alert_resolve", AlertButton(alert=2).encode())

    assert at_sentry == ["now", "next", "current"]
    assert [option["value"] for option in element(opened(slack))["options"]] == ["now"]


async def test_whoever_presses_assign_stands_first_and_is_chosen(slack):
    slack.alerts.add()
    await slack.press("alert_assign", VALUE, user=BEN)

    field = element(opened(slack))
    assert [option["value"] for option in field["options"]] == [BEN, ANN, "nobody"]
    assert field["initial_option"]["value"] == BEN


async def test_a_stranger_to_sentry_is_not_chosen(slack):
    slack.alerts.add()
    await slack.press("alert_assign", VALUE, user=OTTO)
    assert "initial_option" not in element(opened(slack))


@pytest.mark.parametrize("action", [*FORMS, *AT_ONCE, "alert_retry"])
async def test_where_roles_are_named_others_are_told_who_can(guarded, action):
    guarded.alerts.add(playbook="api-down")
    value = VALUE if action != "alert_retry" else ActButton(act=1).encode()

    said = await guarded.press(action, value, user=BEN)
    assert "You can't press the buttons of alerts. Members of <!subteam^S0BACKEND01>" in said
    assert guarded.client.calls == []
    assert guarded.alerts.said == []


@pytest.mark.parametrize("action", [*FORMS, *AT_ONCE])
async def test_a_role_of_alerts_is_enough(guarded, action):
    guarded.alerts.add(playbook="api-down")
    assert await guarded.press(action, VALUE) == ""


@pytest.mark.parametrize("action", [*FORMS, *AT_ONCE, "alert_playbook"])
async def test_an_alert_that_is_not_there_is_said(slack, action):
    assert "There is no alert 1." in await slack.press(action, VALUE)
    assert slack.client.calls == []


@pytest.mark.parametrize("action", [*FORMS, *AT_ONCE, "alert_retry", "alert_playbook"])
@pytest.mark.parametrize(
    "carried", ["", "7", '{"v":2,"alert":1}', '{"v":1,"alert":-1}', '{"v":1,"run":1}', None]
)
async def test_a_value_from_another_version_is_told_that_the_card_moved_on(slack, action, carried):
    slack.alerts.add()
    assert await slack.press(action, carried) == OLD_ALERT
    assert slack.alerts.said == []


@pytest.mark.parametrize("action", [*FORMS, *AT_ONCE, "alert_playbook"])
async def test_a_card_from_before_alerts_were_switched_off_says_so(action):
    slack = Slack(alerting(pawlogic(), alerts=None, health=None))
    assert "no `[alerts]` in `pawdeploy.toml`" in await slack.press(action, VALUE)


async def test_a_form_that_slack_will_not_open_is_told(slack):
    slack.alerts.add()
    slack.client.error = "expired_trigger_id"
    assert "Slack is not answering" in await slack.press("alert_resolve", VALUE)


async def test_trouble_is_told_calmly(slack):
    slack.alerts.trouble = VendorUnavailable("Sentry", "reading the issue")
    assert "Sentry is not answering" in await slack.press("alert_ack", VALUE)
