"""Rules of reading CI's evidence on a commit."""

import httpx
import pytest

from bot.engine.checks import CheckState
from bot.integrations.github import GitHub
from tests.bot.integrations.github._checks import COMMIT, REPO, SHA, run


def suite(conclusion="success", count=1, status="completed", name="GitHub Actions"):
    return {
        "id": 1,
        "status": status,
        "conclusion": conclusion,
        "latest_check_runs_count": count,
        "app": {"slug": "github-actions", "name": name},
    }


def json(body, **headers):
    return httpx.Response(200, json=body, headers=headers)


@pytest.fixture
def github(http, at_once):
    return GitHub(http, retry=at_once)


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
