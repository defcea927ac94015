"""What can be pressed on a release's card: testers' words, halt, resume; who may, and until when."""

import pytest

from bot.engine.states import RunState, StepName
from bot.engine.stores import OrderKind, StorePhase
from bot.errors import VendorUnavailable
from handlers._payloads import MOVED_ON
from handlers.render.device_forms import DEVICE, NOTE, PLATFORM, STORES
from handlers.render.reason_forms import REASON
from tests.handlers._release_desk import (
    HALT,
    IT_WORKS,
    PROBLEM,
    ROLLING,
    RUN,
    TESTED,
    WHY,
    WORKS,
    holding,
    opened,
    with_testers,
)
from tests.handlers._releases import (
    ANDROID,
    IOS,
    a_release,
    a_version,
    an_order,
    by_platform,
    order_facts,
    release_facts,
    released,
)
from tests.handlers._slack import ANN, BEN, OTTO


async def test_works_opens_a_form_that_knows_its_platform():
    slack = holding(TESTED)

    assert await slack.press("device_works:android", WORKS, user=OTTO) == ""

    view = opened(slack)
    assert view["title"]["text"] == "Works on Android"
    assert [block.get("block_id") for block in view["blocks"]] == [None, DEVICE, NOTE]
    assert [block["optional"] for block in view["blocks"][1:]] == [False, True]
    assert view["private_metadata"] == IT_WORKS


async def test_a_problem_asks_whose_phone_and_wants_words():
    slack = holding(TESTED)

    assert await slack.press("device_problem", PROBLEM, user=OTTO) == ""

    view = opened(slack)
    assert [block.get("block_id") for block in view["blocks"]] == [None, PLATFORM, DEVICE, NOTE]
    assert [block["optional"] for block in view["blocks"][1:]] == [False, False, False]


@pytest.mark.parametrize(("action", "value"), [("device_problem", PROBLEM), ("device_works:android", WORKS)])
async def test_where_testers_are_named_others_are_told_who_they_are(action, value):
    slack = holding(TESTED, with_testers("lead"))

    assert await slack.press(action, value, user=ANN) == ""
    said = await slack.press(action, value, user=OTTO)

    assert said.startswith("You can't say how a build of `mobile` does on a phone. Members of")
    assert said.endswith("Nothing was changed.")


@pytest.mark.parametrize(
    "run",
    [
        a_release(StepName.BUILD, id=1),
        a_release(StepName.CONSENT, id=1),
        a_release(StepName.DEVICES, RunState.REFUSED, id=1),
        a_release(StepName.DEVICES, id=1, attempt=2),
    ],
    ids=["before", "after", "stopped", "another attempt"],
)
async def test_a_release_that_asks_no_testers_now_is_past_listening(run):
    slack = holding(run)

    said = await slack.press("device_works:android", WORKS)

    assert "past its device tests, so nothing was noted" in said
    assert slack.client.calls == []


async def test_a_form_whose_trigger_is_gone_says_that_slack_did_not_answer():
    slack = holding(TESTED)
    slack.client.error = "expired_trigger_id"
    assert "expired_trigger_id" in await slack.press("device_works:android", WORKS)


@pytest.mark.parametrize("action", ["device_works:ios", "device_problem", "store_halt", "store_resume"])
@pytest.mark.parametrize("value", ["", "{}", '{"v":9,"run":1,"attempt":1}', '{"v":1,"run":1,"extra":2}'])
async def test_a_button_of_another_version_has_moved_on(action, value):
    slack = holding(ROLLING)

    assert await slack.press(action, value) == MOVED_ON
    assert slack.releases.orders == {}


@pytest.mark.parametrize("action", ["device_works:ios", "device_problem", "store_halt", "store_resume"])
async def test_an_app_the_project_file_has_no_more_has_moved_on(action):
    slack = holding(a_release(StepName.DEVICES, id=1, service="gone"))
    assert await slack.press(action, RUN) == MOVED_ON


async def test_halt_opens_a_form_with_every_store_it_goes_out_at():
    slack = holding(ROLLING)

    assert await slack.press("store_halt", RUN, user=BEN) == ""

    view = opened(slack)
    assert [block.get("block_id") for block in view["blocks"]] == [None, STORES, REASON]
    boxes = view["blocks"][1]["element"]
    assert [option["text"]["text"] for option in boxes["initial_options"]] == ["Apple", "Google"]


async def test_where_one_store_has_it_the_form_asks_only_why():
    known = release_facts(stores=by_platform(a_version(ANDROID, StorePhase.LIVE, share=0.2)))
    slack = holding(released(id=1, known=known))

    await slack.press("store_halt", RUN)
    await slack.submit("store_halt_form", WHY, metadata=HALT)

    assert [block.get("block_id") for block in opened(slack)["blocks"]] == [None, REASON]
    [order] = slack.releases.orders.values()
    assert order.platforms == (ANDROID,)


@pytest.mark.parametrize("action", ["store_halt", "store_resume"])
async def test_who_may_not_ship_there_tells_no_store_anything(action):
    slack = holding(ROLLING)

    said = await slack.press(action, RUN, user=OTTO)

    assert said.startswith("You can't ")
    assert "a release of `mobile` in `production`" in said
    assert slack.releases.orders == {}
    assert slack.client.calls == []


@pytest.mark.parametrize(
    ("run", "platforms"),
    [
        (an_order(state=RunState.SUCCEEDED, id=1, known=order_facts(OrderKind.HALT, ANDROID)), (ANDROID,)),
        (
            released(
                id=1,
                known=release_facts(
                    stores=by_platform(a_version(IOS, StorePhase.LIVE, share=0.05, day=3, halted=True))
                ),
            ),
            (IOS,),
        ),
        (an_order(state=RunState.SUCCEEDED, id=1, mobile="{}"), (IOS, ANDROID)),
    ],
    ids=["order", "release", "unreadable"],
)
async def test_resuming_starts_an_order_for_what_was_halted(run, platforms):
    slack = holding(run)

    assert await slack.press("store_resume", RUN) == ""

    [order] = slack.releases.orders.values()
    assert (order.kind, order.platforms, order.by) == (OrderKind.RESUME, platforms, ANN)


async def test_what_stops_an_order_is_told_to_whoever_pressed():
    slack = holding(ROLLING)
    slack.releases.trouble = VendorUnavailable("Expo", "asking")
    assert "Expo is not answering" in await slack.press("store_resume", RUN)
