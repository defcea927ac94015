"""What people want done at a source: kept before it is done, done once, told how it went."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, update
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col, select

from bot.db.alert_tables import Alert, AlertAct
from bot.db.session import Database
from bot.engine.alerts import ActKind, ActRequest, ActState, ActView, AlertState, Happening

ACTS = SQLModel.metadata.tables["alert_acts"]
_ECHOES = {
    ActKind.RESOLVE: Happening.RESOLVED,
    ActKind.ARCHIVE: Happening.ARCHIVED,
    ActKind.REOPEN: Happening.REOPENED,
}
"""What the source tells everybody of an act, us too, once it is done."""
_ECHO = timedelta(minutes=1)
"""It tells within seconds."""
REACHED = {
    ActKind.RESOLVE: AlertState.RESOLVED,
    ActKind.ARCHIVE: AlertState.ARCHIVED,
    ActKind.REOPEN: AlertState.FIRING,
}
"""How an alert stands once an act is done. Who it is assigned to may change at any time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pending:
    """An act that is to be done."""

    id: int
    alert_id: int
    kind: ActKind
    how: str
    by: str
    tries: int
    """How often the source was about to be told; more than 0: it may have been, and may have done it."""


class ActsStore:
    """Reads and writes ``alert_acts``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def ask(self, request: ActRequest, *, at: datetime) -> ActView | AlertState | None:
        """Store a request, or return what keeps it out.

        That is an act of its kind that is under way, or the state that is wanted when the alert is there
        already. The same ``key`` again is the first one, unchanged.
        """
        act = AlertAct(
            key=request.key,
            alert_id=request.alert,
            kind=request.kind.value,
            how=request.how,
            by=request.by,
            at=at,
        )
        values = act.model_dump(exclude={"id"})

        def work(session: Session) -> ActView | AlertState | None:
            alert = select(Alert).where(Alert.id == request.alert).with_for_update()
            row = session.scalars(alert).one()  # two presses at once queue here
            if row.state == REACHED.get(request.kind):
                return AlertState(row.state)
            under_way = (
                select(AlertAct)
                .where(AlertAct.alert_id == request.alert, AlertAct.kind == request.kind.value)
                .where(AlertAct.state == ActState.PENDING.value, AlertAct.key != request.key)
            )
            if found := session.scalars(under_way).first():
                return act_view(found)
            statement = self._db.insert(AlertAct).values(**values)
            session.execute(statement.on_conflict_do_nothing(index_elements=["key"]))
            row.revision += 1
            row.urgent = row.revision
            return None

        return await self._db.change(work)

    async def pending(self) -> tuple[Pending, ...]:
        """Return what is to be done, oldest first."""
        query = select(AlertAct).where(AlertAct.state == ActState.PENDING.value).order_by(col(AlertAct.id))
        return await self._db.look(lambda session: tuple(_pending(row) for row in session.scalars(query)))

    async def begin(self, act_id: int) -> bool:
        """Note that the source is about to be told; false when the act is not pending any more."""
        change = (
            update(ACTS)
            .where(ACTS.c.id == act_id, ACTS.c.state == ActState.PENDING.value)
            .values(tries=ACTS.c.tries + 1)
            .returning(ACTS.c.id)
        )
        return await self._db.change(lambda session: session.scalar(change) is not None)

    async def unclear(self, alert_id: int) -> Pending | None:
        """Return an alert's newest act if the source was told of it and gave no clear answer; else None.

        One from before it came back last says nothing any more.
        """
        query = (
            select(AlertAct, col(Alert.opened_at))
            .join(Alert, col(Alert.id) == col(AlertAct.alert_id))
            .where(AlertAct.alert_id == alert_id)
            .order_by(col(AlertAct.id).desc())
            .limit(1)
        )
        found = await self._db.look(lambda session: session.execute(query).first())
        if found is None:
            return None
        row, opened_at = found
        unclear = row.state == ActState.FAILED.value and row.tries > 0 and row.at >= opened_at
        return _pending(row) if unclear else None

    async def had_no_effect(self, act_id: int) -> None:
        """Note that the source stands as if it had never been told of a failed act."""
        change = update(ACTS).where(ACTS.c.id == act_id, ACTS.c.state == ActState.FAILED.value)
        await self._db.change(lambda session: session.execute(change.values(tries=0)))

    async def alert_of(self, act_id: int) -> int | None:
        """Return the alert an act is for."""
        query = select(col(AlertAct.alert_id)).where(AlertAct.id == act_id)
        return await self._db.look(lambda session: session.scalar(query))

    async def again(self, act_id: int, *, by: str, at: datetime) -> bool:
        """Try a failed act again; false when it has not failed, or was tried again already."""
        change = (
            update(ACTS)
            .where(ACTS.c.id == act_id, ACTS.c.state == ActState.FAILED.value)
            .values(state=ActState.PENDING.value, trouble="", by=by, at=at, tries=0, ended_at=None)
            .returning(ACTS.c.alert_id)
        )

        def work(session: Session) -> bool:
            alert_id = session.scalar(change)
            if alert_id is None:
                return False
            held = select(Alert).where(Alert.id == alert_id).with_for_update()
            row = session.scalars(held).one()
            row.revision += 1
            row.urgent = row.revision
            return True

        return await self._db.change(work)


def ended(
    act_id: int, state: ActState, *, at: datetime, trouble: str = "", refused: bool = False
) -> Callable[[Connection], None]:
    """Return what notes the end of an act, in the transaction that changes its alert.

    ``refused``: the source said no, so that it certainly did nothing.
    """

    def note(connection: Connection) -> None:
        told = {"tries": 0} if refused else {}
        values = {"state": state.value, "trouble": trouble[:500], "ended_at": at} | told
        connection.execute(update(ACTS).where(ACTS.c.id == act_id).values(**values))

    return note


def being_done(
    connection: Connection, alerts: Sequence[int], *, now: datetime
) -> dict[tuple[int, Happening], str]:
    """Return who is having what done at the source, by alert: it may tell us of it before it answers.

    It also tells of what it did though its answer was lost just now.
    """
    lost = (col(AlertAct.state) == ActState.FAILED.value) & (col(AlertAct.ended_at) >= now - _ECHO)
    query = select(col(AlertAct.alert_id), col(AlertAct.kind), col(AlertAct.by)).where(
        col(AlertAct.alert_id).in_(alerts),
        (col(AlertAct.state) == ActState.PENDING.value) | lost,
        col(AlertAct.tries) > 0,
    )
    done = [(alert, ActKind(kind), by) for alert, kind, by in connection.execute(query)]
    return {(alert, _ECHOES[kind]): by for alert, kind, by in done if kind in _ECHOES}


def _pending(row: AlertAct) -> Pending:
    assert row.id is not None  # noqa: S101 - it comes from the database; narrowed for mypy
    return Pending(
        id=row.id,
        alert_id=row.alert_id,
        kind=ActKind(row.kind),
        how=row.how,
        by=row.by,
        tries=row.tries,
    )


def act_view(row: AlertAct) -> ActView:
    """Show an act."""
    assert row.id is not None  # noqa: S101 - it comes from the database; narrowed for mypy
    return ActView(
        id=row.id,
        kind=ActKind(row.kind),
        how=row.how,
        by=row.by,
        at=row.at,
        state=ActState(row.state),
        trouble=row.trouble,
    )
