"""What CI says of a commit at the simulated GitHub: check runs, suites, statuses, workflow runs.

Pure: a mood (a position of the ``github.checks`` knob) in, JSON out. Two traps of the real thing are kept:
an installed app that never reports leaves a suite queued for ever, and a workflow file that cannot start
leaves a suite with ``startup_failure`` and no check run.
"""

from datetime import timedelta

from sandbox.vendors.github_repo import GitCommit, Repo
from sandbox.vendors.github_shapes import Json, commit, node_id, stamp

Job = tuple[str, str, str | None]
"""Name, status, conclusion."""
JOBS = ("test", "lint", "types")
ACTIONS = {"id": 15368, "slug": "github-actions", "name": "GitHub Actions", "node_id": "A_15368"}
SILENT = {"id": 254, "slug": "codecov", "name": "Codecov", "node_id": "A_254"}
CI_ID = 7001
"""Workflow id of ``ci.yml``."""


def jobs_of(mood: str) -> list[Job]:
    """Return CI's jobs; none when nothing has run."""
    if mood == "none":
        return []
    first: dict[str, Job] = {
        "red": ("test", "completed", "failure"),
        "pending": ("test", "in_progress", None),
    }
    jobs = [first.get(mood, ("test", "completed", "success"))]
    jobs += [(name, "completed", "success") for name in JOBS[1:]]
    return [*jobs, ("docs", "completed", "skipped")]


def overall(jobs: list[Job]) -> tuple[str, str | None]:
    """Return status and conclusion of the run that holds ``jobs``."""
    if any(status != "completed" for _, status, _ in jobs):
        return "in_progress", None
    return "completed", "failure" if any(end == "failure" for _, _, end in jobs) else "success"


def run_id_of(one: GitCommit) -> int:
    """Return the id of a commit's CI run."""
    return int(one.sha[:8], 16) + 10_000_000_000


def check_runs(repo: Repo, one: GitCommit, mood: str, root: str) -> list[Json]:
    """Return the commit's check runs."""
    page = f"{root}/{repo.full_name}/actions/runs/{run_id_of(one)}"
    return [
        {
            "id": run_id_of(one) * 10 + index,
            "node_id": node_id("CR", f"{one.sha}{index}"),
            "head_sha": one.sha,
            "external_id": name,
            "name": name,
            "status": status,
            "conclusion": conclusion,
            "started_at": stamp(one.at + timedelta(seconds=40)),
            "completed_at": stamp(one.at + timedelta(minutes=3)) if conclusion else None,
            "url": f"{root}/repos/{repo.full_name}/check-runs/{run_id_of(one) * 10 + index}",
            "html_url": f"{page}/job/{index}",
            "details_url": f"{page}/job/{index}",
            "output": {"title": None, "summary": None, "text": None, "annotations_count": 0},
            "check_suite": {"id": run_id_of(one)},
            "app": ACTIONS,
            "pull_requests": [],
        }
        for index, (name, status, conclusion) in enumerate(jobs_of(mood))
    ]


def check_suites(repo: Repo, one: GitCommit, mood: str, root: str) -> list[Json]:
    """Return the commit's check suites, the silent app's among them."""
    jobs = jobs_of(mood)
    suites = [_suite(repo, one, SILENT, "queued", None, 0, root)]
    if jobs:
        suites.append(_suite(repo, one, ACTIONS, *overall(jobs), len(jobs), root))
    if mood == "startup_failure":
        suites.append(_suite(repo, one, ACTIONS, "completed", "startup_failure", 0, root))
    return suites


def statuses(repo: Repo, one: GitCommit, mood: str, root: str) -> list[Json]:
    """Return the commit's statuses: one, from a tool that does not use checks."""
    if mood == "none":
        return []
    return [
        {
            "id": run_id_of(one) + 1,
            "node_id": node_id("SC", one.sha),
            "context": "sonar/quality-gate",
            "state": "success",
            "description": "Quality gate passed",
            "target_url": f"{root}/{repo.full_name}/commit/{one.sha}",
            "created_at": stamp(one.at + timedelta(minutes=2)),
            "updated_at": stamp(one.at + timedelta(minutes=2)),
        }
    ]


def ci_runs(repo: Repo, one: GitCommit, mood: str, root: str) -> list[Json]:
    """Return the workflow runs CI made for a push of this commit."""
    jobs = jobs_of(mood)
    if not jobs:
        return []
    runs = [_run(repo, one, run_id_of(one), "CI", CI_ID, overall(jobs), root)]
    if mood == "startup_failure":
        broken = (run_id_of(one) + 2, ".github/workflows/preview.yml", CI_ID + 1)
        runs.append(_run(repo, one, *broken, ("completed", "startup_failure"), root))
    return runs


def ci_jobs(repo: Repo, one: GitCommit, mood: str, root: str) -> list[Json]:
    """Return the jobs of a commit's CI run."""
    page = f"{root}/{repo.full_name}/actions/runs/{run_id_of(one)}"
    return [
        {
            "id": run_id_of(one) * 10 + index,
            "run_id": run_id_of(one),
            "head_sha": one.sha,
            "name": name,
            "status": status,
            "conclusion": conclusion,
            "html_url": f"{page}/job/{index}",
            "started_at": stamp(one.at),
            "completed_at": None,
            "steps": [],
        }
        for index, (name, status, conclusion) in enumerate(jobs_of(mood))
    ]


def _run(
    repo: Repo, one: GitCommit, run_id: int, name: str, workflow: int, end: tuple[str, str | None], root: str
) -> Json:
    return {
        "id": run_id,
        "node_id": node_id("WFR", run_id),
        "name": name,
        "display_title": one.title,
        "workflow_id": workflow,
        "event": "push",
        "head_sha": one.sha,
        "head_branch": repo.default_branch,
        "run_number": 1,
        "run_attempt": 1,
        "status": end[0],
        "conclusion": end[1],
        "created_at": stamp(one.at),
        "updated_at": stamp(one.at + timedelta(minutes=3)),
        "url": f"{root}/repos/{repo.full_name}/actions/runs/{run_id}",
        "html_url": f"{root}/{repo.full_name}/actions/runs/{run_id}",
        "head_commit": {"id": one.sha, "message": one.title},
    }


def _suite(
    repo: Repo, one: GitCommit, app: Json, status: str, conclusion: str | None, runs: int, root: str
) -> Json:
    return {
        "id": run_id_of(one) + (0 if runs else int(str(app["id"]))),
        "node_id": node_id("CS", f"{one.sha}{app['slug']}{conclusion}"),
        "head_branch": repo.default_branch,
        "head_sha": one.sha,
        "status": status,
        "conclusion": conclusion,
        "app": app,
        "pull_requests": [],
        "latest_check_runs_count": runs,
        "created_at": stamp(one.at),
        "updated_at": stamp(one.at),
        "url": f"{root}/repos/{repo.full_name}/check-suites/{run_id_of(one)}",
        "check_runs_url": f"{root}/repos/{repo.full_name}/check-suites/{run_id_of(one)}/check-runs",
        "head_commit": commit(repo, one, root)["commit"],
    }
