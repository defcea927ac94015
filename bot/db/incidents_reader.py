"""Incidents as they are kept, with the alerts and runs that belong to them. Changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from bot.db._incident_posts import CARDS
from bot.db._incident_rows import (
    ALERT_LINKS,
    ALERTS,
    ENTRIES,
    INCIDENTS,
    POSTS,
    RUN_LINKS,
    RUNS,
    STEPS,
    entry_of,
    finding_of,
    sheet_of,
)
from bot.db.session import Database
from bot.db.tables import Step, Voice
from bot.engine.alerts import AlertState
from bot.engine.consent import Voice as Said
from bot.engine.incident_runs import in_words, why_ended
from bot.engine.incident_sheet import Sheet
from bot.engine.incident_timeline import Entry, EntryKind
from bot.engine.incidents import Finding, IncidentAlert, IncidentRun, IncidentState, Mark
from bot.engine.states import ENDED, RunKind, RunState, StepName, StepState

_OPEN = INCIDENTS.c.state == IncidentState.OPEN.value
_REAL = INCIDENTS.c.drill.is_(False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """One incident with what its card shows besides the playbook's words."""

    sheet: Sheet
    alerts: tuple[IncidentAlert, ...]
    """In the order in which they came to belong to it."""
    runs: tuple[IncidentRun, ...]
    channel: str
    """Where its card is, or goes."""
    ts: str
    """Of its card; empty: not in Slack."""
    report_in: str
    """Channel its newest ending's report is in, or goes to; empty: it is not written."""


class IncidentsReader:
    """Answers questions about incidents."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def load(self, incident_id: int) -> Loaded | None:
        """Return one incident; None when there is none of that number."""
        return await self._db.look(lambda session: _load(session.connection(), incident_id))

    async def entries(self, incident_id: int) -> tuple[Entry, ...]:
        """Return its timeline, in the order in which things happened."""
        return tuple(entry_of(row) for row in await self._timeline(ENTRIES.c.incident_id == incident_id))

    async def evidence(self, incident_id: int) -> tuple[tuple[str, Finding, datetime], ...]:
        """Return what its looks found, by step, as long as it was news; oldest first."""
        of_looks = (ENTRIES.c.incident_id == incident_id) & (ENTRIES.c.kind == EntryKind.EVIDENCE.value)
        found = [
            (row["step"], finding_of(row["finding"]), row["at"]) for row in await self._timeline(of_looks)
        ]
        return tuple((step, finding, at) for step, finding, at in found if finding is not None)

    async def ids(self, *, open_only: bool, limit: int) -> tuple[int, ...]:
        """Return incidents, those that go on first, then the newest first; drills are among them."""
        query = select(INCIDENTS.c.id).order_by(_OPEN.desc(), INCIDENTS.c.id.desc()).limit(limit)
        return await self._numbers(query.where(_OPEN) if open_only else query)

    async def counts(self) -> tuple[int, int]:
        """Return how many go on, and how many there are."""
        query = select(func.count().filter(_OPEN), func.count()).select_from(INCIDENTS)
        going_on, total = await self._db.look(lambda session: session.execute(query).one())
        return int(going_on), int(total)

    async def open_ids(self) -> tuple[int, ...]:
        """Return the incidents that go on, oldest first."""
        return await self._numbers(select(INCIDENTS.c.id).where(_OPEN).order_by(INCIDENTS.c.id))

    async def real(self, numbers: Sequence[int]) -> tuple[int, ...]:
        """Return those of ``numbers`` that are no drills, oldest first."""
        query = select(INCIDENTS.c.id).where(INCIDENTS.c.id.in_(numbers), _REAL)
        return await self._numbers(query.order_by(INCIDENTS.c.id))

    async def open_like(self, playbook: str, *, drill: bool) -> int | None:
        """Return the newest incident of a playbook that goes on; drills and real ones apart."""
        query = select(INCIDENTS.c.id).where(
            _OPEN, INCIDENTS.c.playbook == playbook, INCIDENTS.c.drill.is_(drill)
        )
        return await self._newest(query)

    async def in_room(self, channel: str) -> int | None:
        """Return the incident whose own channel this is, over or not."""
        if not channel:
            return None
        return await self._newest(select(INCIDENTS.c.id).where(INCIDENTS.c.room == channel))

    async def by_thread(self, channel: str, thread_ts: str) -> int | None:
        """Return the incident in whose thread something stands: that of its card, or of a page of it."""
        if not thread_ts:
            return None
        here = (POSTS.c.channel == channel) & (POSTS.c.ts == thread_ts) & POSTS.c.kind.in_(CARDS)
        return await self._newest(
            select(INCIDENTS.c.id).join(POSTS, POSTS.c.incident_id == INCIDENTS.c.id).where(here)
        )

    async def open_in(self, channel: str) -> tuple[int, ...]:
        """Return the incidents that go on and have their card in a channel, newest first."""
        query = (
            select(INCIDENTS.c.id)
            .join(POSTS, POSTS.c.incident_id == INCIDENTS.c.id)
            .where(_OPEN, POSTS.c.kind == "incident", POSTS.c.channel == channel)
            .order_by(INCIDENTS.c.id.desc())
        )
        return await self._numbers(query)

    async def of_alert(self, alert_id: int) -> int | None:
        """Return the newest incident that goes on and has to do with an alert."""
        links = select(INCIDENTS.c.id).join(ALERT_LINKS, ALERT_LINKS.c.incident_id == INCIDENTS.c.id)
        return await self._newest(links.where(_OPEN, ALERT_LINKS.c.alert_id == alert_id))

    async def knew_alert(self, alert_id: int, since: datetime) -> bool:
        """Say whether an incident has to do with an alert that fires ``since`` then, or had at its end.

        A drill does not count: what is practised mends nothing.
        """
        links = select(INCIDENTS.c.id).join(ALERT_LINKS, ALERT_LINKS.c.incident_id == INCIDENTS.c.id)
        its = links.where(ALERT_LINKS.c.alert_id == alert_id, _REAL)
        known = its.where(_OPEN | (INCIDENTS.c.resolved_at >= since))
        return await self._newest(known) is not None

    async def knew_run(self, run_id: int, playbook: str, ended: datetime) -> bool:
        """Say whether an incident of a playbook has to do with a run that ended then, or had at its end.

        A drill does not count.
        """
        links = select(INCIDENTS.c.id).join(RUN_LINKS, RUN_LINKS.c.incident_id == INCIDENTS.c.id)
        known = links.where(RUN_LINKS.c.run_id == run_id, INCIDENTS.c.playbook == playbook, _REAL)
        still = known.where(_OPEN | (INCIDENTS.c.resolved_at >= ended))
        return await self._newest(still) is not None

    async def following(self) -> tuple[tuple[int, str, int], ...]:
        """Return (incident, step, run) of every step that waits for the run it started."""
        query = (
            select(STEPS.c.incident_id, STEPS.c.key, STEPS.c.run_id)
            .where(STEPS.c.mark == Mark.RUNNING.value, STEPS.c.run_id.is_not(None))
            .order_by(STEPS.c.incident_id, STEPS.c.position)
        )
        found = await self._db.look(lambda session: session.execute(query).all())
        return tuple((int(incident), str(step), int(run)) for incident, step, run in found)

    async def reminders_due(self, now: datetime) -> tuple[int, ...]:
        """Return the incidents that go on and want an update by now."""
        due = INCIDENTS.c.next_update_at <= now
        return await self._numbers(select(INCIDENTS.c.id).where(_OPEN, due).order_by(INCIDENTS.c.id))

    async def last_drill(self) -> datetime | None:
        """Return when the last drill began; None: there was none."""
        query = select(func.max(INCIDENTS.c.opened_at)).where(INCIDENTS.c.drill.is_(True))
        found: datetime | None = await self._db.look(lambda session: session.scalar(query))
        return found

    async def _timeline(self, where: Any) -> list[RowMapping]:  # noqa: ANN401 - SQLAlchemy's own expression
        query = select(ENTRIES).where(where).order_by(ENTRIES.c.at, ENTRIES.c.id)
        return await self._db.look(lambda session: list(session.execute(query).mappings()))

    async def _numbers(self, query: Any) -> tuple[int, ...]:  # noqa: ANN401 - SQLAlchemy's own expression
        return await self._db.look(lambda session: tuple(int(number) for number in session.scalars(query)))

    async def _newest(self, query: Any) -> int | None:  # noqa: ANN401 - SQLAlchemy's own expression
        found = await self._numbers(query.order_by(INCIDENTS.c.id.desc()).limit(1))
        return found[0] if found else None


def _load(connection: Connection, incident_id: int) -> Loaded | None:
    # The revision first: what is read after it may be newer, and is then shown once more; never older.
    sheet = sheet_of(connection, incident_id)
    if sheet is None:
        return None
    where = select(POSTS.c.channel, POSTS.c.ts).where(POSTS.c.key == f"incident:{incident_id}")
    card = connection.execute(where).one_or_none()
    report = f"incident:{incident_id}:report:{sheet.facts.openings}"
    told_in = connection.execute(select(POSTS.c.channel).where(POSTS.c.key == report)).scalar()
    return Loaded(
        sheet=sheet,
        alerts=_alerts(connection, incident_id),
        runs=_runs(connection, incident_id),
        channel=sheet.facts.channel if card is None else card.channel,
        ts="" if card is None else card.ts,
        report_in=str(told_in or ""),
    )


def _alerts(connection: Connection, incident_id: int) -> tuple[IncidentAlert, ...]:
    its_card = (POSTS.c.alert_id == ALERTS.c.id) & (POSTS.c.kind == "alert")
    query = (
        select(ALERTS, POSTS.c.channel.label("card_channel"), POSTS.c.ts.label("card_ts"))
        .join(ALERT_LINKS, ALERT_LINKS.c.alert_id == ALERTS.c.id)
        .join(POSTS, its_card, isouter=True)
        .where(ALERT_LINKS.c.incident_id == incident_id)
        .order_by(ALERT_LINKS.c.since, ALERTS.c.id)
    )
    return tuple(_alert(row) for row in connection.execute(query).mappings())


def _alert(row: RowMapping) -> IncidentAlert:
    shown = bool(row["card_ts"])
    return IncidentAlert(
        id=int(row["id"]),
        title=row["title"],
        place=" in ".join(word for word in (row["service"] or row["project"], row["environment"]) if word),
        firing=row["state"] == AlertState.FIRING.value,
        state=row["state"],
        opened_at=row["opened_at"],
        first_seen=row["first_seen"],
        acked_at=row["acked_at"],
        state_at=row["state_at"],
        url=row["url"],
        channel=row["card_channel"] if shown else "",
        ts=row["card_ts"] if shown else "",
    )


def _runs(connection: Connection, incident_id: int) -> tuple[IncidentRun, ...]:
    steps = Step.metadata.tables[str(Step.__tablename__)]
    asked = (steps.c.run_id == RUNS.c.id) & (steps.c.name == StepName.CONSENT.value)
    query = (
        select(RUNS, steps.c.state.label("consent"))
        .join(RUN_LINKS, RUN_LINKS.c.run_id == RUNS.c.id)
        .join(steps, asked, isouter=True)
        .where(RUN_LINKS.c.incident_id == incident_id)
        .order_by(RUNS.c.id)
    )
    agreed = _agreed(connection, incident_id)
    return tuple(_run(row, agreed) for row in connection.execute(query).mappings())


def _agreed(connection: Connection, incident_id: int) -> dict[int, list[tuple[str, datetime]]]:
    """Return who agreed to what its runs ask for, by run."""
    voices = Voice.metadata.tables[str(Voice.__tablename__)]
    query = (
        select(voices.c.run_id, voices.c.user_id, voices.c.at)
        .join(RUNS, (RUNS.c.id == voices.c.run_id) & (RUNS.c.binding == voices.c.binding))
        .join(RUN_LINKS, RUN_LINKS.c.run_id == RUNS.c.id)
        .where(RUN_LINKS.c.incident_id == incident_id, voices.c.voice == Said.APPROVE.value)
        .order_by(voices.c.at)
    )
    found: dict[int, list[tuple[str, datetime]]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(int(row["run_id"]), []).append((str(row["user_id"]), row["at"]))
    return found


def _run(row: RowMapping, agreed: Mapping[int, list[tuple[str, datetime]]]) -> IncidentRun:
    state = RunState(row["state"])
    asking = state not in ENDED and row["consent"] == StepState.RUNNING.value
    return IncidentRun(
        id=int(row["id"]),
        what=in_words(
            RunKind(row["kind"]),
            workflow=row["workflow"],
            service=row["service"],
            environment=row["environment"],
        ),
        state="asking" if asking else state.value,
        asked_by=row["requested_by"],
        at=row["requested_at"],
        ended_at=row["ended_at"],
        sha=row["sha"],
        over=state in ENDED,
        why=why_ended(state, row["reason"], row["detail"]),
        asked_at=row["asked_at"] if row["binding"] else None,
        agreed=tuple(agreed.get(int(row["id"]), ())),
    )
