"""The forms of incidents, submitted: what they ask for, and what they refuse."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.incidents import IncidentState
from bot.engine.reasons import Reason
from bot.errors import UserError, VendorUnavailable
from handlers._payloads import OLD_INCIDENT_FORM, OLD_OPEN_FORM
from tests.handlers._alerts import alerting
from tests.handlers._incidents import a_step, guarding
from tests.handlers._limits import texts
from tests.handlers._slack import ANN, BEN, Slack, pawlogic
from tests.handlers.render._incidents import an_alert
from tests.handlers.views._incident_forms import (
    GOOD,
    RAW,
    at,
    chosen,
    shown,
    somebody,
    submit,
    ticked,
    typed,
)

WITH_WORDS = ["incident_update_form", "incident_reopen_form", "incident_untick_form"]
WITH_WORDS += ["incident_tell_form"]


@pytest.fixture
def slack():
    made = Slack(alerting(pawlogic()))
    made.incidents.add()
    return made


@pytest.mark.parametrize(
    ("form", "did"),
    [
        ("incident_update_form", ("update", 1, ANN, RAW, "delivery-1")),
        ("incident_reopen_form", ("reopen", 1, ANN, RAW)),
        ("incident_untick_form", ("untick", 1, "look-at-log", ANN, RAW)),
        ("incident_tell_form", ("tell", 1, "look-at-log", ANN, RAW)),
    ],
)
async def test_words_are_kept_as_they_were_written_and_do_one_thing(slack, form, did):
    answer = await submit(slack, form, typed(text=f"  {RAW}\n"))

    assert answer["response_action"] == "update"
    assert "One moment" in "\n".join(texts(answer["view"]["blocks"]))
    assert slack.incidents.said == [did]
    assert "card" in shown(slack)


@pytest.mark.parametrize("form", WITH_WORDS)
@pytest.mark.parametrize("words", [None, "", "   ", "…!", "x" * 4001])
async def test_no_words_or_too_many_are_marked_in_the_form(slack, form, words):
    answer = await submit(slack, form, typed(text=words))
    assert answer["errors"] == {"text": "Say it in a few words, 4,000 characters at most."}
    assert slack.incidents.said == []


@pytest.mark.parametrize(("user", "has"), [(BEN, BEN), (None, "")])
async def test_a_role_is_given_to_somebody_or_freed(slack, user, has):
    await submit(slack, "incident_role_form", chosen(role="scribe") | somebody(who=user))
    assert slack.incidents.said == [("role", 1, ANN, "scribe", has)]


async def test_a_role_that_is_not_there_is_said_in_the_forms_place(slack):
    await submit(slack, "incident_role_form", chosen(role="chef") | somebody(who=BEN))
    assert "There is no role chef" in shown(slack)


@pytest.mark.parametrize(
    ("what", "did"),
    [
        ("note", ("remark", 1, "look-at-log", ANN, RAW, "delivery-1")),
        ("skip", ("skip", 1, "look-at-log", ANN, RAW)),
        ("take_back", ("untick", 1, "look-at-log", ANN, RAW)),
        ("give", ("own", 1, "look-at-log", ANN, BEN)),
    ],
)
async def test_each_change_of_a_step_is_one_call(slack, what, did):
    values = chosen(step="look-at-log", what=what) | typed(text=RAW) | somebody(owner=BEN)
    await submit(slack, "incident_step_form", values)
    assert slack.incidents.said == [did]
    assert "Noted; the card shows it." in shown(slack)


async def test_a_step_is_given_without_words_and_to_nobody_too(slack):
    values = chosen(step="look-at-log", what="give") | typed(text=None) | somebody(owner=None)
    await submit(slack, "incident_step_form", values)
    assert slack.incidents.said == [("own", 1, "look-at-log", ANN, "")]


@pytest.mark.parametrize("words", ["", RAW])
async def test_a_step_without_a_box_is_done_by_hand_with_a_note_or_without(slack, words):
    await submit(slack, "incident_step_form", chosen(step="look-at-log", what="done") | typed(text=words))
    note = [("remark", 1, "look-at-log", ANN, RAW, "delivery-1")] if words else []
    assert slack.incidents.said == [("tick", 1, "look-at-log", ANN), *note]
    assert "Noted; the card shows it." in shown(slack)


@pytest.mark.parametrize("what", ["note", "skip", "take_back"])
async def test_every_other_change_of_a_step_wants_words(slack, what):
    answer = await submit(slack, "incident_step_form", chosen(step="look-at-log", what=what) | typed(text=""))
    assert list(answer["errors"]) == ["text"]
    assert slack.incidents.said == []


@pytest.mark.parametrize(
    ("form", "values", "field"),
    [
        ("incident_step_form", chosen(step=None, what="give"), "step"),
        ("incident_step_form", chosen(step="look-at-log", what="burn") | typed(text="so"), "what"),
        ("incident_step_form", chosen(step="look-at-log", what=None) | typed(text="so"), "what"),
        ("incident_role_form", chosen(role=None), "role"),
        ("incident_open_form", chosen(playbook=None), "playbook"),
        ("incident_open_form", chosen(playbook="<b>"), "playbook"),
    ],
)
async def test_what_is_no_choice_is_marked_in_the_form(slack, form, values, field):
    answer = await submit(slack, form, values)
    assert answer == {"response_action": "errors", "errors": {field: "Choose one of these."}}
    assert slack.incidents.said == []
    assert slack.incidents.opened == {}


async def test_resolving_carries_all_that_was_written(slack):
    before = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    values = typed(summary=RAW, cause="Not known", follow_ups=" - Alert on memory\n\n* Grow Redis \nAsk Ben")
    await submit(slack, "incident_resolve_form", values | at(before) | ticked("noisy"))

    request = slack.incidents.resolved
    assert (request.summary, request.cause, request.by) == (RAW, "Not known", ANN)
    assert request.follow_ups == ("Alert on memory", "Grow Redis", "Ask Ben")
    assert (request.mitigated_at, request.noisy_ok) == (before, True)
    assert slack.incidents.incidents[1].state is IncidentState.RESOLVED
    assert "Its report follows" in shown(slack)


async def test_resolving_takes_alerts_as_they_are_and_needs_neither_follow_ups_nor_a_time(slack):
    await submit(slack, "incident_resolve_form")
    request = slack.incidents.resolved
    assert (request.follow_ups, request.mitigated_at, request.noisy_ok) == ((), None, False)


async def test_resolving_says_under_each_field_what_is_wrong_with_it(slack):
    later = datetime.now(UTC) + timedelta(hours=1)
    answer = await submit(slack, "incident_resolve_form", typed(summary="", cause=None) | at(later))
    assert list(answer["errors"]) == ["summary", "cause", "mitigated"]
    assert slack.incidents.resolved is None


async def test_alerts_that_fire_are_said_in_the_forms_place(slack):
    slack.incidents.trouble = UserError("Alert 7 still fires.", reason=Reason.ALERTS_FIRE)
    await submit(slack, "incident_resolve_form")
    assert "Alert 7 still fires." in shown(slack)


async def test_while_alerts_fire_the_tick_is_asked_for_and_what_was_typed_stays(slack):
    slack.incidents.add(id=1, alerts=(an_alert(),))
    unticked = {"noisy": {"noisy": {"type": "checkboxes", "selected_options": []}}}
    words = typed(summary="Redis was full", cause="Not known", follow_ups="Grow it")
    answer = await submit(slack, "incident_resolve_form", words | unticked)
    assert list(answer["errors"]) == ["noisy"]

    answer = await submit(slack, "incident_resolve_form", words)  # the form knew of no alert
    assert answer["response_action"] == "update"
    fields = {block.get("block_id"): block.get("element") for block in answer["view"]["blocks"]}
    assert "noisy" in fields
    kept = [fields[name]["initial_value"] for name in ("summary", "cause", "follow_ups")]
    assert kept == ["Redis was full", "Not known", "Grow it"]
    assert slack.incidents.resolved is None

    await submit(slack, "incident_resolve_form", words | ticked("noisy"))
    assert slack.incidents.resolved.noisy_ok


@pytest.mark.parametrize("form", GOOD)
async def test_rights_are_looked_up_once_more_when_a_form_arrives(form):
    slack = Slack(guarding(pawlogic(), "lead"))
    slack.incidents.add()

    await submit(slack, form, user=BEN)
    assert "You can't" in shown(slack)
    assert slack.incidents.said == []
    assert slack.incidents.opened == {}


@pytest.mark.parametrize("form", ["incident_step_form", "incident_untick_form", "incident_tell_form"])
async def test_a_step_of_others_stays_theirs(slack, form):
    slack.incidents.add(id=1, steps=(a_step(who=("lead",)),))
    await submit(slack, form, user=BEN)
    assert "You can't work on this step." in shown(slack)
    assert slack.incidents.said == []


@pytest.mark.parametrize("form", [name for name in GOOD if name != "incident_open_form"])
async def test_an_incident_that_is_gone_is_said_in_the_forms_place(slack, form):
    slack.incidents.incidents.clear()
    await submit(slack, form)
    assert "There is no incident 1." in shown(slack)


@pytest.mark.parametrize("form", GOOD)
@pytest.mark.parametrize("metadata", ["", '{"v":9}', '{"v":1,"incident":0}'])
async def test_a_form_of_another_version_says_where_to_get_a_fresh_one(slack, form, metadata):
    answer = await submit(slack, form, metadata=metadata)
    fresh = OLD_OPEN_FORM if form == "incident_open_form" else OLD_INCIDENT_FORM
    assert fresh in "\n".join(texts(answer["view"]["blocks"]))
    assert slack.incidents.said == []


@pytest.mark.parametrize("form", GOOD)
async def test_trouble_is_said_in_the_forms_place(slack, form):
    slack.incidents.trouble = VendorUnavailable("Slack", "making a channel")
    await submit(slack, form)
    assert "Slack is not answering" in shown(slack)
