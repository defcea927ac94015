"""``/pawincident open`` and ``drill``: at once, or by a form with what was typed in it."""

import pytest

from bot.engine.incidents import Sev
from tests.handlers._incidents import INCIDENTS
from tests.handlers._limits import assert_mrkdwn, texts
from tests.handlers._slack import ANN, GENERAL


def asked(slack):
    [request] = slack.incidents.opened.values()
    return request


def fields(slack) -> dict:
    [(method, sent)] = slack.client.calls
    assert method == "views.open"
    assert sent["view"]["callback_id"] == "incident_open_form"
    return {block["block_id"]: block["element"] for block in sent["view"]["blocks"] if "element" in block}


async def test_with_a_playbook_and_a_headline_it_is_open_at_once(slack):
    said = await slack.incident("open API-down It answers 500 --severity SEV1", channel=GENERAL)

    request = asked(slack)
    assert (request.key, request.playbook, request.headline) == ("delivery-1", "api-down", "It answers 500")
    assert (request.by, request.severity, request.drill, request.another) == (ANN, Sev.SEV1, False, False)
    assert (request.channel, request.alert, request.run) == ("", None, None)
    assert "Incident 1 is open" in said
    assert f"<#{INCIDENTS}>" in said


async def test_where_its_card_appears_nothing_more_is_said(slack):
    assert await slack.incident("open api-down It answers 500", channel=INCIDENTS) == ""


async def test_the_same_delivery_is_one_incident(slack):
    await slack.incident("open api-down It answers 500")
    slack.deliveries = 0
    await slack.incident("open api-down It answers 500")
    assert len(slack.incidents.opened) == 1


async def test_a_headline_is_kept_as_it_was_typed(slack):
    await slack.incident("open api-down a &lt;b&gt; &amp;amp; <@U0BENAPP001|ben> isn't up")
    assert asked(slack).headline == "a <b> &amp; @ben isn't up"


async def test_with_nothing_typed_a_form_asks(slack):
    assert await slack.incident("open") == ""
    found = fields(slack)
    assert "initial_option" not in found["playbook"]
    assert "initial_options" not in found["drill"]
    assert slack.incidents.opened == {}


async def test_without_a_headline_the_form_has_what_was_typed(slack):
    assert await slack.incident("open api-down --severity sev3 --drill") == ""
    found = fields(slack)
    assert found["playbook"]["initial_option"]["value"] == "api-down"
    assert found["severity"]["initial_option"]["value"] == "sev3"
    assert [option["value"] for option in found["drill"]["initial_options"]] == ["yes"]


async def test_a_drill_is_open_at_once_and_called_as_its_playbook_where_nobody_names_it(slack):
    said = await slack.incident("drill api-down", channel=GENERAL)

    request = asked(slack)
    assert (request.playbook, request.drill) == ("api-down", True)
    assert request.headline == slack.incidents.library["api-down"].title
    assert "DRILL" in said


async def test_a_drill_can_have_a_headline(slack):
    await slack.incident("drill api-down Friday's practice")
    assert (asked(slack).headline, asked(slack).drill) == ("Friday's practice", True)


async def test_a_drill_of_nothing_asks_in_the_form_of_drills(slack):
    assert await slack.incident("drill") == ""
    assert "initial_options" in fields(slack)["drill"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("open api-donw it is down", "There is no playbook `api-donw`. Did you mean `api-down`?"),
        ("drill api-donw", "There is no playbook `api-donw`. Did you mean `api-down`?"),
        ("open &lt;b&gt;", "There is no playbook `&lt;b&gt;`. There is `api-down`"),
        ("open api-down x --severity bad", "How bad: `sev1`, `sev2` or `sev3`"),
        ("open api-down x --severity", "`--severity` needs a value: `--severity sev1|sev2|sev3`."),
        ("open api-down x --dril", "Did you mean `--drill`?"),
        ("drill api-down x --severity sev1", "I don't know the option `--severity`."),
        ("open api-down " + "x" * 151, "A headline has at most 150 characters"),
    ],
)
async def test_what_cannot_be_meant_opens_nothing_and_says_what_to_type(slack, typed, says):
    said = await slack.incident(typed)

    assert says in said
    assert_mrkdwn(said)
    assert slack.incidents.opened == {}
    assert slack.client.calls == []


async def test_one_of_the_same_kind_is_offered_to_join_to_the_person_alone(slack):
    slack.incidents.same = slack.incidents.add()

    said = await slack.incident("open api-down It answers 500", channel=INCIDENTS)
    assert "Incident 1 of the same kind is open" in said
    assert slack.incidents.opened == {}
    [row] = [block for block in slack.replies[-1]["blocks"] if block["type"] == "actions"]
    assert [button["action_id"] for button in row["elements"]] == ["incident_join", "incident_another"]
    assert slack.replies[-1]["response_type"] == "ephemeral"


async def test_the_offer_taken_up_joins_and_stands_in_its_place(slack):
    slack.incidents.same = slack.incidents.add()
    await slack.incident("open api-down It answers 500")
    [row] = [block for block in slack.replies[-1]["blocks"] if block["type"] == "actions"]

    said = await slack.press("incident_join", row["elements"][0]["value"])
    assert said == f"You joined incident 1. It is worked on in <#{INCIDENTS}>."
    assert slack.replies[-1]["replace_original"] is True
    assert slack.incidents.said == [("join", 1, ANN)]


async def test_another_is_opened_with_all_that_was_asked_for(slack):
    slack.incidents.same = slack.incidents.add()
    await slack.incident("open api-down It answers 500 --severity sev1 --drill")
    [row] = [block for block in slack.replies[-1]["blocks"] if block["type"] == "actions"]

    said = await slack.press("incident_another", row["elements"][1]["value"])
    request = asked(slack)
    assert (request.playbook, request.headline) == ("api-down", "It answers 500")
    assert (request.severity, request.drill, request.another) == (Sev.SEV1, True, True)
    assert request.key == "delivery-2"
    assert "Incident 2 is open" in said
    assert "same kind" not in "\n".join(texts(slack.replies[-1]["blocks"]))
