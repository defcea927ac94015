"""How stable releases are by their sessions, on cards and in the answer to status alike. Pure."""

from collections.abc import Sequence

from bot.engine.crash_free import GRAIN, CrashFree
from handlers.render._text import clock, code, count


def crash_free_lines(found: Sequence[CrashFree]) -> list[str]:
    """Say how many sessions did not crash, a line for each moment they are known until; empty: nothing."""
    shown = [one for one in found if one.sessions]
    if not shown:
        return []
    moments = list(dict.fromkeys(one.until for one in shown))
    lines = []
    for until in moments:
        said = "; ".join(_of(one) for one in shown if one.until == until)
        lines.append(f"*Crash-free* until {clock(until, '{date_short_pretty} at {time}')}: {said}.")
    grain = "the hour" if GRAIN == 3600 else f"{GRAIN} s"
    lines[-1] += f" Sentry counts sessions by {grain}, so what is newer is not in it."
    return lines


def _of(one: CrashFree) -> str:
    rate = f"{int(one.rate * 10_000) / 100:.2f} %"  # never rounded up: 99.999 % is not every session
    return f"{rate} of {count(one.sessions, 'session')} of {code(one.release, 80)}"
