"""Words about locks and freezes: shape, limits, everything typed escaped."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.holds import PAWDEPLOY, Hold, HoldKind
from bot.pipelines.hold_news import HoldNews
from handlers.render._text import told
from handlers.render.holds import (
    render_ended,
    render_frozen,
    render_hold_news,
    render_holds,
    render_locked,
)
from tests.handlers._limits import assert_message, assert_mrkdwn, words
from tests.handlers._runs import NOON, nasty, times
from tests.handlers._slack import ANN, BEN

WHAT = ("begun", "renewed", "ended", "taken_over", "nag")
holds = st.builds(
    Hold,
    id=st.integers(1, 10**9),
    kind=st.sampled_from(HoldKind),
    service=nasty,
    environment=nasty,
    by=st.sampled_from([ANN, BEN, PAWDEPLOY]) | nasty,
    since=times,
    until=st.none() | times,
    reason=nasty,
    run_id=st.none() | st.integers(1, 10**9),
    auto_deploy_off=st.booleans(),
)


def a_hold(**changes) -> Hold:
    facts = {
        "id": 3,
        "kind": HoldKind.LOCK,
        "service": "",
        "environment": "production",
        "by": ANN,
        "since": NOON - timedelta(hours=3),
        "until": None,
        "reason": "moving",
    }
    return Hold(**facts | changes)


def news(what, hold=None, **more) -> HoldNews:
    return HoldNews(what=what, hold=hold or a_hold(), at=NOON, **more)


@settings(max_examples=25)
@given(holds, nasty, nasty)
def test_whatever_is_held_and_typed_makes_messages_slack_takes(hold, by, why):
    for what in WHAT:
        assert_message(render_hold_news(news(what, hold, by=by, why=why), now=NOON))
    for made in (
        render_locked(hold, why, renewed=True),
        render_frozen(hold, why, renewed=False),
        render_ended([hold, hold], by=by),
        render_holds([hold] * 40, now=NOON),
    ):
        assert_message(made)


@settings(max_examples=25)
@given(holds, nasty)
def test_news_is_kept_and_read_back_as_it_was(hold, why):
    for what in WHAT:
        one = news(what, hold, why=why.encode("utf-8", "ignore").decode())
        assert HoldNews.decode(one.encode()) == one


def test_an_empty_list_says_how_to_lock():
    assert_message(render_holds((), now=NOON))


@pytest.mark.parametrize(
    ("what", "hold", "by", "says"),
    [
        ("begun", a_hold(), "", f"<@{ANN}> locked `production` until somebody ends it: “moving”."),
        ("begun", a_hold(kind=HoldKind.FREEZE, until=NOON), "", f"<@{ANN}> froze `production` until <!date^"),
        ("renewed", a_hold(), "", f"<@{ANN}> keeps the lock on `production`"),
        ("ended", a_hold(), ANN, f"<@{ANN}> unlocked `production`, locked for 3 h 00 min: “hurry”."),
        ("ended", a_hold(), BEN, f"<@{BEN}> ended <@{ANN}>'s lock on `production`: “hurry”."),
        ("ended", a_hold(kind=HoldKind.FREEZE), ANN, f"<@{ANN}> ended the freeze of `production`"),
        (
            "ended",
            a_hold(by=PAWDEPLOY, run_id=7),
            BEN,
            f"<@{BEN}> unlocked `production`, locked since the rollback of run 7",
        ),
        ("taken_over", a_hold(), BEN, f"<@{BEN}> ended your lock on `production`"),
        ("nag", a_hold(), "", "You have held the lock on `production` for 3 h 00 min: “moving”."),
    ],
)
def test_what_is_told_says_who_did_what_and_why(what, hold, by, says):
    assert says in words(render_hold_news(news(what, hold, by=by, why="hurry"), now=NOON))


def test_a_reminder_has_a_button_that_names_its_lock():
    made = render_hold_news(news("nag"), now=NOON)
    [row] = [block for block in made.blocks if block["type"] == "actions"]
    assert row["elements"][0]["action_id"] == "hold_unlock"
    assert '"hold":3' in row["elements"][0]["value"]


def test_people_and_moments_of_our_sentences_come_alive_and_nothing_else_does():
    said = told("locked by @U0ANNREQ001 since 2026-11-23 12:00 UTC: “<!channel> a@U0ANNREQ001 :red_circle:”")
    assert said.startswith(f"locked by <@{ANN}> since <!date^{int(NOON.timestamp())}^")
    assert "&lt;!channel&gt; a@U0ANNREQ001" in said
    assert ":red_circle:" not in said
    assert_mrkdwn(said)


@pytest.mark.parametrize("typed", ["2026-02-31 12:00 UTC", "2026-99-99 99:99 UTC", "@U", "@@U0ANNREQ001"])
def test_what_only_looks_like_a_person_or_a_moment_stays_text(typed):
    assert told(typed) == typed


@settings(max_examples=40)
@given(nasty)
def test_whatever_stands_in_a_detail_stays_within_a_cards_limits(typed):
    said = told(f"{typed} @U0ANNREQ001 " + "2026-11-23 12:00 UTC " * 200)
    assert_mrkdwn(said)
    assert len(said) < 1200
