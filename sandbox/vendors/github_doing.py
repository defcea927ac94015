"""The simulated GitHub's routes that do things: workflow runs and recorded deployments.

Translate requests into ``github_actions.py`` and ``github_deployments.py`` and their refusals into status
codes.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.vendors import github_checks as ci
from sandbox.vendors._address import root_of
from sandbox.vendors.github_actions import Run, jobs_shape, run_shape
from sandbox.vendors.github_deployments import GitHubDeployment, Refused, deployment_shape, status_shape
from sandbox.vendors.github_git import REPO
from sandbox.vendors.github_repo import Repo
from sandbox.vendors.github_shapes import Json
from sandbox.vendors.github_state import State, body_of, listing
from sandbox.vendors.github_workflows import DECLARED

TELLS_RUN_SINCE = "2026-03-10"
"""From this API version on, a dispatch always names the run it made."""


class Actions:
    """Routes under ``/actions``."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Return them."""
        return [
            Route(f"{REPO}/actions/workflows", self.workflows),
            Route(f"{REPO}/actions/workflows/{{workflow}}/dispatches", self.dispatch, methods=["POST"]),
            Route(f"{REPO}/actions/workflows/{{workflow}}/runs", self.runs),
            Route(f"{REPO}/actions/workflows/{{workflow}}", self.workflow),
            Route(f"{REPO}/actions/runs", self.runs),
            Route(f"{REPO}/actions/runs/{{id:int}}", self.run),
            Route(f"{REPO}/actions/runs/{{id:int}}/jobs", self.jobs),
            Route(f"{REPO}/actions/runs/{{id:int}}/cancel", self.cancel, methods=["POST"]),
            Route(f"{REPO}/actions/jobs/{{id:int}}/logs", self.logs),
        ]

    async def workflows(self, request: Request) -> Response:
        """List workflow files."""
        files = self._state.files(self._state.repo(request))
        return listing(request, files, self._workflow, under="workflows")

    async def workflow(self, request: Request) -> Response:
        """Answer one workflow file."""
        self._state.repo(request)
        return JSONResponse(self._workflow(self._name(request)))

    async def dispatch(self, request: Request) -> Response:
        """Start a run; say which one when the API version or the body asks for it."""
        repo, workflow, asked = self._state.repo(request), self._name(request), await body_of(request)
        ref = str(asked.get("ref") or "")
        commit = repo.resolve(ref)
        if commit is None or ref not in {*repo.branches, *repo.tags}:
            raise HTTPException(422, f"No ref found for: {ref}")
        inputs = asked.get("inputs") or {}
        if not isinstance(inputs, dict) or set(inputs) - DECLARED[workflow]:
            unknown = sorted(set(inputs) - DECLARED[workflow]) if isinstance(inputs, dict) else ["inputs"]
            raise HTTPException(422, f"Unexpected inputs provided: {unknown}")
        given = {key: str(value) for key, value in inputs.items()}
        run = self._state.runs.dispatch(repo, workflow, commit, ref, given)
        version = request.headers.get("x-github-api-version", "2022-11-28")
        told = version >= TELLS_RUN_SINCE or asked.get("return_run_details") is True
        if not told or not self._state.dispatch_tells_run:
            return Response(status_code=204)
        shaped = run_shape(run, self._state.workflows[workflow], root_of(request))
        details = {"workflow_run_id": run.id, "run_url": shaped["url"], "html_url": shaped["html_url"]}
        return JSONResponse(details)

    async def runs(self, request: Request) -> Response:
        """List runs, newest first: dispatched ones, and CI's for one commit when ``head_sha`` asks for it."""
        repo, root, query = self._state.repo(request), root_of(request), request.query_params
        workflow = self._name(request) if "workflow" in request.path_params else ""
        found = [
            self._run(run, root)
            for run in reversed(self._state.runs.all())
            if run.repo is repo and workflow in ("", run.workflow)
        ]
        if (commit := repo.resolve(query.get("head_sha", ""))) and not workflow:
            found += ci.ci_runs(repo, commit, self._state.mood(commit), root)
        since = query.get("created", "").removeprefix(">=")
        kept = [
            run
            for run in found
            if query.get("event", run["event"]) == run["event"]
            and query.get("branch", run["head_branch"]) == run["head_branch"]
            and query.get("head_sha", run["head_sha"]) == run["head_sha"]
            and query.get("status", run["status"]) in (run["status"], run["conclusion"])
            and str(run["created_at"])[: len(since)] >= since
        ]
        return listing(request, kept, _as_is, under="workflow_runs")

    async def run(self, request: Request) -> Response:
        """Answer one run."""
        repo, root, run_id = self._state.repo(request), root_of(request), request.path_params["id"]
        if run := self._state.runs.find(run_id):
            return JSONResponse(self._run(run, root))
        for commit in repo.commits.values():
            for shaped in ci.ci_runs(repo, commit, self._state.mood(commit), root):
                if shaped["id"] == run_id:
                    return JSONResponse(shaped)
        raise HTTPException(404, "Not Found")

    async def jobs(self, request: Request) -> Response:
        """List a run's jobs."""
        repo, root, run_id = self._state.repo(request), root_of(request), request.path_params["id"]
        if run := self._state.runs.find(run_id):
            return listing(request, jobs_shape(run, root), _as_is, under="jobs")
        for commit in repo.commits.values():
            if ci.run_id_of(commit) == run_id:
                jobs = ci.ci_jobs(repo, commit, self._state.mood(commit), root)
                return listing(request, jobs, _as_is, under="jobs")
        return listing(request, [], _as_is, under="jobs")

    async def cancel(self, request: Request) -> Response:
        """Cancel a run; 409 when it has ended."""
        self._state.repo(request)
        run = self._state.runs.find(request.path_params["id"])
        if run is None:
            raise HTTPException(404, "Not Found")
        if not self._state.runs.cancel(run):
            raise HTTPException(409, "Cannot cancel a workflow run that is completed.")
        return JSONResponse({}, status_code=202)

    async def logs(self, request: Request) -> Response:
        """Redirect to a job's log, as GitHub does; the log itself asks for no token."""
        self._state.repo(request)
        if self._state.runs.find(request.path_params["id"] // 10) is None:
            raise HTTPException(404, "Not Found")
        return RedirectResponse(f"{root_of(request)}/_logs/{request.path_params['id']}", status_code=302)

    async def log_text(self, request: Request) -> Response:
        """Answer a job's log as text, every line with its time."""
        run = self._state.runs.find(request.path_params["id"] // 10)
        if run is None:
            raise HTTPException(404, "Not Found")
        at = run.updated_at.strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
        return PlainTextResponse("".join(f"{at} {line}\n" for line in run.log))

    def _name(self, request: Request) -> str:
        asked = request.path_params["workflow"]
        for name in self._state.files(self._state.repo(request)):
            if asked in (name, str(self._state.workflows[name])):
                return name
        raise HTTPException(404, "Not Found")

    def _workflow(self, name: str) -> Json:
        path = f".github/workflows/{name}"
        return {"id": self._state.workflows[name], "name": name, "path": path, "state": "active"}

    def _run(self, run: Run, root: str) -> Json:
        return run_shape(run, self._state.workflows[run.workflow], root)


class Recording:
    """Routes under ``/deployments``."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Return them."""
        one = f"{REPO}/deployments/{{id:int}}"
        return [
            Route(f"{REPO}/deployments", self.create, methods=["POST"]),
            Route(f"{REPO}/deployments", self.listed),
            Route(one, self.get),
            Route(f"{one}/statuses", self.add_status, methods=["POST"]),
            Route(f"{one}/statuses", self.statuses),
        ]

    async def create(self, request: Request) -> Response:
        """Record a deployment."""
        repo, asked = self._state.repo(request), await body_of(request)
        if not asked.get("ref"):
            raise HTTPException(422, 'Invalid request.\n\n"ref" wasn\'t supplied.')
        commit = repo.resolve(str(asked["ref"]))
        if commit is None:
            raise HTTPException(422, f"No ref found for: {asked['ref']}")
        status, conclusion = ci.overall(ci.jobs_of(self._state.mood(commit)))
        green = status == "completed" and conclusion == "success"
        made = self._state.deployments.create(repo, commit, asked, self._state.now(), green=green)
        if isinstance(made, Refused):
            return JSONResponse({"message": made.message}, status_code=made.status)
        return JSONResponse(deployment_shape(made, root_of(request)), status_code=201)

    async def listed(self, request: Request) -> Response:
        """List deployments, newest first."""
        repo, root = self._state.repo(request), root_of(request)
        found = self._state.deployments.listed(repo, dict(request.query_params))
        return listing(request, found, lambda one: deployment_shape(one, root))

    async def get(self, request: Request) -> Response:
        """Answer one deployment."""
        _, one = self._one(request)
        return JSONResponse(deployment_shape(one, root_of(request)))

    async def add_status(self, request: Request) -> Response:
        """Say how a deployment goes."""
        _, one = self._one(request)
        status = self._state.deployments.add_status(one, await body_of(request), self._state.now())
        if isinstance(status, Refused):
            raise HTTPException(status.status, status.message)
        return JSONResponse(status_shape(one, status, root_of(request)), status_code=201)

    async def statuses(self, request: Request) -> Response:
        """List a deployment's statuses, newest first."""
        _, one = self._one(request)
        root = root_of(request)
        return listing(request, one.statuses[::-1], lambda status: status_shape(one, status, root))

    def _one(self, request: Request) -> tuple[Repo, GitHubDeployment]:
        repo = self._state.repo(request)
        one = self._state.deployments.find(request.path_params["id"])
        if one is None or one.repo is not repo:
            raise HTTPException(404, "Not Found")
        return repo, one


def _as_is(item: Json) -> Json:
    return item
