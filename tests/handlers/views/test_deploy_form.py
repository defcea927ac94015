import pytest

from bot.errors import VendorUnavailable
from handlers.render.forms import deploy_form
from tests.handlers._limits import assert_view, texts
from tests.handlers._slack import OTTO, pawlogic, two_services


def filled(environment="staging", ref=None, options=(), service=None) -> dict:
    def one(chosen):
        return {"type": "static_select", "selected_option": {"value": chosen} if chosen else None}

    ticked = [{"value": option} for option in options]
    values = {
        "environment": {"environment": one(environment)},
        "ref": {"ref": {"type": "plain_text_input", "value": ref}},
        "options": {"options": {"type": "checkboxes", "selected_options": ticked}},
    }
    return values | ({"service": {"service": one(service)}} if service else {})


def shown(slack) -> str:
    method, sent = slack.client.calls[-1]
    assert method == "views.update"
    assert sent["view_id"] == "V0FORM00001"
    return "\n".join(texts(sent["view"]["blocks"]))


async def test_the_form_ships_and_says_in_its_own_place_where_the_card_is(slack):
    answer = await slack.submit("deploy_form", filled())

    assert answer["response_action"] == "update"
    assert "Its card is in <#C0DEPLOYS01>" in shown(slack)
    assert slack.desk.requests["delivery-1"].ref == "main"


async def test_an_empty_ref_means_what_soaked_where_a_soak_is_asked_for(slack):
    await slack.submit("deploy_form", filled("production"))

    assert slack.desk.requests["delivery-1"].ref == ""


async def test_a_dry_run_is_shown_in_the_form_and_starts_nothing(slack):
    await slack.submit("deploy_form", filled("production", "v1.2", ["dry_run", "again"]))

    assert "*Dry run: 1 gate is shut: checks.* Nothing was changed." in shown(slack)
    assert slack.desk.requests == {}


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        (filled(ref="a b"), "ref", "white space"),
        (filled(ref="$(id)"), "ref", "can't be a branch"),
        (filled("qa"), "environment", "There is no environment qa"),
        (filled(""), "environment", "There is no environment"),
    ],
)
async def test_a_field_that_can_not_be_right_is_marked_in_the_form(slack, values, field, says):
    answer = await slack.submit("deploy_form", values)

    assert answer["response_action"] == "errors"
    assert says in answer["errors"][field]
    assert set(answer["errors"]) <= {block["block_id"] for block in deploy_form(pawlogic())["blocks"]}
    assert slack.desk.requests == {}


async def test_a_stranger_is_refused_in_the_form(slack):
    await slack.submit("deploy_form", filled(), user=OTTO)

    assert "<!subteam^S0BACKEND01>" in shown(slack)
    assert slack.desk.requests == {}


async def test_a_vendor_in_trouble_is_told_in_the_form(slack):
    slack.desk.trouble = VendorUnavailable("github", "resolving a ref", status=502)

    await slack.submit("deploy_form", filled(options=["dry_run"]))

    assert "Github is not answering" in shown(slack)


async def test_a_form_closed_before_its_answer_is_no_trouble(slack, caplog):
    slack.client.error = "not_found"

    await slack.submit("deploy_form", filled())

    assert "delivery-1" in slack.desk.requests
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize(
    ("form", "metadata"), [("deploy_form", '{"v":2}'), ("deploy_form", ""), ("ota_form", '{"v":1}')]
)
async def test_a_form_from_another_version_says_how_to_get_a_fresh_one(slack, form, metadata):
    answer = await slack.submit(form, {}, metadata=metadata)

    assert answer["response_action"] == "update"
    assert "Type `/pawdeploy` for a fresh one" in "\n".join(texts(answer["view"]["blocks"]))


def test_the_form_asks_for_the_service_only_when_there_are_several():
    def asked(project):
        return [block["block_id"] for block in deploy_form(project)["blocks"]]

    assert asked(pawlogic()) == ["environment", "ref", "options"]
    assert asked(two_services()) == ["environment", "service", "ref", "options"]


async def test_the_form_takes_the_service_that_was_chosen(slack_of_two):
    await slack_of_two.submit("deploy_form", filled(service="web"))

    assert slack_of_two.desk.requests["delivery-1"].service == "web"


def test_the_form_starts_with_an_environment_that_needs_no_approval():
    form = deploy_form(pawlogic())

    assert_view(form)
    assert form["blocks"][0]["element"]["initial_option"]["value"] == "staging"
    described = [option.get("description") for option in form["blocks"][0]["element"]["options"]]
    assert described[1]["text"] == "needs 2 approvals; empty ref: what staging runs"
