"""Looks for playbooks: a probe in, what was found out. Never raises, never takes longer than it may.

Whatever goes wrong is a finding too: unknown, and why.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from bot.alerts.targets import Looks
from bot.clock import Clock
from bot.engine.errors_words import number
from bot.engine.incidents import Finding
from bot.errors import VendorError
from bot.incidents.looks import (
    alerts,
    crashes,
    dependency,
    error_rate,
    health,
    migration,
    railway,
    shipped,
    versions,
)
from bot.incidents.looks.needs import Errors, Issues, Kit, LookPlace, Migrations, Probes, Runs, Ships
from bot.incidents.looks.words import bounded, trouble, unknown
from bot.project import Project
from playbooks.steps import (
    AlertsProbe,
    CrashesProbe,
    DependencyProbe,
    ErrorsProbe,
    HealthProbe,
    MigrationProbe,
    Probe,
    RailwayProbe,
    ShippedProbe,
    VersionsProbe,
)

__all__ = ["LookPlace", "Looker"]

log = logging.getLogger(__name__)


class Looker:
    """Joins probes with who can be asked."""

    def __init__(
        self,
        project: Project,
        *,
        shippers: Mapping[tuple[str, str], Ships],
        probe: Probes,
        lookers: Looks,
        issues: Issues | None,
        errors: Errors | None,
        runs: Runs,
        migrations: Migrations,
        clock: Clock,
    ) -> None:
        self._kit = Kit(
            project=project,
            shippers=shippers,
            probe=probe,
            lookers=lookers,
            issues=issues,
            errors=errors,
            runs=runs,
            migrations=migrations,
            clock=clock,
        )

    async def look(self, probe: Probe, place: LookPlace, *, since: datetime) -> Finding:
        """Look once; ``since``: when the incident was opened, which is not always when it began."""
        patience = self._kit.project.incidents.look_timeout
        deadline = asyncio.timeout(patience)
        try:
            async with deadline:
                found = await self._look(probe, place, began(place, since))
        except VendorError as error:
            found = unknown(trouble(error))
        except TimeoutError:
            late = f"It took longer than {number(patience)} s."
            found = unknown(late if deadline.expired() else "Nobody answered in time.")
        except Exception:
            log.exception("a look failed", extra={"probe": probe.kind, "incident": place.incident})
            found = unknown("The look itself failed: a mistake of pawdeploy's, and it is in the log.")
        return bounded(found)

    async def _look(self, probe: Probe, place: LookPlace, since: datetime) -> Finding:
        kit = self._kit
        match probe:
            case RailwayProbe():
                return await railway.look(probe, place, kit)
            case HealthProbe():
                return await health.look(probe, place, kit)
            case DependencyProbe():
                return await dependency.look(probe, kit)
            case ShippedProbe():
                return await shipped.look(probe, place, kit, since)
            case ErrorsProbe():
                return await error_rate.look(probe, place, kit, since)
            case CrashesProbe():
                return await crashes.look(probe, place, kit, since)
            case VersionsProbe():
                return await versions.look(probe, place, kit, since)
            case MigrationProbe():
                return await migration.look(probe, place, kit)
            case AlertsProbe():
                return alerts.look(place.alerts, kit.clock.now())
            case _:
                assert_never(probe)


def began(place: LookPlace, since: datetime) -> datetime:
    """Return when what an incident is about began: people open one some time after its first alert."""
    return min([since, *(alert.opened_at for alert in place.alerts)])
