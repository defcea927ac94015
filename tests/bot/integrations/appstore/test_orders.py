"""Orders to the App Store: phased releases that obey, once."""

import httpx
import pytest

from bot.engine.stores import OrderKind
from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.integrations.appstore._answers import (
    PATCH,
    PHASED,
    V15,
    phased,
    refusal,
)


@pytest.mark.parametrize(
    ("kind", "state", "wanted"),
    [(OrderKind.HALT, "ACTIVE", "PAUSED"), (OrderKind.RESUME, "PAUSED", "ACTIVE")],
)
async def test_an_order_changes_the_phased_release_of_that_version(store, vendor, kind, state, wanted):
    vendor.on(PHASED, httpx.Response(200, json={"data": phased(state, 3) | {"id": "p-15"}}))
    vendor.on(PATCH, httpx.Response(200, json={"data": phased(wanted, 3)}))

    await store.order(kind, V15)

    assert vendor.sent() == {
        "data": {
            "type": "appStoreVersionPhasedReleases",
            "id": "p-15",
            "attributes": {"phasedReleaseState": wanted},
        }
    }


@pytest.mark.parametrize(("kind", "state"), [(OrderKind.HALT, "PAUSED"), (OrderKind.RESUME, "ACTIVE")])
async def test_an_order_that_is_carried_out_already_sends_nothing(store, vendor, kind, state):
    vendor.on(PHASED, httpx.Response(200, json={"data": phased(state, 3)}))

    await store.order(kind, V15)

    assert [request.method for request in vendor.asked] == ["GET"]


@pytest.mark.parametrize("state", ["COMPLETE", "INACTIVE", "SOMETHING_NEW"])
@pytest.mark.parametrize("kind", list(OrderKind))
async def test_what_everybody_has_or_nobody_cannot_be_halted_or_gone_on_with(store, vendor, kind, state):
    vendor.on(PHASED, httpx.Response(200, json={"data": phased(state)}))

    with pytest.raises(VendorRejected, match=state):
        await store.order(kind, V15)
    assert [request.method for request in vendor.asked] == ["GET"]


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(200, json={"data": None}), refusal(404, "NOT_FOUND", "There is no resource")],
    ids=["null", "404"],
)
async def test_a_version_that_is_not_phased_cannot_be_halted(store, vendor, answer):
    vendor.on(PHASED, answer)

    with pytest.raises(VendorRejected, match="not released in phases"):
        await store.order(OrderKind.HALT, V15)


async def test_a_lost_answer_to_an_order_is_not_asked_for_again(store, vendor):
    vendor.on(PHASED, httpx.Response(200, json={"data": phased("ACTIVE", 3) | {"id": "p-15"}}))
    vendor.on(PATCH, httpx.ReadTimeout("no answer"))

    with pytest.raises(VendorUnavailable, match="pausing the phased release"):
        await store.order(OrderKind.HALT, V15)
    assert [request.method for request in vendor.asked] == ["GET", "PATCH"]
