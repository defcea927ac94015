"""What GitHub knows of a commit, and what we tell it of a deployment. Our words in, the engine's types out.

Given an ``httpx.AsyncClient`` with GitHub's base URL and ``auth_headers``. Knows no settings, database or
Slack.
"""

import difflib
import re

import httpx

from bot.engine.checks import Check, CheckReport
from bot.engine.runs import Commit, Comparison
from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations._http import Retry, parse, read_json
from bot.integrations.github import _checks
from bot.integrations.github._api import VENDOR, Api, repository_path, segment
from bot.integrations.github._marks import is_ours
from bot.integrations.github.models import (
    Account,
    BranchPage,
    CheckRunPage,
    CheckSuitePage,
    CombinedStatus,
    CommitAnswer,
    ComparisonAnswer,
    DeploymentAnswer,
    DeploymentPage,
    JobPage,
    WorkflowRunPage,
)

FILES_LIMIT = 300
"""GitHub lists this many files of a comparison and no more (docs: commits/compare-two-commits)."""
_DESCRIPTION_LIMIT = 140
_SHA = re.compile(r"[0-9a-f]{40}")
_TYPEABLE = re.compile(r"[\w./+@#%=,-]+")
"""Branches worth suggesting; git also allows names that are Slack markup or that shells read."""
_NEAR, _BRANCH_PAGES, _COMMIT_PAGES, _DEPLOYMENT_PAGES = 3, 5, 3, 3


class GitHub:
    """Commits, checks, comparisons and deployment records of repositories."""

    def __init__(self, http: httpx.AsyncClient, *, retry: Retry | None = None) -> None:
        self._api = Api(http, retry or Retry())

    async def resolve(self, repository: str, ref: str) -> Commit:
        """Return the commit ``ref`` names now: branch, tag or SHA.

        Unknown: ``VendorRejected`` with status 404 or 422. A 40-character SHA is itself or nothing, never a
        branch somebody gave that name. (https://docs.github.com/rest/commits/commits#get-a-commit)
        """
        doing = "resolving a ref"
        path = f"{repository_path(repository, doing)}/commits/{segment(ref, doing)}"
        found = await self._api.get(CommitAnswer, doing, path)
        if not _SHA.fullmatch(found.sha):
            raise VendorUnavailable(VENDOR, doing, detail="an answer we cannot read: sha")
        if _SHA.fullmatch(ref.lower()) and found.sha != ref.lower():
            raise VendorRejected(VENDOR, doing, status=404, detail="there is no such commit")
        return found.to_commit()

    async def near_refs(self, repository: str, ref: str) -> tuple[str, ...]:
        """Return up to three branches whose names are close to ``ref``; none when GitHub does not answer.

        Raises:
            VendorRejected: when the repository itself is not there, or not for this token (404): then it is
                not the ref that is wrong.

        """
        doing = "listing branches"
        names: list[str] = []
        try:
            path = f"{repository_path(repository, doing)}/branches"
            async for page in self._api.pages(BranchPage, doing, path, most=_BRANCH_PAGES):
                names.extend(branch.name for branch in page.root if _TYPEABLE.fullmatch(branch.name))
        except VendorRejected as error:
            if error.status != 404:
                return ()
            seeing = f"reading {repository}: it is not there, or this token may not see it"
            raise VendorRejected(VENDOR, seeing, status=404) from error
        except VendorUnavailable:
            return ()
        by_lower = {name.lower(): name for name in names}
        near = difflib.get_close_matches(ref.lower(), by_lower, n=_NEAR, cutoff=0.6)
        return tuple(by_lower[name] for name in near)

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

    async def compare(self, repository: str, base: str, head: str) -> Comparison:
        """Return what lies between two commits, from their merge base to ``head``.

        Files come with the first page only, 300 at most; a renamed file counts under both its names.
        (https://docs.github.com/rest/commits/commits#compare-two-commits)
        """
        doing = "comparing commits"
        path = f"{repository_path(repository, doing)}/compare/{segment(base, doing)}...{segment(head, doing)}"
        pages = [page async for page in self._api.pages(ComparisonAnswer, doing, path, most=_COMMIT_PAGES)]
        first = pages[0]
        files = first.files or ()
        names = [name for file in files for name in (file.previous_filename, file.filename) if name]
        return Comparison(
            commits=tuple(commit.to_commit() for page in pages for commit in page.commits),
            total_commits=first.total_commits,
            files=tuple(dict.fromkeys(names)),
            files_complete=first.files is not None and len(files) < FILES_LIMIT,
            additions=sum(file.additions for file in files),
            deletions=sum(file.deletions for file in files),
            url=first.html_url,
            status=first.status,
        )

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
