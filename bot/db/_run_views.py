"""One run's rows to what people see of it. Reads with the session it is given."""

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.orm import Session
from sqlmodel import col, select

from bot.db.device_tables import Device
from bot.db.tables import Run, Step, Voice
from bot.engine.consent import Via, Vote
from bot.engine.consent import Voice as Said
from bot.engine.mobile import DeviceReport
from bot.engine.reasons import Reason
from bot.engine.runs import Asking, InLine, RunView, StepView, TakenBack
from bot.engine.states import ACTIVE, RunKind, RunState, StepName, StepState, beside

_IN_LINE = [RunState.WAITING.value, RunState.RUNNING.value, RunState.CANCELLING.value]
_ENDED = frozenset(RunState) - ACTIVE
_INSIDE = {"key", "starts", "line_at", "config_digest", "asked_revision", "listening"}
_ASKING = {"binding", "round", "quorum", "asked_at", "expires_at", "barred"}
_STEPS = select(Step).where(col(Step.run_id) == bindparam("run"))
"""Put together once: a run is looked at twice a second, and making a query takes longer than asking it."""


def view(session: Session, run: Run) -> RunView:
    """Return a run with its steps, its voices and what testers say."""
    by_name = {row.name: row for row in session.scalars(_STEPS, {"run": run.id})}
    shown = run.model_dump(exclude=_INSIDE | _ASKING)
    return RunView(
        **shown
        | {
            "kind": RunKind(run.kind),
            "state": RunState(run.state),
            "reason": Reason(run.reason) if run.reason else None,
            "steps": tuple(_step(by_name[name]) for name in StepName if name in by_name),
            "waiting_for": _holder(session, run) if run.state == RunState.WAITING else None,
            "asking": _asking(session, run),
            "reports": _reports(session, run) if run.kind == RunKind.RELEASE else (),
            "taken_back": _taken_back(session, run),
        }
    )


def _asking(session: Session, run: Run) -> Asking | None:
    if not run.binding or run.asked_at is None or run.expires_at is None:
        return None
    query = (
        select(Voice)
        .where(Voice.run_id == run.id, Voice.binding == run.binding, Voice.voice != Said.NONE)
        .order_by(col(Voice.at), col(Voice.user_id))
    )
    return Asking(
        binding=run.binding,
        round=run.round,
        quorum=run.quorum,
        asked_at=run.asked_at,
        expires_at=run.expires_at,
        barred=tuple(run.barred.split()),
        votes=tuple(_vote(voice) for voice in session.scalars(query)),
    )


def _reports(session: Session, run: Run) -> tuple[DeviceReport, ...]:
    query = select(Device).where(Device.run_id == run.id).order_by(col(Device.at), col(Device.user_id))
    return tuple(DeviceReport.model_validate(_told(row)) for row in session.scalars(query))


def _told(row: Device) -> dict[str, object]:
    return row.model_dump(exclude={"run_id", "user_id"}) | {"user": row.user_id}


def _vote(row: Voice) -> Vote:
    return Vote(
        user=row.user_id,
        voice=Said(row.voice),
        via=Via(row.via),
        at=row.at,
        binding=row.binding,
        reason=row.reason,
    )


def _taken_back(session: Session, run: Run) -> TakenBack | None:
    """Return what followed a run that hurt by itself; of an update also what a person took it back by."""
    wanted: ColumnElement[bool] = col(Run.automatic).is_(True)
    if run.kind == RunKind.UPDATE and run.state in _ENDED:
        by_hand = (col(Run.kind) == RunKind.UPDATE_BACK.value) & (col(Run.state) == RunState.SUCCEEDED.value)
        wanted |= by_hand
    elif run.state != RunState.FAILED:
        return None
    backs = select(Run).where(Run.parent_id == run.id, wanted).order_by(col(Run.id))
    found = session.scalars(backs).all()
    if not found:
        return None
    return _back_of(next((one for one in found if one.state == RunState.SUCCEEDED), found[0]))


def _back_of(found: Run) -> TakenBack:
    return TakenBack(run_id=found.id or 0, state=RunState(found.state), sha=found.sha, live=found.live)


def _step(row: Step) -> StepView:
    return StepView(
        name=StepName(row.name),
        state=StepState(row.state),
        started_at=row.started_at,
        ended_at=row.ended_at,
        note=row.note,
        url=row.url,
    )


def _holder(session: Session, run: Run) -> InLine | None:
    query = (
        select(Run)
        .where(Run.service == run.service, Run.environment == run.environment, col(Run.id) != run.id)
        .where(col(Run.state).in_(_IN_LINE), col(Run.line_at) < run.line_at, in_line_of(RunKind(run.kind)))
        .order_by(col(Run.line_at))
    )
    ahead = session.scalars(query).all()
    if not ahead:
        return None
    return InLine(run_id=ahead[0].id or 0, requested_by=ahead[0].requested_by, ahead=len(ahead))


def in_line_of(kind: RunKind) -> ColumnElement[bool]:
    """Whether a run stands in the same line as those of ``kind``."""
    return col(Run.kind).in_([other.value for other in beside(kind)])
