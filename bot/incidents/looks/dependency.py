"""Something our services stand on: asked by its own client, found by its name or its kind."""

from bot.alerts.targets import Target, targets_of
from bot.engine.incidents import Finding, Status
from bot.engine.pulses import Beat
from bot.incidents.looks.needs import Kit
from bot.incidents.looks.words import unknown
from playbooks.steps import DependencyProbe

_STATUS = {"well": Status.OK, "ill": Status.BAD, "unknown": Status.UNKNOWN}
_WORST = (Status.BAD, Status.UNKNOWN, Status.OK)


async def look(probe: DependencyProbe, kit: Kit) -> Finding:
    """Look at all that are called so, or are of that kind; the worst of them counts."""
    known = [target for target in targets_of(kit.project) if target.dependency is not None]
    named = [target for target in known if target.name == probe.name]
    asked = named or [target for target in known if target.kind == probe.name]
    if not asked:
        names = ", ".join(f"{target.name} ({target.kind})" for target in known)
        there = f"there are {names}" if names else "[[health.dependencies]] names none"
        return unknown(f"Nobody watches a dependency called {probe.name}: {there}.")
    found = [(target, await kit.lookers.beat(target)) for target in asked]
    target, beat = min(found, key=lambda one: _WORST.index(_STATUS[one[1].found]))
    status = _STATUS[beat.found]
    return Finding(
        status=status,
        said=_said(target, beat),
        details=tuple(_lines(found)),
        url=target.url,
        points_at=target.name if status is Status.BAD else "",
    )


def _said(target: Target, beat: Beat) -> str:
    match beat.found:
        case "well":
            return f"{target.name} is well: {beat.said}."
        case "ill":
            return f"{target.name} {'is not well' if beat.answered else 'does not answer'}: {beat.said}."
        case "unknown":
            return f"Nobody can tell how {target.name} is: {beat.said}."


def _lines(found: list[tuple[Target, Beat]]) -> list[str]:
    lines = [f"{target.name}: {beat.said}" for target, beat in found] if len(found) > 1 else []
    return lines + [f"{part.name}: {part.said}" for _, beat in found for part in beat.components]
