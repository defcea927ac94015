"""What testers' words come to: go on, wait for more, or stop at a problem. Knows reports, nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.engine.mobile import AppPlatform, DeviceReport, Verdict


@dataclass(frozen=True, slots=True)
class AllWork:
    """Somebody found every platform working, and nobody says otherwise."""

    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Untested:
    """Nobody found these working yet."""

    platforms: tuple[AppPlatform, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Somebody found a problem and has not said since that it works."""

    report: DeviceReport


DeviceTests = AllWork | Untested | Problem


def device_tests(
    wanted: tuple[AppPlatform, ...], reports: Iterable[DeviceReport], *, since: datetime
) -> DeviceTests:
    """Say how the builds do on phones, by each person's last word on each platform.

    A problem told before ``since`` was answered by whoever took the release up again: it stops no more, and
    is no "works" either. A problem on a platform that nobody waits for stops too.
    """
    told = tuple(reports)
    for report in told:
        if report.verdict is Verdict.PROBLEM and report.at >= since:
            return Problem(report)
    works = [report for report in told if report.verdict is Verdict.WORKS]
    there = {report.platform for report in works}
    if missing := tuple(platform for platform in wanted if platform not in there):
        return Untested(missing)
    return AllWork(tuple(dict.fromkeys(report.user for report in works if report.platform in wanted)))
