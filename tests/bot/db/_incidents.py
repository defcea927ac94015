"""Incidents for the stores' tests: one opened, moves on it, and what the database says afterwards."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import SQLModel

from bot.db._incident_rows import JOBS
from bot.db.audit_store import AuditStore, Intact
from bot.db.incident_jobs_store import IncidentJobsStore
from bot.db.incident_reports_store import IncidentReportsStore
from bot.db.incidents_reader import IncidentsReader
from bot.db.incidents_store import IncidentsStore, Opened
from bot.db.posts_store import PostsStore
from bot.db.session import Database
from bot.db.tables import Post
from bot.engine.incident_sheet import Audited, Change, Facts, Job, JobKind, Owed, Sheet, StepFacts
from bot.engine.incident_timeline import Entry, EntryKind
from bot.engine.incidents import Mark, Sev
from tests.bot.db._facts import ANN, NOON, later

HERE, ROOM, OPS = "C0INCIDENTS", "C0ROOM00001", "C0OPSDESK01"
KEYS = ("status", "redis", "which", "rollback")


def facts(key="trigger:1", **more: Any) -> Facts:
    known = {"playbook": "api-down", "headline": "API answers 502", "channel": HERE} | more
    return Facts(
        id=0,
        key=key,
        copy='{"title": "API down"}',
        severity=known.pop("severity", Sev.SEV1),
        opened_by=known.pop("opened_by", ANN),
        opened_at=known.pop("opened_at", NOON),
        **known,
    )


def steps(*keys: str) -> dict[str, StepFacts]:
    return {key: StepFacts(key=key, position=place) for place, key in enumerate(keys or KEYS)}


def opening(**more: Any) -> Change:
    """Return what is written with a new incident: its card, a first look, its first line."""
    return Change(
        entries=(Entry(at=NOON, kind=EntryKind.OPENED, text="Opened", by=ANN),),
        jobs=(Job(key="{id}:look:status:1", kind=JobKind.LOOK, step="status", body="{id}"),),
        owed=(Owed(key="incident:{id}", kind="incident"),),
        audited=Audited(actor=ANN, action="incident.opened"),
        **more,
    )


def a_note(words: str, second: float = 1, *, key="", by=ANN) -> Entry:
    return Entry(at=later(second), kind=EntryKind.NOTE, text=words, by=by, key=key)


def said(key: str, body="", **more: Any) -> Owed:
    return Owed(key=key, kind=more.pop("kind", "incident_said"), body=body, **more)


def ticked(sheet: Sheet, key: str, by: str, second: float = 1) -> Change:
    """Return the move that ticks a step."""
    step = replace(sheet.steps[key], mark=Mark.DONE, by=by, at=later(second))
    return Change(
        steps=(step,),
        entries=(Entry(at=later(second), kind=EntryKind.TICK, text=f"Ticked {key}", by=by, step=key),),
        audited=Audited(actor=by, action="incident.tick", evidence={"step": key}),
    )


class Ward:
    """The stores of one database."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.store, self.reader = IncidentsStore(db), IncidentsReader(db)
        self.jobs, self.reports, self.posts = IncidentJobsStore(db), IncidentReportsStore(db), PostsStore(db)

    async def open(
        self, known: Facts | None = None, change: Change | None = None, *, alone=False, at=NOON, having=None
    ) -> Opened:
        how = opening() if change is None else change
        return await self.store.open(known or facts(), having or steps(), how, at=at, alone=alone)

    async def opened(self, key="trigger:1", **more: Any) -> int:
        return (await self.open(facts(key, **more))).id

    async def play(self, incident: int, change: Change, second: float = 1, *, job=None) -> Sheet | None:
        return await self.store.change(incident, lambda _: change, at=later(second), job=job)

    async def put(self, incident: int, second: float = 1, **more: Any) -> Sheet | None:
        """Have an incident's own facts be these."""
        return await self.store.change(
            incident, lambda sheet: Change(facts=replace(sheet.facts, **more)), at=later(second)
        )

    async def tick(self, incident: int, key: str, by: str = ANN, second: float = 1) -> Sheet | None:
        return await self.store.change(
            incident, lambda sheet: ticked(sheet, key, by, second), at=later(second)
        )

    async def sheet(self, incident: int = 1) -> Sheet:
        found = await self.store.sheet(incident)
        assert found is not None
        return found

    async def post(self, key: str) -> Post:
        found = await self.posts.find(key)
        assert found is not None
        return found

    async def landed(self, key: str, ts: str, *, channel: str = HERE, revision: int = 1) -> None:
        await self.posts.landed(key, channel=channel, ts=ts, revision=revision)

    async def job_states(self) -> dict[str, str]:
        query = select(JOBS.c.key, JOBS.c.state).order_by(JOBS.c.id)
        return await self.db.look(lambda session: dict(session.execute(query).all()))

    async def count(self, table: str) -> int:
        query = select(func.count()).select_from(SQLModel.metadata.tables[table])
        return int(await self.db.look(lambda session: session.scalars(query).one()))

    async def audited(self) -> list[str]:
        """Return what the audit log says was done, once its chain is found whole."""
        log = AuditStore(self.db)
        assert isinstance(await log.verify(), Intact)
        return [entry.action async for entry in log.entries()]


async def due_keys(ward: Ward, now: datetime | None = None) -> list[str]:
    return [post.key for post in await ward.posts.due(now or later(1000))]
