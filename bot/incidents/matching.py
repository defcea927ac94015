"""Which playbook an alert or a failed run opens by itself. Pure."""

from collections.abc import Mapping

from bot.alerts.router import rule_of
from bot.engine.alerts import AlertView
from bot.engine.routing import Routed, fits
from bot.engine.runs import RunView
from playbooks.models import FailureMatch, Playbook


def opens_for_alert(playbooks: Mapping[str, Playbook], alert: AlertView) -> str:
    """Return the playbook an alert opens; empty: none."""
    known = Routed(
        source=alert.source,
        service=alert.service,
        environment=alert.environment,
        severity=alert.severity,
        tags=alert.tags,
    )
    matching = (
        name
        for name, playbook in playbooks.items()
        if any(fits(rule_of(match, name), known) for match in playbook.triggers.open)
    )
    return next(matching, "")


def opens_for_run(playbooks: Mapping[str, Playbook], run: RunView) -> str:
    """Return the playbook the end of a run opens; empty: none."""
    matching = (
        name
        for name, playbook in playbooks.items()
        if any(_fits(match, run) for match in playbook.triggers.failures)
    )
    return next(matching, "")


def _fits(match: FailureMatch, run: RunView) -> bool:
    return run.reason in match.reason and (not match.environment or run.environment in match.environment)
