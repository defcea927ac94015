"""How everything watched is: the worst first, an unknown as unknown, what is well in a line."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.pulses import Component, PulseState, PulseView
from handlers.render.health_list import render_health
from tests.handlers._limits import assert_message, words
from tests.handlers._runs import NOON, nasty, times

UP, DOWN, UNKNOWN = PulseState.UP, PulseState.DOWN, PulseState.UNKNOWN


def a_pulse(name: str, state: PulseState = UP, **changes) -> PulseView:
    facts = {
        "target": f"{name}:health",
        "name": name,
        "state": state,
        "since": NOON - timedelta(hours=3),
        "said": "answered 200",
        "checked_at": NOON - timedelta(seconds=4),
    }
    return PulseView(**facts | changes)


def lines(*pulses: PulseView) -> list[str]:
    message = render_health(pulses, now=NOON)
    assert_message(message)
    return words(message).split("\n")


parts = st.builds(Component, name=nasty, ok=st.booleans(), said=nasty)
pulse_views = st.builds(
    PulseView,
    target=nasty,
    name=nasty,
    state=st.sampled_from(PulseState),
    since=times,
    said=nasty,
    components=st.lists(parts, max_size=2).map(lambda few: tuple(few) * 10),
    flapping=st.booleans(),
    paused=nasty,
    checked_at=st.none() | times,
    page=nasty,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(pulse_views, max_size=3).map(lambda few: few * 25))
def test_whatever_is_watched_makes_a_message_slack_takes(pulses):
    assert_message(render_health(pulses, now=NOON))


def test_the_worst_comes_first_and_what_is_well_in_a_line_each():
    said = lines(
        a_pulse("web"),
        a_pulse("redis", UNKNOWN, said="our own network does not answer"),
        a_pulse("api", flapping=True),
        a_pulse("jobs", DOWN, said="answered 503"),
        a_pulse("auth"),
    )

    assert said[:-1] == [
        "*1 down, 1 flapping, 1 unknown, 2 up*",
        ":red_circle: *jobs* · down for 3 h 00 min · answered 503",
        ":large_yellow_circle: *api* · up for 3 h 00 min · flapping · answered 200",
        ":white_circle: *redis* · unknown for 3 h 00 min · our own network does not answer",
        ":large_green_circle: auth · up for 3 h 00 min",
        ":large_green_circle: web · up for 3 h 00 min",
    ]
    assert said[-1].startswith("Last look <!date^1795435196^{time_secs}|11:59:56 UTC>.")


def test_all_well_is_two_paragraphs():
    message = render_health([a_pulse("api"), a_pulse("web")], now=NOON)

    assert message.text == "All 2 up"
    assert [block["type"] for block in message.blocks] == ["section", "section", "context"]


def test_an_unknown_without_words_says_that_nobody_looked_yet():
    said = lines(a_pulse("api", UNKNOWN, said="", checked_at=None))

    assert said[1] == ":white_circle: *api* · unknown for 3 h 00 min · not looked at yet"
    assert said[-1].startswith("Nothing was looked at yet.")


def test_failing_parts_and_the_vendors_own_page_are_named():
    broken = (
        Component(name="database", ok=False, said="timeout"),
        Component(name="cache", ok=True, said="ok"),
    )
    said = lines(a_pulse("api", components=broken, page="Major outage"))

    assert said[2:4] == ["Failing parts: database (timeout)", "Its status page: Major outage"]


def test_a_paused_failure_is_not_red_and_says_why():
    said = lines(a_pulse("api", DOWN, paused="run 12 deploys it"))

    assert said[1].startswith(":white_circle: *api* · down for")
    assert said[2] == "Paused, its failures count for nothing: run 12 deploys it"


def test_what_is_ill_while_paused_is_not_green_and_names_its_parts_once():
    part = Component(name="database", ok=False, said="timeout")
    said = lines(a_pulse("api", said="503; failing: database", components=(part,), paused="muted"))

    assert said[1].startswith(":white_circle: *api* · up for")
    assert "".join(said).count("database") == 1


def test_nothing_watched_says_how_to_begin():
    assert "`[health]` section in `pawdeploy.toml`" in lines()[0]


def test_nothing_a_service_answered_comes_alive():
    evil = "<!channel> :red_circle: *x*"
    part = Component(name=evil, ok=False, said=evil)
    said = lines(a_pulse(evil, DOWN, said=evil, components=(part,), paused=evil, page=evil))

    assert "<!channel" not in "".join(said)
    assert "".join(said).count(":red_circle:") == 0
