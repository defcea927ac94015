"""Orders to Google Play: rollouts that obey, in edits that never stay behind."""

import httpx
import pytest

from bot.engine.stores import OrderKind
from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.integrations.googleplay._answers import (
    COMMIT,
    EDIT,
    OLD,
    TRACK,
    UPDATE,
    V15,
    calls,
    refusal,
    rollout,
    track,
)


@pytest.mark.parametrize(
    ("kind", "status", "wanted"),
    [(OrderKind.HALT, "inProgress", "halted"), (OrderKind.RESUME, "halted", "inProgress")],
)
async def test_an_order_changes_that_release_alone_and_keeps_its_share(store, vendor, kind, status, wanted):
    notes = [{"language": "en-US", "text": "What is new"}]
    vendor.on(TRACK, track(rollout(status, 0.1, releaseNotes=notes, inAppUpdatePriority=3), OLD))
    vendor.on(UPDATE, track(rollout(wanted, 0.1), OLD))
    vendor.on(COMMIT, EDIT)

    await store.order(kind, V15)

    put, commit = vendor.asked[-2:]
    assert vendor.sent(-2) == {
        "releases": [rollout(wanted, 0.1, releaseNotes=notes, inAppUpdatePriority=3), OLD]
    }
    assert put.method == "PUT"
    assert commit.url.params["changesInReviewBehavior"] == "ERROR_IF_IN_REVIEW"
    assert "DELETE /edits/e-7" not in calls(vendor)


async def test_a_release_that_was_halted_after_everybody_had_it_is_for_everybody_again(store, vendor):
    vendor.on(TRACK, track(rollout("halted")))
    vendor.on(UPDATE, track(rollout("completed")))
    vendor.on(COMMIT, EDIT)

    await store.order(OrderKind.RESUME, V15)

    assert vendor.sent(-2) == {"releases": [rollout("completed")]}


@pytest.mark.parametrize(("kind", "status"), [(OrderKind.HALT, "halted"), (OrderKind.RESUME, "inProgress")])
async def test_an_order_that_is_carried_out_already_changes_nothing(store, vendor, kind, status):
    vendor.on(TRACK, track(rollout(status, 0.1)))

    await store.order(kind, V15)

    assert calls(vendor) == ["POST /edits", "GET /edits/e-7/tracks/production", "DELETE /edits/e-7"]


@pytest.mark.parametrize(
    ("releases", "said"),
    [((rollout("completed"),), "the release is completed"), ((OLD,), "no release 150061 any more")],
    ids=["everybody has it", "gone"],
)
@pytest.mark.parametrize("kind", list(OrderKind))
async def test_what_is_no_rollout_is_refused_and_the_edit_deleted(store, vendor, kind, releases, said):
    vendor.on(TRACK, track(*releases))

    with pytest.raises(VendorRejected, match=said):
        await store.order(kind, V15)
    assert calls(vendor)[-1] == "DELETE /edits/e-7"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal(400, "INVALID_ARGUMENT", "There are changes in review."), VendorRejected),
        (httpx.ReadTimeout("no answer"), VendorUnavailable),
    ],
    ids=["in review", "lost"],
)
async def test_a_commit_that_fails_is_not_sent_again_and_its_edit_deleted(store, vendor, answer, error):
    vendor.on(TRACK, track(rollout("inProgress", 0.1)))
    vendor.on(UPDATE, track(rollout("halted", 0.1)))
    vendor.on(COMMIT, answer)

    with pytest.raises(error):
        await store.order(OrderKind.HALT, V15)
    sent = [call.partition("?")[0] for call in calls(vendor)]
    assert sent[-2:] == ["POST /edits/e-7:commit", "DELETE /edits/e-7"]
    assert sent.count("POST /edits/e-7:commit") == 1
