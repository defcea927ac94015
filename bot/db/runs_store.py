"""Runs and their steps: a change and its audit entry are one transaction; moves go by compare-and-set."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Update, update
from sqlalchemy.orm import Session
from sqlmodel import col, select

from bot.db import audit_store, explain_store
from bot.db.session import Database, changed
from bot.db.tables import Post, Run, Step
from bot.engine.reasons import Reason
from bot.engine.states import DEPLOY_STEPS, ENDED, RunKind, RunState, StepName, StepState, sources
from bot.metrics import Metrics

Value = str | int | bool | datetime | None | dict[str, list[str]]
"""What a column may be set to; a dictionary is a step's memory and is stored as JSON."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StepChange:
    """One step's new state, written together with its run's."""

    name: StepName
    state: StepState
    ended_at: datetime
    note: str

    def columns(self) -> dict[str, Value]:
        """Return the columns to set."""
        return {"state": self.state.value, "ended_at": self.ended_at, "note": self.note}


@dataclass(frozen=True, slots=True)
class Note:
    """A message owed to the card's thread; ``body`` is plain text, one line each."""

    key: str
    body: str


class RunsStore:
    """The writer of runs. Reading them as people see them is ``RunsReader``'s."""

    def __init__(self, db: Database, metrics: Metrics | None = None) -> None:
        self._db = db
        self._metrics = metrics or Metrics()

    async def create(
        self,
        *,
        key: str,
        service: str,
        environment: str,
        ref: str,
        again: bool,
        by: str,
        at: datetime,
        card_channel: str,
        kind: RunKind = RunKind.DEPLOY,
        steps: frozenset[StepName] = DEPLOY_STEPS,
        more: Mapping[str, Value] | None = None,
    ) -> int:
        """Store a request with its ``steps`` and the card it owes; return the run's number.

        ``more`` are further columns. The same ``key`` again is the first run, unchanged.
        """
        run = Run(
            key=key,
            service=service,
            environment=environment,
            ref=ref,
            again=again,
            requested_by=by,
            requested_at=at,
            state=RunState.PREPARING.value,
            kind=kind.value,
        )
        statement = self._db.insert(Run).values(**run.model_dump(exclude={"id"}) | dict(more or {}))
        statement = statement.on_conflict_do_nothing(index_elements=["key"])
        asked: dict[str, str | int | bool] = {
            "kind": kind.value,
            "service": service,
            "environment": environment,
            "ref": ref[:200],
            "again": again,
        }
        asked |= {name: str(value)[:300] for name, value in (more or {}).items() if value}

        def work(session: Session) -> int:
            run_id = session.scalar(statement.returning(col(Run.id)))
            if run_id is None:
                known = session.scalars(select(col(Run.id)).where(Run.key == key))
                return int(known.one() or 0)
            session.add_all(Step(run_id=run_id, name=name, state=StepState.TODO) for name in steps)
            card = f"run:{run_id}:card"
            session.add(Post(key=card, kind="card", run_id=run_id, channel=card_channel, created_at=at))
            audit_store.append(
                session, at=at, actor=by, action="run.requested", run_id=run_id, evidence=asked
            )
            return int(run_id)

        return await self._db.change(work)

    async def move(
        self,
        run_id: int,
        target: RunState,
        *,
        at: datetime,
        actor: str,
        attempt: int | None = None,
        only_from: frozenset[RunState] | None = None,
        fields: Mapping[str, Value] | None = None,
        reason: Reason | None = None,
        step: StepChange | None = None,
        note: Note | None = None,
        redo: frozenset[StepName] | None = None,
    ) -> bool:
        """Move the run if it is where ``target`` may be reached from; say whether it moved.

        ``actor`` is a Slack user id or ``pawdeploy``. ``fields`` are columns of the run. With it, in the same
        transaction: one step's change, a note owed to the card's thread, or (``redo``) a fresh start of every
        step that is unfinished or named. A run that people must agree to is not set running here, whoever
        asks: only ``ConsentStore.take_turn`` counts their voices.
        """
        allowed = sources(target) if only_from is None else sources(target) & only_from

        def work(session: Session) -> Run | None:
            audit_store.queue_up(session)  # before any row: the whole line's cards are touched below
            return move_in(
                session,
                run_id,
                target,
                allowed=allowed,
                at=at,
                actor=actor,
                attempt=attempt,
                fields=fields,
                reason=reason,
                step=step,
                note=note,
                redo=redo,
            )

        run = await self._db.change(work)
        if run is None:
            return False
        if target in ENDED:
            code = reason.value if reason else ""
            self._metrics.run_ended(run.service, run.environment, target.value, code)
        return True

    async def set(self, run_id: int, **fields: Value) -> None:
        """Set columns that are not the state; the card will show them."""
        change = update(Run).where(col(Run.id) == run_id).values(revision=Run.revision + 1, **fields)

        def write(session: Session) -> None:
            session.execute(change)
            if "deployment_id" in fields:
                explain_store.overtake(session, run_id)

        await self._db.change(write)

    async def keep(self, run_id: int, *, by: str, at: datetime) -> bool:
        """Note who decided to keep what the watch could not judge; false when somebody did before."""
        change = (
            update(Run)
            .where(col(Run.id) == run_id, col(Run.kept_by) == "", col(Run.state) == RunState.SUCCEEDED.value)
            .values(kept_by=by, revision=Run.revision + 1)
        )

        def work(session: Session) -> bool:
            audit_store.queue_up(session)
            if changed(session.execute(change)) != 1:
                return False
            audit_store.append(session, at=at, actor=by, action="run.kept", run_id=run_id)
            return True

        return await self._db.change(work)

    async def count_start(self, run_id: int, starts: int) -> bool:
        """Claim the next start of a lost run; false when somebody else did."""
        change = update(Run).where(col(Run.id) == run_id, col(Run.starts) == starts).values(starts=starts + 1)
        return await self._db.change(lambda session: changed(session.execute(change)) == 1)

    async def write_step(self, run_id: int, name: StepName, **columns: Value) -> None:
        """Set columns of a step and count a visible change of its run."""
        if "memory" in columns:
            columns["memory"] = json.dumps(columns["memory"])

        def write(session: Session) -> None:
            # The run's row first, as in ``move``: two that lock in one order never wait for each other.
            connection = session.connection()  # no row is loaded here that a session could keep up to date
            connection.execute(update(Run).where(col(Run.id) == run_id).values(revision=Run.revision + 1))
            connection.execute(_of_step(run_id, name, columns))

        await self._db.change(write)


def move_in(
    session: Session,
    run_id: int,
    target: RunState,
    *,
    allowed: frozenset[RunState],
    at: datetime,
    actor: str,
    attempt: int | None = None,
    fields: Mapping[str, Any] | None = None,
    reason: Reason | None = None,
    step: StepChange | None = None,
    note: Note | None = None,
    redo: frozenset[StepName] | None = None,
    action: str = "",
    evidence: Mapping[str, str | int | bool] | None = None,
    consented: bool = False,
) -> Run | None:
    """Do what ``RunsStore.move`` says in the caller's transaction; return the run, or None when it stayed.

    The caller has queued up for the audit log before it touched any row. ``action`` and ``evidence`` are the
    entry's where it says more than the move itself; ``consented`` is for who has counted the voices.
    """
    change = (
        update(Run)
        .where(col(Run.id) == run_id, col(Run.state).in_([state.value for state in allowed]))
        .values(state=target.value, revision=Run.revision + 1, **(fields or {}))
    )
    if attempt is not None:
        change = change.where(col(Run.attempt) == attempt)
    if target is RunState.RUNNING and not consented:
        asks = select(Step).where(Step.run_id == run_id, Step.name == StepName.CONSENT.value)
        change = change.where(~asks.exists())
    if changed(session.execute(change)) != 1:
        return None
    if step is not None:
        session.execute(_of_step(run_id, step.name, step.columns()))
    if note is not None:
        _owe_note(session, run_id, note, at)
    if redo is not None:
        _reset_steps(session, run_id, redo)
    run = _touch_line(session, run_id)
    if run.parent_id is not None:  # the card of what is taken back says how that stands
        session.execute(update(Run).where(col(Run.id) == run.parent_id).values(revision=Run.revision + 1))
    if evidence is None:
        evidence = {key: str(value)[:300] for key, value in (fields or {}).items() if value}
    audit_store.append(
        session,
        at=at,
        actor=actor,
        action=action or f"run.{target.value}",
        run_id=run_id,
        reason=reason,
        evidence=evidence,
    )
    return run


def _of_step(run_id: int, name: StepName, columns: Mapping[str, Value]) -> Update:
    return update(Step).where(col(Step.run_id) == run_id, col(Step.name) == name.value).values(**columns)


def _reset_steps(session: Session, run_id: int, redo: frozenset[StepName]) -> None:
    for row in session.scalars(select(Step).where(Step.run_id == run_id)):
        if row.state != StepState.DONE or row.name in redo:
            row.state, row.note, row.url = StepState.TODO, "", ""
            row.started_at = row.ended_at = None
            if row.name in redo:
                # An unfinished step keeps its memory: it may hold the only trace of a deployment it started.
                row.memory = ""


def _owe_note(session: Session, run_id: int, note: Note, at: datetime) -> None:
    card = session.scalars(select(Post).where(Post.run_id == run_id, Post.kind == "card")).one()
    session.add(
        Post(key=note.key, kind="note", run_id=run_id, channel=card.channel, body=note.body, created_at=at)
    )


def _touch_line(session: Session, run_id: int) -> Run:
    """Redraw the cards of runs in the same line: who they wait for may have changed. Returns the run."""
    run = session.scalars(select(Run).where(Run.id == run_id)).one()
    session.execute(
        update(Run)
        .where(
            col(Run.service) == run.service,
            col(Run.environment) == run.environment,
            col(Run.id) != run_id,
            col(Run.state) == RunState.WAITING.value,
        )
        .values(revision=Run.revision + 1)
    )
    return run
