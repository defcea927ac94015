"""How many instances of a service run at its platform. Words only."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Instances:
    """What a platform says of one service in one environment."""

    running: int
    others: tuple[str, ...] = ()
    """The vendor's words, in small letters, for those that do not run: ``crashed``, ``restarting``."""
    wanted: int | None = None
    """How many there should be; None: the vendor does not say."""
    asleep: bool = False
    """Put to sleep for lack of traffic: none runs, and none has to."""
