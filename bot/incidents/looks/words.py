"""How looks say things: short plain lines without secrets, whoever wrote what is in them. Pure.

What a finding says stays the same as long as it means the same, for another sentence is news to a thread:
ages and exact counts are details, and numbers in the sentence go by steps.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from bot.engine.errors_words import plural, span
from bot.engine.incidents import Finding, Status
from bot.errors import VendorError, VendorUnavailable
from bot.redact import hide

MOST_SAID = 300
MOST_LINES = 20
MOST_POINT = 60
MOST_URL = 500
_READ = 4000
_DAY = 86_400
_STEPS = tuple(first * 10**zeros for zeros in range(9, -1, -1) for first in (5, 2, 1))


def line(text: str, limit: int = MOST_SAID) -> str:
    """Cut text to one line of ``limit`` characters, without secrets and without what nobody can read."""
    shown = "".join(char if char.isprintable() else " " for char in text[:_READ])
    one = hide(" ".join(shown.split()))
    return one if len(one) <= limit else one[: limit - 1] + "…"


def bounded(found: Finding) -> Finding:
    """Return ``found`` as it may be kept and shown: every text a short line, few lines, no secrets."""
    lines = [shown for text in found.details if (shown := line(text))]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"and {len(lines) - MOST_LINES + 1} more"]
    web = found.url.startswith(("https://", "http://")) and len(found.url) <= MOST_URL
    return replace(
        found,
        said=capital(line(found.said)) or "It said nothing.",
        details=tuple(lines),
        url=found.url if web else "",
        points_at=line(found.points_at, MOST_POINT),
    )


def unknown(why: str) -> Finding:
    """Return that nothing is known, and why."""
    return Finding(status=Status.UNKNOWN, said=why)


def trouble(error: VendorError) -> str:
    """Say in a sentence why a vendor told nothing."""
    what = (error.detail or (f"HTTP {error.status}" if error.status else "no answer")).rstrip(" .")
    if isinstance(error, VendorUnavailable):
        return f"{error.vendor} did not answer: {what}."
    return f"{error.vendor} refused while {error.doing}: {what}."


def length(time: timedelta) -> str:
    """Say a length of time: ``45 s``, ``13 min``, ``6 h``, ``3 days``."""
    seconds = max(0.0, time.total_seconds())
    return span(seconds) if seconds < 2 * _DAY else f"{seconds // _DAY:.0f} days"


def sentence(parts: Iterable[str]) -> str:
    """Join what there is to say."""
    return capital("; ".join(parts)) + "."


def capital(text: str) -> str:
    """Begin with a capital letter, and leave the rest as it is: it may be a name."""
    return text[:1].upper() + text[1:]


def about(number: float) -> str:
    """Write a number by steps of 1, 2 and 5, so that only growth that matters changes it: ``over 50``."""
    step = next((step for step in _STEPS if step <= number), 0)
    return f"{step:,}" if step == number else f"over {step:,}"


def many(number: int, word: str) -> str:
    """Write ``1 instance``, ``2 instances``."""
    return f"{number:,} {plural(word, number)}"
