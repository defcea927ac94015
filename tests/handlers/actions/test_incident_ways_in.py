"""The ways into an incident by button: joining one, opening another, a run that failed."""

import pytest

from bot.engine.incidents import Sev
from bot.engine.reasons import Reason
from handlers._payloads import AnotherButton, IncidentButton, JoinButton
from tests.handlers._incidents import INCIDENTS, ROOM, guarding
from tests.handlers._slack import ANN, BEN, DEPLOYS, Slack, pawlogic
from tests.handlers.render._incidents import an_alert

WHOLE = IncidentButton(incident=1).encode()


@pytest.fixture
def slack():
    made = Slack(pawlogic())
    made.incidents.add()
    return made


@pytest.fixture
def guarded():
    """A workspace in which only leads may work on incidents."""
    return Slack(guarding(pawlogic(), "lead"))


def opened(slack) -> dict:
    [(method, sent)] = slack.client.calls
    assert method == "views.open"
    return sent["view"]


async def test_who_joins_is_sent_to_the_incidents_own_channel(slack):
    slack.incidents.add(id=1, room=ROOM)
    assert f"<#{ROOM}>" in await slack.press("incident_join", WHOLE)


async def test_who_joins_brings_what_they_came_from_and_is_told_so(slack):
    slack.incidents.add(id=1, alerts=(an_alert(id=7),))
    said = await slack.press("incident_join", JoinButton(incident=1, alert=7).encode())
    assert said.startswith("You joined incident 1. Alert 7 belongs to it now. It is worked on in ")
    await slack.press("incident_join", JoinButton(incident=1, run=9).encode())
    assert slack.incidents.said == [("join", 1, ANN, ("alert", 7)), ("join", 1, ANN, ("run", 9))]


async def test_in_a_form_the_answer_takes_the_forms_place(slack):
    view = {"id": "V0FORM00001", "type": "modal"}
    assert await slack.press("incident_join", WHOLE, body={"view": view}) == ""
    method, sent = slack.client.calls[-1]
    assert (method, sent["view_id"]) == ("views.update", "V0FORM00001")
    assert INCIDENTS in sent["view"]["blocks"][0]["text"]["text"]


async def test_in_a_form_a_refusal_takes_the_forms_place(slack):
    slack.incidents.incidents.clear()
    view = {"id": "V0FORM00001", "type": "modal"}
    assert await slack.press("incident_join", WHOLE, body={"view": view}) == ""
    assert "There is no incident 1." in slack.client.calls[-1][1]["view"]["blocks"][0]["text"]["text"]


@pytest.mark.parametrize("action", ["incident_join", "incident_another"])
async def test_joining_and_opening_another_take_the_right(guarded, action):
    value = WHOLE if action == "incident_join" else AnotherButton(playbook="api-down", headline="x").encode()
    assert "You can't" in await guarded.press(action, value, user=BEN)
    assert guarded.incidents.said == []
    assert guarded.incidents.opened == {}


async def test_another_keeps_the_alert_the_place_and_the_channel(slack):
    value = AnotherButton(
        playbook="api-down",
        headline="It answers 500",
        severity="sev3",
        alert=7,
        service="api",
        environment="production",
        channel=DEPLOYS,
    ).encode()
    await slack.press("incident_another", value)

    [request] = slack.incidents.opened.values()
    assert (request.alert, request.run, request.severity) == (7, None, Sev.SEV3)
    assert (request.service, request.environment, request.channel) == ("api", "production", DEPLOYS)


@pytest.mark.parametrize("carried", ["", '{"v":1,"playbook":"<b>","headline":""}'])
async def test_an_offer_of_another_version_says_how_to_ask_again(slack, carried):
    assert "`/pawincident open` asks once more." in await slack.press("incident_another", carried)


async def test_a_failed_run_opens_the_form_with_what_it_suggests(slack):
    run = slack.desk.add(reason=Reason.MIGRATION_FAILED, environment="production")
    value = f'{{"v":1,"run":{run.id},"attempt":1}}'
    assert await slack.press("run_incident", value) == ""

    found = {block["block_id"]: block["element"] for block in opened(slack)["blocks"] if "element" in block}
    assert found["playbook"]["initial_option"]["value"] == "db-migration-failure"
    assert found["headline"]["initial_value"] == f"Run {run.id} of api to production failed"
    assert opened(slack)["private_metadata"] == '{"v":1,"alert":null,"run":1,"channel":""}'


async def test_what_no_playbook_is_for_is_thought_to_be_the_api(slack):
    slack.desk.add(reason=Reason.HEALTH_BAD, environment="production")
    await slack.press("run_incident", '{"v":1,"run":1,"attempt":1}')
    found = {block["block_id"]: block["element"] for block in opened(slack)["blocks"] if "element" in block}
    assert found["playbook"]["initial_option"]["value"] == "api-down"


async def test_an_incident_from_a_run_takes_the_right(guarded):
    guarded.desk.add()
    assert "You can't open incidents." in await guarded.press(
        "run_incident", '{"v":1,"run":1,"attempt":1}', user=BEN
    )
    assert "This card has moved on" in await guarded.press("run_incident", "7")
