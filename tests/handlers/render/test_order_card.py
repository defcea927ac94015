"""The card of an order to the stores: what it does, how each store stood before and stands since."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine.consent import Voice
from bot.engine.reasons import Reason
from bot.engine.release import OrderFacts
from bot.engine.states import RunKind, RunState, StepName, StepState
from bot.engine.stores import Order, OrderKind, StorePhase
from handlers._payloads import RunButton
from handlers.render.run_card import around, render_run_card
from tests.handlers._limits import assert_message, words
from tests.handlers._releases import ANDROID, IOS, a_version, an_order, by_platform, order_facts
from tests.handlers._runs import ANN, BEN, NOON, a_vote, an_asking, nasty, run_views
from tests.handlers._slack import pawlogic
from tests.handlers.render._releases import buttons, draw, first_line, keyed, platforms, versions

FAILED = StepState.FAILED
RESUME = order_facts(OrderKind.RESUME, ANDROID)
LINES = {
    "preparing": (
        an_order(StepName.RESOLVE, RunState.PREPARING),
        ":large_blue_circle: *Preparing to halt 1.5.0 at Apple and Google*",
    ),
    "version unknown": (
        an_order(StepName.RESOLVE, RunState.PREPARING, known=order_facts(OrderKind.HALT, IOS, version="")),
        ":large_blue_circle: *Preparing to halt what is going out at Apple*",
    ),
    "asking": (
        an_order(StepName.CONSENT, RunState.PREPARING, asking=an_asking(quorum=1)),
        ":large_yellow_circle: *Waiting for 1 more approval: halt 1.5.0 at Apple and Google*",
    ),
    "in line": (
        an_order(StepName.LINE, RunState.WAITING, known=RESUME),
        ":large_yellow_circle: *Waiting in line to resume 1.5.0 at Google*",
    ),
    "running": (an_order(known=RESUME), ":large_blue_circle: *Resuming 1.5.0 at Google*"),
    "stopping": (
        an_order(state=RunState.CANCELLING),
        ":large_blue_circle: *Stopping before the stores are told to halt 1.5.0 at Apple and Google*",
    ),
    "done": (
        an_order(state=RunState.SUCCEEDED, ended=StepState.DONE),
        ":large_green_circle: *Halted 1.5.0 at Apple and Google*",
    ),
    "resumed": (
        an_order(state=RunState.SUCCEEDED, ended=StepState.DONE, known=RESUME),
        ":large_green_circle: *Resumed 1.5.0 at Google*",
    ),
    "failed": (
        an_order(state=RunState.FAILED, ended=FAILED, reason=Reason.STORE_REFUSED),
        ":red_circle: *Halting 1.5.0 at Apple and Google failed at store*",
    ),
    "nothing there": (
        an_order(
            StepName.RESOLVE,
            RunState.REFUSED,
            ended=FAILED,
            reason=Reason.NOTHING_TO_ORDER,
            known=order_facts(OrderKind.HALT, IOS),
        ),
        ":white_circle: *Not halted: 1.5.0 at Apple, nothing there goes out that could be told so*",
    ),
    "rejected": (
        an_order(
            StepName.CONSENT,
            RunState.REFUSED,
            ended=FAILED,
            reason=Reason.REJECTED,
            asking=an_asking(a_vote(BEN, Voice.REJECT, reason="two reports only")),
            known=order_facts(OrderKind.HALT, IOS),
        ),
        f":white_circle: *Not halted: 1.5.0 at Apple, rejected by <@{BEN}>: two reports only*",
    ),
    "cancelled": (
        an_order(StepName.LINE, RunState.CANCELLED, ended=StepState.CANCELLED),
        ":white_circle: *Cancelled halting 1.5.0 at Apple and Google*",
    ),
}


@pytest.mark.parametrize("name", sorted(LINES))
def test_the_first_line_says_what_the_stores_are_told(name):
    run, line = LINES[name]
    assert first_line(run) == f"{line} · mobile"


def test_the_card_says_who_wants_it_why_and_how_each_store_stood_and_stands():
    before = by_platform(
        a_version(IOS, StorePhase.LIVE, share=0.05, day=3), a_version(ANDROID, StorePhase.LIVE, share=0.2)
    )
    after = by_platform(
        a_version(IOS, StorePhase.LIVE, share=0.05, day=3, halted=True, created_at=None),
    )
    said = words(draw(an_order(known=order_facts(before=before, after=after))))

    assert f"<@{ANN}> says: it crashes at start" in said
    assert (
        ":large_yellow_circle: *iOS* 1.5.0 · halted at Apple for 5 % of people, day 3 of 7 of the phased "
        "release\n" in said
    )
    assert ":large_green_circle: *Android* 1.5.0 · live at Google for 20 % of people\n" in said + "\n"


def test_what_was_halted_can_be_resumed_from_its_card_and_what_goes_on_cannot():
    halted, resumed = LINES["done"][0], LINES["resumed"][0]

    button = buttons(halted)["store_resume"]
    assert RunButton.decode(button["value"]) == RunButton(run=12, attempt=1)
    assert button["confirm"]["text"]["text"] == "More people get it from Apple and Google again."
    assert "store_resume" not in buttons(resumed)
    assert "store_resume" not in buttons(LINES["failed"][0])


def test_only_stores_at_which_something_goes_out_are_told_and_named():
    known = order_facts(before=by_platform(a_version(ANDROID, StorePhase.LIVE, share=0.2)))
    assert first_line(an_order(known=known)) == ":large_blue_circle: *Halting 1.5.0 at Google* · mobile"


def test_an_order_nobody_can_read_any_more_is_shown_all_the_same():
    run = an_order(state=RunState.SUCCEEDED, ended=StepState.DONE, mobile="{}")
    assert first_line(run) == ":large_green_circle: *Halted a release at the stores* · mobile"


orders = st.builds(
    OrderFacts,
    order=st.builds(
        Order,
        kind=st.sampled_from(OrderKind),
        platforms=st.lists(platforms, max_size=3).map(tuple),
        why=nasty,
    ),
    version=nasty,
    before=keyed(versions),
    after=keyed(versions),
)


@settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))
@given(run=run_views, known=orders)
def test_whatever_people_and_stores_write_the_card_is_one_slack_takes(run, known):
    drawn = replace(run, kind=RunKind.STORE, mobile=known.model_dump_json(), service="mobile")
    assert_message(render_run_card(drawn, now=NOON, around=around(pawlogic(), drawn)))


def test_a_store_that_moved_meanwhile_is_shown_as_it_was_too():
    before = by_platform(a_version(ANDROID, StorePhase.LIVE, share=0.2))
    after = by_platform(a_version(ANDROID, StorePhase.LIVE, share=0.5, halted=True))
    said = words(draw(an_order(known=order_facts(before=before, after=after))))

    assert "halted at Google for 50 % of people · before: live at Google for 20 % of people" in said
