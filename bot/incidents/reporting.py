"""Writes an incident's report when it is resolved, and tells the orchestrator."""

import re
from collections.abc import Mapping

from bot.db.incident_jobs_store import JobRow
from bot.engine.incident_data import as_data
from bot.engine.incident_report import report, summary_lines
from bot.engine.incident_sheet import Sheet
from bot.engine.incident_timeline import Record
from bot.incidents import news
from bot.incidents.changing import change
from bot.incidents.needs import IncidentKit
from bot.incidents.records import record

_USER = re.compile(r"'([UW][A-Z0-9]{6,20})'|@([UW][A-Z0-9]{6,20})\b")
"""A Slack user id as a whole field, or mentioned in words; any other word in capitals is none."""


async def write_report(kit: IncidentKit, job: JobRow, sheet: Sheet) -> None:
    """Write the report of this ending, keep it, and have it shown and sent."""
    facts = sheet.facts
    if facts.resolved_at is None:
        await kit.jobs.done(job.id, kit.clock.now())
        return
    told, names = await _record(kit, sheet)
    await kit.reports.keep(facts.id, facts.openings, report(told, names=names), kit.clock.now())
    text, opening = summary_lines(told), facts.openings
    send = kit.orchestrator is not None and not facts.drill
    await change(kit, job, lambda draft: news.reported(draft, text, opening=opening, send=send))


async def notify(kit: IncidentKit, job: JobRow, sheet: Sheet) -> None:
    """Send the orchestrator a step's message, or the report, with the incident as data."""
    if kit.orchestrator is None:
        why = "nobody outside is told: ORCHESTRATOR_URL is not set"
        await change(kit, job, lambda draft: news.delivered(draft, job.step, why))
        return
    told, names = await _record(kit, sheet)
    kind = "incident.told" if job.step else "incident.resolved"
    body = {**as_data(told, names=names), "message": job.body if job.step else summary_lines(told)}
    await kit.orchestrator.send(f"incident-{job.key}".replace(":", "-"), kind, body)
    await change(kit, job, lambda draft: news.delivered(draft, job.step, ""))


async def _record(kit: IncidentKit, sheet: Sheet) -> tuple[Record, Mapping[str, str]]:
    """Return the incident with its timeline, and how the people in it are called."""
    found = await record(kit.reader, sheet.facts.id, kit.clock.now())
    assert found is not None  # noqa: S101 - incidents are never deleted; narrowed for mypy
    return found, await kit.names.names(sorted({one or other for one, other in _USER.findall(repr(found))}))
