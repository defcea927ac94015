"""The project file's rules as the engine takes them, and which service an alert is about. Sends nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.alerting import Quiet, Rule
from bot.clock import Clock
from bot.db.alerts_store import Applying
from bot.engine.alerting import Group
from bot.engine.alerts import AlertEvent, AlertView, Severity
from bot.engine.routing import QuietHours, Route, Routed, RoutingRule, route
from bot.project import Project
from playbooks.models import AlertMatch, Playbook


class Router:
    """Knows services and apps by their names at vendors, and the rules in order."""

    def __init__(
        self, project: Project, clock: Clock, *, asks: bool, playbooks: Mapping[str, Playbook] | None = None
    ) -> None:
        assert project.alerts is not None  # noqa: S101 - made only where there is the section; for mypy
        self._section = project.alerts
        self._clock = clock
        self._asks = asks
        known = project.services_and_apps
        having = Counter(service.sentry_project for service in known if service.sentry_project)
        self._services = {
            service.sentry_project: service.name for service in known if having[service.sentry_project] == 1
        }
        self._known = frozenset(service.name for service in known)
        self._environments = {service.name: tuple(service.environments) for service in known}
        self._guarded = {
            service.name: frozenset(name for name, place in service.environments.items() if place.guarded)
            for service in known
        }
        self._rules = tuple(_rule(rule) for rule in project.alerts.rules)
        self._suggestions = tuple(
            rule_of(match, name)
            for name, playbook in (playbooks or {}).items()
            for match in playbook.triggers.suggest
        )

    def service_of(self, project: str) -> str:
        """Return the service or app whose errors a Sentry project has; empty when none does, or several."""
        return self._services.get(project, "")

    def grade(self, event: AlertEvent, group: Group | None) -> AlertEvent:
        """Say which service an event is about, where, and how bad we call it.

        A service nobody knows is none. What was seen in a guarded environment stays there, whatever else has
        it; what was seen elsewhere moves there.
        """
        service = event.service if event.service in self._known else ""
        project = event.project or (group.project if group else "")
        service = service or (group.service if group else "") or self.service_of(project)
        severity, environment = event.severity, group.environment if group else ""
        if event.environment and (not environment or self._outranks(service, event.environment, environment)):
            environment = event.environment
        if severity is not None or group is None:
            told = severity or Severity.ERROR
            tags = tuple(event.tags.items()) or (group.tags if group else ())
            severity = self._route(
                Routed(
                    source=event.source,
                    service=service,
                    environment=environment,
                    severity=told,
                    tags=tags,
                )
            ).severity
        known = {"service": service, "environment": environment, "severity": severity}
        return event.model_copy(update=known)

    def place_of(self, service: str, environments: Sequence[str]) -> str:
        """Return the environment that matters most, of those where something was seen, the most often first.

        A guarded one; else one of the project file; else the first. Empty where there is none.
        """
        ours = self._environments.get(service, ())
        known = sorted(
            (name for name in environments if name),
            key=lambda name: (name not in self._guarded.get(service, ()), name not in ours),
        )
        return known[0] if known else ""

    def _outranks(self, service: str, environment: str, other: str) -> bool:
        guarded = self._guarded.get(service, frozenset())
        return environment in guarded and other not in guarded

    def quiet(self, alert: AlertView) -> bool:
        """Say whether an alert's rule has quiet hours now, and they hold for it."""
        return self.route(alert).quiet

    def quiet_now(self) -> tuple[bool, ...]:
        """Return of each rule whether its quiet hours are now: as long as it is the same, nothing changed."""
        now = self._clock.now()
        return tuple(rule.quiet is not None and rule.quiet.hold(now) for rule in self._rules)

    def route(self, group: Group | AlertView) -> Route:
        """Say where a group goes and who hears of it."""
        return self._route(
            Routed(
                source=group.source,
                service=group.service,
                environment=group.environment,
                severity=group.severity,
                tags=group.tags,
            )
        )

    def applying(self) -> Applying:
        """Return what the store needs to write events down."""
        section = self._section
        return Applying(
            grade=self.grade,
            route=self.route,
            asks=self._asks,
            grace=timedelta(seconds=section.grace),
            storm_groups=section.storm_groups,
            storm_window=timedelta(seconds=section.storm_window),
        )

    def _route(self, alert: Routed) -> Route:
        now: datetime = self._clock.now()
        return route(
            self._rules, alert, channel=self._section.channel, now=now, suggestions=self._suggestions
        )


def rule_of(match: AlertMatch, playbook: str) -> RoutingRule:
    """Return what a playbook says of its alerts as a rule: it names the playbook and nothing else."""
    return RoutingRule(
        sources=frozenset(match.source),
        services=frozenset(match.service),
        environments=frozenset(match.environment),
        severities=frozenset(match.severity),
        tags=tuple(match.tags.items()),
        playbook=playbook,
    )


def _rule(rule: Rule) -> RoutingRule:
    return RoutingRule(
        sources=frozenset(rule.source),
        services=frozenset(rule.service),
        environments=frozenset(rule.environment),
        severities=frozenset(rule.severity),
        tags=tuple(rule.tags.items()),
        channel=rule.channel or "",
        mention=rule.mention,
        set_severity=rule.set_severity,
        playbook=rule.playbook,
        quiet=None if rule.quiet is None else _quiet(rule.quiet),
    )


def _quiet(quiet: Quiet) -> QuietHours:
    return QuietHours(
        starts=time.fromisoformat(quiet.starts),
        ends=time.fromisoformat(quiet.ends),
        zone=ZoneInfo(quiet.timezone),
    )
