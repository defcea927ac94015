"""What went live lately, newest first, and whether it was just before this began."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.incidents import Finding, Status
from bot.engine.runs import RunView
from bot.engine.shipping import Shipment
from bot.engine.states import RunKind, RunState, StepName, StepState
from bot.errors import VendorError
from bot.incidents.looks.needs import Kit, LookPlace
from bot.incidents.looks.where import Spot, find
from bot.incidents.looks.words import length, trouble, unknown
from playbooks.steps import ShippedProbe

JUST_BEFORE = timedelta(minutes=30)
CODE = "code"
"""What it points at when something was shipped just before."""
_READ = 30
"""Runs of the environment that are read."""
_LISTED = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Shipped:
    """One thing that went live."""

    what: str
    began: datetime
    at: datetime
    """When it was live."""
    url: str = ""

    def just_before(self, since: datetime) -> bool:
        """Whether it was on its way, or had arrived, in the half hour before ``since``."""
        return self.began <= since and self.at >= since - JUST_BEFORE


async def look(probe: ShippedProbe, place: LookPlace, kit: Kit, since: datetime) -> Finding:
    """Read what we shipped, and ask whether something else is live."""
    spot = find(kit.project, probe, place)
    if isinstance(spot, str):
        return unknown(spot)
    recent = await kit.runs.history(spot.name, limit=_READ)
    runs = {run.id: run for run in recent if run.service == spot.service.name}
    runs |= {run.id: run for run in await kit.runs.good_runs(*spot.key)}
    ours = [one for run in runs.values() if (one := of_run(run)) is not None]
    other, note = await _other(spot, kit, list(runs.values()))
    return judge([*ours, *other], since, note)


async def _other(spot: Spot, kit: Kit, runs: list[RunView]) -> tuple[list[Shipped], str]:
    """Return what is live though none of our runs shipped it, or why that is not known."""
    shipper = kit.shippers.get(spot.key)
    if spot.app or shipper is None:
        return [], ""
    try:
        live = await shipper.live(spot.target)
    except VendorError as error:
        return [], f"Whether something else went live is not known. {trouble(error)}"
    if live is None or live.since is None or _is_ours(live, runs):
        return [], ""
    what = f"{live.sha[:7] or 'a commit nobody names'}, which no run of pawdeploy shipped"
    return [Shipped(what=what, began=live.since, at=live.since, url=live.page)], ""


def _is_ours(live: Shipment, runs: list[RunView]) -> bool:
    return any(live.id == run.deployment_id or (live.sha and live.sha == run.sha) for run in runs)


def of_run(run: RunView) -> Shipped | None:
    """Return what a run brought live; None where it brought nothing, as far as anybody saw."""
    workflow = run.kind is RunKind.WORKFLOW
    step = run.step(StepName.WORKFLOW if workflow else StepName.FOLLOW)
    if not run.has(step.name) or step.state is not StepState.DONE or step.ended_at is None:
        return None
    began = step if workflow else run.step(StepName.SHIP)
    title = f" {run.commit_title}" if run.commit_title else ""
    commit = f"{run.sha[:7]}{title}".strip()
    what = {
        RunKind.DEPLOY: commit,
        RunKind.ROLLBACK: f"the way back to {commit}",
        RunKind.WORKFLOW: f"{run.workflow or 'a workflow'} of {commit}",
    }[run.kind]
    failed = ", which failed" if run.state is RunState.FAILED else ""
    return Shipped(
        what=f"{what} (run {run.id}{failed})",
        began=began.started_at or step.started_at or step.ended_at,
        at=step.ended_at,
        url=run.vendor_page,
    )


def judge(shipped: list[Shipped], since: datetime, note: str = "") -> Finding:
    """Say whether something went live just before ``since``."""
    newest = sorted(shipped, key=lambda one: one.at, reverse=True)
    details = tuple(
        f"{one.at:%Y-%m-%d %H:%M} UTC, {_when(one, since)}: {one.what}" for one in newest[:_LISTED]
    )
    details += (note,) if note else ()
    suspects = [one for one in newest if one.just_before(since)]
    if suspects:
        one = suspects[0]
        said = f"Live {_when(one, since)}: {one.what}."
        return Finding(status=Status.BAD, said=said, details=details, url=one.url, points_at=CODE)
    if note:
        return Finding(
            status=Status.UNKNOWN, said=f"Nothing of ours just before this began. {note}", details=details
        )
    before = [one for one in newest if one.began <= since]
    if not before:
        return Finding(
            status=Status.OK, said="Nothing is known to have been shipped before this began.", details=details
        )
    said = f"Nothing was shipped in the {length(JUST_BEFORE)} before this began"
    last = f"last, {_when(before[0], since)}: {before[0].what}"
    return Finding(status=Status.OK, said=f"{said}; {last}.", details=details, url=before[0].url)


def _when(one: Shipped, since: datetime) -> str:
    if one.at > since:
        return f"{length(one.at - since)} after this began"
    return f"{length(since - one.at)} before this began"
