"""What GitHub knows of a commit, and what we tell it of a deployment. Our words in, the engine's types out.

Given an ``httpx.AsyncClient`` with GitHub's base URL and ``auth_headers``. Knows no settings, database or
Slack.
"""

from collections.abc import Mapping

import httpx

from bot.engine.checks import Check, CheckReport
from bot.errors import VendorRejected
from bot.integrations._http import Retry, parse, read_json
from bot.integrations.github import _checks
from bot.integrations.github._api import VENDOR, Api, repository_path, segment
from bot.integrations.github._marks import is_ours
from bot.integrations.github._writing import Writing
from bot.integrations.github.models import (
    Account,
    CheckRunPage,
    CheckSuitePage,
    CombinedStatus,
    DeploymentAnswer,
    DeploymentPage,
    JobPage,
    Status,
    WorkflowRunPage,
)

_DESCRIPTION_LIMIT = 140
_DEPLOYMENT_PAGES = 3


class GitHub(Writing):
    """Commits, checks, comparisons, deployment records and pull requests of repositories."""

    def __init__(self, http: httpx.AsyncClient, *, retry: Retry | None = None) -> None:
        super().__init__(Api(http, retry or Retry()))

    async def checks(self, repository: str, sha: str) -> CheckReport:
        """Gather check runs, suites and commit statuses of a commit; nothing at all is an empty report.

        A fine-grained token may not read checks (403): then workflow runs and their jobs stand in, and
        ``source`` says so. (https://docs.github.com/rest/checks/runs)
        """
        doing = "reading checks"
        commit = f"{repository_path(repository, doing)}/commits/{segment(sha, doing)}"
        source = "check runs"
        try:
            found = _checks.from_runs(
                [
                    run
                    async for page in self._api.pages(
                        CheckRunPage, doing, f"{commit}/check-runs", filter="latest"
                    )
                    for run in page.check_runs
                ]
            )
            found += _checks.from_suites(
                [
                    suite
                    async for page in self._api.pages(CheckSuitePage, doing, f"{commit}/check-suites")
                    for suite in page.check_suites
                ]
            )
        except VendorRejected as error:
            if error.status != 403:
                raise
            source, found = "workflow runs", await self._workflow_checks(repository, sha)
        statuses = [
            status
            async for page in self._api.pages(CombinedStatus, "reading commit statuses", f"{commit}/status")
            for status in page.statuses
        ]
        return CheckReport(checks=(*found, *_checks.from_statuses(statuses)), source=source)

    async def statuses(self, repository: str, sha: str) -> Mapping[str, str]:
        """Return the newest commit statuses that succeeded: description by context.

        (https://docs.github.com/rest/commits/statuses#get-the-combined-status-for-a-specific-reference)
        """
        doing = "reading commit statuses"
        path = f"{repository_path(repository, doing)}/commits/{segment(sha, doing)}/status"
        newest: dict[str, Status] = {}
        async for page in self._api.pages(CombinedStatus, doing, path):
            for status in page.statuses:
                newest.setdefault(status.context, status)
        return {one.context: one.description or "" for one in newest.values() if one.state == "success"}

    async def find_deployment(self, repository: str, sha: str, environment: str, run: int) -> int | None:
        """Return the id of the deployment this run recorded earlier, or None."""
        doing = "looking for a deployment record"
        pages = self._api.pages(
            DeploymentPage,
            doing,
            f"{repository_path(repository, doing)}/deployments",
            most=_DEPLOYMENT_PAGES,
            sha=sha,
            environment=environment,
        )
        async for page in pages:
            for deployment in page.root:
                if deployment.payload.pawdeploy_run == run:
                    return deployment.id
        return None

    async def create_deployment(
        self, repository: str, sha: str, environment: str, run: int, *, production: bool, description: str
    ) -> int:
        """Record a deployment, marked with our run, and return its id. Not repeated by itself.

        ``auto_merge`` and status checks are off: GitHub would else merge (202) or refuse (409) on its own
        account. (https://docs.github.com/rest/deployments/deployments#create-a-deployment)
        """
        doing = "recording a deployment"
        body = {
            "ref": sha,
            "environment": environment,
            "auto_merge": False,
            "required_contexts": [],
            "payload": {"pawdeploy_run": run},
            "production_environment": production,
            "transient_environment": False,
            "description": description[:_DESCRIPTION_LIMIT],
        }
        path = f"{repository_path(repository, doing)}/deployments"
        response = await self._api.send(doing, "POST", path, body)
        if response.status_code == 202:
            raise VendorRejected(VENDOR, doing, status=202, detail="it merged branches and recorded nothing")
        return parse(DeploymentAnswer, read_json(response, VENDOR, doing), VENDOR, doing).id

    async def deployment_status(
        self,
        repository: str,
        deployment_id: int,
        state: str,
        *,
        description: str,
        environment_url: str,
        log_url: str,
    ) -> None:
        """Say how a recorded deployment goes, in GitHub's words; empty URLs are left out.

        ``state``: queued, in_progress, success, failure, error, inactive or pending.
        (https://docs.github.com/rest/deployments/statuses)
        """
        doing = "writing a deployment's status"
        body = {"state": state, "description": description[:_DESCRIPTION_LIMIT]}
        urls = {"environment_url": environment_url, "log_url": log_url}
        path = f"{repository_path(repository, doing)}/deployments/{deployment_id}/statuses"
        await self._api.send(doing, "POST", path, body | {key: url for key, url in urls.items() if url})

    async def whoami(self) -> str:
        """Say whose token this is; an app's installation token has no user."""
        doing = "checking the token"
        try:
            return (await self._api.get(Account, doing, "user")).login
        except VendorRejected as error:
            if error.status != 403:
                raise
            return "a GitHub App's installation"

    async def _workflow_checks(self, repository: str, sha: str) -> list[Check]:
        doing = "reading workflow runs"
        actions = f"{repository_path(repository, doing)}/actions/runs"
        runs = [
            run
            async for page in self._api.pages(WorkflowRunPage, doing, actions, head_sha=sha)
            for run in page.workflow_runs
            if not is_ours(run)
        ]
        found: list[Check] = []
        for run in _checks.newest_runs(runs):
            path = f"{actions}/{run.id}/jobs"
            jobs = [
                job
                async for page in self._api.pages(JobPage, doing, path, filter="latest")
                for job in page.jobs
            ]
            found += _checks.from_workflow_run(run, jobs)
        return found
