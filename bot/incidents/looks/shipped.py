"""What went live lately, newest first, and whether it was just before this began."""

from datetime import datetime

from bot.engine.incidents import Finding, Status
from bot.engine.runs import RunView
from bot.engine.shipping import Shipment
from bot.errors import VendorError
from bot.incidents.looks.needs import Kit, LookPlace
from bot.incidents.looks.shippings import JUST_BEFORE, Shipped, of_run
from bot.incidents.looks.where import Spot, find
from bot.incidents.looks.words import length, trouble, unknown
from playbooks.steps import ShippedProbe

CODE = "code"
"""What it points at when something was shipped just before."""
_READ = 30
"""Runs of the environment that are read."""
_LISTED = 8


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


def judge(shipped: list[Shipped], since: datetime, note: str = "") -> Finding:
    """Say whether something went live just before ``since``."""
    newest = sorted(shipped, key=lambda one: one.at, reverse=True)
    details = tuple(f"{one.at:%Y-%m-%d %H:%M} UTC, {one.when(since)}: {one.what}" for one in newest[:_LISTED])
    details += (note,) if note else ()
    suspects = [one for one in newest if one.just_before(since)]
    if suspects:
        one = suspects[0]
        said = f"{'Going out since' if one.going else 'Live'} {one.when(since)}: {one.what}."
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
    last = f"last, {before[0].when(since)}: {before[0].what}"
    return Finding(status=Status.OK, said=f"{said}; {last}.", details=details, url=before[0].url)
