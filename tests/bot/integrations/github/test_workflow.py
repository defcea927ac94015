"""Rules of shipping by a workflow: one dispatch, one run, found again by our number."""

from datetime import UTC, datetime

import httpx
import pytest

from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.integrations.github._workflow import PAGE, ROOT, RUNS, SHA, json, run, title

DISPATCH = f"{ROOT}/actions/workflows/backend-deploy.yml/dispatches"


async def test_nothing_holds_a_dispatch_back(shipper):
    assert (await shipper.platform()).stable


# starting


async def test_a_dispatch_answered_with_its_run_is_that_run(shipper, vendor, target):
    vendor.on(f"POST {DISPATCH}", json({"workflow_run_id": 7, "run_url": "x", "html_url": PAGE + "7"}))

    shipment = await shipper.start(target, SHA, run=12)

    assert (shipment.id, shipment.sha, shipment.page, shipment.run) == ("7", SHA, PAGE + "7", 12)
    assert vendor.sent() == {
        "ref": "main",
        "inputs": {"sha": SHA, "environment": "staging", "service": "api", "pawdeploy_run": "12"},
    }
    assert vendor.asked[0].headers["x-github-api-version"] == "2026-03-10"


async def test_a_dispatch_answered_with_nothing_is_found_by_our_number(shipper, vendor, target):
    noon = "Mon, 23 Nov 2026 12:00:06 GMT"
    vendor.on(f"POST {DISPATCH}", httpx.Response(204, headers={"date": noon}))
    earlier_try = run(5, created="2026-11-23T11:30:00Z")
    other_number = run(8, title(number=123))
    vendor.on(
        f"GET {RUNS}",
        json({"workflow_runs": [other_number, earlier_try]}),
        json({"workflow_runs": [other_number, run(7), earlier_try]}),
    )

    shipment = await shipper.start(target, SHA, run=12)

    assert (shipment.id, shipment.run, shipment.since) == (
        "7",
        12,
        datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC),
    )
    assert [path.partition(" ")[0] for path in vendor.paths()] == ["POST", "GET", "GET"]


async def test_a_dispatch_whose_run_never_shows_is_unavailable_and_not_dispatched_again(
    shipper, vendor, target
):
    vendor.on(f"POST {DISPATCH}", httpx.Response(204))
    vendor.on(f"GET {RUNS}", json({"workflow_runs": []}))

    with pytest.raises(VendorUnavailable, match="no run shows yet"):
        await shipper.start(target, SHA, run=12)
    assert [path.partition(" ")[0] for path in vendor.paths()] == ["POST", "GET", "GET", "GET"]


async def test_an_older_github_is_asked_in_its_own_words(shipper, vendor, target):
    refusal = json({"message": "Invalid API version"}, 400)
    vendor.on(f"POST {DISPATCH}", refusal, refusal, httpx.Response(204))
    vendor.on(f"GET {RUNS}", json({"workflow_runs": [run(7)]}))

    assert (await shipper.start(target, SHA, run=12)).id == "7"
    versions = [request.headers["x-github-api-version"] for request in vendor.asked[:3]]
    assert versions == ["2026-03-10", "2022-11-28", "2022-11-28"]
    assert [vendor.sent(index).get("return_run_details") for index in range(3)] == [None, True, None]


async def test_a_dispatch_refused_in_every_way_is_rejected(shipper, vendor, target):
    vendor.on(f"POST {DISPATCH}", json({"message": "Bad request"}, 400))

    with pytest.raises(VendorRejected, match="Bad request"):
        await shipper.start(target, SHA, run=12)
    assert len(vendor.asked) == 3


@pytest.mark.parametrize("status", [401, 403, 404, 422])
async def test_a_refused_dispatch_is_rejected_at_once(shipper, vendor, target, status):
    vendor.on(
        f"POST {DISPATCH}", json({"message": "Workflow does not have 'workflow_dispatch' trigger"}, status)
    )

    with pytest.raises(VendorRejected, match="workflow_dispatch"):
        await shipper.start(target, SHA, run=12)
    assert len(vendor.asked) == 1


@pytest.mark.parametrize(
    "trouble", [httpx.Response(500), httpx.ReadTimeout("slow"), httpx.Response(200, text="{")]
)
async def test_a_dispatch_with_an_unknown_effect_is_unavailable_and_never_repeated(
    shipper, vendor, target, trouble
):
    vendor.on(f"POST {DISPATCH}", trouble)

    with pytest.raises(VendorUnavailable):
        await shipper.start(target, SHA, run=12)
    assert len(vendor.asked) == 1
