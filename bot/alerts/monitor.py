"""Watches health between deploys: looks when it is time, keeps what was found, has people told of changes.

Runs as a job, on the replica that leads. Keeps nothing in memory: who takes over, or starts again, goes on
from what is stored. What counts as down is ``bot/engine/pulse.py``'s; with whom to talk is the lookout's.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.alerting import HealthMonitor
from bot.alerts.lookout import Before, Lookout, Round
from bot.alerts.pulse_news import NETWORK, arrival_of, cut_off, fingerprint_of, forgotten
from bot.alerts.pulse_views import view_of
from bot.alerts.targets import Looks, Target, targets_of
from bot.clock import Clock
from bot.db.pulses_store import PulsesStore
from bot.engine.arrivals import Arrival
from bot.engine.pulse import Change, Pulse, advance
from bot.engine.pulses import Component, PulseState, PulseView
from bot.project import Project


class Pauses(Protocol):
    """Who knows when failures are meant to be."""

    async def paused(self, service: str, environment: str, now: datetime) -> str:
        """Say in words why failures there count for nothing ``now``; empty when they count."""


class Alerts(Protocol):
    """Who knows how alerts stand."""

    async def resolved(self, fingerprints: Sequence[str]) -> dict[str, datetime]:
        """Return since when those of them that are resolved are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Step:
    """One target before and after a look."""

    target: Target
    before: Pulse
    after: Pulse
    change: Change | None


class Monitor:
    """Joins targets, looks, pauses and the store. ``tell`` is called after the commit, when there is news."""

    def __init__(
        self,
        *,
        project: Project,
        store: PulsesStore,
        looks: Looks,
        pauses: Pauses,
        alerts: Alerts,
        clock: Clock,
        tell: Callable[[], None],
    ) -> None:
        self._health = health = project.health
        self._targets = targets_of(project)
        self._lookout = Lookout(targets=self._targets, looks=looks, health=health) if health else None
        self._store = store
        self._pauses = pauses
        self._alerts = alerts
        self._clock = clock
        self._tell = tell
        self._looking = asyncio.Lock()

    async def look(self) -> int:
        """Look at everything that is due, wait for the slowest; return at how many targets was looked."""
        if self._health is None or self._lookout is None or self._looking.locked():
            return 0
        async with self._looking:
            return await self._look(self._lookout, self._health)

    async def _look(self, lookout: Lookout, health: HealthMonitor) -> int:
        now, stored = self._clock.now(), await self._store.all()
        pulses = {one.key: stored.get(one.key) or Pulse(target=one.key, since=now) for one in self._targets}
        told = await self._forget(stored, now)
        found = Round()
        if due := [target for target in self._targets if pulses[target.key].due(now)]:
            network = stored.get(NETWORK) or Pulse(target=NETWORK, since=now)
            before = Before(
                pulses=pulses,
                pauses=await self._paused(now),
                suspected=network.down,
                resolved=await self._resolved(pulses),
            )
            found = await lookout.round(due, before)
            now = self._clock.now()
            told += await self._suspect(network, found, now)
            told += await self._keep(found, before, health, now)
        if told:
            self._tell()
        if found.mistakes:
            raise found.mistakes[0]
        return len(found.beats)

    async def views(self) -> tuple[PulseView, ...]:
        """Say how everything watched is, in the order of the file."""
        if self._health is None:
            return ()
        stored, now = await self._store.all(), self._clock.now()
        return tuple(view_of(one, stored.get(one.key), now, self._health.timeout) for one in self._targets)

    async def _paused(self, now: datetime) -> dict[str, str]:
        places = {(one.service, one.environment) for one in self._targets if one.service}
        why = {place: await self._pauses.paused(*place, now) for place in places}
        return {one.key: why.get((one.service, one.environment), "") for one in self._targets}

    async def _resolved(self, pulses: Mapping[str, Pulse]) -> dict[str, datetime]:
        """Return since when the alerts of what is down are resolved, of those that are."""
        names = {fingerprint_of(key): key for key, pulse in pulses.items() if pulse.down}
        found = await self._alerts.resolved(list(names)) if names else {}
        return {names[name]: since for name, since in found.items()}

    async def _suspect(self, network: Pulse, found: Round, now: datetime) -> int:
        """Keep whether our own network is suspected; return how much there is to tell of it."""
        if network.down == found.suspected:
            return 0
        after = replace(
            network,
            state=PulseState.DOWN if found.suspected else PulseState.UP,
            since=max(now, network.since + timedelta(microseconds=1)),
            checked_at=now,
        )
        news = cut_off(after, silent=found.silent, watched=found.watched)
        return await self._store.save(after, (news,), seen=network.checked_at)

    async def _keep(self, found: Round, before: Before, health: HealthMonitor, now: datetime) -> int:
        looked = [target for target in self._targets if target.key in found.beats]
        steps: list[_Step] = []
        for target in looked:
            steps.append(_step(target, found, before, health, now, _whole(target, steps, before)))
        pages = self._pages({**before.pulses, **{step.target.key: step.after for step in steps}})
        told = 0
        for step in steps:
            news: tuple[Arrival, ...] = ()
            if step.change is not None and not step.target.annotates:
                parts = _parts(step.target, found, before)
                news = (arrival_of(step.target, step.change, step.after, now=now, pages=pages, parts=parts),)
            if await self._store.save(step.after, news, seen=step.before.checked_at):
                told += len(news)
        return told

    async def _forget(self, stored: Mapping[str, Pulse], now: datetime) -> int:
        """Drop what is not watched any more; return how much there is to tell of it."""
        told = 0
        for key in stored.keys() - {NETWORK, *(target.key for target in self._targets)}:
            pulse = stored[key]
            news = (forgotten(pulse, now=now),) if pulse.down or pulse.flapping else ()
            if await self._store.forget(key, news):
                told += len(news)
        return told

    def _pages(self, pulses: Mapping[str, Pulse]) -> list[str]:
        """Return what the status pages say that are not well."""
        return [
            f"{one.name} says {pulses[one.key].said}"
            for one in self._targets
            if one.annotates and pulses[one.key].down
        ]


def _whole(target: Target, steps: Sequence[_Step], before: Before) -> str:
    """Say why failing parts count for nothing: the whole is ill, and one outage is one alert."""
    if target.kind != "detailed":
        return ""
    key = target.key.removesuffix("detailed") + "health"
    looked = {step.target.key: step.after for step in steps}
    whole = looked.get(key) or before.pulses.get(key)
    return "the whole does not answer well" if whole is not None and (whole.down or whole.bad) else ""


def _parts(target: Target, found: Round, before: Before) -> tuple[Component, ...]:
    """Return which parts fail, as the newest detailed answer of the same place names them."""
    if target.kind != "health":
        return ()
    key = target.key.removesuffix("health") + "detailed"
    newest = found.beats.get(key) or before.pulses.get(key)
    return tuple(part for part in newest.components if not part.ok) if newest is not None else ()


def _step(
    target: Target, found: Round, before: Before, health: HealthMonitor, now: datetime, whole: str
) -> _Step:
    after, change = advance(
        before.pulses[target.key],
        found.beats[target.key],
        now=now,
        rules=target.rules(health),
        paused=before.pauses[target.key] or whole,
        called_over=before.resolved.get(target.key),
    )
    return _Step(target=target, before=before.pulses[target.key], after=after, change=change)
