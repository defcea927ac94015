"""An update that hurts is taken back by itself; one of which the watch cannot tell waits for a person."""

import pytest
import pytest_asyncio

from tests.flows.mobile import FEW, content, fresh, mobile

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(tmp_path_factory):
    async with mobile(tmp_path_factory.mktemp("spike"), hold=60, usual=FEW) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    return fresh(shared)


async def test_where_the_watch_cannot_tell_it_holds_until_a_person_goes_on(desk):
    desk.change()
    desk.box.faults.set("sentry.answers", "503")
    card = await desk.update("Nobody counts")

    await desk.shows(card, "Sentry could not be asked")
    await desk.press(card, "ota_promote")
    await desk.polled(lambda: desk.percents(card) == {50})
    await desk.shows(card, "Go on to 100 %", "Sentry could not be asked")
    said = await desk.say("/pawota promote production")
    assert "100 %" in said or "everybody" in said

    assert await desk.ends(card) == ("succeeded", "updated")
    assert desk.percents(card) == {None}


async def test_a_person_may_go_on_before_a_stage_was_watched_to_its_end(desk):
    desk.change()
    card = await desk.update("In a hurry")
    await desk.polled(lambda: "ota_promote" in desk.buttons(card))

    await desk.press(card, "ota_promote")

    assert await desk.ends(card) == ("succeeded", "updated")
    (told,) = desk.rows("SELECT promoted, promoted_by FROM runs WHERE id = ?", desk.run_of(card))
    assert told == (50, "U0ANNREQ001")


async def test_cancelled_in_the_middle_it_stays_where_it_is_and_the_way_back_is_named(desk):
    desk.change()
    desk.box.faults.set("sentry.answers", "503")
    card = await desk.update("Not after all")
    await desk.polled(lambda: desk.percents(card) == {10} and "run_cancel" in desk.buttons(card))

    await desk.press(card, "run_cancel")

    assert await desk.ends(card) == ("cancelled", "cancelled")
    await desk.shows(card, "/pawota rollback production", "10 %")
    assert desk.percents(card) == {10}
    desk.box.faults.set("sentry.answers", "normal")
    back = await desk.start("/pawota rollback production")
    assert await desk.ends(back) == ("succeeded", "update_taken_back")
    assert desk.percents(card) == set()


async def test_a_spike_at_ten_percent_is_taken_back_by_itself_locked_and_explained(desk):
    before = desk.top()
    desk.box.faults.set("expo.ota", "crashes")
    desk.change("Sort pets by birthday")
    card = await desk.update("Sort pets by birthday")

    assert await desk.ends(card) == ("failed", "regressed")
    back, ended = await desk.back_of(card)

    assert ended == ("succeeded", "update_taken_back")
    assert desk.groups_of(desk.run_of(card)) == []
    assert content(desk.top()) == content(before)
    (group,) = desk.groups_of(back)
    assert {part.platform for part in group} == {"ios", "android"}
    said = await desk.shows(card, "10 %", f"run {back}")
    assert "birthday" in said
    assert desk.rows("SELECT service, run_id FROM holds WHERE ended_at IS NULL") == [("mobile", back)]
