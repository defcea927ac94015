"""The simulated GitHub's answers have the keys and words of GitHub's REST API.

No schema of GitHub's lies in ``shared/``; what is held here are the facts gathered from its OpenAPI
description (@octokit/openapi 23.0.2, ``vendors/github-sentry-stores.md``, A1 to A3).
"""

import httpx
import pytest

from sandbox.faults import Faults
from sandbox.vendors.github import GITHUB_TOKEN, GitHubSim

REPO = "/repos/pawlogic/backend"
STATUSES = {"queued", "in_progress", "completed", "waiting", "requested", "pending"}
CONCLUSIONS = {
    "success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required", None,
}  # fmt: skip
SUITE_CONCLUSIONS = CONCLUSIONS | {"startup_failure", "stale"}
MOODS = ["green", "red", "pending", "none", "startup_failure"]


@pytest.fixture
def faults():
    return Faults()


@pytest.fixture
def github(faults):
    return GitHubSim(faults)


@pytest.fixture
async def rest(github):
    headers = {"Authorization": f"Bearer {GITHUB_TOKEN}", "X-GitHub-Api-Version": "2026-03-10"}
    transport = httpx.ASGITransport(app=github.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://github", headers=headers) as http:
        yield http


def has(answer, *keys):
    assert set(keys) <= set(answer), set(keys) - set(answer)


async def test_a_commit(rest):
    answer = (await rest.get(f"{REPO}/commits/main")).json()

    has(
        answer,
        "sha",
        "node_id",
        "commit",
        "url",
        "html_url",
        "comments_url",
        "author",
        "committer",
        "parents",
    )
    has(answer["commit"], "author", "committer", "message", "tree", "url", "comment_count")
    has(answer["files"][0], "sha", "filename", "status", "additions", "deletions", "changes")


@pytest.mark.parametrize("mood", MOODS)
async def test_check_runs(rest, faults, mood):
    faults.set("github.checks", mood)
    answer = (await rest.get(f"{REPO}/commits/main/check-runs")).json()

    assert set(answer) == {"total_count", "check_runs"}
    assert answer["total_count"] == len(answer["check_runs"])
    for run in answer["check_runs"]:
        has(run, "id", "node_id", "head_sha", "external_id", "name", "status", "conclusion", "started_at")
        has(run, "completed_at", "html_url", "details_url", "output", "check_suite", "app", "pull_requests")
        assert run["status"] in STATUSES
        assert run["conclusion"] in CONCLUSIONS
        assert (run["conclusion"] is None) == (run["status"] != "completed")


@pytest.mark.parametrize("mood", MOODS)
async def test_check_suites(rest, faults, mood):
    faults.set("github.checks", mood)
    answer = (await rest.get(f"{REPO}/commits/main/check-suites")).json()

    assert set(answer) == {"total_count", "check_suites"}
    for suite in answer["check_suites"]:
        has(suite, "id", "node_id", "head_sha", "status", "conclusion", "app", "latest_check_runs_count")
        assert suite["conclusion"] in SUITE_CONCLUSIONS
    ids = [suite["id"] for suite in answer["check_suites"]]
    assert len(set(ids)) == len(ids)


async def test_an_installed_app_that_never_reports_leaves_an_empty_suite_queued(rest):
    suites = (await rest.get(f"{REPO}/commits/main/check-suites")).json()["check_suites"]

    silent = [suite for suite in suites if suite["latest_check_runs_count"] == 0]
    assert [(suite["status"], suite["conclusion"]) for suite in silent] == [("queued", None)]


async def test_the_combined_status(rest):
    answer = (await rest.get(f"{REPO}/commits/main/status")).json()

    has(answer, "state", "statuses", "sha", "total_count", "repository", "commit_url", "url")
    has(answer["statuses"][0], "context", "state", "description", "target_url", "created_at", "updated_at")


async def test_a_comparison(rest):
    answer = (await rest.get(f"{REPO}/compare/v1.41.0...main")).json()

    has(answer, "url", "html_url", "base_commit", "merge_base_commit", "status", "ahead_by", "behind_by")
    has(answer, "total_commits", "commits", "files")
    assert answer["status"] in {"diverged", "ahead", "behind", "identical"}
    assert {file["status"] for file in answer["files"]} <= {"added", "removed", "modified", "renamed"}


async def test_a_deployment_and_its_status(rest):
    body = {"ref": "main", "auto_merge": False, "required_contexts": [], "payload": {"pawdeploy_run": 1}}
    made = (await rest.post(f"{REPO}/deployments", json=body)).json()
    status = (await rest.post(f"{REPO}/deployments/{made['id']}/statuses", json={"state": "queued"})).json()

    has(made, "id", "node_id", "sha", "ref", "task", "payload", "environment", "description", "creator")
    has(made, "created_at", "updated_at", "statuses_url", "repository_url", "url")
    has(status, "id", "node_id", "state", "creator", "description", "environment", "target_url", "created_at")
    has(status, "updated_at", "deployment_url", "repository_url", "environment_url", "log_url", "url")


async def test_a_workflow_run_and_its_jobs(rest, github):
    body = {"ref": "main", "inputs": {"sha": github.head(), "environment": "staging", "service": "api"}}
    told = await rest.post(f"{REPO}/actions/workflows/backend-deploy.yml/dispatches", json=body)
    assert told.status_code == 200
    assert set(told.json()) == {"workflow_run_id", "run_url", "html_url"}

    run = (await rest.get(f"{REPO}/actions/runs/{told.json()['workflow_run_id']}")).json()
    jobs = (await rest.get(f"{REPO}/actions/runs/{run['id']}/jobs")).json()

    has(run, "id", "node_id", "head_branch", "head_sha", "run_number", "event", "status", "conclusion", "url")
    has(run, "workflow_id", "html_url", "created_at", "updated_at", "display_title", "run_attempt", "path")
    assert set(jobs) == {"total_count", "jobs"}
    has(jobs["jobs"][0], "id", "run_id", "head_sha", "name", "status", "conclusion", "html_url", "steps")


@pytest.mark.parametrize("path", [f"{REPO}/commits/nope", "/repos/nobody/nothing", "/nowhere"])
async def test_an_error_says_what_and_where_to_read(rest, path):
    answer = await rest.get(path)

    assert answer.status_code in (404, 422)
    has(answer.json(), "message", "documentation_url", "status")
    assert answer.headers["x-ratelimit-remaining"].isdecimal()


async def test_a_file_and_a_folder(rest):
    """GitHub's OpenAPI description: content-file and content-directory."""
    keys = ("type", "size", "name", "path", "sha", "url", "html_url")
    file = (await rest.get(f"{REPO}/contents/app/log.py", params={"ref": "main"})).json()
    folder = (await rest.get(f"{REPO}/contents/app", params={"ref": "main"})).json()

    has(file, *keys, "encoding", "content")
    assert (file["type"], file["encoding"]) == ("file", "base64")
    for one in folder:
        has(one, *keys)


async def test_a_reference_and_a_commit_of_gits_own(rest, github):
    """GitHub's OpenAPI description: git-ref and git-commit."""
    ref = (await rest.get(f"{REPO}/git/ref/heads/feature/pets")).json()
    commit = (await rest.get(f"{REPO}/git/commits/{github.head()}")).json()

    has(ref, "ref", "node_id", "url", "object")
    has(ref["object"], "type", "sha", "url")
    assert ref["ref"] == "refs/heads/feature/pets"
    has(commit, "sha", "node_id", "url", "author", "committer", "message", "tree", "parents", "html_url")
    has(commit["tree"], "sha", "url")


async def test_a_pull_request(rest, github):
    """GitHub's OpenAPI description: pull-request."""
    body = {"title": "Share a pet", "head": "feature/pets", "base": "main", "body": "As asked."}
    opened = await rest.post(f"{REPO}/pulls", json=body)
    again = await rest.post(f"{REPO}/pulls", json=body)
    made = (await rest.get(f"{REPO}/pulls/{opened.json()['number']}")).json()

    assert (opened.status_code, again.status_code) == (201, 422)
    has(made, "id", "node_id", "number", "state", "title", "body", "user", "head", "base", "created_at")
    has(made, "updated_at", "merged_at", "merged", "mergeable", "draft", "url", "html_url")
    assert {"ref", "label", "sha"} <= set(made["head"])
    assert made["state"] in {"open", "closed"}
    (listed,) = (await rest.get(f"{REPO}/pulls")).json()
    assert listed["number"] == made["number"]


async def test_the_newest_of_a_context_makes_the_combined_status(rest, github):
    """docs.github.com/rest/commits/statuses: the combined status of a reference."""
    path = f"{REPO}/statuses/{github.head()}"
    for state in ("failure", "success"):
        said = await rest.post(path, json={"state": state, "context": "eas", "description": state})
        has(said.json(), "id", "node_id", "context", "state", "description", "target_url", "created_at")
    combined = (await rest.get(f"{REPO}/commits/main/status")).json()
    every = (await rest.get(f"{REPO}/commits/main/statuses")).json()

    assert combined["state"] == "success"
    assert [one["state"] for one in combined["statuses"] if one["context"] == "eas"] == ["success"]
    assert [one["state"] for one in every if one["context"] == "eas"] == ["success", "failure"]
