"""Says why failures of a service count for nothing just now: somebody muted it, or it is being deployed."""

from datetime import datetime
from typing import Protocol

from bot.engine.alerts import MuteView
from bot.engine.runs import RunView
from bot.engine.states import RunKind, RunState, StepName, StepState

_MOVING = (StepName.MIGRATE, StepName.SHIP, StepName.FOLLOW, StepName.HEALTH, StepName.SMOKE)
"""Steps in which a service may be away. The watch after them is none: what breaks then must be seen."""


class Mutes(Protocol):
    """Who knows what is muted."""

    async def covering(self, service: str, environment: str, now: datetime) -> MuteView | None:
        """Return the mute that keeps a service quiet there ``now``, if one does."""


class Lane(Protocol):
    """Who knows what is being deployed."""

    async def lane(self, service: str, environment: str) -> tuple[RunView, ...]:
        """Return the active runs of one service in one environment."""


class Maintenance:
    """Joins mutes and runs."""

    def __init__(self, *, mutes: Mutes, lane: Lane) -> None:
        self._mutes = mutes
        self._lane = lane

    async def paused(self, service: str, environment: str, now: datetime) -> str:
        """Say in words why failures there count for nothing ``now``; empty when they count."""
        for run in await self._lane.lane(service, environment):
            if moving(run):
                doing = "goes back" if run.kind is RunKind.ROLLBACK else "is shipping"
                return f"run {run.id} {doing}"
        mute = await self._mutes.covering(service, environment, now)
        if mute is None:
            return ""
        until = f"muted until {mute.until:%d %b %H:%M} UTC"
        return f"{until}: {mute.why}" if mute.why else until


def moving(run: RunView) -> bool:
    """Say whether a run may have its service away: it began to ship and has not proved it well yet."""
    if run.state not in (RunState.RUNNING, RunState.CANCELLING):
        return False
    states = [run.step(name).state for name in _MOVING if run.has(name)]
    begun = any(state is not StepState.TODO for state in states)
    return begun and any(state is not StepState.DONE for state in states)
