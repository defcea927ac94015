"""The form that opens an incident, submitted."""

import pytest

from bot.engine.incidents import Sev
from handlers._payloads import OpenForm
from tests.handlers._alerts import alerting
from tests.handlers._incidents import INCIDENTS
from tests.handlers._slack import ANN, DEPLOYS, Slack, pawlogic
from tests.handlers.views._incident_forms import (
    RAW,
    chosen,
    shown,
    submit,
    ticked,
    typed,
)


@pytest.fixture
def slack():
    made = Slack(alerting(pawlogic()))
    made.incidents.add()
    return made


async def test_opening_carries_what_was_chosen_and_says_where_it_is(slack):
    values = chosen(playbook="api-down", severity="sev1") | typed(headline=f" {RAW[:10]} ") | ticked("drill")
    await submit(slack, "incident_open_form", values, metadata=OpenForm(channel=DEPLOYS).encode())

    request = slack.incidents.opened["delivery-1"]
    assert (request.playbook, request.headline, request.by) == ("api-down", RAW[:10], ANN)
    assert (request.severity, request.drill, request.channel) == (Sev.SEV1, True, DEPLOYS)
    assert f"<#{INCIDENTS}>" in shown(slack)


async def test_how_bad_can_be_left_to_the_playbook_and_the_headline_too(slack):
    await submit(slack, "incident_open_form", chosen(playbook="api-down", severity="playbook"))
    request = slack.incidents.opened["delivery-1"]
    assert (request.severity, request.drill) == (None, False)
    assert request.headline == slack.incidents.library["api-down"].title


async def test_from_an_alert_it_happens_where_the_alert_fires(slack):
    slack.alerts.add(id=7, environment="staging")
    await submit(slack, "incident_open_form", metadata=OpenForm(alert=7).encode())
    request = slack.incidents.opened["delivery-1"]
    assert (request.alert, request.service, request.environment) == (7, "api", "staging")


async def test_from_a_run_it_happens_where_the_run_shipped(slack):
    slack.desk.add(environment="production")
    await submit(slack, "incident_open_form", metadata=OpenForm(run=1).encode())
    request = slack.incidents.opened["delivery-1"]
    assert (request.run, request.service, request.environment) == (1, "api", "production")


async def test_an_alert_that_is_gone_opens_nothing(slack):
    await submit(slack, "incident_open_form", metadata=OpenForm(alert=9).encode())
    assert "There is no alert 9." in shown(slack)
    assert slack.incidents.opened == {}


async def test_one_of_the_same_kind_is_offered_in_the_forms_place(slack):
    slack.incidents.same = slack.incidents.incidents[1]
    await submit(slack, "incident_open_form")
    assert "Incident 1 of the same kind is open" in shown(slack)
    row = slack.client.calls[-1][1]["view"]["blocks"][-1]
    assert [button["action_id"] for button in row["elements"]] == ["incident_join", "incident_another"]
    assert slack.incidents.opened == {}


async def test_the_same_submission_twice_is_one_incident(slack):
    await submit(slack, "incident_open_form")
    slack.deliveries = 0
    await submit(slack, "incident_open_form")
    assert len(slack.incidents.opened) == 1
