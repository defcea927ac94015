"""Where an alert goes, who hears of it, and how bad we call it. Pure: facts and rules in, one route out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.engine.alerts import Severity, Source


@dataclass(frozen=True, kw_only=True, slots=True)
class QuietHours:
    """A span of every day; one that ends before it starts goes over midnight."""

    starts: time
    ends: time
    zone: ZoneInfo

    def hold(self, now: datetime) -> bool:
        """Say whether ``now`` lies within."""
        clock = now.astimezone(self.zone).time().replace(tzinfo=None)
        if self.starts <= self.ends:
            return self.starts <= clock < self.ends
        return clock >= self.starts or clock < self.ends


@dataclass(frozen=True, kw_only=True, slots=True)
class RoutingRule:
    """What to do with some alerts. An empty condition fits everything."""

    sources: frozenset[Source] = frozenset()
    services: frozenset[str] = frozenset()
    environments: frozenset[str] = frozenset()
    severities: frozenset[Severity] = frozenset()
    tags: tuple[tuple[str, str], ...] = ()
    """``*`` is any value."""
    channel: str = ""
    mention: tuple[str, ...] = ()
    set_severity: Severity | None = None
    playbook: str = ""
    quiet: QuietHours | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Routed:
    """What is known of an alert when it is routed."""

    source: Source
    service: str
    environment: str
    severity: Severity
    tags: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Where one alert goes."""

    channel: str
    severity: Severity
    mention: tuple[str, ...] = ()
    """Roles."""
    playbook: str = ""
    quiet: bool = False
    """Nobody is mentioned at this hour."""


def route(
    rules: Sequence[RoutingRule],
    alert: Routed,
    *,
    channel: str,
    now: datetime,
    suggestions: Sequence[RoutingRule] = (),
) -> Route:
    """Return what the first rule that fits says; ``channel`` is where the others go.

    Where it names no playbook, the first of ``suggestions`` that fits does.
    """
    suggested = next((rule.playbook for rule in suggestions if fits(rule, alert)), "")
    for rule in rules:
        if not fits(rule, alert):
            continue
        severity = rule.set_severity or alert.severity
        held = rule.quiet is not None and rule.quiet.hold(now) and severity is not Severity.CRITICAL
        return Route(
            channel=rule.channel or channel,
            severity=severity,
            mention=rule.mention,
            playbook=rule.playbook or suggested,
            quiet=held,
        )
    return Route(channel=channel, severity=alert.severity, playbook=suggested)


def fits(rule: RoutingRule, alert: Routed) -> bool:
    """Say whether an alert meets every condition of a rule."""
    has = dict(alert.tags)
    return (
        (not rule.sources or alert.source in rule.sources)
        and (not rule.services or alert.service in rule.services)
        and (not rule.environments or alert.environment in rule.environments)
        and (not rule.severities or alert.severity in rule.severities)
        and all(name in has and value in ("*", has[name]) for name, value in rule.tags)
    )
