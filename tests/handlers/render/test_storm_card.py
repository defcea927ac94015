"""A storm's card: how many, since when, how many are quiet again; the worst by name."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.alerts import AlertState, StormView
from handlers.render.storm_card import MOST_GROUPS, render_storm
from tests.handlers._limits import assert_message, words
from tests.handlers._runs import BEN, NOON, times
from tests.handlers.render._alerts import alert_views, an_alert, ids, numbers

SINCE = "<!date^1795435080^{time}|11:58 UTC>"


def a_storm(**changes) -> StormView:
    facts = {
        "id": 4,
        "channel": "C0ALERTS001",
        "began_at": NOON - timedelta(minutes=2),
        "last_at": NOON,
        "ended_at": None,
        "revision": 9,
        "groups": 42,
        "told": 9812,
        "firing": 42,
        "worst": (an_alert(acked_by=BEN), an_alert(id=8, state=AlertState.RESOLVED)),
    }
    return StormView(**facts | changes)


def lines(**changes) -> list[str]:
    message = render_storm(a_storm(**changes), now=NOON)
    assert_message(message)
    return words(message).split("\n")


storms = st.builds(
    StormView,
    id=ids,
    channel=st.just("C0ALERTS001"),
    began_at=times,
    last_at=times,
    ended_at=st.none() | times,
    revision=ids,
    groups=numbers,
    told=numbers,
    firing=numbers,
    worst=st.lists(alert_views, max_size=2).map(lambda few: tuple(few) * 10),
)


@settings(max_examples=25, deadline=None)
@given(storms)
def test_whatever_rages_makes_a_card_slack_takes(storm):
    assert_message(render_storm(storm, now=NOON))


def test_a_storm_says_how_many_since_when_and_names_the_worst():
    said = lines()

    assert said[0] == f":red_circle: *Alert storm: 42 groups since {SINCE}, told 9,812 times*"
    assert said[1].startswith(":red_circle: *<https://pawlogic.sentry.io/issues/4711/|ZeroDivisionError")
    assert said[1].endswith(f"88 users · seen by <@{BEN}>")
    assert said[2].startswith(":large_green_circle: *Resolved: ")
    assert said[3] == "and 40 more"
    assert said[4].startswith(
        "What began it has cards beside this one; each of these has its own in the thread. Storm 4 · as of "
    )


def test_no_more_than_a_few_are_named():
    assert len(lines(worst=(an_alert(),) * 20)) == 1 + MOST_GROUPS + 2


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"firing": 40}, f":red_circle: *Alert storm: 42 groups since {SINCE}, told 9,812 times* · 2 of 42"),
        (
            {"ended_at": NOON, "firing": 2},
            ":large_yellow_circle: *The storm is over:* 42 groups in 2 min, told 9,812 times; "
            "40 of 42 quiet again",
        ),
        ({"ended_at": NOON, "firing": 0}, ":large_green_circle: *The storm is over:* 42 groups in 2 min"),
        ({"ended_at": NOON, "firing": 0}, "all quiet again"),
        ({"ended_at": NOON, "firing": 42}, "all of them still fire"),
        (
            {"ended_at": NOON, "firing": 1, "groups": 1, "told": 1},
            "1 group in 2 min, told once; it still fires",
        ),
    ],
)
def test_the_first_line_says_how_it_stands(changes, line):
    assert line in lines(**changes)[0]


def test_a_storm_nobody_is_named_of_is_two_blocks():
    assert len(render_storm(a_storm(worst=()), now=NOON).blocks) == 2
