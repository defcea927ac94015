"""Rules of following, cancelling and reading the runs of a deploy workflow."""

from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from bot.engine.shipping import Phase
from bot.errors import VendorRejected
from tests.bot.integrations.github._workflow import PAGE, ROOT, RUNS, SHA, json, run, title

OTHER = "89abcdef0123456789abcdef0123456789abcdef"


async def test_deployments_are_the_runs_whose_name_says_they_ship_here(shipper, vendor, target):
    runs = [
        run(1, title(OTHER, number=11), created="2026-11-23T10:00:00Z"),
        run(2, title(environment="production")),
        run(3, title(service="api-worker")),
        run(4, "Deploy by hand"),
        run(5, "by hand", name=title(number=13), created="2026-11-23T13:00:00Z"),
    ]
    vendor.on(f"GET {RUNS}", json({"workflow_runs": runs}))

    found = await shipper.deployments(target)

    assert [(one.id, one.sha, one.run) for one in found] == [("5", SHA, 13), ("1", OTHER, 11)]
    assert vendor.paths() == [f"GET {RUNS}?event=workflow_dispatch&per_page=20"]


async def test_live_is_the_newest_run_that_succeeded_here(shipper, vendor, target):
    runs = [
        run(1, title(OTHER), updated_at="2026-11-23T12:03:00Z"),
        run(2, title(environment="production"), created="2026-11-23T14:00:00Z"),
        run(3, status="in_progress", conclusion=None, created="2026-11-23T15:00:00Z"),
    ]
    vendor.on(f"GET {RUNS}", json({"workflow_runs": runs}))

    live = await shipper.live(target)

    assert live is not None
    assert (live.id, live.sha, live.since) == ("1", OTHER, datetime(2026, 11, 23, 12, 3, tzinfo=UTC))


async def test_nothing_live_is_none(shipper, vendor, target):
    vendor.on(f"GET {RUNS}", json({"workflow_runs": []}))

    assert await shipper.live(target) is None


@pytest.mark.parametrize(
    ("status", "conclusion", "phase", "raw"),
    [
        ("queued", None, Phase.QUEUED, "queued"),
        ("pending", None, Phase.QUEUED, "pending"),
        ("waiting", None, Phase.NEEDS_APPROVAL, "waiting"),
        ("in_progress", None, Phase.DEPLOYING, "in_progress"),
        ("completed", "success", Phase.LIVE, "success"),
        ("completed", "timed_out", Phase.FAILED, "timed_out"),
        ("completed", "startup_failure", Phase.FAILED, "startup_failure"),
        ("completed", "cancelled", Phase.REMOVED, "cancelled"),
        ("completed", "skipped", Phase.SKIPPED, "skipped"),
        ("completed", "action_required", Phase.NEEDS_APPROVAL, "action_required"),
        ("completed", "teleported", Phase.UNKNOWN, "teleported"),
        ("dreaming", None, Phase.UNKNOWN, "dreaming"),
        (None, None, Phase.UNKNOWN, "unknown"),
    ],
)
async def test_a_runs_words_are_said_in_ours_and_kept_raw(
    shipper, vendor, target, status, conclusion, phase, raw
):
    vendor.on(f"GET {ROOT}/actions/runs/7", json(run(status=status, conclusion=conclusion)))

    progress = await shipper.look(target, "7")

    assert (progress.phase, progress.raw, progress.page) == (phase, raw, PAGE + "7")


def jobs(*conclusions):
    steps = [{"name": "Checkout", "conclusion": "success"}, {"name": "railway up", "conclusion": "failure"}]
    return json(
        {
            "jobs": [
                {
                    "id": 70 + index,
                    "name": f"job {index}",
                    "status": "completed",
                    "conclusion": word,
                    "steps": steps,
                }
                for index, word in enumerate(conclusions)
            ]
        }
    )


async def test_a_failed_run_names_the_job_and_step_that_failed(shipper, vendor, target):
    vendor.on(f"GET {ROOT}/actions/runs/7", json(run(conclusion="failure")))
    vendor.on(f"GET {ROOT}/actions/runs/7/jobs", jobs("success", "failure"))

    progress = await shipper.look(target, "7")

    assert (progress.phase, progress.failing) == (Phase.FAILED, "job 1: railway up")


async def test_a_failed_run_stands_even_when_its_jobs_cannot_be_read(shipper, vendor, target):
    vendor.on(f"GET {ROOT}/actions/runs/7", json(run(conclusion="failure")))

    progress = await shipper.look(target, "7")

    assert (progress.phase, progress.failing) == (Phase.FAILED, "")


@pytest.mark.parametrize("shipment_id", ["../../user", "7/../8", ""])
async def test_an_id_that_climbs_is_refused_unsent(shipper, vendor, target, shipment_id):
    with pytest.raises(VendorRejected):
        await shipper.look(target, shipment_id)
    assert vendor.asked == []


# cancelling and logs


async def test_a_run_is_cancelled(shipper, vendor, target):
    vendor.on(f"POST {ROOT}/actions/runs/7/cancel", json({}, 202))

    await shipper.cancel(target, "7")

    assert vendor.paths() == [f"POST {ROOT}/actions/runs/7/cancel"]


async def test_cancelling_what_has_ended_is_fine(shipper, vendor, target):
    vendor.on(
        f"POST {ROOT}/actions/runs/7/cancel", json({"message": "Cannot cancel a run that is completed"}, 409)
    )
    vendor.on(f"GET {ROOT}/actions/runs/7", json(run()))

    await shipper.cancel(target, "7")


async def test_a_cancel_refused_while_it_goes_on_is_said(shipper, vendor, target):
    vendor.on(f"POST {ROOT}/actions/runs/7/cancel", json({"message": "Not now"}, 409))
    vendor.on(f"GET {ROOT}/actions/runs/7", json(run(status="in_progress", conclusion=None)))

    with pytest.raises(VendorRejected, match="Not now"):
        await shipper.cancel(target, "7")


async def test_the_last_lines_are_the_failing_jobs_without_stamps_and_colours(shipper, vendor, target):
    vendor.on(f"GET {ROOT}/actions/runs/7/jobs", jobs("failure", "skipped"))
    elsewhere = "https://blobs.test/log/70?sig=1"
    vendor.on(f"GET {ROOT}/actions/jobs/70/logs", httpx.Response(302, headers={"location": elsewhere}))
    log = "\ufeff2026-11-23T12:00:00.1Z one\n\n2026-11-23T12:00:01.1Z \x1b[31mtwo\x1b[0m\nthree\n"
    vendor.on("GET /log/70", httpx.Response(200, text=log))

    assert await shipper.last_lines(target, "7", limit=2) == ("two", "three")
    assert "authorization" not in vendor.asked[-1].headers
    assert vendor.asked[-1].url == elsewhere


async def test_where_the_log_is_closed_the_steps_speak(shipper, vendor, target):
    vendor.on(f"GET {ROOT}/actions/runs/7/jobs", jobs("failure"))

    assert await shipper.last_lines(target, "7") == ("Checkout: success", "railway up: failure")


async def test_a_run_without_jobs_has_no_lines(shipper, vendor, target):
    vendor.on(f"GET {ROOT}/actions/runs/7/jobs", json({"jobs": []}))

    assert await shipper.last_lines(target, "7") == ()


async def test_our_own_words_do_not_pass_for_a_services_name(shipper, vendor, target):
    vendor.on(f"GET {RUNS}", json({"workflow_runs": [run()]}))

    assert await shipper.deployments(replace(target, service="run")) == ()
