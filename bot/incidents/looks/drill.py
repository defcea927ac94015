"""What a look finds in a drill: what the playbook says, so that nothing real is asked. Pure."""

import re

from bot.engine.incidents import Finding, Status
from bot.incidents.looks.words import bounded
from playbooks.steps import DependencyProbe, HealthProbe, Look, MigrationProbe, ShippedProbe

_PART = re.compile(r"([A-Za-z][\w -]{0,30}):")


def rehearsed(step: Look) -> Finding:
    """Return the finding of a drill; one that is bad points where the real look would."""
    status = Status(step.drill.status)
    points_at = _points_at(step) if status is Status.BAD else ""
    return bounded(Finding(status=status, said=step.drill.said, points_at=points_at))


def _points_at(step: Look) -> str:
    match step.probe:
        case HealthProbe():
            part = _PART.match(step.drill.said)
            return part[1].lower() if part else ""
        case DependencyProbe(name=name):
            return name
        case ShippedProbe():
            return "code"
        case MigrationProbe():
            return "database"
        case _:
            return ""
