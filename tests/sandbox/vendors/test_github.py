import pytest

from sandbox.vendors.github import GitHubSim

REPO = "/repos/pawlogic/backend"


@pytest.mark.parametrize("ref", ["main", "feature/pets", "feature%2Fpets", "v1.42.0", "heads/main", "HEAD"])
async def test_branches_and_tags_resolve_slashes_and_all(rest, ref):
    answer = await rest.get(f"{REPO}/commits/{ref}")

    assert answer.status_code == 200
    assert len(answer.json()["sha"]) == 40


async def test_the_history_is_the_same_whenever_the_sandbox_starts(github, faults):
    later = GitHubSim(faults)

    assert later.repo.branches == github.repo.branches


async def test_a_short_sha_resolves_and_an_unknown_ref_is_422(rest, github):
    short = await rest.get(f"{REPO}/commits/{github.head()[:7]}")
    unknown = await rest.get(f"{REPO}/commits/no-such-branch")

    assert short.json()["sha"] == github.head()
    assert unknown.status_code == 422
    assert unknown.json()["message"] == "No commit found for SHA: no-such-branch"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"User-Agent": ""}, 403),
        ({"X-GitHub-Api-Version": "2020-01-01"}, 400),
    ],
)
async def test_the_door_checks_token_agent_and_version(rest, headers, status):
    answer = await rest.get(REPO, headers=headers)

    assert answer.status_code == status
    assert answer.json()["message"]


async def test_a_repository_nobody_has_is_404_not_403(rest):
    assert (await rest.get("/repos/pawlogic/secret")).status_code == 404


@pytest.mark.parametrize(
    ("mood", "runs", "conclusions"),
    [
        ("green", {"success", "skipped"}, [None, "success"]),
        ("red", {"failure", "success", "skipped"}, [None, "failure"]),
        ("pending", {None, "success", "skipped"}, [None, None]),
        ("none", set(), [None]),
        ("startup_failure", {"success", "skipped"}, [None, "success", "startup_failure"]),
    ],
)
async def test_checks_say_what_the_knob_says(rest, faults, mood, runs, conclusions):
    faults.set("github.checks", mood)

    found = (await rest.get(f"{REPO}/commits/main/check-runs")).json()
    suites = (await rest.get(f"{REPO}/commits/main/check-suites")).json()

    assert {run["conclusion"] for run in found["check_runs"]} == runs
    assert [suite["conclusion"] for suite in suites["check_suites"]] == conclusions


async def test_one_commit_may_differ_from_the_knob(rest, github):
    github.set_checks(github.head("feature/pets"), "red")

    red = (await rest.get(f"{REPO}/commits/feature%2Fpets/check-runs")).json()
    green = (await rest.get(f"{REPO}/commits/main/check-runs")).json()

    assert red["check_runs"][0]["conclusion"] == "failure"
    assert green["check_runs"][0]["conclusion"] == "success"


async def test_a_token_that_may_not_read_checks_still_sees_workflow_runs(rest, faults, github):
    faults.set("github.checks", "forbidden")

    checks = await rest.get(f"{REPO}/commits/main/check-runs")
    runs = (await rest.get(f"{REPO}/actions/runs", params={"head_sha": github.head()})).json()
    jobs = (await rest.get(f"{REPO}/actions/runs/{runs['workflow_runs'][0]['id']}/jobs")).json()

    assert checks.status_code == 403
    assert checks.headers["x-accepted-github-permissions"] == "checks=read"
    assert [job["name"] for job in jobs["jobs"]][:2] == ["test", "lint"]


async def test_the_combined_status_of_nothing_is_pending(rest, faults):
    faults.set("github.checks", "none")

    told = (await rest.get(f"{REPO}/commits/main/status")).json()

    assert (told["state"], told["total_count"]) == ("pending", 0)


async def test_lists_come_in_pages_with_a_link_to_the_next(rest):
    first = await rest.get(f"{REPO}/commits", params={"per_page": 5})
    second = await rest.get(first.links["next"]["url"])

    assert len(first.json()) == len(second.json()) == 5
    assert {one["sha"] for one in first.json()}.isdisjoint(one["sha"] for one in second.json())


async def test_a_comparison_lists_commits_oldest_first_and_the_migration(rest):
    told = (await rest.get(f"{REPO}/compare/v1.41.0...main")).json()

    assert told["status"] == "ahead"
    assert told["total_commits"] == len(told["commits"]) == 7
    assert "alembic/versions/0002_vaccinations.py" in {file["filename"] for file in told["files"]}
    assert [one["commit"]["author"]["date"] for one in told["commits"]] == sorted(
        one["commit"]["author"]["date"] for one in told["commits"]
    )


@pytest.mark.parametrize(
    ("spec", "status"),
    [
        ("main...main", "identical"),
        ("main...v1.41.0", "behind"),
        ("main...feature/pets", "diverged"),
    ],
)
async def test_a_comparison_knows_which_way(rest, spec, status):
    assert (await rest.get(f"{REPO}/compare/{spec}")).json()["status"] == status


async def test_three_hundred_files_is_where_a_comparison_stops(rest, github):
    base = github.head()
    github.push("main", "Reformat everything", files=[f"app/{n}.py" for n in range(400)])

    told = (await rest.get(f"{REPO}/compare/{base}...main")).json()

    assert len(told["files"]) == 300


async def test_only_the_first_page_of_a_comparison_holds_files(rest):
    second = await rest.get(f"{REPO}/compare/v1.41.0...main", params={"per_page": 4, "page": 2})

    assert len(second.json()["commits"]) == 3
    assert "files" not in second.json()


async def test_links_on_cards_open_pages_without_a_token(rest, github):
    bare = {"Authorization": ""}
    page = await rest.get(f"/pawlogic/backend/commit/{github.head()}", headers=bare)

    assert page.status_code == 200
    assert "weight history" in page.text
