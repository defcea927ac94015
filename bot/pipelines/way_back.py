"""Where a way back leads: chosen from what ran well, whether it is going to be gone or only looked at.

Reads the books and the platform; writes nothing and waits for nothing but ``ask``.
"""

from dataclasses import dataclass

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import RunKind, RunState
from bot.errors import StepFailed
from bot.pipelines.needs import Kit
from bot.pipelines.places import Place
from bot.pipelines.step import Ask


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What somebody, or a watch, wants to go back from and to."""

    service: str
    environment: str
    to: str
    """Empty: the last good run; else a run's number or the beginning of a SHA."""
    parent: RunView | None = None
    """The run to take back, where one hurt."""
    itself: int | None = None
    """The run that goes back; None while nobody goes."""


@dataclass(frozen=True, slots=True)
class Goal:
    """The commit to go back to, and the run that shipped it where one did."""

    sha: str
    run: int | None


async def choose(kit: Kit, wanted: Wanted, live: str) -> Goal:
    """Return where to go back to from ``live``.

    Raises:
        StepFailed: when there is nowhere to go back to, or it is live already.

    """
    good = await kit.reader.good_runs(wanted.service, wanted.environment)
    if wanted.to:
        return _listed(wanted, good, live)
    parent = wanted.parent
    if parent is not None and live not in ("", parent.sha):
        msg = f"{wanted.environment} no longer runs {parent.sha[:7]} but {live[:7]}: somebody was faster."
        raise StepFailed(Reason.ALREADY_LIVE, msg)
    if parent is not None and parent.previous_sha:
        found = next((one for one in good if one.sha == parent.previous_sha), None)
        return Goal(parent.previous_sha, found.id if found else None)
    found = next(iter(earlier(good, live)), None)
    if found is None and (before := await kit.reader.ran_before(wanted.service, wanted.environment, live)):
        return Goal(before, None)
    if found is None:
        msg = (
            f"No earlier good run of {wanted.service} in {wanted.environment} is known. "
            "Name a commit to deploy."
        )
        raise StepFailed(Reason.NOTHING_TO_ROLL_BACK, msg)
    return Goal(found.sha, found.id)


async def leaving(kit: Kit, there: Place, wanted: Wanted, ask: Ask) -> str:
    """Return the commit to get away from: what a run is shipping right now, else what is live."""
    for other in await kit.reader.lane(wanted.service, wanted.environment):
        ships = other.kind is RunKind.DEPLOY and other.state is RunState.RUNNING
        if other.id != wanted.itself and ships:
            return other.sha
    live = await ask(lambda: there.shipper.live(there.target))
    return live.sha if live else ""


async def kept(there: Place, sha: str, ask: Ask) -> str:
    """Return the newest deployment of ``sha`` whose image the vendor still keeps; empty when none."""
    for shipment in await ask(lambda: there.shipper.deployments(there.target)):
        if shipment.sha == sha and shipment.can_roll_back:
            return shipment.id
    return ""


def earlier(good: tuple[RunView, ...], live: str) -> list[RunView]:
    """Return the good runs before the one that shipped ``live``: going back never goes forward again."""
    shipped = next((one for one in good if one.sha == live), None)
    seen: set[int] = set()
    while shipped and shipped.target_run and shipped.id not in seen:  # a way back is as old as its goal
        seen.add(shipped.id)
        shipped = next((one for one in good if one.id == shipped.target_run), None)
    return [one for one in good if one.sha != live and (shipped is None or one.id < shipped.id)]


def _listed(wanted: Wanted, good: tuple[RunView, ...], live: str) -> Goal:
    """Find what was typed among the good runs: a run's number, or the beginning of a SHA."""
    to = wanted.to
    found = next(
        (one for one in good if to == str(one.id) or (len(to) >= 7 and one.sha.startswith(to))),
        None,
    )
    if found is None:
        listed = ", ".join(f"{one.id} ({one.sha[:7]})" for one in good[:5]) or "none"
        msg = (
            f"“{to[:60]}” is not a good run of {wanted.service} in {wanted.environment}. There are: {listed}."
        )
        raise StepFailed(Reason.NOTHING_TO_ROLL_BACK, msg)
    if found.sha == live:
        raise StepFailed(Reason.ALREADY_LIVE, f"{wanted.environment} already runs {live[:7]}.")
    return Goal(found.sha, found.id)
