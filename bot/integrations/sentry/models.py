"""Sentry's answers, as far as we use them. Shapes only; words stay text: a new one must not stop us.

What people see of issues and commits is in ``_issue.py``.
Shapes: Sentry's OpenAPI description (0.272.0) and its own tests of ``events-timeseries``.
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field, RootModel

from bot.engine.errors_watch import NewIssue
from bot.integrations._http import VendorModel


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_utc)]


class OrganizationAnswer(VendorModel):
    """An organization."""

    slug: str
    name: str = ""


class ProjectAnswer(VendorModel):
    """A project; its number is what lists and counts are asked by."""

    id: str
    slug: str


class ReleaseAnswer(VendorModel):
    """A release."""

    version: str


class DeployAnswer(VendorModel):
    """A recorded deploy of a release."""

    environment: str
    name: str | None = None


class Deploys(RootModel[tuple[DeployAnswer, ...]]):
    """Deploys of one release."""


class Point(VendorModel):
    """One bucket."""

    timestamp: float
    """Milliseconds since 1970, where the bucket begins."""
    value: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    incomplete: bool
    """Ends too close to now: events of it may still be on their way."""


class SeriesMeta(VendorModel):
    """How wide the buckets are."""

    interval: float
    """Milliseconds; not always what was asked for."""


class TimeSeries(VendorModel):
    """One series of buckets."""

    values: tuple[Point, ...]
    meta: SeriesMeta


class TimeSeriesAnswer(VendorModel):
    """``events-timeseries``; without any project of ours it holds no series, and that is not "no errors"."""

    series: Annotated[tuple[TimeSeries, ...], Field(alias="timeSeries")]


class Filtered(VendorModel):
    """Of an issue's events, those that a search asked for."""

    count: int
    users: Annotated[int, Field(alias="userCount")]


class IssueAnswer(VendorModel):
    """One issue."""

    title: str
    permalink: str | None
    count: int
    """Events, as text in JSON."""
    users: Annotated[int, Field(alias="userCount")]
    first_seen: Annotated[Moment, Field(alias="firstSeen")]
    unhandled: Annotated[bool, Field(alias="isUnhandled")] = True
    """Lists always say it, webhooks do not; we list unhandled ones only."""
    filtered: Filtered | None = None
    """Only of a list that was searched for more than whole issues."""

    def to_new_issue(self) -> NewIssue:
        """Say it in our words."""
        return NewIssue(
            title=self.title,
            url=self.permalink or "",
            events=self.filtered.count if self.filtered else self.count,
            users=self.filtered.users if self.filtered else self.users,
            unhandled=self.unhandled,
            first_seen=self.first_seen,
        )


class IssueList(RootModel[tuple[IssueAnswer, ...]]):
    """Issues, newest first."""


class SessionGroup(VendorModel):
    """Numbers by the hour, by field; None where there is nothing to divide."""

    series: dict[str, tuple[Annotated[float, Field(ge=0, allow_inf_nan=False)] | None, ...]]


class SessionsAnswer(VendorModel):
    """``sessions``: one group, as nothing is grouped by."""

    intervals: tuple[Moment, ...]
    """Beginnings of the hours."""
    groups: tuple[SessionGroup, ...]
