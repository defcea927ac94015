"""What is live at the platform, how its newest deployment stands, how many instances are active."""

from dataclasses import dataclass
from datetime import datetime

from bot.engine.incidents import Finding, Status
from bot.engine.instances import Instances
from bot.engine.shipping import Phase, Platform, Progress, Shipment
from bot.errors import VendorError
from bot.incidents.looks.needs import Counts, Kit, LookPlace, Ships
from bot.incidents.looks.where import Spot, find
from bot.incidents.looks.words import length, many, sentence, unknown
from playbooks.steps import RailwayProbe

_LINES = 10
"""Of a crashed deployment's log."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What the platform said."""

    vendor: str
    platform: Platform
    live: Shipment | None
    newest: Shipment | None
    stands: Progress | None
    """How the newest one stands."""
    instances: Instances | None
    lines: tuple[str, ...] = ()
    """The end of its log, where it crashed."""


async def look(probe: RailwayProbe, place: LookPlace, kit: Kit) -> Finding:
    """Ask the platform."""
    spot = find(kit.project, probe, place)
    if isinstance(spot, str):
        return unknown(spot)
    shipper = kit.shippers.get(spot.key)
    if spot.app or shipper is None:
        return unknown(f"{spot.service.name} is an app: no platform of ours runs it.")
    return judge(await _ask(shipper, spot), kit.clock.now())


async def _ask(shipper: Ships, spot: Spot) -> Seen:
    platform, live = await shipper.platform(), await shipper.live(spot.target)
    newest = next(iter(await shipper.deployments(spot.target)), None)
    stands = await shipper.look(spot.target, newest.id) if newest else None
    lines: tuple[str, ...] = ()
    if newest and stands and stands.phase is Phase.CRASHED:
        try:
            lines = await shipper.last_lines(spot.target, newest.id)
        except VendorError:
            lines = ()  # that it crashed is known; its log is a help we can do without
    return Seen(
        vendor="GitHub" if spot.environment.by_workflow else "Railway",
        platform=platform,
        live=live,
        newest=newest,
        stands=stands,
        instances=await shipper.instances(spot.target) if isinstance(shipper, Counts) else None,
        lines=lines[-_LINES:],
    )


def judge(seen: Seen, now: datetime) -> Finding:
    """Say what it means: bad is what is not live, crashed, has no active instance or too few."""
    bad = list(_bad(seen))
    shown = seen.live or seen.newest
    details = [*_details(seen, now), *seen.lines]
    if not seen.platform.stable:
        said = (
            f"{seen.vendor} itself tells of trouble: {seen.platform.note.rstrip(' .') or 'it is not stable'}"
        )
        details.append(said)
        bad.append(said)
    only_vendor = len(bad) == 1 and not seen.platform.stable
    return Finding(
        status=Status.BAD if bad else Status.OK,
        said=sentence(bad or _well(seen)),
        details=tuple(details),
        url=shown.page if shown else "",
        points_at=seen.vendor.lower() if only_vendor else "",
    )


def _bad(seen: Seen) -> list[str]:
    found: list[str] = []
    counted, stands = seen.instances, seen.stands
    if seen.live is None:
        found.append("nothing is live")
    if counted is not None and not counted.asleep:
        if counted.running == 0:
            others = f" ({', '.join(counted.others)})" if counted.others else ""
            found.append(f"no instance is active{others}")
        elif counted.wanted and counted.running < counted.wanted:
            found.append(f"{counted.running} of {counted.wanted} instances are active")
    if seen.newest and stands and stands.phase is Phase.CRASHED:
        found.append(f"the newest deployment {_commit(seen.newest)} crashed{_failing(stands)}")
    return found


def _well(seen: Seen) -> list[str]:
    said = [f"live is {_live(seen.live)}"] if seen.live else []
    if seen.instances is not None:
        asleep = "it sleeps for lack of traffic" if seen.instances.asleep else ""
        said.append(asleep or f"{many(seen.instances.running, 'instance')} active")
    if seen.newest and seen.stands and seen.stands.phase is Phase.FAILED:
        said.append(f"the newest deployment {_commit(seen.newest)} failed and did not go live")
    return said


def _details(seen: Seen, now: datetime) -> list[str]:
    lines = ["Live: nothing"]
    if seen.live:
        age = f", {length(now - seen.live.since)}" if seen.live.since else ""
        lines = [f"Live: {_live(seen.live)}{age}"]
    if seen.newest and seen.stands:
        made = f", made {length(now - seen.newest.since)} ago" if seen.newest.since else ""
        state = seen.stands.raw or seen.stands.phase.value
        lines.append(f"Newest deployment: {_commit(seen.newest)}: {state}{made}{_failing(seen.stands)}")
    if seen.instances is None:
        lines.append("Instances: nobody told us")
    else:
        wanted = f" of {seen.instances.wanted}" if seen.instances.wanted else ""
        others = f"; others: {', '.join(seen.instances.others)}" if seen.instances.others else ""
        lines.append(f"Instances: {seen.instances.running}{wanted} active{others}")
    return lines


def _live(live: Shipment) -> str:
    since = f" since {live.since:%Y-%m-%d %H:%M} UTC" if live.since else ""
    return f"{_commit(live)}{since}"


def _commit(one: Shipment) -> str:
    return one.sha[:7] or "of an unknown commit"


def _failing(stands: Progress) -> str:
    return f" ({stands.failing})" if stands.failing else ""
