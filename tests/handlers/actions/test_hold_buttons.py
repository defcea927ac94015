"""Unlock and Switch auto-deploy on again, over real holds."""

from datetime import UTC, datetime

import pytest

from bot.db.session import open_database
from bot.errors import VendorUnavailable
from handlers._payloads import MOVED_ON, HoldButton
from tests.bot.pipelines._holding import PLACE, Holding
from tests.handlers._slack import ANN, BEN, OTTO, Slack, pawlogic
from tests.sqlite import fresh_sqlite


@pytest.fixture
async def team(tmp_path):
    database = await open_database(fresh_sqlite(tmp_path))
    made = Holding(database)
    made.clock.at = datetime.now(UTC)
    yield made
    await database.close()


@pytest.fixture
def slack(team):
    return Slack(pawlogic(), team.holds)


async def test_the_reminders_button_gives_the_lock_back(slack, team):
    hold = (await team.lock()).hold

    said = await slack.press("hold_unlock", HoldButton(hold=hold.id).encode())
    assert said == "The lock on `production` is over."
    assert slack.replies[-1]["replace_original"] is False
    assert await team.held() == []


async def test_an_old_reminder_opens_no_newer_lock(slack, team):
    old = (await team.lock()).hold
    await team.holds.unlock(by=ANN, **PLACE)
    new = (await team.lock("b")).hold

    assert "That lock is over." in await slack.press("hold_unlock", HoldButton(hold=old.id).encode())
    assert await team.held() == [new]


async def test_a_double_click_is_told_that_it_is_over(slack, team):
    value = HoldButton(hold=(await team.lock()).hold.id).encode()

    await slack.press("hold_unlock", value)
    assert "That lock is over." in await slack.press("hold_unlock", value)


async def test_the_rollbacks_card_opens_its_lock_and_then_auto_deploy_can_be_switched_on(slack, team):
    await team.rolled_back(7)

    said = await slack.press("hold_unlock", HoldButton(run=7).encode(), user=BEN)
    assert "auto-deploy" in said
    [offered] = [block for block in slack.replies[-1]["blocks"] if block["type"] == "actions"]
    value = offered["elements"][0]["value"]

    assert "You can't switch on auto-deploy" in await slack.press("auto_deploy_on", value, user=OTTO)
    assert team.switch.switched == []
    assert "Auto-deploy is on again" in await slack.press("auto_deploy_on", value, user=BEN)
    assert "done already" in await slack.press("auto_deploy_on", value, user=BEN)
    assert len(team.switch.switched) == 1


async def test_a_platform_that_does_not_answer_is_said_and_can_be_asked_again(slack, team):
    hold = await team.rolled_back()
    await team.holds.unlock(by=BEN, **PLACE)
    team.switch.trouble = VendorUnavailable("Railway", "switching automatic deploys on")

    said = await slack.press("auto_deploy_on", HoldButton(hold=hold.id).encode())
    assert "Railway is not answering" in said


async def test_a_stranger_opens_nothing(slack, team):
    hold = (await team.lock()).hold
    said = await slack.press("hold_unlock", HoldButton(hold=hold.id).encode(), user=OTTO)
    assert "You can't unlock" in said
    assert await team.held() == [hold]


@pytest.mark.parametrize("action", ["hold_unlock", "auto_deploy_on"])
@pytest.mark.parametrize("carried", ["", "7", '{"v":2,"hold":1}', '{"v":1,"hold":-1}', None])
async def test_a_value_from_another_version_is_told_that_the_card_moved_on(slack, action, carried):
    assert await slack.press(action, carried) == MOVED_ON


@pytest.mark.parametrize("carried", ['{"v":1}', '{"v":1,"hold":99}', '{"v":1,"run":99}'])
async def test_a_lock_that_is_not_there_is_said_so(slack, carried):
    assert "`/pawdeploy locks`" in await slack.press("hold_unlock", carried)
