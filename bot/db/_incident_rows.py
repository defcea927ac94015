"""Between rows and what they mean: incidents, their steps, their evidence. SQL for one incident; no rules."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update
from sqlmodel import SQLModel

from bot.db import incident_tables
from bot.db.alert_tables import Alert
from bot.db.tables import Post, Run
from bot.engine.incident_sheet import Facts, Sheet, StepFacts
from bot.engine.incident_timeline import Entry, EntryKind
from bot.engine.incidents import Finding, IncidentState, Mark, Sev, Status

_TABLES = SQLModel.metadata.tables
INCIDENTS = _TABLES[incident_tables.Incident.__tablename__]
STEPS = _TABLES[incident_tables.IncidentStepRow.__tablename__]
ENTRIES = _TABLES[incident_tables.IncidentEntry.__tablename__]
JOBS = _TABLES[incident_tables.IncidentJob.__tablename__]
ALERT_LINKS = _TABLES[incident_tables.IncidentAlertLink.__tablename__]
RUN_LINKS = _TABLES[incident_tables.IncidentRunLink.__tablename__]
REPORTS = _TABLES[incident_tables.IncidentReport.__tablename__]
POSTS, ALERTS, RUNS = (_TABLES[table.__tablename__] for table in (Post, Alert, Run))

_FACTS_SAME = (
    "key", "playbook", "headline", "opened_by", "opened_at", "channel", "drill", "service", "environment",
    "why_opened", "update_by", "update_at", "next_update_at", "reminders", "room", "room_state",
    "room_trouble", "resolved_by", "resolved_at", "summary", "cause", "mitigated_at", "noisy", "openings",
    "pages", "revision",
)  # fmt: skip
_STEP_SAME = (
    "key", "position", "by", "at", "why", "remark", "owner", "since", "choice", "found_at", "looking",
    "looks", "starts", "trouble", "revision",
)  # fmt: skip


def facts_of(row: Mapping[str, Any] | RowMapping) -> Facts:
    """Read an incident's row."""
    return Facts(
        **{name: row[name] for name in _FACTS_SAME},
        id=int(row["id"]),
        copy=row["copy_of"],
        severity=Sev(row["severity"]),
        state=IncidentState(row["state"]),
        roles=json.loads(row["roles"]),
        update=row["newest_update"],
        follow_ups=tuple(json.loads(row["follow_ups"])),
    )


def columns_of(facts: Facts) -> dict[str, Any]:
    """Write an incident's facts as columns; its number is the database's to give."""
    return {name: getattr(facts, name) for name in _FACTS_SAME} | {
        "copy_of": facts.copy,
        "severity": facts.severity.value,
        "state": facts.state.value,
        "roles": _json(dict(facts.roles)),
        "newest_update": facts.update,
        "follow_ups": _json(list(facts.follow_ups)),
    }


def step_of(row: Mapping[str, Any] | RowMapping) -> StepFacts:
    """Read a step's row."""
    return StepFacts(
        **{name: row[name] for name in _STEP_SAME},
        mark=Mark(row["mark"]),
        finding=finding_of(row["finding"]),
        run=row["run_id"],
    )


def step_columns(step: StepFacts) -> dict[str, Any]:
    """Write a step's facts as columns."""
    return {name: getattr(step, name) for name in _STEP_SAME} | {
        "mark": step.mark.value,
        "finding": finding_text(step.finding),
        "run_id": step.run,
    }


def finding_text(finding: Finding | None) -> str:
    """Write evidence as JSON; nothing for none."""
    if finding is None:
        return ""
    said = {
        "status": finding.status.value,
        "said": finding.said,
        "details": list(finding.details),
        "url": finding.url,
        "points_at": finding.points_at,
    }
    return _json(said)


def finding_of(text: str) -> Finding | None:
    """Read what ``finding_text`` wrote."""
    if not text:
        return None
    said = json.loads(text)
    return Finding(
        status=Status(said["status"]),
        said=said["said"],
        details=tuple(said["details"]),
        url=said["url"],
        points_at=said["points_at"],
    )


def entry_of(row: Mapping[str, Any] | RowMapping) -> Entry:
    """Read one line of a timeline."""
    return Entry(
        at=row["at"],
        kind=EntryKind(row["kind"]),
        text=row["words"],
        by=row["by"],
        step=row["step"],
        url=row["url"],
        key=row["key"],
        said_at=row["said_at"] if row["said_at"] != row["at"] else None,
    )


def entry_columns(entry: Entry, finding: Finding | None, *, unnamed: str) -> dict[str, Any]:
    """Write one line of a timeline; ``unnamed`` is its key where it has none of its own."""
    return {
        "key": entry.key or unnamed,
        "at": entry.at,
        "said_at": entry.said_at or entry.at,
        "kind": entry.kind.value,
        "words": entry.text,
        "by": entry.by,
        "step": entry.step,
        "url": entry.url,
        "finding": finding_text(finding),
    }


def sheet_of(connection: Connection, incident_id: int, *, held: bool = False) -> Sheet | None:
    """Read an incident with its steps in the playbook's order; ``held``: nobody else changes it meanwhile."""
    query = select(INCIDENTS).where(INCIDENTS.c.id == incident_id)
    row = connection.execute(query.with_for_update() if held else query).mappings().one_or_none()
    if row is None:
        return None
    steps = select(STEPS).where(STEPS.c.incident_id == incident_id).order_by(STEPS.c.position)
    found = [step_of(step) for step in connection.execute(steps).mappings()]
    return Sheet(facts=facts_of(row), steps={step.key: step for step in found})


def write_facts(connection: Connection, was: Facts, now: Facts) -> None:
    """Update the columns that differ."""
    before, after = columns_of(was), columns_of(now)
    new = {name: value for name, value in after.items() if before[name] != value}
    if new:
        connection.execute(update(INCIDENTS).where(INCIDENTS.c.id == was.id).values(**new))


def write_step(connection: Connection, incident_id: int, was: StepFacts, now: StepFacts) -> None:
    """Update the columns of a step that differ."""
    before, after = step_columns(was), step_columns(now)
    new = {name: value for name, value in after.items() if before[name] != value}
    if new:
        here = (STEPS.c.incident_id == incident_id) & (STEPS.c.key == was.key)
        connection.execute(update(STEPS).where(here).values(**new))


def _json(value: object) -> str:
    """Write as it reads: the column replaces what no database keeps, which escapes would hide from it."""
    return json.dumps(value, ensure_ascii=False)
