"""Reads one incident as people see it, and everything about it for its report."""

from datetime import datetime

from bot.db.incidents_reader import IncidentsReader, Loaded
from bot.engine.incident_timeline import Record
from bot.engine.incidents import IncidentView
from bot.incidents import views
from bot.incidents.draft import playbook_of, steps_of


def view_of(loaded: Loaded) -> IncidentView:
    """Return an incident as people see it."""
    return views.view(
        loaded.sheet,
        playbook_of(loaded.sheet.facts.copy),
        alerts=loaded.alerts,
        runs=loaded.runs,
        ts=loaded.ts,
        report_in=loaded.report_in,
    )


async def record(reader: IncidentsReader, incident_id: int, now: datetime) -> Record | None:
    """Return an incident with its timeline and its evidence, as of ``now``; None when there is none."""
    loaded = await reader.load(incident_id)
    if loaded is None:
        return None
    view = view_of(loaded)
    steps = steps_of(loaded.sheet.facts.copy)
    entries = tuple(entry for entry in await reader.entries(incident_id) if entry.at <= now)
    evidence = tuple(
        (steps[key].text if key in steps else key, finding, at)
        for key, finding, at in await reader.evidence(incident_id)
    )
    return Record(incident=view, entries=entries, evidence=evidence)
