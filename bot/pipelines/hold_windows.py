"""The freeze windows of ``pawdeploy.toml``, by place and as holds. Knows no holds people set."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.engine.freeze import Frozen, Window, frozen
from bot.engine.holds import Hold, HoldKind
from bot.project import Project

CONFIGURED = "pawdeploy.toml"
"""Who holds, for a freeze window of the project file."""


def windows_of(project: Project, service: str, environment: str) -> tuple[Window, ...]:
    """Return the windows of one place; none when the file does not know it."""
    found = project.service(service)
    there = found.environments.get(environment) if found else None
    return tuple(
        Window(starts=one.starts, ends=one.ends, timezone=one.timezone, because=one.because)
        for one in (there.freeze if there else ())
    )


def open_windows(project: Project, now: datetime) -> tuple[Hold, ...]:
    """Return the windows open now as holds; their ``id`` is 0, for nobody can end them."""
    found: dict[tuple[str, str], Hold] = {}
    for service in project.services:
        for name in service.environments:
            opened = frozen(windows_of(project, service.name, name), now)
            if not isinstance(opened, Frozen):
                continue
            only = service.name if project.several(name) else ""
            found[only, name] = Hold(
                id=0,
                kind=HoldKind.FREEZE,
                service=only,
                environment=name,
                by=CONFIGURED,
                since=opened.since,
                until=opened.until,
                reason=opened.window.because,
            )
    return tuple(found.values())


def zone_of(project: Project, environment: str) -> ZoneInfo | None:
    """Return the time zone an environment's freeze windows are written in; None without windows."""
    for service in project.services:
        there = service.environments.get(environment)
        if there and there.freeze:
            return ZoneInfo(there.freeze[0].timezone)
    return None
