"""Tell an outage of ours from one of the world: when most of what is watched falls silent at once."""

from collections.abc import Mapping

from bot.engine.pulses import Beat

_ENOUGH = 3
"""Targets it takes to suspect oneself; two where there are only two. One alone proves nothing."""


def suspect_network(beats: Mapping[str, Beat], *, watched: int) -> bool:
    """Say whether it is rather our own network: more than half of those looked at did not answer at all.

    ``beats`` are one round's, by target; ``watched`` is how many could have been looked at. A bad answer
    is an answer.
    """
    enough = min(_ENOUGH, max(2, watched))
    return len(beats) >= enough and 2 * len(silent(beats)) > len(beats)


def silent(beats: Mapping[str, Beat]) -> tuple[str, ...]:
    """Return the targets that did not answer at all."""
    return tuple(target for target, beat in beats.items() if not beat.answered)
