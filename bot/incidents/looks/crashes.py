"""New and escalating issues at Sentry, the worst first."""

from datetime import datetime, timedelta

from bot.engine.alerts import AlertState
from bot.engine.incidents import Finding, Status
from bot.engine.sentry_issues import Issue, state_of
from bot.incidents.looks.needs import Issues, Kit, LookPlace
from bot.incidents.looks.where import Spot, find
from bot.incidents.looks.words import about, length, line, many, unknown
from playbooks.steps import CrashesProbe, VersionsProbe

MOST = 100
"""Issues read: Sentry's page."""
_LISTED = 10
_TITLE = 120


async def look(probe: CrashesProbe, place: LookPlace, kit: Kit, since: datetime) -> Finding:
    """Ask Sentry what is new since some time before ``since``."""
    asked = sentry_of(probe, place, kit)
    if isinstance(asked, str):
        return unknown(asked)
    spot, issues = asked
    begin = since - timedelta(seconds=probe.within)
    return judge(await listed(issues, spot, begin), begin, length(timedelta(seconds=probe.within)))


def sentry_of(probe: CrashesProbe | VersionsProbe, place: LookPlace, kit: Kit) -> tuple[Spot, Issues] | str:
    """Return where to look and who is asked, or a sentence that says why nobody is."""
    spot = find(kit.project, probe, place, counted=True)
    if isinstance(spot, str):
        return spot
    if kit.issues is None:
        return "No Sentry is configured, so nobody knows of crashes."
    if not spot.service.sentry_project:
        return f"{spot.service.name} has no sentry_project in pawdeploy.toml."
    return spot, kit.issues


async def listed(issues: Issues, spot: Spot, begin: datetime) -> tuple[Issue, ...]:
    """Return what goes on of what happened since ``begin``, the worst first: by people, then by events."""
    found = await issues.recent(spot.service.sentry_project, since=begin, environment=spot.name, most=MOST)
    going_on = [issue for issue in found if state_of(issue) is AlertState.FIRING]
    return tuple(sorted(going_on, key=lambda one: (one.users, one.events), reverse=True))


def is_new(issue: Issue, begin: datetime) -> bool:
    """Whether it had not happened before ``begin``."""
    return issue.first_seen >= begin


def escalates(issue: Issue) -> bool:
    """Whether Sentry says that it happens ever more often."""
    return issue.substatus == "escalating"


def judge(issues: tuple[Issue, ...], begin: datetime, within: str) -> Finding:
    """Say how many are new or escalate; bad is what escalates, and what is new and nobody's code caught."""
    new = [one for one in issues if is_new(one, begin)]
    worse = [one for one in issues if escalates(one) and one not in new]
    shown = [*new, *worse]
    bad = [one for one in shown if escalates(one) or not one.handled]
    if not shown:
        others = f"; {many(len(issues), 'older issue')} went on" if issues else ""
        return Finding(status=Status.OK, said=f"No new issue since {within} before this began{others}.")
    counted = [many(len(new), "new issue")] if new else []
    counted += [many(len(worse), "issue") + " escalating"] if worse else []
    events, people = sum(one.events for one in shown), sum(one.users for one in shown)
    said = f"{' and '.join(counted)}, {about(events)} events, {about(people)} users"
    worst = (bad or shown)[0]
    caught = "" if bad else " All were caught by our own code."
    return Finding(
        status=Status.BAD if bad else Status.OK,
        said=f"{said}. The worst: {line(worst.title, _TITLE)}.{caught}",
        details=tuple(_line(one, begin) for one in shown[:_LISTED])
        + ((f"and {len(shown) - _LISTED} more",) if len(shown) > _LISTED else ()),
        url=worst.url,
    )


def _line(issue: Issue, begin: datetime) -> str:
    words = ["new" if is_new(issue, begin) else "escalating"]
    words += ["caught"] if issue.handled else []
    head = f"{issue.short_id or issue.id} {line(issue.title, _TITLE)} ({', '.join(words)}): "
    return f"{head}{many(issue.events, 'event')}, {many(issue.users, 'user')} {issue.url}".rstrip()
