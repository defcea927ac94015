"""Lists of alerts and mutes: a line says where, how often and who; an empty one says what to do next."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.alerts import AlertList, MuteView
from handlers.render.alert_lists import (
    render_alerts,
    render_muted,
    render_test_sent,
    render_unmuted,
)
from tests.handlers._limits import assert_message, words
from tests.handlers._runs import ANN, BEN, NOON, nasty, times
from tests.handlers.render._alerts import alert_views, an_alert, ids, numbers

WHICH = ("open", "mine", "muted")
NOTHING = AlertList(alerts=(), total=0)


def a_mute(**changes) -> MuteView:
    facts = {
        "id": 2,
        "service": "api",
        "environment": "",
        "by": BEN,
        "since": NOON,
        "until": NOON + timedelta(hours=2),
        "why": "moving house",
    }
    return MuteView(**facts | changes)


mutes = st.builds(
    MuteView, id=ids, service=nasty, environment=nasty, by=nasty, since=times, until=times, why=nasty
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(alert_views, max_size=2).map(lambda few: tuple(few) * 30),
    st.lists(mutes, max_size=2).map(lambda few: tuple(few) * 10),
    numbers,
    nasty,
)
def test_whatever_is_listed_makes_messages_slack_takes(alerts, muted, total, typed):
    listed = AlertList(alerts=alerts, total=total, mutes=muted)

    for which in WHICH:
        assert_message(render_alerts(listed, which, now=NOON, user=BEN))
    assert_message(render_unmuted(muted))
    assert_message(render_test_sent(typed))
    for mute in muted[:2]:
        assert_message(render_muted(mute, typed))


def test_an_open_alert_is_two_lines():
    alert = an_alert(channel="C0ALERTS001", acked_by=ANN, assignee="ben", assignee_user=BEN)
    message = render_alerts(AlertList(alerts=(alert,), total=1), "open", now=NOON, user=BEN)
    said = words(message).split("\n")

    assert said[0] == "*Open alerts: 1*"
    assert said[1].startswith(":red_circle: *<https://pawlogic.sentry.io/issues/4711/|ZeroDivisionError")
    assert said[2] == (
        "Alert 7 · 1,204 events · 88 users · last seen just now · "
        f"acknowledged by <@{ANN}> · assigned to you · card in <#C0ALERTS001>"
    )
    assert message.text == "Open alerts: 1, newest: ZeroDivisionError: division by zero"


def test_a_long_list_is_cut_and_says_how_many_more():
    listed = AlertList(alerts=(an_alert(),) * 20, total=1234)

    said = words(render_alerts(listed, "open", now=NOON))
    assert "*Open alerts: 1,234*" in said
    assert "and 1,219 more" in said


def test_mutes_say_what_by_whom_until_when_why_and_how_to_end_them():
    listed = AlertList(alerts=(an_alert(),), total=1, mutes=(a_mute(environment="staging"),))
    said = words(render_alerts(listed, "muted", now=NOON))

    assert "*`api in staging`* until <!date^" in said
    assert f"by <@{BEN}>: “moving house”. Ends it: `/pawdeploy unmute api staging`" in said
    assert "Kept quiet by it: 1" in said


@pytest.mark.parametrize(
    ("which", "says"),
    [
        ("open", "No alert is open. `/pawdeploy health` says"),
        ("mine", "`/pawdeploy alerts` lists all that are open."),
        ("muted", "`/pawdeploy mute SERVICE FOR WHY`"),
    ],
)
def test_an_empty_list_says_what_to_do_next(which, says):
    message = render_alerts(NOTHING, which, now=NOON, user=BEN)

    assert_message(message)
    assert says in words(message)


def test_a_mute_says_what_it_does_and_what_ends_it():
    said = words(render_muted(a_mute(), "until 14:00 CET"))

    assert said.startswith("`api` is muted until 14:00 CET: “moving house”.")
    assert "`/pawdeploy unmute api` ends it." in said


def test_ended_mutes_are_named_with_who_had_muted():
    said = words(render_unmuted((a_mute(), a_mute(environment="staging"))))

    assert f"`api` is heard of again; <@{BEN}> had muted it: “moving house”." in said
    assert "`api in staging` is heard of again" in said
    assert "`/pawdeploy alerts muted`" in words(render_unmuted(()))


def test_a_test_says_where_to_look_and_how_to_end_it():
    said = words(render_test_sent("C0ALERTS001"))

    assert "appears in <#C0ALERTS001>" in said
    assert "Resolve on it ends it." in said


def test_nothing_typed_comes_alive():
    mute = a_mute(
        service="<!channel>", environment="<!here>", why="<!everyone> :red_circle:", by="<!channel>"
    )
    said = words(render_unmuted((mute,))) + words(render_muted(mute, "<!channel>"))

    assert "<!" not in said.replace("<!date^", "")
    assert ":red_circle:" not in said
