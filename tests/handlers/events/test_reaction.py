import pytest
from slack_bolt.context.async_context import AsyncBoltContext

from handlers.events import reaction
from tests.handlers._slack import BEN, DEPLOYS

CARD = {"type": "message", "channel": DEPLOYS, "ts": "1.0"}


@pytest.mark.parametrize("kind", ["reaction_added", "reaction_removed"])
async def test_a_reaction_only_says_where_to_look(slack, kind):
    await slack.event(type=kind, user=BEN, reaction="white_check_mark", item=CARD, event_ts="2.0")

    assert slack.consent.said == [("reacted", DEPLOYS, "1.0")]


@pytest.mark.parametrize(
    "event",
    [
        {"user": BEN, "item": {"type": "file", "file": "F0FILE00001"}},
        {"user": BEN, "item": {}},
    ],
)
async def test_what_is_on_no_message_is_nothing_to_us(slack, event):
    await slack.event(type="reaction_added", reaction="x", event_ts="2.0", **event)

    assert slack.consent.said == []


async def test_the_bots_own_reaction_is_nothing_to_us(slack):
    own = {"type": "reaction_added", "user": "U0BOT000001", "reaction": "x", "item": CARD}

    await reaction.handle(own, AsyncBoltContext({"bot_user_id": "U0BOT000001"}), slack.consent)

    assert slack.consent.said == []
