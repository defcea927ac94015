"""The forms of alerts, submitted: what they ask for, and what they refuse."""

import pytest

from bot.engine.alerts import ARCHIVE_HOWS, RESOLVE_HOWS, SNOOZE_SECONDS, ActKind
from bot.engine.reasons import Reason
from bot.errors import UserError, VendorUnavailable
from handlers._payloads import OLD_ALERT_FORM, AlertForm
from tests.handlers._alerts import ALERTS, alerting
from tests.handlers._incidents import guarding
from tests.handlers._limits import texts
from tests.handlers._slack import ANN, BEN, Slack, pawlogic

STATE = AlertForm(alert=1).encode()
RADIOS = ["alert_resolve_form", "alert_archive_form", "alert_snooze_form"]


@pytest.fixture
def slack():
    made = Slack(alerting(pawlogic(), sentry_users={ANN: "ann", BEN: "ben"}))
    made.alerts.add()
    return made


def chosen(value: str | None, name: str = "how") -> dict:
    option = None if value is None else {"value": value, "text": {"type": "plain_text", "text": "x"}}
    return {name: {name: {"type": "radio_buttons", "selected_option": option}}}


def typed(value: str | None) -> dict:
    return {"incident": {"incident": {"type": "plain_text_input", "value": value}}}


GOOD = {
    "alert_resolve_form": chosen("now"),
    "alert_archive_form": chosen("escalating"),
    "alert_assign_form": chosen(BEN, "who"),
    "alert_snooze_form": chosen("3600"),
    "alert_attach_form": typed("INC-7"),
}


def shown(slack) -> str:
    method, sent = slack.client.calls[-1]
    assert (method, sent["view_id"]) == ("views.update", "V0FORM00001")
    return "\n".join(texts(sent["view"]["blocks"]))


@pytest.mark.parametrize(
    ("form", "kind", "how"),
    [
        *[("alert_resolve_form", ActKind.RESOLVE, how) for how in RESOLVE_HOWS],
        *[("alert_archive_form", ActKind.ARCHIVE, how) for how in ARCHIVE_HOWS],
    ],
)
async def test_every_choice_is_one_act_at_the_source_and_the_card_says_when(slack, form, kind, how):
    answer = await slack.submit(form, chosen(how), metadata=STATE)

    assert answer["response_action"] == "update"
    assert "One moment" in "\n".join(texts(answer["view"]["blocks"]))
    request = slack.alerts.acts["delivery-1"]
    assert (request.alert, request.kind, request.how, request.by) == (1, kind, how, ANN)
    assert "Sentry is asked. The alert's card says when it is done" in shown(slack)


@pytest.mark.parametrize(("who", "how"), [(BEN, BEN), ("nobody", "")])
async def test_somebody_sentry_knows_takes_it_or_nobody(slack, who, how):
    await slack.submit("alert_assign_form", chosen(who, "who"), metadata=STATE)
    request = slack.alerts.acts["delivery-1"]
    assert (request.kind, request.how) == (ActKind.ASSIGN, how)


@pytest.mark.parametrize(
    ("value", "says"),
    [*[(seconds, "Snoozed") for seconds in SNOOZE_SECONDS], (0, "It is awake again")],
)
async def test_a_snooze_lasts_as_chosen_and_can_be_ended(slack, value, says):
    await slack.submit("alert_snooze_form", chosen(str(value)), metadata=STATE)
    assert slack.alerts.said == [("snooze", 1, ANN, value)]
    assert says in shown(slack)


@pytest.mark.parametrize(
    ("value", "incident", "says"),
    [("  INC-7 ", "INC-7", "Attached"), (None, "", "no incident now"), ("  ", "", "no incident now")],
)
async def test_an_incident_is_noted_as_typed_or_taken_away(slack, value, incident, says):
    await slack.submit("alert_attach_form", typed(value), metadata=STATE)
    assert slack.alerts.said == [("attach", 1, ANN, incident)]
    assert says in shown(slack)


async def test_an_incident_of_ours_gets_the_alert_itself(slack):
    slack.incidents.add()
    values = typed("INC-7") | chosen("1", "open_incident")

    await slack.submit("alert_attach_form", values, metadata=STATE)
    assert slack.incidents.said == [("attach", 1, 1, ANN)]
    assert slack.alerts.said == []
    assert "Attached to incident 1; both cards say so." in shown(slack)


async def test_attaching_to_an_incident_of_ours_takes_the_right_to_work_on_it():
    slack = Slack(guarding(alerting(pawlogic()), "lead"))
    slack.incidents.add()
    await slack.submit("alert_attach_form", chosen("1", "open_incident"), metadata=STATE, user=BEN)
    assert "You can't work on incidents" in shown(slack)
    assert slack.incidents.said == []


async def test_what_sentry_does_not_know_is_not_said_to_be_asked_there(slack):
    slack.alerts.add(id=1, issue_id="")
    await slack.submit("alert_resolve_form", chosen("now"), metadata=STATE)
    assert "Sentry" not in shown(slack)


@pytest.mark.parametrize("form", RADIOS)
@pytest.mark.parametrize("value", [None, "", "<b>", "99", "-1", "NOW"])
async def test_what_is_no_choice_is_marked_in_the_form(slack, form, value):
    answer = await slack.submit(form, chosen(value), metadata=STATE)
    assert answer == {"response_action": "errors", "errors": {"how": "Choose one of these."}}
    assert slack.alerts.said == []


@pytest.mark.parametrize("value", [None, "", "U0STRANGER1", "nobody "])
async def test_nobody_unknown_to_sentry_can_be_chosen(slack, value):
    answer = await slack.submit("alert_assign_form", chosen(value, "who"), metadata=STATE)
    assert answer["errors"] == {"who": "Choose one of these."}
    assert slack.alerts.said == []


async def test_an_incident_too_long_is_marked_in_the_form(slack):
    answer = await slack.submit("alert_attach_form", typed("x" * 81), metadata=STATE)
    assert answer["errors"] == {"incident": "Name it in at most 80 characters."}


@pytest.mark.parametrize("form", GOOD)
async def test_rights_are_looked_up_once_more_when_a_form_arrives(form):
    slack = Slack(
        alerting(pawlogic(), alerts={"channel": ALERTS, "roles": ["lead"]}, sentry_users={BEN: "ben"})
    )
    slack.alerts.add()

    await slack.submit(form, GOOD[form], metadata=STATE, user=BEN)
    assert "You can't press the buttons of alerts" in shown(slack)
    assert slack.alerts.said == []


@pytest.mark.parametrize("form", GOOD)
async def test_an_alert_that_is_gone_is_said_in_the_forms_place(slack, form):
    await slack.submit(form, GOOD[form], metadata=AlertForm(alert=9).encode())
    assert "There is no alert 9." in shown(slack)


@pytest.mark.parametrize("form", GOOD)
@pytest.mark.parametrize("metadata", ["", '{"v":9}', '{"v":1,"alert":0}'])
async def test_a_form_from_another_version_says_where_to_get_a_fresh_one(slack, form, metadata):
    answer = await slack.submit(form, GOOD[form], metadata=metadata)
    assert OLD_ALERT_FORM in "\n".join(texts(answer["view"]["blocks"]))
    assert slack.alerts.said == []


@pytest.mark.parametrize("form", GOOD)
async def test_without_alerts_a_form_left_open_says_so(form):
    slack = Slack(alerting(pawlogic(), alerts=None, health=None, sentry_users={BEN: "ben"}))
    await slack.submit(form, GOOD[form], metadata=STATE)
    assert "no `[alerts]` in `pawdeploy.toml`" in shown(slack)


async def test_the_same_submission_twice_is_one_act(slack):
    await slack.submit("alert_resolve_form", chosen("now"), metadata=STATE)
    slack.deliveries = 0
    await slack.submit("alert_resolve_form", chosen("now"), metadata=STATE)
    assert len(slack.alerts.acts) == 1


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (VendorUnavailable("Sentry", "resolving"), "Sentry is not answering"),
        (UserError("It is resolved already.", reason=Reason.ALREADY_DONE), "It is resolved already."),
    ],
)
async def test_what_did_not_happen_is_said_in_the_forms_place(slack, trouble, says):
    slack.alerts.trouble = trouble
    await slack.submit("alert_resolve_form", chosen("now"), metadata=STATE)
    assert says in shown(slack)
