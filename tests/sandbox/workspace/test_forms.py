import pytest
from slack_sdk.errors import SlackApiError

from tests.sandbox.workspace.conftest import ANN, BEN, DEPLOYS, Clock, bolt_app, client_of, workspace


def plain(text: str) -> dict:
    return {"type": "plain_text", "text": text}


ENVIRONMENTS = [{"text": plain(name), "value": name} for name in ("staging", "production")]
FORM = {
    "type": "modal",
    "callback_id": "deploy",
    "title": plain("Deploy"),
    "submit": plain("Deploy"),
    "private_metadata": "kept",
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "environment",
            "label": plain("Environment"),
            "element": {"type": "static_select", "action_id": "pick", "options": ENVIRONMENTS},
        },
        {
            "type": "input",
            "block_id": "ref",
            "optional": True,
            "label": plain("Ref"),
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 10},
        },
    ],
}


class Heard:
    """What the app got, and what it answers to a submission."""

    def __init__(self) -> None:
        self.triggers: list[str] = []
        self.submitted: list[dict] = []
        self.closed: list[dict] = []
        self.answer: dict = {}


@pytest.fixture
async def heard(ws, connect) -> Heard:
    heard, app = Heard(), bolt_app(ws)

    @app.command("/pawdeploy")
    async def command(ack, body, client):
        await ack()
        heard.triggers.append(body["trigger_id"])
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("deploy")
    async def submitted(ack, view):
        heard.submitted.append(view)
        await ack(**heard.answer)

    @app.view_closed("deploy")
    async def closed(ack, view):
        await ack()
        heard.closed.append(view)
        ws.feed.wake()

    await connect(app)
    await ws.say(ANN, DEPLOYS, "/pawdeploy")
    await ws.until(lambda: ws.view(ANN))
    return heard


async def test_a_form_opens_for_the_person_who_asked_and_nobody_else(ws, heard):
    assert ws.view(ANN).view["callback_id"] == "deploy"
    assert ws.view(BEN) is None


async def test_a_submission_carries_every_answer_and_closes_the_form(ws, heard):
    said = await ws.submit(ANN, ws.view(ANN).id, {"environment": "staging"})

    assert said.ok
    assert ws.view(ANN) is None
    values = heard.submitted[0]["state"]["values"]
    assert values["environment"]["pick"]["selected_option"]["value"] == "staging"
    assert values["ref"]["text"] == {"type": "plain_text_input", "value": None}
    assert heard.submitted[0]["private_metadata"] == "kept"


async def test_slacks_own_shape_of_values_is_understood(ws, heard):
    values = {"environment": {"pick": {"type": "static_select", "selected_option": ENVIRONMENTS[1]}}}

    assert (await ws.submit(ANN, ws.view(ANN).id, values)).ok


async def test_a_required_answer_must_be_there_before_the_app_hears_of_it(ws, heard):
    said = await ws.submit(ANN, ws.view(ANN).id, {"ref": "main"})

    assert said.errors == {"environment": "Please complete this required field."}
    assert heard.submitted == []


async def test_an_answer_must_fit_and_must_be_on_offer(ws, heard):
    form = ws.view(ANN).id

    assert "ref" in (await ws.submit(ANN, form, {"environment": "staging", "ref": "x" * 11})).errors
    assert (await ws.submit(ANN, form, {"environment": "moon"})).error == "no_such_option"


async def test_the_apps_errors_stand_beside_the_questions_and_the_form_stays(ws, heard):
    heard.answer = {"response_action": "errors", "errors": {"ref": "No such ref."}}

    said = await ws.submit(ANN, ws.view(ANN).id, {"environment": "staging"})

    assert said.errors == {"ref": "No such ref."}
    assert ws.view(ANN) is not None


async def test_the_app_may_answer_with_another_form(ws, heard):
    heard.answer = {"response_action": "update", "view": {**FORM, "title": plain("Sure?")}}

    await ws.submit(ANN, ws.view(ANN).id, {"environment": "staging"})

    assert ws.view(ANN).view["title"]["text"] == "Sure?"


async def test_closing_a_form_tells_the_app_that_asked_to_know(ws, heard):
    assert (await ws.close_view(ANN, ws.view(ANN).id)).ok

    await ws.until(lambda: heard.closed)
    assert ws.view(ANN) is None


async def test_a_trigger_opens_one_form(ws, heard):
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client_of(ws).views_open(trigger_id=heard.triggers[0], view=FORM)


async def test_a_trigger_is_too_old_after_three_seconds():
    clock = Clock()
    async with workspace(clock=clock) as ws:
        trigger = ws.core.tickets.trigger(ANN, DEPLOYS)
        clock.now += 3.1

        with pytest.raises(SlackApiError, match="expired_trigger_id"):
            await client_of(ws).views_open(trigger_id=trigger, view=FORM)


async def test_an_edit_of_a_form_that_changed_meanwhile_is_refused(ws, heard):
    client, form = client_of(ws), ws.view(ANN)
    stale = form.hash
    await client.views_update(view_id=form.id, hash=stale, view=FORM)

    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=form.id, hash=stale, view=FORM)


async def test_three_forms_may_lie_on_each_other_and_no_more(ws, heard):
    client = client_of(ws)
    for _ in range(2):
        await client.views_push(trigger_id=ws.core.tickets.trigger(ANN, DEPLOYS), view=FORM)

    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=ws.core.tickets.trigger(ANN, DEPLOYS), view=FORM)
