"""Stores are told to halt or to go on with exactly what people agreed to, and see it done."""

import pytest

from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName
from bot.engine.stores import OrderKind, StorePhase
from bot.errors import UserError, VendorRejected, VendorUnavailable
from bot.pipelines.requests import OrderRequest
from tests.bot.pipelines._asking import Left
from tests.bot.pipelines._world import ANN
from tests.bot.pipelines.release._vendors import ANDROID, IOS

HALT, RESUME = OrderKind.HALT, OrderKind.RESUME


def going_out(world, *, halted=False) -> None:
    """Both stores give 1.4.1 to more and more people."""
    for platform, share in ((IOS, 0.05), (ANDROID, 0.2)):
        store = world.stores[platform]
        store.there.insert(0, store.version("1.4.1", "58", StorePhase.LIVE, share=share, halted=halted))


async def ordered(world, kind=HALT, *platforms, key="trigger:1", **more):
    facts = {"app": "mobile", "environment": "production", "why": "it crashes", "by": ANN} | more
    run = await world.releases.order(OrderRequest(key=key, kind=kind, platforms=platforms, **facts))
    world.run_id = run.id
    return run


async def in_line(world) -> None:
    assert await world.step(StepName.RESOLVE) == "done"
    await world.consented()
    await world.get_in_line()


async def played(world) -> None:
    await in_line(world)
    for name in (StepName.LINE, StepName.STORE):
        assert await world.step(name) == "done", (await world.now()).detail


def told(world) -> list:
    return [one for store in world.stores.values() for one in store.orders]


async def test_what_is_going_out_is_halted_in_both_stores_after_somebody_agreed(world):
    going_out(world)
    await ordered(world)
    await played(world)
    run = await world.finish()

    assert told(world) == [(HALT, "v-1.4.1"), (HALT, "v-1.4.1")]
    assert (run.state, run.reason) == (RunState.SUCCEEDED, Reason.STORE_TOLD)
    assert run.live == (
        "The App Store: 1.4.1 is halted for 5 % of people. Google Play: 1.4.1 is halted for 20 % of people."
    )
    known = await world.order_known()
    assert (known.version, known.before[IOS].halted, known.after[IOS].halted) == ("1.4.1", False, True)


async def test_what_is_halted_goes_on_again(world):
    going_out(world, halted=True)
    await ordered(world, RESUME)
    await played(world)

    assert [kind for kind, _ in told(world)] == [RESUME, RESUME]
    assert (await world.now()).step(StepName.STORE).note == "going on in the App Store and Google Play"


async def test_one_store_alone_can_be_told(world):
    going_out(world)
    await ordered(world, HALT, ANDROID)
    await played(world)

    assert world.stores[IOS].orders == []
    assert [kind for kind, _ in world.stores[ANDROID].orders] == [HALT]


@pytest.mark.parametrize("kind", [HALT, RESUME])
async def test_where_nothing_is_going_out_nobody_is_asked(world, kind):
    await ordered(world, kind)
    assert await world.step(StepName.RESOLVE) == "stopped"

    run = await world.now()
    assert (run.state, run.reason) == (RunState.REFUSED, Reason.NOTHING_TO_ORDER)
    assert run.not_done == "The stores were not told anything."


async def test_what_is_halted_already_is_not_halted_again(world):
    going_out(world, halted=True)
    await ordered(world)

    assert await world.step(StepName.RESOLVE) == "stopped"


async def test_a_store_that_cannot_be_asked_is_named_where_nothing_else_is_there(world):
    world.stores[IOS].before["versions"] = [VendorRejected("App Store Connect", "asking", status=403)]
    await ordered(world, HALT, IOS)
    assert await world.step(StepName.RESOLVE) == "stopped"

    assert "App Store Connect failed while asking" in (await world.now()).detail


async def test_something_else_going_out_by_its_turn_is_not_halted(world):
    going_out(world)
    await ordered(world, HALT, IOS)
    await in_line(world)
    store = world.stores[IOS]
    store.there.insert(0, store.version("1.4.2", "60", StorePhase.LIVE, share=0.01))

    assert await world.step(StepName.LINE) == "stopped"
    assert "1.4.1 is not what is going out any more" in (await world.now()).detail
    assert told(world) == []


async def test_a_lock_does_not_stop_what_mends(world):
    going_out(world)
    await ordered(world)
    await world.holds.lock("lock", service="", environment="production", by=ANN, reason="x", until=None)

    await played(world)


async def test_a_store_that_refuses_is_quoted_and_the_other_was_told(world):
    going_out(world)
    world.stores[ANDROID].before["order"] = [
        VendorRejected("Google Play", "halting", status=409, detail="a review is under way")
    ]
    await ordered(world)
    await in_line(world)
    assert await world.step(StepName.LINE) == "done"
    assert await world.step(StepName.STORE) == "stopped"

    run = await world.now()
    assert (run.state, run.reason) == (RunState.FAILED, Reason.STORE_REFUSED)
    assert "a review is under way" in run.detail
    assert run.not_done == "Not every store does as it was told."
    assert run.live == "The App Store: 1.4.1 is halted for 5 % of people."


async def test_the_first_store_that_fails_keeps_the_other_from_nothing(world):
    going_out(world)
    world.stores[IOS].before["order"] = [VendorRejected("App Store Connect", "pausing", status=403)]
    await ordered(world)
    await in_line(world)
    assert await world.step(StepName.LINE) == "done"
    assert await world.step(StepName.STORE) == "stopped"

    run = await world.now()
    assert (run.state, run.reason) == (RunState.FAILED, Reason.STORE_REFUSED)
    assert "The App Store refused" in run.detail
    assert world.stores[ANDROID].orders == [(HALT, "v-1.4.1")]
    assert run.live == "Google Play: 1.4.1 is halted for 20 % of people."


async def test_a_store_that_cannot_say_at_its_turn_is_not_said_to_have_moved_and_the_other_is_told(world):
    going_out(world)
    await ordered(world)
    await in_line(world)
    denied = VendorRejected("App Store Connect", "reading versions", status=403)
    world.stores[IOS].before["versions"] = [denied, denied]
    assert await world.step(StepName.LINE) == "done"
    assert await world.step(StepName.STORE) == "stopped"

    assert "not what is going out any more" not in (await world.now()).detail
    assert [len(world.stores[one].orders) for one in (IOS, ANDROID)] == [0, 1]


async def test_a_store_that_cannot_say_what_goes_out_is_named_as_not_told(world):
    going_out(world)
    world.stores[IOS].before["versions"] = [VendorRejected("App Store Connect", "reading", status=403)]
    await ordered(world)
    assert await world.step(StepName.RESOLVE) == "done"

    note = (await world.now()).step(StepName.RESOLVE).note
    assert note.startswith("Google Play 1.4.1; not told: the App Store (App Store Connect failed while read")


async def test_retry_tells_only_the_store_that_was_not_told(world):
    going_out(world)
    world.stores[ANDROID].before["order"] = [VendorRejected("Google Play", "halting", status=409)]
    await ordered(world)
    await in_line(world)
    await world.step(StepName.LINE)
    await world.step(StepName.STORE)
    run = await world.now()
    await world.desk.retry(run.id, run.attempt, ANN)
    await world.get_in_line()
    for name in (StepName.LINE, StepName.STORE):
        assert await world.step(name) == "done"

    assert [len(store.orders) for store in world.stores.values()] == [1, 1]


@pytest.mark.parametrize("when", ["after", "before"])
async def test_killed_around_the_order_it_is_given_and_stands_once(world, when):
    going_out(world)
    await ordered(world)
    await in_line(world)
    await world.step(StepName.LINE)
    getattr(world.stores[IOS], when)["order"] = [Left()]
    with pytest.raises(Left):
        await world.step(StepName.STORE)
    assert await world.born_again().step(StepName.STORE) == "done"

    assert all(store.there[0].halted for store in world.stores.values())


async def test_a_lost_answer_is_asked_for_again(world):
    going_out(world)
    world.stores[IOS].after["order"] = [VendorUnavailable("App Store Connect", "pausing")]
    await ordered(world)

    await played(world)


async def test_a_store_that_does_not_do_so_is_not_believed(world):
    going_out(world)
    await ordered(world, HALT, IOS)
    await in_line(world)
    await world.step(StepName.LINE)

    async def deaf(kind, version) -> None:
        pass

    world.stores[IOS].order = deaf
    assert await world.step(StepName.STORE) == "stopped"
    assert "took the order and still does not do so" in (await world.now()).detail


async def test_cancelled_before_nobody_was_told(world):
    going_out(world)
    await ordered(world)
    assert await world.step(StepName.RESOLVE) == "done"

    assert (await world.cancelled()).live == "The stores were not told anything."


async def test_one_key_is_one_order_and_without_access_there_is_none(world):
    going_out(world)
    first, second = await ordered(world), await ordered(world)
    assert first.id == second.id
    world.stores.clear()
    world._join()

    with pytest.raises(UserError) as refused:
        await ordered(world, key="trigger:2")
    assert refused.value.reason is Reason.NOTHING_TO_ORDER
