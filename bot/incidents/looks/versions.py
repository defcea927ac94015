"""Which versions and builds the newest issues happen in: the values of their tags, added up."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.engine.incidents import Finding, Status
from bot.engine.sentry_issues import Issue
from bot.incidents.looks.crashes import escalates, is_new, listed, sentry_of
from bot.incidents.looks.needs import Issues, Kit, LookPlace
from bot.incidents.looks.words import length, line, many, unknown
from playbooks.steps import VersionsProbe

TAGS: Mapping[str, str] = {
    "release": "Version",
    "dist": "Build",
    "os.name": "System",
    "device.family": "Device",
}
"""What is asked of each issue, as Sentry's mobile clients set it, and what people call it."""
MOST_ISSUES = 5
"""Issues whose tags are read: each costs a request a tag."""
_LISTED = 4
_VALUE = 80


async def look(probe: VersionsProbe, place: LookPlace, kit: Kit, since: datetime) -> Finding:
    """Ask Sentry in which versions the newest issues happen."""
    asked = sentry_of(probe, place, kit)
    if isinstance(asked, str):
        return unknown(asked)
    spot, issues = asked
    begin = since - timedelta(seconds=probe.within)
    found = await listed(issues, spot, begin)
    worst = [one for one in found if is_new(one, begin) or escalates(one)][:MOST_ISSUES]
    if not worst:
        within = length(timedelta(seconds=probe.within))
        return Finding(status=Status.OK, said=f"No new issue since {within} before this began.")
    return judge(worst, await _counted(issues, worst, spot.name))


async def _counted(issues: Issues, worst: Sequence[Issue], environment: str) -> dict[str, Counter[str]]:
    """Add up each tag's values over the issues, the tags of one issue asked for at once."""
    counted: dict[str, Counter[str]] = {key: Counter() for key in TAGS}
    for issue in worst:
        asked = [asyncio.ensure_future(issues.tag(issue.id, key, environment=environment)) for key in TAGS]
        try:
            answers = await asyncio.gather(*asked)
        finally:
            for one in asked:
                one.cancel()  # what was still asked for when one failed
        for key, values in zip(TAGS, answers, strict=True):
            counted[key].update(dict(values))
        if not counted["release"] and issue.last_release:
            counted["release"][issue.last_release] += issue.events
    return counted


def judge(worst: Sequence[Issue], counted: Mapping[str, Counter[str]]) -> Finding:
    """Name the version and the build most events come from."""
    named = {key: values for key, values in counted.items() if values}
    if not named:
        said = f"{many(len(worst), 'issue')}, and none says of which version, build or system it is."
        return Finding(status=Status.UNKNOWN, said=said, url=worst[0].url)
    most = [f"{TAGS[key].lower()} {_share(values)}" for key, values in named.items()]
    details = [f"{TAGS[key]}: {_values(values)}" for key, values in named.items()]
    details += [f"{one.short_id or one.id} {line(one.title, _VALUE)} {one.url}".rstrip() for one in worst]
    said = f"Most events of {many(len(worst), 'issue')}: {', '.join(most)}."
    return Finding(
        status=Status.BAD, said=said, details=tuple(details), url=worst[0].url,
        points_at=max(counted["release"], key=counted["release"].__getitem__, default=""),
    )  # fmt: skip


def _share(values: Counter[str]) -> str:
    (value, count), total = values.most_common(1)[0], values.total()
    part = f" ({100 * count / total:.0f} %)" if total and count < total else ""
    return f"{line(value, _VALUE)}{part}"


def _values(values: Counter[str]) -> str:
    shown = [f"{line(value, _VALUE)}: {many(count, 'event')}" for value, count in values.most_common(_LISTED)]
    more = len(values) - len(shown)
    return "; ".join([*shown, *([f"{more} more"] if more else [])])
