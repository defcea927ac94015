"""Issues as Sentry has them, and what can be done to one there. Our words in, our types out.

Given an ``httpx.AsyncClient`` with Sentry's base URL and ``auth_headers``, and an organization. Knows no
settings, database or Slack. A change is sent once and never repeated here: whether it took effect when no
answer came, only asking for the issue tells.
"""

from datetime import datetime

import httpx

from bot.engine.sentry_issues import MOST_RECENT, Issue, SuspectCommit
from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations._http import Retry
from bot.integrations.sentry._api import VENDOR, Api, number, segment
from bot.integrations.sentry._issue import CommitList, FullIssue, FullIssues, TagAnswer

PAGE = 100
"""Issues or commits on a page, Sentry's most."""
_MOST_PAGES = 2 * MOST_RECENT // PAGE
"""Pages hold fewer than asked for at times."""
_LONGEST_ASSIGNEE = 200
_NO_SUCH_TAG = 404
"""Also what Sentry says of an issue it does not know."""
_MOST_MINUTES = 366 * 24 * 60


class SentryIssues:
    """Issues of one organization, and the commits of its releases.

    Needs ``event:read``; ``event:write`` to change anything, ``project:releases`` for commits.
    """

    def __init__(self, http: httpx.AsyncClient, organization: str, *, retry: Retry | None = None) -> None:
        self._api = Api(http, organization, retry or Retry())

    async def issue(self, issue_id: str) -> Issue:
        """Return how an issue stands now; ``VendorRejected`` with status 404 when there is none.

        (https://docs.sentry.io/api/events/retrieve-an-issue/)
        """
        doing = "reading an issue"
        path = f"issues/{number(issue_id, doing)}/"
        return _read(await self._api.get(FullIssue, doing, path), doing)

    async def recent(
        self, project: str, *, since: datetime, environment: str = "", most: int = MOST_RECENT
    ) -> tuple[Issue, ...]:
        """Return issues of a project seen at ``since`` or later, the latest first; ``most`` at most.

        All of them, resolved and archived ones too, of one ``environment`` or of all; counts and times are
        those of that environment then. ``project`` is a slug.
        (https://docs.sentry.io/api/events/list-an-organizations-issues/)
        """
        doing = "listing recent issues"
        asked: dict[str, str | int] = {
            "project": await self._api.project(project, doing),
            "query": "",  # none at all would mean unresolved ones
            "sort": "date",
            "limit": min(most, PAGE),
        }
        if environment:
            asked["environment"] = environment
        found: dict[str, Issue] = {}
        async for page in self._api.pages(FullIssues, doing, "issues/", asked, most=_MOST_PAGES):
            for answer in page.root:
                issue = answer.to_issue()
                if issue is None:
                    continue
                if issue.last_seen < since:
                    return tuple(found.values())
                # One that happens while we read moves to the front and pushes others onto the next page.
                found.setdefault(issue.id, issue)
                if len(found) >= most:
                    return tuple(found.values())
        return tuple(found.values())

    async def tag(self, issue_id: str, key: str, *, environment: str = "") -> tuple[tuple[str, int], ...]:
        """Return the values of a tag over an issue's events, with how many have each, the most first.

        Of one ``environment`` or of all; none where no event has that tag.
        (https://docs.sentry.io/api/events/retrieve-tag-details/)
        """
        doing = "reading an issue's tag"
        path = f"issues/{number(issue_id, doing)}/tags/{segment(key, doing)}/"
        asked: dict[str, str | int] = {"environment": environment} if environment else {}
        try:
            found = await self._api.get(TagAnswer, doing, path, asked)
        except VendorRejected as error:
            if error.status == _NO_SUCH_TAG:
                return ()
            raise
        return found.to_counts()

    async def resolve(self, issue_id: str, how: str) -> Issue:
        """Resolve an issue: ``now``, in the ``next`` release, or in the ``current`` one.

        (https://docs.sentry.io/api/events/update-an-issue/)
        """
        doing = "resolving an issue"
        details: dict[str, dict[str, object]] = {
            "now": {},
            "next": {"inNextRelease": True},
            "current": {"inRelease": "latest"},
        }
        if how not in details:
            raise VendorRejected(VENDOR, doing, detail=f"there is no way {how[:40]!r} of resolving")
        return await self._change(issue_id, doing, {"status": "resolved", "statusDetails": details[how]})

    async def archive(self, issue_id: str, how: str) -> Issue:
        """Archive an issue until it is ``escalating``, ``forever``, or for that many seconds.

        Sentry counts whole minutes, so part of one is one more.
        (https://docs.sentry.io/api/events/update-an-issue/)
        """
        doing = "archiving an issue"
        details: dict[str, object] = {}
        if how in ("escalating", "forever"):
            substatus = "archived_until_escalating" if how == "escalating" else "archived_forever"
        else:
            substatus = "archived_until_condition_met"
            details["ignoreDuration"] = _minutes(how, doing)
        body: dict[str, object] = {"status": "ignored", "statusDetails": details, "substatus": substatus}
        return await self._change(issue_id, doing, body)

    async def reopen(self, issue_id: str) -> Issue:
        """Make an issue unresolved, whether it was resolved or archived.

        (https://docs.sentry.io/api/events/update-an-issue/)
        """
        return await self._change(issue_id, "reopening an issue", {"status": "unresolved"})

    async def assign(self, issue_id: str, to: str) -> Issue:
        """Give an issue to ``to``: an e-mail, a username, ``user:<id>``, ``team:<id>``; empty is nobody.

        (https://docs.sentry.io/api/events/update-an-issue/)
        """
        doing = "assigning an issue"
        if len(to) > _LONGEST_ASSIGNEE or not to.isprintable():
            raise VendorRejected(VENDOR, doing, detail=f"{to[:40]!r} is nobody Sentry knows")
        return await self._change(issue_id, doing, {"assignedTo": to})

    async def commits(self, version: str) -> tuple[SuspectCommit, ...]:
        """Return a release's commits, newest first, 100 at most; ``VendorRejected`` 404 without the release.

        (https://docs.sentry.io/api/releases/list-an-organization-releases-commits/)
        """
        doing = "reading a release's commits"
        path = f"releases/{segment(version, doing)}/commits/"
        found = await self._api.get(CommitList, doing, path, {"per_page": PAGE})
        return tuple(commit.to_commit() for commit in found.root)

    async def _change(self, issue_id: str, doing: str, body: dict[str, object]) -> Issue:
        path = f"issues/{number(issue_id, doing)}/"
        return _read(await self._api.put(FullIssue, doing, path, body), doing)


def _read(answer: FullIssue, doing: str) -> Issue:
    issue = answer.to_issue()
    if issue is None:
        raise VendorUnavailable(VENDOR, doing, detail="an answer we cannot read: lastSeen")
    return issue


def _minutes(how: str, doing: str) -> int:
    seconds = int(how) if how.isascii() and how.isdecimal() and len(how) <= 12 else 0
    minutes = -(-seconds // 60)
    if not 0 < minutes <= _MOST_MINUTES:
        raise VendorRejected(VENDOR, doing, detail=f"there is no way {how[:40]!r} of archiving")
    return minutes
