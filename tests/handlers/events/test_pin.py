"""A pinned message, as Slack tells of it."""

import pytest
from slack_bolt.context.async_context import AsyncBoltContext

from handlers.events import pin
from tests.handlers._incidents import guarding
from tests.handlers._slack import ANN, BEN, DEPLOYS, Slack, pawlogic


def pinned(**changes) -> dict:
    item = {
        "type": "message",
        "channel": DEPLOYS,
        "created": 1360782804,
        "created_by": ANN,
        "message": {"type": "message", "user": BEN, "text": "Redis is full", "ts": "1360782400.498405"},
    }
    return {
        "type": "pin_added",
        "user": ANN,
        "channel_id": DEPLOYS,
        "item": item,
        "event_ts": "1360782804.083113",
    } | changes


async def test_a_pinned_message_is_noted_with_its_own_time_and_once_a_delivery(slack):
    await slack.event(**pinned())

    assert slack.incidents.said == [("noticed", DEPLOYS, "1360782400.498405", ANN, "delivery-1")]


@pytest.mark.parametrize(
    "changes",
    [{"item": {"type": "file", "file": {"id": "F0FILE00001"}}}, {"item": {}}, {"item": {"type": "message"}}],
)
async def test_what_is_no_message_is_nothing_to_us(slack, changes):
    await slack.event(**pinned(**changes))

    assert slack.incidents.said == []


async def test_the_bots_own_pin_is_nothing_to_us(slack):
    context = AsyncBoltContext({"bot_user_id": "U0BOT000001"})

    await pin.handle(
        pinned(user="U0BOT000001"),
        context,
        slack.incidents,
        slack.people,
        pawlogic(),
        "delivery-1",
        slack.client,
    )

    assert slack.incidents.said == []


async def test_where_roles_are_named_only_their_pins_are_noted():
    slack = Slack(guarding(pawlogic(), "lead"))

    await slack.event(**pinned(user=BEN))
    await slack.event(**pinned())

    assert [said[3] for said in slack.incidents.said] == [ANN]


async def test_who_pins_what_may_be_about_several_is_told_so_alone(slack):
    slack.incidents.several = (3, 4)

    await slack.event(**pinned())

    [(method, sent)] = slack.client.calls
    assert (method, sent["channel"], sent["user"]) == ("chat.postEphemeral", DEPLOYS, ANN)
    assert sent["text"].startswith("Incidents 3 and 4 are open, and nothing says which of them")
    assert "`/pawincident note 3 words…`" in sent["text"]


async def test_who_pins_what_is_noted_is_told_nothing(slack):
    await slack.event(**pinned())

    assert slack.client.calls == []


async def test_trouble_with_one_is_logged_and_the_delivery_is_done(slack, caplog):
    slack.incidents.trouble = RuntimeError()

    await slack.event(**pinned())

    assert slack.done == ["delivery-1"]
    assert "listener failed" in caplog.text
