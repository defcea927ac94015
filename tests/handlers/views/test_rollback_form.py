"""The button on a finished card, its form, and what submitting it asks for."""

import pytest

from bot.engine.states import RunState
from bot.errors import VendorUnavailable
from handlers._payloads import OLD_FORM, RollbackState, RunButton
from handlers.render.rollback_form import rollback_form
from tests.handlers._limits import assert_view, texts
from tests.handlers._runs import a_run
from tests.handlers._slack import ANN, BEN, OTTO

PRODUCTION = RollbackState(service="api", environment="production").encode()


def value(run=1) -> str:
    return RunButton(run=run, attempt=1).encode()


def filled(to="12", emergency=None, override=None) -> dict:
    chosen = {"type": "static_select", "selected_option": {"value": to} if to is not None else None}
    return {
        "to": {"to": chosen},
        "override": {"override": {"type": "plain_text_input", "value": override}},
        "emergency": {"emergency": {"type": "plain_text_input", "value": emergency}},
    }


def shown(slack) -> str:
    _, sent = slack.client.calls[-1]
    return "\n".join(texts(sent["view"]["blocks"]))


async def test_the_button_opens_the_form_with_the_last_good_run_chosen_and_starts_nothing(slack):
    slack.desk.add(environment="production", state=RunState.SUCCEEDED)
    slack.desk.choices = (a_run(id=12, environment="production"), a_run(id=9, environment="production"))

    assert await slack.press("rollback_start", value()) == ""

    [(first, empty), (method, sent)] = slack.client.calls
    assert (first, method) == ("views.open", "views.update")
    assert "One moment" in "\n".join(texts(empty["view"]["blocks"]))
    assert sent["view_id"] == "V0OPENED001"
    element = sent["view"]["blocks"][1]["element"]
    assert element["initial_option"]["value"] == "12"
    assert element["initial_option"]["text"]["text"] == "Run 12 · a1b2c3d · List pets by age"
    assert "Data is not rolled back" in shown(slack)
    assert slack.desk.rollbacks == {}


async def test_the_form_goes_back_to_the_chosen_run_and_says_where_the_card_is(slack):
    answer = await slack.submit("rollback_form", filled("9", override=" we know "), metadata=PRODUCTION)

    assert answer["response_action"] == "update"
    assert "Its card is in <#C0DEPLOYS01>" in shown(slack)
    request = slack.desk.rollbacks["delivery-1"]
    assert (request.environment, request.to, request.by) == ("production", "9", ANN)
    assert (request.override, request.emergency) == ("we know", "")


async def test_nothing_to_go_back_to_is_said_with_what_works(slack):
    slack.desk.add(environment="production")

    assert await slack.press("rollback_start", value()) == ""
    assert "`/pawdeploy production SHA`" in shown(slack)


async def test_a_stranger_opens_no_form_and_submits_none(slack):
    slack.desk.add(environment="production")

    assert "<!subteam^S0BACKEND01>" in await slack.press("rollback_start", value(), user=OTTO)
    await slack.submit("rollback_form", filled(), metadata=PRODUCTION, user=OTTO)
    assert "<!subteam^S0BACKEND01>" in shown(slack)
    assert slack.desk.rollbacks == {}


async def test_an_emergency_takes_its_role(slack):
    slack.people.holders["lead"] = frozenset({ANN})
    await slack.submit("rollback_form", filled(emergency="now"), metadata=PRODUCTION, user=BEN)
    assert "as an emergency" in shown(slack)
    assert slack.desk.rollbacks == {}

    await slack.submit("rollback_form", filled(emergency="now"), metadata=PRODUCTION)
    assert slack.desk.rollbacks["delivery-2"].emergency == "now"


async def test_a_choice_that_is_none_is_marked_in_the_form(slack):
    answer = await slack.submit("rollback_form", filled("<b>"), metadata=PRODUCTION)

    assert answer["response_action"] == "errors"
    assert "neither a run's number nor a commit" in answer["errors"]["to"]


async def test_a_form_from_another_version_says_how_to_get_a_fresh_one(slack):
    answer = await slack.submit("rollback_form", filled(), metadata='{"v":9}')
    assert OLD_FORM in "\n".join(texts(answer["view"]["blocks"]))


async def test_a_vendor_in_trouble_is_told(slack):
    slack.desk.add(environment="production")
    slack.desk.trouble = VendorUnavailable("Railway", "looking")
    assert "Railway is not answering" in await slack.press("rollback_start", value())


@pytest.mark.parametrize("emergency", [True, False])
def test_a_form_of_a_hundred_wild_titles_is_one_slack_takes(emergency):
    titles = ("🐾" * 80, "<!channel>", "x" * 10_000, "a\nb", "")
    runs = [a_run(id=number + 1, commit_title=titles[number % 5]) for number in range(120)]
    view = rollback_form(runs, emergency=emergency)

    assert_view(view)
    assert len(view["blocks"][1]["element"]["options"]) == 100


def test_a_form_without_choices_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="no run"):
        rollback_form((), emergency=False)
