"""A release's card in Slack: QR codes under it, its buttons, what /pawmobile says of it."""

import pytest
import pytest_asyncio

from tests.flows.driver import ANN, DEPLOYS, PATIENCE
from tests.flows.mobile import fresh
from tests.flows.releasing import releasing

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(tmp_path_factory):
    async with releasing(tmp_path_factory.mktemp("release-card")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    return fresh(shared)


async def out(desk):
    """A release that goes out to more and more people."""
    desk.change()
    card = await desk.release()
    assert await desk.ends(card) == ("succeeded", "released")
    return card


async def test_each_build_is_a_picture_under_the_card_once(desk):
    card = await out(desk)

    def files() -> list[str]:
        return [file["name"] for one in desk.ws.thread(DEPLOYS, card.ts) for file in one.files]

    await desk.polled(lambda: len(files()) >= 2)
    assert len(files()) == len(set(files())) == 2
    assert all(name.endswith(".png") for name in files())
    assert "get it" in desk.thread(card)


async def test_what_goes_out_is_halted_by_a_button_and_resumed_from_the_orders_card(desk):
    card = await out(desk)
    await desk.shows(card, "is live in both stores", "of the phased release")

    before = {one.ts for one in desk.cards()}
    assert (await desk.ws.press(ANN, DEPLOYS, card.ts, "store_halt")).ok
    view = await desk.ws.until(lambda: desk.ws.view(ANN), PATIENCE)
    sent = await desk.ws.submit(ANN, view.id, {"stores": ["ios"], "reason": "it crashes at start"})
    assert sent.ok, sent

    def new() -> list:
        return [one for one in desk.cards() if one.ts not in before]

    (order,) = await desk.ws.until(new, PATIENCE)
    await desk.shows(order, "Halted ", "at Apple", "it crashes at start", "halted at Apple")
    assert desk.box.appstore.versions[-1].phased.state == "PAUSED"
    assert desk.box.googleplay.releases[-1].status == "inProgress"

    before |= {order.ts}
    await desk.press(order, "store_resume")
    (resumed,) = await desk.ws.until(new, PATIENCE)
    await desk.shows(resumed, "Resumed ", "at Apple")
    assert desk.box.appstore.versions[-1].phased.state == "ACTIVE"


async def test_a_word_of_a_store_nobody_knows_is_shown_and_told_once(desk):
    desk.box.faults.set("appstore.review", "unknown word")
    desk.change()
    card = await desk.release()
    await desk.shows(card, "which pawdeploy does not know")
    await desk.polled(lambda: "goes on waiting" in desk.thread(card))
    assert desk.thread(card).count("goes on waiting") == 1

    desk.box.faults.set("appstore.review", "approves")
    await desk.press(card, "run_cancel")
    await desk.shows(card, "Cancelled the release of")


async def test_what_was_typed_about_it_is_answered(desk):
    status = await desk.say("/pawmobile status")
    assert "*Over the air:* branch `production`" in status
    assert "live at Apple" in status
    review = await desk.say("/pawmobile review")
    assert "Google's word: `" in review
    assert "The newest releases of mobile in production" in await desk.say("/pawmobile history")
    assert "No release of `mobile` is under way" in await desk.say("/pawmobile cancel")
