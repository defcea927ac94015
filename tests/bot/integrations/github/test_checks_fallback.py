"""Rules of reading CI's evidence where the token may not read everything."""

import httpx
import pytest

from bot.engine.checks import CheckState
from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.github import GitHub
from tests.bot.integrations.github._checks import COMMIT, REPO, ROOT, SHA, run


def workflow_run(id=1, **more):
    return {
        "id": id,
        "name": "CI",
        "display_title": "Feed the cat",
        "workflow_id": 9,
        "event": "push",
        "status": "completed",
        "conclusion": "success",
        "html_url": f"https://github.com/{REPO}/actions/runs/{id}",
        "created_at": "2026-11-23T10:00:00Z",
        **more,
    }


def job(name="test", conclusion="success", id=1, status="completed"):
    return {"id": id, "name": name, "status": status, "conclusion": conclusion, "html_url": None}


def json(body, **headers):
    return httpx.Response(200, json=body, headers=headers)


@pytest.fixture
def github(http, at_once):
    return GitHub(http, retry=at_once)


async def test_a_token_that_may_not_read_checks_reads_workflow_runs_and_says_so(
    github, vendor, tell, forbidden
):
    tell(statuses=[{"context": "ci/circle", "state": "success"}])
    vendor.on(f"GET {COMMIT}/check-runs", forbidden)
    vendor.on(f"GET {ROOT}/actions/runs", json({"workflow_runs": [workflow_run()]}))
    vendor.on(
        f"GET {ROOT}/actions/runs/1/jobs", json({"jobs": [job("test"), job("lint", None, 2, "queued")]})
    )

    report = await github.checks(REPO, SHA)

    assert report.source == "workflow runs"
    assert [(check.name, check.state) for check in report.checks] == [
        ("test", CheckState.PASSED),
        ("lint", CheckState.PENDING),
        ("ci/circle", CheckState.PASSED),
    ]
    assert f"GET {ROOT}/actions/runs?per_page=100&head_sha={SHA}" in vendor.paths()


async def test_a_token_that_may_not_read_suites_falls_back_as_well(github, vendor, tell, forbidden):
    tell([run()])
    vendor.on(f"GET {COMMIT}/check-suites", forbidden)
    vendor.on(f"GET {ROOT}/actions/runs", json({"workflow_runs": []}))

    report = await github.checks(REPO, SHA)

    assert (report.checks, report.source) == ((), "workflow runs")


@pytest.mark.parametrize(
    ("whole", "jobs", "expected"),
    [
        ({"conclusion": "startup_failure"}, [], [("CI", CheckState.FAILED, True)]),
        ({"status": "queued", "conclusion": None}, [], [("CI", CheckState.PENDING, False)]),
        (
            {"conclusion": "cancelled"},
            [job()],
            [("test", CheckState.PASSED, False), ("CI", CheckState.FAILED, False)],
        ),
        ({"conclusion": "failure"}, [job(conclusion="failure")], [("test", CheckState.FAILED, False)]),
        ({"conclusion": "success"}, [], [("CI", CheckState.PASSED, False)]),
        ({"conclusion": "success"}, [job(conclusion="skipped")], [("test", CheckState.NEUTRAL, False)]),
    ],
)
async def test_a_workflow_runs_outcome_is_told_where_its_jobs_hide_it(
    github, vendor, tell, forbidden, whole, jobs, expected
):
    tell()
    vendor.on(f"GET {COMMIT}/check-runs", forbidden)
    vendor.on(f"GET {ROOT}/actions/runs", json({"workflow_runs": [workflow_run(**whole)]}))
    vendor.on(f"GET {ROOT}/actions/runs/1/jobs", json({"jobs": jobs}))

    checks = (await github.checks(REPO, SHA)).checks

    assert [(check.name, check.state, check.fatal) for check in checks] == expected


async def test_the_newest_run_of_a_workflow_counts_and_our_own_deploys_do_not(
    github, vendor, tell, forbidden
):
    tell()
    ours = workflow_run(
        3, workflow_id=10, event="workflow_dispatch", display_title="Deploy (pawdeploy run 12)"
    )
    vendor.on(f"GET {COMMIT}/check-runs", forbidden)
    vendor.on(f"GET {ROOT}/actions/runs", json({"workflow_runs": [workflow_run(2), workflow_run(1), ours]}))
    vendor.on(f"GET {ROOT}/actions/runs/2/jobs", json({"jobs": [job("test", "failure")]}))

    checks = (await github.checks(REPO, SHA)).checks

    assert [(check.name, check.state) for check in checks] == [("test", CheckState.FAILED)]


async def test_a_token_that_may_read_neither_is_rejected_by_name(github, vendor, tell, forbidden):
    tell()
    vendor.on(f"GET {COMMIT}/check-runs", forbidden)
    vendor.on(f"GET {ROOT}/actions/runs", forbidden)

    with pytest.raises(VendorRejected, match="reading workflow runs"):
        await github.checks(REPO, SHA)


async def test_statuses_that_may_not_be_read_are_no_green_light(github, vendor, tell, forbidden):
    tell([run()])
    vendor.on(f"GET {COMMIT}/status", forbidden)

    with pytest.raises(VendorRejected, match="reading commit statuses"):
        await github.checks(REPO, SHA)


async def test_a_rate_limit_under_403_is_no_missing_permission(github, vendor, tell):
    tell()
    limit = httpx.Response(
        403,
        headers={"x-ratelimit-remaining": "0", "retry-after": "30"},
        json={"message": "API rate limit exceeded"},
    )
    vendor.on(f"GET {COMMIT}/check-runs", limit)

    with pytest.raises(VendorUnavailable) as caught:
        await github.checks(REPO, SHA)
    assert caught.value.retry_after == 30
    assert len(vendor.asked) == 1


async def test_checks_of_an_unknown_commit_are_rejected(github):
    with pytest.raises(VendorRejected) as caught:
        await github.checks(REPO, SHA)
    assert caught.value.status == 404
