"""How the simulated Sentry writes things down: the documented shapes. Pure: state in, JSON out."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.vendors.github_repo import GitCommit
from sandbox.vendors.sentry_issues import Issue, Member
from sandbox.vendors.sentry_world import Release


def iso(at: datetime) -> str:
    """Write a moment as Sentry does."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


@dataclass(frozen=True, kw_only=True, slots=True)
class Where:
    """What addresses and names in an answer are made of."""

    root: str
    """Address of the simulated Sentry, without a trailing slash."""
    organization: str
    number: str
    """The project's."""

    def page(self, issue: Issue) -> str:
        """Return where a person looks at ``issue``."""
        return f"{self.root}/organizations/{self.organization}/issues/{issue.id}/"

    def api(self, issue: Issue) -> str:
        """Return where a program does."""
        return f"{self.root}/api/0/organizations/{self.organization}/issues/{issue.id}/"


def issue_shape(issue: Issue, where: Where, now: datetime) -> dict[str, object]:
    """Write an issue as it is ``now``: what every answer and every webhook says of it."""
    events = issue.so_far(now)
    return {
        "id": str(issue.id),
        "shortId": short_id(issue),
        "title": issue.title,
        "culprit": issue.culprit,
        "permalink": where.page(issue),
        "level": issue.level,
        "status": issue.standing.status,
        "substatus": issue.standing.substatus,
        "statusDetails": issue.standing.details,
        "isUnhandled": issue.unhandled,
        "issueCategory": "error",
        "issueType": "error",
        "type": "error",
        "platform": "python",
        "metadata": metadata(issue),
        "project": {
            "id": where.number,
            "name": issue.project,
            "slug": issue.project,
            "platform": "python",
        },
        "count": str(events),
        "userCount": min(issue.users, events),
        "firstSeen": iso(issue.first_seen),
        "lastSeen": iso(issue.last_seen(now)),
        "assignedTo": None if issue.assignee is None else member_shape(issue.assignee),
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


def listed_shape(issue: Issue, where: Where, now: datetime) -> dict[str, object]:
    """Write an issue as a list has it: with its last day."""
    return issue_shape(issue, where, now) | {"stats": {"24h": issue.hourly(now)}}


def filtered_shape(issue: Issue, now: datetime) -> dict[str, object]:
    """Write what of an issue a search asked for: all of it, as its events are all alike here."""
    events = issue.so_far(now)
    return {
        "count": str(events),
        "userCount": min(issue.users, events),
        "firstSeen": iso(issue.first_seen),
        "lastSeen": iso(issue.last_seen(now)),
    }


def detail_shape(issue: Issue, where: Where, now: datetime) -> dict[str, object]:
    """Write an issue as its own address has it: with its releases too."""
    last = issue.last_release or issue.first_release
    return listed_shape(issue, where, now) | {
        "firstRelease": _version(issue.first_release),
        "lastRelease": _version(last),
        "activity": [],
        "seenBy": [],
        "participants": [],
        "tags": [],
        "userReportCount": 0,
    }


def tag_shape(key: str, values: dict[str, int], issue: Issue, now: datetime) -> dict[str, object]:
    """Write the values of a tag over an issue's events, the most frequent first."""
    return {
        "key": key,
        "name": key.replace(".", " ").title(),
        "uniqueValues": len(values),
        "totalValues": sum(values.values()),
        "topValues": [
            {
                "key": key,
                "name": value,
                "value": value,
                "count": count,
                "lastSeen": iso(issue.last_seen(now)),
                "firstSeen": iso(issue.first_seen),
            }
            for value, count in sorted(values.items(), key=lambda one: (-one[1], one[0]))
        ],
    }


def member_shape(member: Member) -> dict[str, object]:
    """Write whom an issue is assigned to."""
    return {"type": "user", "id": member.id, "name": member.name, "email": member.email}


def short_id(issue: Issue) -> str:
    """Return the name people call it by."""
    return f"{issue.project.upper()}-{issue.id % 1000}"


def metadata(issue: Issue) -> dict[str, object]:
    """Return the title's two halves."""
    kind, _, value = issue.title.partition(": ")
    return {"type": kind, "value": value}


def _version(version: str) -> dict[str, object] | None:
    return {"version": version, "shortVersion": version[:12]} if version else None


def commit_shape(commit: GitCommit) -> dict[str, object]:
    """Write a commit of a release."""
    mail = f"{commit.author.split()[0].lower()}@pawlogic.app"
    author = {"name": commit.author, "email": mail}
    return {"id": commit.sha, "message": commit.title, "author": author, "dateCreated": iso(commit.at)}


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
