"""One issue and one commit as Sentry writes them, and in our words. Shapes only.

What a list, a single issue and the answer to a change leave out differs: nothing is required but the number
and the status. Shapes: Sentry's OpenAPI description (0.272.0) and its webhook samples.
"""

from typing import Annotated

from pydantic import BeforeValidator, Field, RootModel

from bot.engine.alerts import MOST_COUNT, MOST_TEXT
from bot.engine.sentry_issues import Issue, SuspectCommit
from bot.integrations._http import VendorModel
from bot.integrations.sentry.models import Moment

_DAY = "24h"
_MOST_NAME = 200


def _text(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\0", "")  # PostgreSQL keeps none
    return "" if value is None else value


def _count(value: object) -> object:
    return 0 if value is None else value


def _listed(value: object) -> object:
    return () if value is None else value


def _spark(value: object) -> tuple[int, ...]:
    """Read ``{"24h": [[when, count], …]}``; it is a decoration: one we cannot read is none."""
    points = value.get(_DAY) if isinstance(value, dict) else None
    if not isinstance(points, list):
        return ()
    counts: list[int] = []
    for point in points:
        count = point[1] if isinstance(point, list) and len(point) == 2 else None
        if not isinstance(count, int) or not 0 <= count <= MOST_COUNT:
            return ()
        counts.append(count)
    return tuple(counts)


Text = Annotated[str, BeforeValidator(_text)]
Count = Annotated[int, BeforeValidator(_count), Field(ge=0)]


class ProjectRef(VendorModel):
    """A project, as an issue names it."""

    slug: Text = ""


class ReleaseRef(VendorModel):
    """A release, as an issue names it."""

    version: Text = ""


class Person(VendorModel):
    """Somebody or a team; only somebody has an e-mail."""

    name: Text = ""
    email: Text = ""


class FullIssue(VendorModel):
    """One issue."""

    id: Annotated[str, Field(pattern=r"^[0-9]{1,40}$")]
    status: str
    substatus: Text = ""
    short_id: Annotated[Text, Field(alias="shortId")] = ""
    title: Text = ""
    culprit: Text = ""
    level: Text = ""
    permalink: Text = ""
    project: ProjectRef = ProjectRef()
    count: Count = 0
    """As text in JSON."""
    users: Annotated[Count, Field(alias="userCount")] = 0
    unhandled: Annotated[bool | None, Field(alias="isUnhandled")] = None
    first_seen: Annotated[Moment | None, Field(alias="firstSeen")] = None
    last_seen: Annotated[Moment | None, Field(alias="lastSeen")] = None
    first_release: Annotated[ReleaseRef | None, Field(alias="firstRelease")] = None
    last_release: Annotated[ReleaseRef | None, Field(alias="lastRelease")] = None
    assigned_to: Annotated[Person | None, Field(alias="assignedTo")] = None
    spark: Annotated[tuple[int, ...], BeforeValidator(_spark), Field(alias="stats")] = ()

    def to_issue(self) -> Issue | None:
        """Say it in our words; None when it was never seen, as an issue whose events are all gone."""
        first, last = self.first_seen or self.last_seen, self.last_seen or self.first_seen
        if first is None or last is None:
            return None
        assignee = self.assigned_to or Person()
        return Issue(
            id=self.id,
            short_id=self.short_id[:_MOST_NAME],
            title=self.title[:MOST_TEXT],
            culprit=self.culprit[:MOST_TEXT],
            project=self.project.slug[:_MOST_NAME],
            level=self.level[:_MOST_NAME],
            status=self.status[:_MOST_NAME],
            substatus=self.substatus[:_MOST_NAME],
            events=min(self.count, MOST_COUNT),
            users=min(self.users, MOST_COUNT),
            first_seen=first,
            last_seen=last,
            url=self.permalink[:MOST_TEXT] if self.permalink.startswith(("https://", "http://")) else "",
            first_release=self.first_release.version[:MOST_TEXT] if self.first_release else "",
            last_release=self.last_release.version[:MOST_TEXT] if self.last_release else "",
            assignee=(assignee.email or assignee.name)[:MOST_TEXT],
            assignee_email=assignee.email[:MOST_TEXT],
            spark=self.spark,
            handled=self.unhandled is False,
        )


class FullIssues(RootModel[tuple[FullIssue, ...]]):
    """One page of issues."""


class TagCount(VendorModel):
    """How many events of an issue have one value of a tag."""

    value: Text = ""
    count: Count = 0


class TagAnswer(VendorModel):
    """The values of one tag over an issue's events, the most frequent first."""

    key: str
    values: Annotated[tuple[TagCount, ...], BeforeValidator(_listed), Field(alias="topValues")] = ()

    def to_counts(self) -> tuple[tuple[str, int], ...]:
        """Say it in our words: value and events, the most frequent first; events without a value left out."""
        named = [(one.value[:_MOST_NAME], min(one.count, MOST_COUNT)) for one in self.values if one.value]
        return tuple(sorted(named, key=lambda one: -one[1]))


class CommitAnswer(VendorModel):
    """One commit of a release."""

    id: str
    message: Text = ""
    author: Person | None = None

    def to_commit(self) -> SuspectCommit:
        """Say it in our words."""
        title = self.message.strip().partition("\n")[0].strip()
        author = self.author or Person()
        return SuspectCommit(
            sha=self.id[:_MOST_NAME],
            title=title[:MOST_TEXT],
            author=(author.name or author.email)[:MOST_TEXT],
        )


class CommitList(RootModel[tuple[CommitAnswer, ...]]):
    """Commits of a release, newest first."""
