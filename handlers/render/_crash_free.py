"""How stable releases are by their sessions, on cards and in the answer to status alike. Pure."""

from collections.abc import Sequence

from bot.engine.crash_free import GRAIN, CrashFree
from handlers.render._text import clock, code, count


def crash_free_lines(found: Sequence[CrashFree]) -> list[str]:
    """Say how many sessions did not crash, a line a release, and how fine Sentry counts; empty: nothing."""
    lines = [_line(one) for one in found if one.sessions]
    grain = "the hour" if GRAIN == 3600 else f"{GRAIN} s"
    return [*lines, f"Sentry counts sessions by {grain}, so what is newer is not in it."] if lines else []


def _line(one: CrashFree) -> str:
    rate = f"{int(one.rate * 10_000) / 100:.2f} %"  # never rounded up: 99.999 % is not every session
    of = f"{count(one.sessions, 'session')} of {code(one.release, 80)}"
    return f"*Crash-free:* {rate} of {of}, until {clock(one.until, '{date_short_pretty} at {time}')}"
