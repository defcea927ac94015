"""The writer of incidents: a move, its timeline, its jobs and its messages stand or fall together.

Two people ticking in the same moment are two transactions, one after the other: each reads the incident as
the one before left it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlmodel import SQLModel

from bot.db import _incident_rows as rows
from bot.db import audit_store, done_once
from bot.db._incident_posts import CARDS
from bot.db.incident_tables import IncidentAlertLink, IncidentEntry, IncidentJob, IncidentRunLink
from bot.db.session import Database
from bot.db.tables import Post
from bot.engine.incident_sheet import Audited, Change, Facts, Job, Owed, Sheet, StepFacts
from bot.engine.incidents import IncidentState

_NUMBER = "{id}"
"""In keys of what is written with a new incident: its number, which nobody knows before."""

Decide = Callable[[Sheet], Change | None]


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of an opening."""

    id: int
    new: bool
    other: bool = False
    """Whether ``id`` is another incident of the same kind, which goes on already."""


class IncidentsStore:
    """Writes ``incidents`` and all that hangs on them. Reading them as people see them is for the reader."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def open(
        self, facts: Facts, steps: Mapping[str, StepFacts], change: Change, *, at: datetime, alone: bool
    ) -> Opened:
        """Store a new incident with what ``change`` says besides; the same ``facts.key`` again is the first.

        ``alone``: not while one with the same playbook goes on, drills and real ones apart.
        ``{id}`` in keys of jobs and messages becomes the incident's number.
        """

        def work(connection: Connection) -> Opened:
            audit_store.queue_up(connection)  # also: of two who open at once, one comes second
            named = select(rows.INCIDENTS.c.id).where(rows.INCIDENTS.c.key == facts.key)
            if (known := connection.execute(named).scalar()) is not None:
                return Opened(int(known), new=False)
            if alone and (other := _goes_on(connection, facts.playbook, drill=facts.drill)) is not None:
                return Opened(other, new=False, other=True)
            return Opened(self._insert(connection, facts, steps, change, at), new=True)

        return await self._db.write_direct(work)

    async def change(
        self, incident_id: int, decide: Decide, *, at: datetime, job: int | None = None, once: str = ""
    ) -> Sheet | None:
        """Play one move on an incident as it is now; return it as it is then, None when nothing was decided.

        What ``decide`` raises is let through, and then nothing is written. ``job`` is done with it, whatever
        was decided. A move that says nothing new, or only what may wait to be seen, is no new revision.
        ``once`` names what a person asked for: a second time nothing is decided.
        """

        def work(connection: Connection) -> Sheet | None:
            audit_store.queue_up(connection)
            if not done_once.first(connection, once, at):
                return None
            sheet = rows.sheet_of(connection, incident_id, held=True)
            change = None if sheet is None else decide(sheet)
            if job is not None:
                done = update(rows.JOBS).where(rows.JOBS.c.id == job, rows.JOBS.c.state == "pending")
                connection.execute(done.values(state="done", ended_at=at, trouble=""))
            if sheet is None or change is None:
                return None
            return self._play(connection, sheet, change, change.at or at)

        return await self._db.write_direct(work)

    async def sheet(self, incident_id: int) -> Sheet | None:
        """Return an incident as it is kept; None when there is none of that number."""
        return await self._db.look(lambda session: rows.sheet_of(session.connection(), incident_id))

    def _insert(
        self,
        connection: Connection,
        facts: Facts,
        steps: Mapping[str, StepFacts],
        change: Change,
        at: datetime,
    ) -> int:
        facts = change.facts or facts
        adding = insert(rows.INCIDENTS).values(**rows.columns_of(facts)).returning(rows.INCIDENTS.c.id)
        number = int(connection.execute(adding).scalar_one())
        all_steps = dict(steps) | {step.key: step for step in change.steps}
        values = [{"incident_id": number, **rows.step_columns(step)} for step in all_steps.values()]
        if values:
            connection.execute(insert(rows.STEPS), values)
        stored = replace(facts, id=number)
        named = replace(
            change,
            jobs=tuple(replace(job, key=job.key.replace(_NUMBER, str(number))) for job in change.jobs),
            owed=tuple(replace(owed, key=owed.key.replace(_NUMBER, str(number))) for owed in change.owed),
        )
        self._say(connection, stored, named, at)
        return number

    def _play(self, connection: Connection, sheet: Sheet, change: Change, at: datetime) -> Sheet:
        was = sheet.facts
        facts = replace(change.facts or was, id=was.id, revision=was.revision)
        if change.quiet:
            return self._write_quietly(connection, sheet, change, at)
        steps = _news(sheet, change)
        raised = replace(facts, revision=was.revision + 1)
        # What is said comes first: whether it is news decides about the revision.
        news = self._say(connection, raised, change, at)
        if facts == was and not (steps or news or change.shown_anew):
            return sheet
        rows.write_facts(connection, was, raised)
        for step in steps:
            rows.write_step(connection, was.id, sheet.steps[step.key], step)
        return Sheet(facts=raised, steps=dict(sheet.steps) | {step.key: step for step in steps})

    def _write_quietly(self, connection: Connection, sheet: Sheet, change: Change, at: datetime) -> Sheet:
        same = [replace(step, revision=sheet.steps[step.key].revision) for step in change.steps]
        for step in same:
            rows.write_step(connection, sheet.facts.id, sheet.steps[step.key], step)
        jobs = [_job_columns(sheet.facts, job, at) for job in change.jobs]
        self._add(connection, IncidentJob, jobs, "key")
        return Sheet(facts=sheet.facts, steps=dict(sheet.steps) | {step.key: step for step in same})

    def _say(self, connection: Connection, facts: Facts, change: Change, at: datetime) -> bool:
        """Write all that is not the incident itself; false when all of it was there already."""
        entries = [
            {"incident_id": facts.id}
            | rows.entry_columns(entry, change.findings.get(place), unnamed=f"#{facts.revision}.{place}")
            for place, entry in enumerate(change.entries)
        ]
        jobs = [_job_columns(facts, job, at) for job in change.jobs]
        owed = [_post(facts, each, at, place).model_dump() for place, each in enumerate(change.owed)]
        alerts = [{"incident_id": facts.id, "alert_id": alert, "since": at} for alert in change.alerts]
        runs = [{"incident_id": facts.id, "run_id": run} for run in change.runs]
        new = [
            self._add(connection, IncidentEntry, entries, "incident_id", "key"),
            self._add(connection, IncidentJob, jobs, "key"),
            self._add(connection, Post, owed, "key"),
            self._add(connection, IncidentAlertLink, alerts, "incident_id", "alert_id"),
            self._add(connection, IncidentRunLink, runs, "incident_id", "run_id"),
        ]
        if change.audited is not None:
            _audit(connection, facts.id, change.audited, at)
        return any(new) or change.audited is not None

    def _add(
        self, connection: Connection, table: type[SQLModel], values: Sequence[dict[str, Any]], *once: str
    ) -> bool:
        """Insert rows one after the other, but none that is there; say whether any was new."""
        statement = self._db.insert(table).on_conflict_do_nothing(index_elements=list(once))
        adding = statement.returning(SQLModel.metadata.tables[str(table.__tablename__)].c[once[0]])
        added = [connection.execute(adding, row).first() for row in values]
        return any(row is not None for row in added)


def _goes_on(connection: Connection, playbook: str, *, drill: bool) -> int | None:
    incidents = rows.INCIDENTS
    query = (
        select(incidents.c.id)
        .where(incidents.c.playbook == playbook, incidents.c.drill.is_(drill))
        .where(incidents.c.state == IncidentState.OPEN.value)
        .order_by(incidents.c.id.desc())
        .limit(1)
    )
    found = connection.execute(query).scalar()
    return None if found is None else int(found)


def _news(sheet: Sheet, change: Change) -> list[StepFacts]:
    """Return the steps that differ from what is there or are drawn anew, each one revision further."""
    again = (sheet.steps[key] for key in change.drawn_anew)
    new = {step.key: replace(step, revision=step.revision + 1) for step in again}
    for step in change.steps:
        was = sheet.steps[step.key]
        if replace(step, revision=was.revision) == was:
            new.pop(step.key, None)
        else:
            new[step.key] = replace(step, revision=was.revision + 1)
    return list(new.values())


def _job_columns(facts: Facts, job: Job, at: datetime) -> dict[str, Any]:
    kept = IncidentJob(
        key=job.key,
        incident_id=facts.id,
        kind=job.kind.value,
        step=job.step,
        body=job.body,
        by=job.by,
        asked_at=at,
        due_at=job.due_at or at,
    )
    return kept.model_dump(exclude={"id"})


def _post(facts: Facts, owed: Owed, at: datetime, place: int) -> Post:
    talks = facts.room if facts.room_state == "open" and facts.room else facts.channel
    # What one move says is said in its order; cards come before.
    moment = at if owed.kind in CARDS else at + timedelta(microseconds=place)
    return Post(
        key=owed.key,
        kind=owed.kind,
        incident_id=facts.id,
        page=owed.page,
        channel=owed.channel or (facts.channel if owed.kind in CARDS else talks),
        body=owed.body,
        created_at=moment,
        not_before=owed.not_before,
    )


def _audit(connection: Connection, incident_id: int, audited: Audited, at: datetime) -> None:
    said = {"incident": incident_id, **audited.evidence}
    audit_store.append(connection, at=at, actor=audited.actor, action=audited.action, evidence=said)
