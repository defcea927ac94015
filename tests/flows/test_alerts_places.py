"""Where cards go: a storm's into its thread, and a closed channel's to the ops channel."""

import pytest
import pytest_asyncio

from handlers.render import alert_card as press
from tests.flows.alerting import ALERTS, OPS, alerting, sections
from tests.flows.driver import BEN

pytestmark = pytest.mark.asyncio(loop_scope="module")
MOST, GROUPS, TOLD = 4, 12, 120
STORMY = sections(alerts={"storm_groups": MOST, "storm_window": 3.0, "storm_calm": 3.0})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with alerting(tmp_path_factory.mktemp("places"), edit=STORMY) as made:
        yield made


async def test_a_storm_is_one_card_with_each_groups_own_card_in_its_thread_and_right_counts(desk):
    accepted = await desk.box.sentry.storm(groups=GROUPS, total=TOLD, per_second=60)

    assert accepted == TOLD
    storm = await desk.alert("Alert storm: ")
    joined = GROUPS - MOST
    await desk.shows(storm, f"told {TOLD // GROUPS * joined} times")
    await desk.ws.until(lambda: len(_groups(desk.below(storm))) >= joined, 30)
    await desk.shows(storm, f"{joined} groups")
    alone = _groups(desk.ws.messages(ALERTS))
    assert len(alone) == MOST
    told = _groups([*desk.ws.messages(ALERTS), *desk.below(storm)])
    assert sorted(told) == [
        f"StormError: pet {number} is missing" for number in sorted(range(GROUPS), key=str)
    ]
    query = "SELECT sum(times), count(*) FROM alerts WHERE title LIKE 'StormError%'"
    assert desk.rows(query) == [(TOLD, GROUPS)]
    assert desk.ws.refused_calls == {}
    await desk.shows(storm, "The storm is over")


def _groups(messages):
    """Return the titles of the storm's own cards among messages."""
    return [one.text.partition(" · ")[0] for one in messages if one.text.startswith("StormError")]


@pytest.mark.parametrize(
    ("turned", "why", "way_out"),
    [
        ("archived", "which is archived", "Unarchive it"),
        ("bot removed", "which I am not in", "/invite @pawdeploy"),
    ],
)
async def test_a_card_its_channel_does_not_take_is_in_the_ops_channel_and_says_so(desk, turned, why, way_out):
    desk.box.faults.set("slack.alerts", turned)
    before = len(desk.ws.messages(ALERTS))

    issue = await desk.box.sentry.new_issue("backend", "production", title=f"While {turned}")

    card = await desk.alert(f"While {turned}", f"Meant for <#{ALERTS}>", channel=OPS)
    assert why in card.everything
    assert way_out in card.everything
    await desk.replied(card, "in the 24 hours to")  # its picture has followed it
    await desk.fill(card, press.RESOLVE, how="now")
    await desk.shows(card, f"Resolved by <@{BEN}>")
    assert desk.orders(issue) == 1
    assert len(desk.ws.messages(ALERTS)) == before
    assert len(desk.alerts(f"While {turned}", channel=OPS)) == 1


async def test_a_card_that_is_there_when_its_channel_closes_is_shown_anew_in_the_ops_channel(desk):
    issue, card = await desk.issue("There before")
    desk.box.faults.set("slack.alerts", "archived")

    await desk.box.sentry.resolve(issue)

    moved = await desk.alert("There before", "Resolved: ", f"Meant for <#{ALERTS}>", channel=OPS)
    assert "Resolved: " not in card.everything
    assert press.REOPEN in desk.buttons(moved)
