"""Rules of reading CI's evidence on a commit."""

import httpx
import pytest

from bot.engine.checks import CheckState
from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.github import GitHub

REPO = "pawlogic/backend"
ROOT = "/repos/pawlogic/backend"
SHA = "0123456789abcdef0123456789abcdef01234567"
COMMIT = f"{ROOT}/commits/{SHA}"
NO_STATUSES = {"state": "pending", "statuses": [], "total_count": 0, "sha": SHA}


def run(name="test", conclusion="success", id=1, status="completed", app="github-actions", **more):
    return {
        "id": id,
        "name": name,
        "status": status,
        "conclusion": conclusion,
        "html_url": f"https://github.com/{REPO}/runs/{id}",
        "app": {"slug": app, "name": app},
        **more,
    }


def suite(conclusion="success", count=1, status="completed", name="GitHub Actions"):
    return {
        "id": 1,
        "status": status,
        "conclusion": conclusion,
        "latest_check_runs_count": count,
        "app": {"slug": "github-actions", "name": name},
    }


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


@pytest.fixture
def tell(vendor):
    """Say what GitHub knows of the commit; what is left out is empty."""

    def say(runs=(), suites=(), statuses=()):
        vendor.on(f"GET {COMMIT}/check-runs", json({"total_count": len(runs), "check_runs": list(runs)}))
        vendor.on(
            f"GET {COMMIT}/check-suites", json({"total_count": len(suites), "check_suites": list(suites)})
        )
        combined = {**NO_STATUSES, "statuses": list(statuses), "total_count": len(statuses)}
        vendor.on(f"GET {COMMIT}/status", json(combined))

    return say


async def test_no_checks_at_all_is_an_empty_report(github, tell):
    tell()

    assert (await github.checks(REPO, SHA)).checks == ()


async def test_no_statuses_is_no_opinion_though_github_calls_it_pending(github, tell):
    tell([run()])

    report = await github.checks(REPO, SHA)

    assert [check.state for check in report.checks] == [CheckState.PASSED]
    assert report.source == "check runs"


@pytest.mark.parametrize(
    ("status", "conclusion", "state", "said"),
    [
        ("completed", "success", CheckState.PASSED, "success"),
        ("completed", "neutral", CheckState.NEUTRAL, "neutral"),
        ("completed", "skipped", CheckState.NEUTRAL, "skipped"),
        ("completed", "failure", CheckState.FAILED, "failure"),
        ("completed", "cancelled", CheckState.FAILED, "cancelled"),
        ("completed", "timed_out", CheckState.FAILED, "timed_out"),
        ("completed", "action_required", CheckState.FAILED, "action_required"),
        ("completed", "stale", CheckState.FAILED, "stale"),
        ("completed", "wonderful", CheckState.FAILED, "wonderful"),
        ("completed", None, CheckState.PENDING, "completed"),
        ("queued", None, CheckState.PENDING, "queued"),
        ("in_progress", None, CheckState.PENDING, "in_progress"),
        ("waiting", None, CheckState.PENDING, "waiting"),
        ("requested", None, CheckState.PENDING, "requested"),
        ("pending", None, CheckState.PENDING, "pending"),
        ("dreaming", None, CheckState.PENDING, "dreaming"),
    ],
)
async def test_what_is_not_known_to_have_passed_has_not(github, tell, status, conclusion, state, said):
    tell([run(status=status, conclusion=conclusion)])

    (check,) = (await github.checks(REPO, SHA)).checks

    assert (check.state, check.said, check.fatal) == (state, said, False)
    assert check.url == f"https://github.com/{REPO}/runs/1"


async def test_the_newest_run_of_a_name_counts_whatever_the_order(github, tell):
    tell(
        [
            run(id=2, conclusion="success"),
            run(id=3, conclusion=None, status="queued"),
            run(id=1, conclusion="failure"),
        ]
    )

    (check,) = (await github.checks(REPO, SHA)).checks

    assert check.state is CheckState.PENDING


async def test_two_apps_with_one_name_are_two_checks(github, tell):
    tell(
        [
            run(app="github-actions"),
            run(app="circleci", conclusion="failure"),
            run("lint", app=None) | {"app": None},
        ]
    )

    checks = (await github.checks(REPO, SHA)).checks

    assert [(check.name, check.state) for check in checks] == [
        ("test", CheckState.PASSED),
        ("test", CheckState.FAILED),
        ("lint", CheckState.PASSED),
    ]


async def test_optional_fields_may_be_missing(github, tell):
    tell(
        [{"id": 1, "name": "test", "status": "completed"}],
        [{"id": 1}],
        [{"context": "ci", "state": "success"}],
    )

    checks = (await github.checks(REPO, SHA)).checks

    assert [(check.name, check.url) for check in checks] == [("test", ""), ("ci", "")]


async def test_checks_of_every_page_count(github, vendor, tell):
    tell()
    path = f"{COMMIT}/check-runs?per_page=100&filter=latest"
    following = f'<https://api.github.com{path}&page=2>; rel="next", <{path}&page=2>; rel="last"'
    vendor.on(f"GET {path}", json({"check_runs": [run("test")]}, link=following))
    vendor.on(f"GET {path}&page=2", json({"check_runs": [run("lint", "failure", id=2)]}))

    checks = (await github.checks(REPO, SHA)).checks

    assert [check.name for check in checks] == ["test", "lint"]


async def test_a_workflow_that_could_not_start_is_fatal(github, tell):
    tell([run()], [suite(), suite("startup_failure", count=0)])

    checks = (await github.checks(REPO, SHA)).checks

    assert [(check.name, check.said, check.fatal) for check in checks] == [
        ("test", "success", False),
        ("GitHub Actions", "startup_failure", True),
    ]


async def test_a_suite_queued_without_runs_belongs_to_an_app_that_never_reports(github, tell):
    tell([run()], [suite(None, count=0, status="queued", name="Some App")])

    assert [check.name for check in (await github.checks(REPO, SHA)).checks] == ["test"]


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("success", CheckState.PASSED),
        ("pending", CheckState.PENDING),
        ("failure", CheckState.FAILED),
        ("error", CheckState.FAILED),
        ("splendid", CheckState.FAILED),
    ],
)
async def test_commit_statuses_are_checks_too(github, tell, word, state):
    tell(statuses=[{"context": "ci/circle", "state": word, "target_url": "https://ci.test"}])

    (check,) = (await github.checks(REPO, SHA)).checks

    assert (check.name, check.state, check.said, check.url) == ("ci/circle", state, word, "https://ci.test")


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
