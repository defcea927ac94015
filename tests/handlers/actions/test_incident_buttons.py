"""What can be pressed about an incident: on its card, its reminders and the offer to join."""

from datetime import UTC, datetime

import pytest

from bot.engine.incidents import IncidentState
from bot.engine.reasons import Reason
from bot.errors import UserError
from handlers._incidents import OF_APPS
from handlers._payloads import (
    OLD_INCIDENT,
    ChoiceButton,
    IncidentButton,
    StepBox,
    StepButton,
)
from tests.handlers._incidents import a_step, guarding
from tests.handlers._slack import ANN, BEN, OTTO, Slack, pawlogic

OVER = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
WHOLE = IncidentButton(incident=1).encode()
STEP = StepButton(incident=1, step="look-at-log").encode()
BOX = StepBox(incident=1, step="look-at-log", revision=1).encode()
TICKED = {"type": "checkboxes", "block_id": BOX, "selected_options": [{"value": "done"}]}
CLEARED = {"type": "checkboxes", "block_id": BOX, "selected_options": []}
FORMS = {
    "incident_update": WHOLE,
    "incident_role": WHOLE,
    "incident_step": WHOLE,
    "incident_resolve": WHOLE,
    "incident_reopen": WHOLE,
    "incident_tell": STEP,
}
AT_ONCE = {
    "incident_look": (STEP, ("look", 1, "look-at-log", ANN)),
    "incident_command": (WHOLE, ("command", 1, ANN)),
    "incident_snooze": (WHOLE, ("remind_later", 1, ANN, 900)),
    "incident_stop": (WHOLE, ("remind_later", 1, ANN, 0)),
    "incident_choose:0": (
        ChoiceButton(incident=1, step="look-at-log", choice="code").encode(),
        ("choose", 1, "look-at-log", "code", ANN),
    ),
    "incident_choose:4": (
        ChoiceButton(incident=1, step="look-at-log", choice="redis").encode(),
        ("choose", 1, "look-at-log", "redis", ANN),
    ),
}
EVERY = {**FORMS, **{name: value for name, (value, _) in AT_ONCE.items()}, "incident_act": STEP}
ONE_STEP = ["incident_tell", "incident_look", "incident_choose:0", "incident_act"]


@pytest.fixture
def slack():
    made = Slack(pawlogic())
    made.incidents.add()
    return made


@pytest.fixture
def guarded():
    """A workspace in which only leads may work on incidents."""
    made = Slack(guarding(pawlogic(), "lead"))
    made.incidents.add(steps=(an_act("rollback"),))
    return made


def an_act(starts: str, **changes):
    there = {"target_service": "api", "target_environment": "production"}
    return a_step(kind="act", starts=starts, button="Go", place="api in production", **there | changes)


def opened(slack) -> dict:
    [(method, sent)] = slack.client.calls
    assert method == "views.open"
    return sent["view"]


@pytest.mark.parametrize("action", AT_ONCE)
async def test_what_needs_no_words_is_done_at_once_and_the_card_says_it(slack, action):
    value, did = AT_ONCE[action]
    assert await slack.press(action, value) == ""
    assert slack.incidents.said == [did]


@pytest.mark.parametrize("action", FORMS)
async def test_what_needs_words_opens_its_form_and_does_nothing_yet(slack, action):
    assert await slack.press(action, FORMS[action]) == ""
    assert opened(slack)["callback_id"] == f"{action}_form"
    assert opened(slack)["private_metadata"] == FORMS[action]
    assert slack.incidents.said == []


@pytest.mark.parametrize("action", [name for name in FORMS if name != "incident_reopen"])
async def test_what_is_resolved_is_said_before_a_form_is_filled_in(slack, action):
    slack.incidents.add(id=1, state=IncidentState.RESOLVED, resolved_by=BEN, resolved_at=OVER)
    said = await slack.press(action, FORMS[action])
    assert said.startswith(f"Incident 1 was resolved by <@{BEN}> <!date^{int(OVER.timestamp())}^at ")
    assert "`/pawincident reopen 1 because …`" in said
    assert slack.client.calls == []


async def test_reopening_is_for_what_is_resolved(slack):
    slack.incidents.add(id=1, state=IncidentState.RESOLVED, resolved_by=BEN, resolved_at=OVER)
    assert await slack.press("incident_reopen", WHOLE) == ""
    assert opened(slack)["callback_id"] == "incident_reopen_form"


async def test_a_message_is_shown_as_it_would_go_before_it_is_sent(slack):
    await slack.press("incident_tell", STEP)
    [text] = [block["element"] for block in opened(slack)["blocks"] if "element" in block]
    assert text["initial_value"] == "The API answers 500: we look into it."


async def test_a_box_that_is_ticked_is_done(slack):
    assert await slack.press("incident_tick", **TICKED) == ""
    assert slack.incidents.said == [("tick", 1, "look-at-log", ANN)]
    assert slack.client.calls == []


async def test_a_box_that_is_cleared_asks_why_and_takes_nothing_back_yet(slack):
    assert await slack.press("incident_tick", **CLEARED) == ""
    assert opened(slack)["callback_id"] == "incident_untick_form"
    assert slack.incidents.said == []
    assert slack.incidents.shown_again == [(1, "look-at-log")]


async def test_a_box_is_shown_as_it_is_where_ticking_it_was_refused(slack):
    slack.incidents.trouble = UserError("Somebody was first.", reason=Reason.ALREADY_DONE)
    assert "Somebody was first." in await slack.press("incident_tick", **TICKED)
    assert slack.incidents.shown_again == [(1, "look-at-log")]


@pytest.mark.parametrize("block", ["", "b1", "1:look-at-log", "0:look-at-log:1", "1:Look:1", "x" * 200])
async def test_a_box_of_another_version_is_told_that_the_card_moved_on(slack, block):
    assert await slack.press("incident_tick", **TICKED | {"block_id": block}) == OLD_INCIDENT
    assert slack.incidents.said == []


@pytest.mark.parametrize("action", EVERY)
@pytest.mark.parametrize("carried", ["", "7", '{"v":2,"incident":1}', '{"v":1,"incident":-1}', None])
async def test_a_value_of_another_version_is_told_that_the_card_moved_on(slack, action, carried):
    assert await slack.press(action, carried) == OLD_INCIDENT
    assert slack.incidents.said == []
    assert slack.client.calls == []


async def test_an_answer_more_than_there_can_be_is_an_unknown_button(slack):
    value, _ = AT_ONCE["incident_choose:0"]
    assert "This card has moved on" in await slack.press("incident_choose:10", value)
    assert slack.incidents.said == []


@pytest.mark.parametrize(
    "action", [name for name in EVERY if name not in ("incident_snooze", "incident_stop")]
)
async def test_an_incident_that_is_not_there_is_said(slack, action):
    slack.incidents.incidents.clear()
    assert "There is no incident 1." in await slack.press(action, EVERY[action])
    assert slack.client.calls == []


@pytest.mark.parametrize("action", ONE_STEP)
async def test_a_step_that_is_not_there_any_more_is_said_and_left_alone(slack, action):
    slack.incidents.add(id=1, steps=(a_step("another"),))
    assert "That step is not there (any more)" in await slack.press(action, EVERY[action])
    assert "That step is not there (any more)" in await slack.press("incident_tick", **TICKED)
    assert slack.incidents.said == []


@pytest.mark.parametrize("action", EVERY)
async def test_where_roles_are_named_others_are_told_who_can(guarded, action):
    said = await guarded.press(action, EVERY[action], user=BEN)
    assert "You can't work on incidents. Members of <!subteam^S0BACKEND01>" in said
    assert guarded.client.calls == []
    assert guarded.incidents.said == []


@pytest.mark.parametrize("box", [TICKED, CLEARED])
async def test_a_box_takes_the_right_too(guarded, box):
    assert "You can't work on incidents." in await guarded.press("incident_tick", user=BEN, **box)
    assert guarded.client.calls == guarded.incidents.said == []


@pytest.mark.parametrize("action", EVERY)
async def test_a_role_of_incidents_is_enough(guarded, action):
    assert await guarded.press(action, EVERY[action]) == ""


@pytest.mark.parametrize("who", [("lead",), ("lead", "nobody-knows")])
async def test_a_step_that_names_roles_is_theirs(slack, who):
    slack.incidents.add(id=1, steps=(a_step(who=who),))
    assert "You can't work on this step. Members of" in await slack.press("incident_tick", user=BEN, **TICKED)
    assert slack.incidents.said == []
    assert await slack.press("incident_tick", **TICKED) == ""


async def test_a_step_whose_roles_the_project_file_does_not_have_is_nobodys_and_says_so(slack):
    slack.incidents.add(id=1, steps=(a_step(who=("dba", "sre")),))
    said = await slack.press("incident_look", STEP)
    assert "Nobody can work on this step: its playbook asks for `dba` or `sre`" in said
    assert slack.incidents.said == []


async def test_a_steps_roles_stand_in_for_those_of_incidents(guarded):
    guarded.incidents.add(id=1, steps=(a_step(who=("deployer",)),))
    assert await guarded.press("incident_tick", user=BEN, **TICKED) == ""


@pytest.mark.parametrize("starts", ["rollback", "deploy", "lock"])
async def test_starting_something_takes_the_right_it_takes_anywhere_else(slack, starts):
    slack.incidents.add(id=1, steps=(an_act(starts),))

    assert "You can't" in (said := await slack.press("incident_act", STEP, user=OTTO))
    assert "production" in said
    assert slack.incidents.said == []
    assert await slack.press("incident_act", STEP, user=BEN) == ""
    assert slack.incidents.said == [("act", 1, "look-at-log", BEN)]


async def test_starting_a_workflow_takes_the_right_to_deploy_where_it_works(slack):
    slack.incidents.add(id=1, steps=(an_act("workflow", target_workflow="source-maps"),))

    said = await slack.press("incident_act", STEP, user=OTTO)
    assert "You can't start “Upload the app's source maps again” in `production`." in said
    assert slack.incidents.said == []
    assert await slack.press("incident_act", STEP, user=BEN) == ""


@pytest.mark.parametrize(
    ("starts", "what"),
    [
        ("release", "start a release"),
        ("store-halt", "halt a release"),
        ("update", "publish an update"),
        ("update-back", "take an update back"),
    ],
)
async def test_shipping_an_app_or_stopping_it_takes_the_right_to_ship_it(slack, starts, what):
    slack.incidents.add(id=1, steps=(an_act(starts, target_service="mobile"),))

    said = await slack.press("incident_act", STEP, user=OTTO)
    assert f"You can't {what}." in said
    assert "<!subteam^S0BACKEND01>" in said
    assert slack.incidents.said == []
    assert await slack.press("incident_act", STEP, user=BEN) == ""
    assert slack.incidents.said == [("act", 1, "look-at-log", BEN)]


@pytest.mark.parametrize("starts", sorted(OF_APPS))
async def test_a_service_is_no_app_and_nothing_of_an_app_is_started_for_it(slack, starts):
    slack.incidents.add(id=1, steps=(an_act(starts),))

    assert "There is no app `api`." in await slack.press("incident_act", STEP)
    assert slack.incidents.said == []


async def test_a_workflow_the_project_file_no_longer_has_is_said(slack):
    slack.incidents.add(id=1, steps=(an_act("workflow", target_workflow="gone"),))
    assert "pawdeploy.toml has no workflow `gone`." in await slack.press("incident_act", STEP)
    assert slack.incidents.said == []


async def test_a_lock_of_a_whole_environment_takes_the_right_everywhere_it_covers(slack):
    slack.incidents.add(id=1, steps=(an_act("lock", target_service=""),))
    assert "You can't lock `production`" in await slack.press("incident_act", STEP, user=OTTO)
    assert await slack.press("incident_act", STEP, user=BEN) == ""


@pytest.mark.parametrize("starts", ["lock", "rollback", "workflow", *sorted(OF_APPS)])
async def test_in_a_drill_nothing_starts_and_no_such_right_is_needed(slack, starts):
    slack.incidents.add(id=1, drill=True, steps=(an_act(starts, target_workflow="ota"),))
    assert await slack.press("incident_act", STEP, user=OTTO) == ""


async def test_a_drill_takes_the_right_to_work_on_incidents_all_the_same(guarded):
    guarded.incidents.add(id=1, drill=True, steps=(an_act("rollback"),))
    assert "You can't work on incidents." in await guarded.press("incident_act", STEP, user=BEN)


async def test_a_place_the_project_file_no_longer_has_is_said(slack):
    slack.incidents.add(id=1, steps=(an_act("rollback", target_environment="qa"),))
    assert "There is no environment `qa`." in await slack.press("incident_act", STEP)
    assert slack.incidents.said == []


async def test_what_the_service_refuses_is_told_to_who_pressed(slack):
    slack.incidents.trouble = UserError("Ben was first.", reason=Reason.ALREADY_DONE)
    assert await slack.press("incident_tick", **TICKED) == "Ben was first."


async def test_a_form_that_slack_will_not_open_is_told(slack):
    slack.client.error = "expired_trigger_id"
    assert "Slack is not answering" in await slack.press("incident_resolve", WHOLE)
