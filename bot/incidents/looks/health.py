"""Health of a service, and of its parts where it names them."""

import re

from bot.engine.incidents import Finding, Status
from bot.engine.pulses import Beat, Component
from bot.incidents.looks.needs import Kit, LookPlace
from bot.incidents.looks.where import Spot, find
from bot.incidents.looks.words import capital, many, unknown
from playbooks.steps import HealthProbe

_BAD_WORDS = frozenset({"fail", "failed", "error", "down", "unhealthy", "critical", "outage", "false"})
"""How services call a part that is bad: that it is bad is said anyway."""
_MEASURED = re.compile(r"^-?\d[\d.,]*(?: [^\s:]{1,15})?(?:: |$)")
_USUAL = 10.0
"""Seconds, where the project file says nothing of health."""
_SHARE = 0.8
"""Of the time a look has: a service that does not answer is to be found so before the time is up."""


async def look(probe: HealthProbe, place: LookPlace, kit: Kit) -> Finding:
    """Ask once, in detail where the service can tell."""
    spot = find(kit.project, probe, place)
    if isinstance(spot, str):
        return unknown(spot)
    if spot.app:
        return unknown(f"{spot.service.name} is an app: there is nothing to ask how it is.")
    there, health = spot.environment, kit.project.health
    path = there.detailed_path or there.health_path
    patience = min(health.timeout if health else _USUAL, kit.project.incidents.look_timeout * _SHARE)
    beat = await kit.probe.beat(there.base_url, path, patience)
    return read(beat, spot, there.base_url + path)


def read(beat: Beat, spot: Spot, url: str) -> Finding:
    """Say what an answer means; the first part that is bad is what it points at."""
    bad = [part for part in beat.components if not part.ok]
    details = tuple(
        f"{part.name}: {part.said or ('well' if part.ok else 'not well')}" for part in beat.components
    )
    if beat.found == "unknown":
        return Finding(status=Status.UNKNOWN, said=f"Nobody can tell how {spot} is: {beat.said}.", url=url)
    if bad:
        well = [component(part) for part in beat.components if part.ok]
        rest = f" Well: {', '.join(well)}." if well else ""
        said = ". ".join(f"{capital(component(part))}: {why(part)}" for part in bad) + "." + rest
        return Finding(
            status=Status.BAD, said=said, details=details, url=url, points_at=component(bad[0]).lower()
        )
    if beat.found == "ill":
        how = "does not answer well" if beat.answered else "does not answer"
        return Finding(status=Status.BAD, said=f"{spot} {how}: {beat.said}.", details=details, url=url)
    parts = [component(part) for part in beat.components]
    said = f"{spot} is well: {beat.said}."
    if parts:
        said = f"{spot} is well, with all of its {many(len(parts), 'part')}: {', '.join(parts)}."
    return Finding(status=Status.OK, said=said, details=details, url=url)


def component(part: Component) -> str:
    """Return what a part is called, without what was measured of it: ``database:responseTime``."""
    return part.name.partition(":")[0].strip() or part.name


def why(part: Component) -> str:
    """Say what is wrong with a part; what was measured of it changes with every look, and is a detail."""
    word, _, reason = part.said.rstrip(" .").partition(": ")
    if word.lower() not in _BAD_WORDS:
        return _MEASURED.sub("", part.said.rstrip(" .")) or "does not answer"
    return _MEASURED.sub("", reason) or word
