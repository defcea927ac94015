"""What Sentry knows of a release's errors, and what we tell it of releases. Our words in, our types out.

Given an ``httpx.AsyncClient`` with Sentry's base URL and ``auth_headers``, and an organization. Knows no
settings, database or Slack. Silence is never told as "no errors": it is an error itself.
"""

from datetime import UTC, datetime, timedelta

import httpx

from bot.engine.crash_free import CrashFree
from bot.engine.errors_watch import NewIssue, Series
from bot.errors import VendorRejected
from bot.integrations._http import Retry
from bot.integrations.sentry import _series, _sessions
from bot.integrations.sentry._api import VENDOR, Api, carrying, moment, segment, tagged, term
from bot.integrations.sentry.models import (
    DeployAnswer,
    Deploys,
    IssueAnswer,
    IssueList,
    OrganizationAnswer,
    ReleaseAnswer,
    SessionsAnswer,
    TimeSeriesAnswer,
)

MOST_ISSUES = 100
"""Sentry lists this many on a page; we read one page."""
MOST_BUCKETS = 10_000
"""More make Sentry choose another width by itself."""
_ISSUE_WINDOW = "14d"
"""Issues without an event for so long are not listed; longer than any soak."""


class Sentry:
    """Releases, deploys, error counts and new issues of one organization."""

    def __init__(self, http: httpx.AsyncClient, organization: str, *, retry: Retry | None = None) -> None:
        self._api = Api(http, organization, retry or Retry())

    async def record_release(
        self,
        version: str,
        *,
        project: str,
        repository: str,
        sha: str,
        previous_sha: str,
        url: str,
    ) -> None:
        """Make ``version`` known with its commits; fine when it is known already (208).

        Sentry refuses commits of a repository nobody connected to it: then the release is recorded without
        them. An empty ``previous_sha`` leaves the range's beginning to Sentry.
        (https://docs.sentry.io/api/releases/create-a-new-release-for-an-organization/)
        """
        doing = "recording a release"
        body: dict[str, object] = {"version": version, "projects": [project]}
        if url:
            body["url"] = url
        before = {"previousCommit": previous_sha} if previous_sha else {}
        refs = [{"repository": repository, "commit": sha, **before}]
        try:
            await self._api.post(ReleaseAnswer, doing, "releases/", {**body, "refs": refs})
        except VendorRejected as error:
            if error.status != 400:
                raise
            await self._api.post(ReleaseAnswer, doing, "releases/", body)

    async def record_deploy(
        self,
        version: str,
        *,
        environment: str,
        project: str,
        name: str,
        url: str,
        started: datetime,
        finished: datetime,
    ) -> None:
        """Record that ``version`` went live, unless a deploy called ``name`` is recorded there already.

        (https://docs.sentry.io/api/releases/create-a-new-deploy-for-an-organization/)
        """
        doing = "recording a deploy"
        path = f"releases/{segment(version, doing)}/deploys/"
        known = await self._api.get(Deploys, doing, path)
        if any((deploy.name, deploy.environment) == (name, environment) for deploy in known.root):
            return
        body: dict[str, object] = {
            "environment": environment,
            "name": name,
            "projects": [project],
            "dateStarted": f"{moment(started)}Z",
            "dateFinished": f"{moment(finished)}Z",
        }
        await self._api.post(DeployAnswer, doing, path, body | ({"url": url} if url else {}))

    async def errors(
        self,
        project: str,
        environment: str,
        *,
        start: datetime,
        end: datetime,
        bucket: int,
        release: str = "",
        tag: tuple[str, str] = ("", ""),
    ) -> Series:
        """Count errors from ``start`` to ``end`` in whole buckets of ``bucket`` seconds, oldest first.

        Buckets stand on multiples of their width: those that reach over an end are left out, and so are
        those from the first on that Sentry calls incomplete (it waits 90 s for late events): a series
        that covers no time says nothing. ``release`` restricts to one, and ``tag``, a name and a value, to
        events that carry it; without a value to those that carry it with any.
        (https://docs.sentry.io/api/explore/query-explore-events-in-timeseries-format/)

        Raises:
            VendorRejected: the range holds no whole bucket or too many, there is no such project, or Sentry
                chose another width: then nothing can be said.
            VendorUnavailable: no answer, no series, or a gap.

        """
        doing = "counting errors"
        first, last = _series.within(start, end, bucket)
        if not 0 < (last - first).total_seconds() <= bucket * MOST_BUCKETS:
            raise VendorRejected(
                VENDOR, doing, detail=f"that range holds no fit number of {bucket} s buckets"
            )
        asked: dict[str, str | int] = {
            "dataset": "errors",
            "yAxis": "count()",
            "project": await self._api.project(project, doing),
            "environment": environment,
            "start": moment(first),
            "end": moment(last),
            "interval": bucket,
        }
        terms = [term("release", release, doing)] if release else []
        if tag[0]:
            terms.append(tagged(*tag, doing) if tag[1] else carrying(tag[0], doing))
        if terms:
            asked["query"] = " ".join(terms)
        answer = await self._api.get(TimeSeriesAnswer, doing, "events-timeseries/", asked)
        return _series.read(answer, first=first, last=last, bucket=bucket, doing=doing)

    async def new_issues(
        self, version: str, *, project: str, environment: str, since: datetime
    ) -> tuple[NewIssue, ...]:
        """Return unresolved, unhandled issues first seen in ``version`` there, and not before ``since``.

        Newest first, 100 at most; events and users are those of that environment.
        (https://docs.sentry.io/api/events/list-an-organizations-issues/)
        """
        doing = "listing new issues"
        found = await self._issues(doing, term("firstRelease", version, doing), project, environment)
        return tuple(issue.to_new_issue() for issue in found if issue.first_seen >= since)

    async def unhandled_since(
        self, project: str, environment: str, *, since: datetime, tag: tuple[str, str]
    ) -> tuple[NewIssue, ...]:
        """Return unresolved, unhandled issues first seen there at ``since`` or later, of whatever release.

        ``tag``, a name and a value, restricts to issues with an event that carries it, and then events and
        users are of such events where Sentry tells them apart. Newest first, 100 at most.
        (https://docs.sentry.io/api/events/list-an-organizations-issues/)
        """
        doing = "listing new issues"
        carrying = tagged(*tag, doing) if tag[0] else ""
        found = await self._issues(doing, carrying, project, environment)
        return tuple(issue.to_new_issue() for issue in found if issue.first_seen >= since)

    async def crash_free(self, project: str, environment: str, *, release: str) -> CrashFree | None:
        """Return how many sessions of a release ended without a crash in the last 24 h; None: it has none.

        Sentry counts them by the hour; the hour that is not over is left out.
        (https://docs.sentry.io/api/releases/retrieve-release-health-session-statistics/)
        """
        doing = "counting sessions"
        asked: dict[str, str | int | list[str]] = {
            "field": [_sessions.SESSIONS, _sessions.CRASH_FREE],
            "project": await self._api.project(project, doing),
            "environment": environment,
            "query": term("release", release, doing),
            "statsPeriod": "24h",
            "interval": "1h",
        }
        answer = await self._api.get(SessionsAnswer, doing, "sessions/", asked)
        return _sessions.read(answer, release=release, now=datetime.now(UTC), doing=doing)

    async def open_issues(self, version: str, *, project: str, environment: str) -> int:
        """Count unresolved, unhandled issues that ``version`` brought to an environment; 100 at most."""
        doing = "counting open issues"
        return len(await self._issues(doing, term("firstRelease", version, doing), project, environment))

    async def whoami(self) -> str:
        """Say which organization the token opens; needs ``org:read``."""
        found = await self._api.get(OrganizationAnswer, "checking the token", "")
        return f"organization {found.name or found.slug}"

    async def check(self, project: str) -> None:
        """Read from a project what a watch will read, and nothing more: its number, an issue, a count."""
        doing = "reading the project"
        number = await self._api.project(project, doing)
        await self._api.get(IssueList, doing, "issues/", {"project": number, "query": "", "limit": 1})
        now = datetime.now(UTC)
        asked: dict[str, str | int] = {
            "dataset": "errors",
            "yAxis": "count()",
            "project": number,
            "start": moment(now - timedelta(hours=1)),
            "end": moment(now),
            "interval": 300,
        }
        await self._api.get(TimeSeriesAnswer, doing, "events-timeseries/", asked)

    async def _issues(self, doing: str, more: str, project: str, environment: str) -> tuple[IssueAnswer, ...]:
        asked: dict[str, str | int] = {
            "query": f"is:unresolved error.unhandled:true {more}".strip(),
            "project": await self._api.project(project, doing),
            "environment": environment,
            "sort": "new",
            "limit": MOST_ISSUES,
            "statsPeriod": _ISSUE_WINDOW,
        }
        return (await self._api.get(IssueList, doing, "issues/", asked)).root
