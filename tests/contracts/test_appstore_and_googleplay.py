"""Both stores' clients against their simulators over real HTTP: reviews, rollouts, orders and refusals."""

import pytest

from bot.engine.mobile import AppPlatform
from bot.engine.stores import OrderKind, StorePhase
from bot.errors import VendorRejected, VendorUnavailable
from tests.contracts._stores_served import ANDROID, IOS, SHARE, Served

BOTH = list(AppPlatform)
GROUP = {IOS: "appstore", ANDROID: "googleplay"}


@pytest.fixture
async def stores():
    async with Served() as served:
        yield served


def turn(stores, platform, what, value):
    stores.faults.set(f"{GROUP[platform]}.{what}", value)


@pytest.mark.parametrize(("platform", "number"), [(IOS, "57"), (ANDROID, "140057")])
async def test_at_the_start_one_version_is_live_for_everybody(stores, platform, number):
    (live,) = await stores.store(platform).versions()

    assert (live.phase, live.version, live.number) == (StorePhase.LIVE, "1.4.0", number)
    assert (live.share, live.halted) == (None, False)


@pytest.mark.parametrize("platform", BOTH)
async def test_a_version_goes_from_review_to_the_first_people_and_then_to_all(stores, platform):
    stores.submit()
    phases = [(await stores.newest(platform)).phase]
    for _ in range(4):
        stores.later()
        phases.append((await stores.newest(platform)).phase)
    first = await stores.newest(platform)
    shares = []
    for _ in range(8):
        stores.later(SHARE)
        shares.append((await stores.newest(platform)).share)

    assert phases[0] in (StorePhase.WAITING, StorePhase.IN_REVIEW)
    assert StorePhase.IN_REVIEW in phases
    assert phases[-1] is StorePhase.LIVE
    assert first.version == "1.5.0"
    assert 0 < first.share <= 0.1
    growing = [share for share in shares if share is not None]
    assert growing == sorted(growing)
    assert len(set(growing)) >= 2
    assert shares[-1] is None


@pytest.mark.parametrize("platform", BOTH)
async def test_the_old_version_stays_live_until_the_new_one_is(stores, platform):
    stores.submit()
    stores.later()
    during = {one.version: one.phase for one in await stores.store(platform).versions()}

    assert during["1.4.0"] is StorePhase.LIVE
    assert during["1.5.0"] is StorePhase.IN_REVIEW


@pytest.mark.parametrize("platform", BOTH)
async def test_a_version_can_be_rejected_and_handed_in_again(stores, platform):
    turn(stores, platform, "review", "rejects")
    stores.submit()
    await stores.reviewed()
    rejected = await stores.newest(platform)
    turn(stores, platform, "review", "approves")
    stores.submit(number="62")
    again = await stores.newest(platform)
    await stores.reviewed()

    assert rejected.phase is StorePhase.REJECTED
    assert again.phase in (StorePhase.WAITING, StorePhase.IN_REVIEW)
    assert again.number.endswith("62")
    assert (await stores.newest(platform)).phase is StorePhase.LIVE


async def test_a_rejected_version_of_apples_has_a_submission_with_unresolved_issues(stores):
    turn(stores, IOS, "review", "rejects")
    stores.submit()
    await stores.reviewed()

    assert (await stores.newest(IOS)).detail == "review submission: UNRESOLVED_ISSUES"


@pytest.mark.parametrize("platform", BOTH)
async def test_a_review_can_wait_for_as_long_as_it_likes(stores, platform):
    turn(stores, platform, "review", "waits")
    stores.submit()
    await stores.reviewed()

    assert (await stores.newest(platform)).phase in (StorePhase.WAITING, StorePhase.IN_REVIEW)


@pytest.mark.parametrize("platform", BOTH)
async def test_a_word_nobody_knows_is_unknown_until_it_is_gone(stores, platform):
    turn(stores, platform, "review", "unknown word")
    stores.submit()
    await stores.reviewed()
    unknown = await stores.newest(platform)
    turn(stores, platform, "review", "approves")
    await stores.reviewed()

    assert unknown.phase is StorePhase.UNKNOWN
    assert unknown.raw.isupper()
    assert (await stores.newest(platform)).phase is StorePhase.LIVE


@pytest.mark.parametrize("platform", BOTH)
async def test_a_build_that_is_handed_over_twice_is_one_version(stores, platform):
    stores.submit()
    stores.submit()

    assert [one.version for one in await stores.store(platform).versions()] == ["1.5.0", "1.4.0"]
    sim = stores.apple if platform is IOS else stores.google
    assert len(sim.uploads) == 2


@pytest.mark.parametrize("platform", BOTH)
async def test_a_rollout_is_halted_and_gone_on_with_twice_as_well_as_once(stores, platform):
    stores.submit()
    await stores.reviewed()
    store, before = stores.store(platform), await stores.newest(platform)
    for _ in range(2):
        await store.order(OrderKind.HALT, before)
    halted = await stores.newest(platform)
    stores.later(SHARE * 3)
    still = await stores.newest(platform)
    for _ in range(2):
        await store.order(OrderKind.RESUME, before)
    going = await stores.newest(platform)
    stores.later(SHARE)
    await stores.newest(platform)
    further = await stores.newest(platform)

    assert (halted.halted, halted.share) == (True, before.share)
    assert (still.halted, still.share) == (True, before.share)
    assert (going.halted, going.share) == (False, before.share)
    assert further.share > before.share


@pytest.mark.parametrize("platform", BOTH)
async def test_an_order_done_twice_changes_something_once(stores, platform):
    stores.submit()
    await stores.reviewed()
    version = await stores.newest(platform)
    for _ in range(2):
        await stores.store(platform).order(OrderKind.HALT, version)

    requests = stores.apple.requests if platform is IOS else stores.google.requests
    assert sum(one.startswith(("PATCH", "PUT")) for one in requests) == 1


@pytest.mark.parametrize("platform", BOTH)
async def test_what_everybody_has_is_not_halted(stores, platform):
    live = await stores.newest(platform)

    with pytest.raises(VendorRejected):
        await stores.store(platform).order(OrderKind.HALT, live)


async def test_a_rollout_that_goes_on_during_a_review_is_not_halted_at_its_cost(stores):
    stores.submit()
    await stores.reviewed()
    going_out = await stores.newest(ANDROID)
    stores.submit("1.6.0", "70")

    with pytest.raises(VendorRejected, match="in review"):
        await stores.android.order(OrderKind.HALT, going_out)
    assert stores.google.world.cancelled_reviews == 0
    assert stores.google.open_edits == 0


async def test_no_edit_is_left_open_by_anything(stores):
    stores.submit()
    await stores.reviewed()
    version = await stores.newest(ANDROID)
    await stores.android.order(OrderKind.HALT, version)
    await stores.android.order(OrderKind.HALT, version)

    assert any(one.startswith("DELETE") for one in stores.google.requests)
    assert stores.google.open_edits == 0


@pytest.mark.parametrize("platform", BOTH)
@pytest.mark.parametrize("answer", ["401", "403"])
async def test_refused_access_is_a_refusal_with_its_status_and_over_when_it_is_over(stores, platform, answer):
    turn(stores, platform, "api", answer)
    with pytest.raises(VendorRejected) as caught:
        await stores.newest(platform)
    turn(stores, platform, "api", "well")

    assert caught.value.status == int(answer)
    assert (await stores.newest(platform)).version == "1.4.0"


@pytest.mark.parametrize(("platform", "wait"), [(IOS, 600), (ANDROID, 30)])
async def test_too_many_requests_are_no_answer_and_say_how_long_to_wait(stores, platform, wait):
    turn(stores, platform, "api", "429")

    with pytest.raises(VendorUnavailable) as caught:
        await stores.newest(platform)
    assert (caught.value.status, caught.value.retry_after) == (429, wait)


@pytest.mark.parametrize("platform", BOTH)
async def test_a_store_that_is_down_is_no_answer(stores, platform):
    turn(stores, platform, "api", "503")

    with pytest.raises(VendorUnavailable) as caught:
        await stores.newest(platform)
    assert caught.value.status == 503


async def test_tokens_google_ended_are_replaced_unseen(stores):
    await stores.newest(ANDROID)
    stores.google.account.forget()

    assert (await stores.newest(ANDROID)).version == "1.4.0"
    assert stores.google.account.granted == 2


@pytest.mark.parametrize("platform", BOTH)
async def test_hours_later_access_still_works(stores, platform):
    for _ in range(3):
        assert (await stores.newest(platform)).version == "1.4.0"
        stores.later(3000)


@pytest.mark.parametrize("platform", BOTH)
async def test_what_the_other_store_is_handed_is_none_of_its_own(stores, platform):
    other = stores.google if platform is IOS else stores.apple
    other.submitted(platform, "1.5.0", "61")

    assert other.uploads == []
