"""The forms of a release, submitted: what a tester found, where and why a store halts."""

import pytest

from bot.engine.mobile import DeviceReport, Verdict
from bot.engine.reasons import Reason
from bot.engine.states import StepName
from bot.engine.stores import OrderKind
from bot.errors import UserError
from handlers.render.device_forms import DEVICE, NOTE, PLATFORM, STORES
from handlers.render.reason_forms import REASON
from tests.handlers._release_desk import (
    HALT,
    IT_DOES_NOT,
    IT_WORKS,
    ROLLING,
    SAID,
    TESTED,
    WHY,
    chosen,
    holding,
    shown,
    with_testers,
)
from tests.handlers._releases import (
    ANDROID,
    IOS,
    a_release,
)
from tests.handlers._slack import ANN, OTTO


async def test_what_a_tester_says_is_kept_and_told_back():
    slack = holding(TESTED)

    answer = await slack.submit("device_form", SAID, metadata=IT_WORKS, user=OTTO)

    assert answer["response_action"] == "update"
    [(run, said)] = slack.releases.reports
    assert run == 1
    assert said == DeviceReport(
        platform=ANDROID,
        user=OTTO,
        verdict=Verdict.WORKS,
        device="Pixel 9, Android 16",
        note="all of it",
        at=said.at,
    )
    assert said.at.tzinfo is not None
    assert shown(slack) == "Noted: it works on Android. The release's card shows it."


async def test_a_problem_is_kept_for_the_platform_chosen():
    slack = holding(TESTED)

    await slack.submit("device_form", SAID | chosen("ios"), metadata=IT_DOES_NOT)

    [(_, said)] = slack.releases.reports
    assert (said.platform, said.verdict) == (IOS, Verdict.PROBLEM)
    assert "The release stops" in shown(slack)


@pytest.mark.parametrize(
    ("values", "metadata", "wrong"),
    [
        ({DEVICE: {DEVICE: {"value": " - "}}}, IT_WORKS, {DEVICE}),
        ({}, IT_WORKS, {DEVICE}),
        (SAID, IT_DOES_NOT, {PLATFORM}),
        (SAID | chosen("fridge"), IT_DOES_NOT, {PLATFORM}),
        (SAID | chosen("ios") | {NOTE: {NOTE: {"value": "x"}}}, IT_DOES_NOT, {NOTE}),
        (chosen("ios"), IT_DOES_NOT, {DEVICE, NOTE}),
    ],
    ids=["dash", "nothing", "no platform", "no such platform", "short", "no words"],
)
async def test_a_form_that_says_too_little_comes_back_with_what_is_wanted(values, metadata, wrong):
    slack = holding(TESTED)

    answer = await slack.submit("device_form", values, metadata=metadata)

    assert answer["response_action"] == "errors"
    assert set(answer["errors"]) == wrong
    assert slack.releases.reports == []


async def test_rights_and_time_are_looked_at_once_more_when_a_form_comes_in():
    late = holding(a_release(StepName.CONSENT, id=1))
    stranger = holding(TESTED, with_testers("lead"))

    await late.submit("device_form", SAID, metadata=IT_WORKS)
    await stranger.submit("device_form", SAID, metadata=IT_WORKS, user=OTTO)

    assert "past its device tests" in shown(late)
    assert "You can't say" in shown(stranger)
    assert late.releases.reports == stranger.releases.reports == []


async def test_a_run_that_is_past_listening_in_the_same_moment_says_so_in_the_form():
    slack = holding(TESTED)
    slack.releases.trouble = UserError("Run 1 is past listening.", reason=Reason.STALE_BUTTON)

    await slack.submit("device_form", SAID, metadata=IT_WORKS)

    assert shown(slack) == "Run 1 is past listening."


async def test_halting_starts_an_order_at_the_stores_ticked_for_the_reason_given():
    slack = holding(ROLLING)
    ticked = {STORES: {STORES: {"selected_options": [{"value": "ios"}]}}}

    await slack.submit("store_halt_form", WHY | ticked, metadata=HALT)

    [order] = slack.releases.orders.values()
    assert (order.kind, order.platforms, order.why) == (OrderKind.HALT, (IOS,), "it crashes at start")
    assert (order.app, order.environment, order.by) == ("mobile", "production", ANN)
    assert order.key == "delivery-1"
    assert "Its card is in" in shown(slack)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({STORES: {STORES: {"selected_options": []}}} | WHY, {STORES}),
        ({STORES: {STORES: {"selected_options": [{"value": "ios"}]}}}, {REASON}),
        ({STORES: {STORES: {"selected_options": []}}}, {STORES, REASON}),
    ],
    ids=["nowhere", "no reason", "neither"],
)
async def test_a_halt_says_where_and_why(values, wrong):
    slack = holding(ROLLING)

    answer = await slack.submit("store_halt_form", values, metadata=HALT)

    assert set(answer["errors"]) == wrong
    assert slack.releases.orders == {}


async def test_a_halt_form_of_somebody_who_lost_the_right_is_refused():
    slack = holding(ROLLING)
    await slack.submit("store_halt_form", WHY, metadata=HALT, user=OTTO)
    assert shown(slack).startswith("You can't halt a release")
    assert slack.releases.orders == {}
