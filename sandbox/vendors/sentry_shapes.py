"""How the simulated Sentry writes things down: the documented shapes. Pure: state in, JSON out."""

from datetime import UTC, datetime

from sandbox.vendors.sentry_world import Issue, Release


def iso(at: datetime) -> str:
    """Write a moment as Sentry does."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def issue_shape(issue: Issue, number: str, root: str, organization: str, now: datetime) -> dict[str, object]:
    """Write an issue of a list as it is ``now``; ``number`` is its project's."""
    seen, events = iso(issue.first_seen), issue.so_far(now)
    return {
        "id": str(issue.id),
        "shortId": f"{issue.project.upper()}-{issue.id % 1000}",
        "title": issue.title,
        "culprit": "app.pets.routes in list_pets",
        "permalink": f"{root}/organizations/{organization}/issues/{issue.id}/",
        "level": "error",
        "status": "resolved" if issue.resolved else "unresolved",
        "substatus": None if issue.resolved else "new",
        "statusDetails": {},
        "isUnhandled": issue.unhandled,
        "issueCategory": "error",
        "issueType": "error",
        "type": "error",
        "platform": "python",
        "metadata": {"type": issue.title.partition(":")[0], "value": issue.title.partition(": ")[2]},
        "project": {"id": number, "name": issue.project, "slug": issue.project, "platform": "python"},
        "count": str(events),
        "userCount": min(issue.users, events),
        "firstSeen": seen,
        "lastSeen": seen,
        "assignedTo": None,
        "annotations": [],
        "hasSeen": False,
        "isBookmarked": False,
        "isPublic": False,
        "isSubscribed": False,
        "numComments": 0,
        "logger": None,
        "shareId": None,
        "subscriptionDetails": None,
    }


def release_shape(release: Release, numbers: dict[str, str]) -> dict[str, object]:
    """Write a release; ``numbers`` are those of its projects."""
    return {
        "version": release.version,
        "shortVersion": release.version[:12],
        "status": "open",
        "ref": None,
        "url": release.url,
        "dateCreated": iso(release.created_at),
        "dateReleased": None,
        "newGroups": 0,
        "commitCount": len(release.refs),
        "deployCount": len(release.deploys),
        "authors": [],
        "projects": [{"id": numbers[slug], "slug": slug, "name": slug} for slug in release.projects],
    }


def series_shape(
    counts: list[int], *, begin: int, end: datetime, interval: int, complete_until: datetime
) -> dict[str, object]:
    """Write a series from counts by the second; ``begin`` is where its first bucket begins."""
    values: list[dict[str, object]] = []
    for at in range(0, len(counts), interval):
        point: dict[str, object] = {
            "timestamp": (begin + at) * 1000.0,
            "value": sum(counts[at : at + interval]),
            "incomplete": begin + at + interval > complete_until.timestamp(),
        }
        values.append(point | ({"incompleteReason": "INCOMPLETE_BUCKET"} if point["incomplete"] else {}))
    meta = {"valueType": "integer", "valueUnit": None, "interval": interval * 1000}
    return {
        "meta": {"dataset": "errors", "start": begin * 1000.0, "end": end.timestamp() * 1000},
        "timeSeries": [{"yAxis": "count()", "values": values, "meta": meta}],
    }
