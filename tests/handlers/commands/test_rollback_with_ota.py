"""``/pawdeploy rollback --with-ota``, and the box in its form: the service and the app go back together."""

from datetime import timedelta

import pytest

from bot.engine.reasons import Reason
from bot.engine.states import RunState
from bot.errors import UserError
from handlers._payloads import RollbackState, RunButton
from handlers.render.rollback_form import rollback_form
from handlers.render.together import render_going_back, render_left_out
from tests.handlers._limits import assert_message, assert_view, texts, words
from tests.handlers._runs import NOON, a_run
from tests.handlers._slack import ANN, BEN, DEPLOYS, OTTO
from tests.handlers._updates import MESSAGE, a_way_back_of, an_update, rolled
from tests.handlers.test_together import a_deploy, published
from tests.handlers.views.test_rollback_form import filled

PRODUCTION = RollbackState(service="api", environment="production").encode()
STORES = "What people got from a store can't be taken back:"


def together(slack) -> None:
    slack.desk.runs = {1: a_deploy(id=1), 2: published(id=2)}


def said(slack) -> str:
    return "\n".join(texts(slack.replies[-1]["blocks"]))


async def test_both_ways_back_start_and_the_stores_are_said_plainly(slack):
    together(slack)

    await slack.command("rollback production --with-ota")

    assert slack.desk.rollbacks["delivery-1"].environment == "production"
    assert slack.updates.backs["delivery-1:ota:mobile"].by == ANN
    assert "Preparing to roll production back: run 3." in said(slack)
    assert "Preparing to take the update of production back: run 4." in said(slack)
    assert f"Each has a card, and approvals, of its own in <#{DEPLOYS}>." in said(slack)
    assert f"*{STORES}*" in said(slack)
    assert "`/pawmobile halt because …`" in said(slack)


async def test_without_the_word_the_update_stays_and_it_is_said_what_takes_it_back(slack):
    together(slack)

    await slack.command("rollback production")

    assert slack.updates.backs == {}
    assert f"The update “{MESSAGE}” of mobile, run 2 was released together with it and stays." in said(slack)
    assert "To take it back too: `/pawota rollback production`." in said(slack)


async def test_its_card_elsewhere_is_named_as_well(slack):
    together(slack)

    await slack.command("rollback production", channel="C0ELSEWHERE")

    assert f"run 3. Its card is in <#{DEPLOYS}>." in said(slack)
    assert "and stays." in said(slack)


async def test_where_nothing_came_with_it_nothing_is_said(slack):
    slack.desk.runs = {1: a_deploy(id=1)}

    await slack.command("rollback production")

    assert len(slack.desk.rollbacks) == 1
    assert slack.replies == []


async def test_a_dry_run_offers_what_came_with_it(slack):
    together(slack)

    await slack.command("rollback production --dry-run", user=OTTO)

    assert f"Released together with it: the update “{MESSAGE}” of mobile, run 2." in said(slack)
    assert "To take it back too: `/pawdeploy rollback production --with-ota`." in said(slack)
    assert "To go back for real: `/pawdeploy rollback production`." in said(slack)
    assert STORES not in said(slack)


async def test_where_nothing_was_released_together_nothing_starts(slack):
    text = await slack.command("rollback production --with-ota")

    assert "No update over the air was released with what `production` runs" in text
    assert slack.desk.rollbacks == {}


async def test_a_dry_run_says_what_would_go_back_as_well(slack):
    together(slack)

    await slack.command("rollback production --with-ota --dry-run", user=OTTO)

    assert f"And the update “{MESSAGE}” of mobile, run 2." in said(slack)
    assert "To go back for real: `/pawdeploy rollback production --with-ota`." in said(slack)
    assert STORES in said(slack)
    assert slack.desk.rollbacks == slack.updates.backs == {}


async def test_an_emergency_is_one_for_both_or_for_none(slack):
    together(slack)

    refused = await slack.command('rollback --with-ota --emergency "it burns"', user=BEN)
    assert "as an emergency" in refused
    assert slack.desk.rollbacks == slack.updates.backs == {}

    await slack.command('rollback --with-ota --emergency "it burns"', user=ANN)
    assert slack.updates.backs["delivery-2:ota:mobile"].emergency == "it burns"


async def test_an_update_that_does_not_go_back_is_said(slack):
    together(slack)
    slack.updates.trouble = UserError("Run 9 takes it back already.", reason=Reason.ROLLBACK_UNDER_WAY)

    await slack.command("rollback --with-ota")

    assert "The update of mobile is *not* taken back: Run 9 takes it back already." in said(slack)
    assert len(slack.desk.rollbacks) == 1


async def test_the_form_offers_what_came_together(slack):
    together(slack)
    slack.desk.choices = (a_run(id=12, environment="production"),)

    await slack.press("rollback_start", RunButton(run=1, attempt=1).encode())

    blocks = {block.get("block_id"): block for block in slack.client.calls[-1][1]["view"]["blocks"]}
    [offered] = blocks["with_ota"]["element"]["options"]
    assert (offered["value"], offered["text"]["text"]) == ("mobile", f"mobile: {MESSAGE}")
    assert "initial_options" not in blocks["with_ota"]["element"]


async def test_the_form_offers_nothing_where_nothing_came_together(slack):
    slack.desk.runs = {1: a_deploy(id=1)}
    slack.desk.choices = (a_run(id=12, environment="production"),)

    await slack.press("rollback_start", RunButton(run=1, attempt=1).encode())

    assert "with_ota" not in str(slack.client.calls[-1])


def ticked(*apps: str) -> dict:
    chosen = [{"value": app} for app in apps]
    return filled("12") | {"with_ota": {"with_ota": {"type": "checkboxes", "selected_options": chosen}}}


async def test_ticked_both_go_back(slack):
    together(slack)

    await slack.submit("rollback_form", ticked("mobile"), metadata=PRODUCTION)

    assert slack.desk.rollbacks["delivery-1"].to == "12"
    assert list(slack.updates.backs) == ["delivery-1:ota:mobile"]
    shown = "\n".join(texts(slack.client.calls[-1][1]["view"]["blocks"]))
    assert STORES in shown


async def test_unticked_only_the_service_does(slack):
    together(slack)

    await slack.submit("rollback_form", ticked(), metadata=PRODUCTION)

    assert len(slack.desk.rollbacks) == 1
    assert slack.updates.backs == {}


async def test_ticked_and_taken_back_meanwhile_nothing_starts_and_it_is_said(slack):
    together(slack)
    slack.desk.runs[3] = a_way_back_of(id=3, state=RunState.SUCCEEDED, requested_at=NOON + timedelta(hours=5))

    await slack.submit("rollback_form", ticked("mobile"), metadata=PRODUCTION)

    assert "No update over the air was released" in "\n".join(
        texts(slack.client.calls[-1][1]["view"]["blocks"])
    )
    assert slack.desk.rollbacks == {}


@pytest.mark.parametrize("why", ["<!channel> `x` " * 60, "🐾" * 300, "\u202e"])
def test_nasty_messages_fit_and_stay_words(why):
    run = an_update(state=RunState.SUCCEEDED, why=why, mobile=rolled(100, 2), service="m" * 60)

    assert_view(rollback_form((a_run(),), emergency=True, updates=[run] * 12))
    assert_message(render_going_back([run, run], {"<app>": "no"}, DEPLOYS, in_stores=True))
    assert_message(
        render_left_out(render_going_back([a_run()], {}, DEPLOYS, in_stores=False), [run] * 3, several=True)
    )
    assert "<!channel>" not in words(render_going_back([run], {}, DEPLOYS, in_stores=False))
