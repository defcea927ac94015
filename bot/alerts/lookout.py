"""One round of looks: at what is due, at once; and at everything else before anything is called down.

A look that finds nobody may have found our own network broken. So when one is about to take a target down,
all others are looked at in the same round: many silent at once mean that it is we who are cut off.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.alerting import HealthMonitor
from bot.alerts.targets import Looks, Target
from bot.engine.network import silent, suspect_network
from bot.engine.pulse import Pulse, would_fall
from bot.engine.pulses import Beat
from bot.errors import VendorError

_SLACK = 1.1
"""Times the timeout a look may take: whoever looks gives up first, with better words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """What was known before a round."""

    pulses: Mapping[str, Pulse]
    pauses: Mapping[str, str]
    """By target, why its failures count for nothing."""
    suspected: bool
    """Whether our own network was suspected."""
    resolved: Mapping[str, datetime] = field(default_factory=dict)
    """By target that is down, since when its alert is resolved; without those that go on."""


@dataclass(kw_only=True, slots=True)
class Round:
    """What a round found, by target."""

    beats: dict[str, Beat] = field(default_factory=dict)
    mistakes: list[BaseException] = field(default_factory=list)
    """Ours, to be raised once everything else is kept."""
    suspected: bool = False
    silent: int = 0
    watched: int = 0
    """Places that could say something of our network, and how many of them did not answer."""


class Lookout:
    """Looks at targets."""

    def __init__(self, *, targets: Sequence[Target], looks: Looks, health: HealthMonitor) -> None:
        self._targets = targets
        self._looks = looks
        self._health = health

    async def round(self, due: Sequence[Target], before: Before) -> Round:
        """Look at what is ``due``, and at the rest where it takes that to know whom to believe."""
        found = Round()
        await self._look(due, found)
        if before.suspected or self._doubtful(due, found, before):
            await self._look([one for one in self._targets if one.key not in found.beats], found)
            telling = self._telling(found, before)
            found.silent, found.watched = len(silent(telling)), len(telling)
            found.suspected = suspect_network(telling, watched=len(telling))
        if found.suspected:
            for key in silent(found.beats):
                found.beats[key] = _no_evidence(found.beats[key])
        return found

    def _doubtful(self, due: Sequence[Target], found: Round, before: Before) -> bool:
        places = {target.place for target in self._targets}
        if suspect_network(self._telling(found, before), watched=len(places)):
            return True
        return any(
            not target.annotates
            and not (beat := found.beats[target.key]).answered
            and not before.pauses.get(target.key)
            and would_fall(before.pulses[target.key], beat, target.rules(self._health))
            for target in due
        )

    def _telling(self, found: Round, before: Before) -> dict[str, Beat]:
        """Return what says something of our network, a beat a place.

        One dead host is no dead network, however many of its targets are silent; and silence that is old,
        or meant to be, is no news.
        """
        quiet = {
            target.place
            for target in self._targets
            if before.pulses[target.key].down or before.pauses.get(target.key)
        }
        telling: dict[str, Beat] = {}
        for target in self._targets:
            beat, place = found.beats.get(target.key), target.place
            if beat is None:
                continue
            if beat.answered or (place not in quiet and place not in telling):
                telling[place] = beat
        return telling

    async def _look(self, targets: Sequence[Target], found: Round) -> None:
        beats = await asyncio.gather(*(self._beat(target) for target in targets), return_exceptions=True)
        for target, beat in zip(targets, beats, strict=True):
            if isinstance(beat, BaseException):
                found.mistakes.append(beat)
                said = f"looking failed ({type(beat).__name__})"
                found.beats[target.key] = Beat(found="unknown", said=said, answered=True)
            else:
                found.beats[target.key] = beat

    async def _beat(self, target: Target) -> Beat:
        seconds = self._health.timeout
        try:
            async with asyncio.timeout(seconds * _SLACK):
                return await self._looks.beat(target)
        except TimeoutError:
            said = f"no answer within {seconds:g} s"
            return Beat(found="unknown" if target.hearsay else "ill", said=said, answered=False)
        except VendorError as error:
            return Beat(found="unknown", said=str(error), answered=error.status is not None)


def _no_evidence(beat: Beat) -> Beat:
    return replace(beat, found="unknown", said=f"{beat.said}; I suspect my own network")
