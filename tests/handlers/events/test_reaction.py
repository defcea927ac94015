import pytest
from slack_bolt.context.async_context import AsyncBoltContext

from handlers.events import reaction
from tests.handlers._incidents import guarding
from tests.handlers._slack import BEN, DEPLOYS, OTTO, Slack, pawlogic

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
    own = {"type": "reaction_added", "user": "U0BOT000001", "reaction": "pushpin", "item": CARD}

    await reaction.handle(
        own,
        AsyncBoltContext({"bot_user_id": "U0BOT000001"}),
        slack.consent,
        slack.incidents,
        slack.people,
        pawlogic(),
        "delivery-1",
        slack.client,
    )

    assert slack.consent.said == slack.incidents.said == []


@pytest.mark.parametrize("emoji", ["pushpin", "pushpin::skin-tone-3"])
async def test_one_of_the_emoji_of_incidents_puts_the_message_on_the_timeline(slack, emoji):
    await slack.event(type="reaction_added", user=OTTO, reaction=emoji, item=CARD, event_ts="2.0")

    assert slack.incidents.said == [("noticed", DEPLOYS, "1.0", OTTO, "delivery-1")]
    assert slack.consent.said == [("reacted", DEPLOYS, "1.0")]


@pytest.mark.parametrize(("kind", "emoji"), [("reaction_added", "tada"), ("reaction_removed", "pushpin")])
async def test_another_emoji_or_one_taken_away_puts_nothing_there(slack, kind, emoji):
    await slack.event(type=kind, user=BEN, reaction=emoji, item=CARD, event_ts="2.0")

    assert slack.incidents.said == []


async def test_the_emoji_of_somebody_who_may_not_puts_nothing_there_and_counts_as_a_voice_all_the_same():
    slack = Slack(guarding(pawlogic(), "lead"))

    await slack.event(type="reaction_added", user=BEN, reaction="pushpin", item=CARD, event_ts="2.0")

    assert slack.incidents.said == []
    assert slack.consent.said == [("reacted", DEPLOYS, "1.0")]


async def test_who_marks_what_may_be_about_several_is_told_so_alone(slack):
    slack.incidents.several = (3, 4)

    await slack.event(type="reaction_added", user=OTTO, reaction="pushpin", item=CARD, event_ts="2.0")

    [(method, sent)] = slack.client.calls
    assert (method, sent["user"]) == ("chat.postEphemeral", OTTO)
    assert "it is on no timeline" in sent["text"]
