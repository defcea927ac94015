"""What a card and a refusal say about what stops a run: who, since when, why, and the command that frees it.

Plain text. People stand in it as ``@U0ANNREQ001`` and moments as ``2026-11-23 14:02 UTC``; the renderer's
``told`` turns them into mentions and the reader's own time, so that one sentence serves cards and answers.
"""

from datetime import UTC, datetime
from typing import assert_never

from bot.engine.holds import PAWDEPLOY, FrozenBy, FrozenWindow, Hold, Locked
from bot.engine.reasons import Reason

Blocked = Locked | FrozenBy | FrozenWindow
_REASON = 200
"""Characters of a typed reason that a sentence repeats."""


def moment(at: datetime) -> str:
    """Say a moment so that the renderer finds it: to the minute, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def end_of(until: datetime | None) -> str:
    """Say when it ends."""
    return f"until {moment(until)}" if until else "until somebody ends it"


def because(reason: str) -> str:
    """Quote a typed reason after a sentence's facts; nothing when there is none."""
    bare = " ".join(reason.replace("`", "'").split())
    if not bare:
        return ""
    return f": “{bare[: _REASON - 1]}…”" if len(bare) > _REASON else f": “{bare}”"


def scope(service: str, environment: str) -> str:
    """Name what is held: ``production``, or ``api in production`` when it is one service only."""
    return f"{service} in {environment}" if service else environment


def command(word: str, hold_service: str, environment: str, rest: str = "") -> str:
    """Return the command that does ``word`` there, as a code span."""
    named = f" --service {hold_service}" if hold_service else ""
    return f"`/pawdeploy {word} {environment}{f' {rest}' if rest else ''}{named}`"


def refusal(blocked: Blocked, *, several: bool = False) -> tuple[Reason, str]:
    """Return the reason and the sentences for what stops a run.

    ``several``: the environment has more than one service, so that a command names it.
    """
    match blocked:
        case Locked(hold):
            return Reason.LOCKED, _locked(hold, several=several)
        case FrozenBy(hold):
            service = hold.service if several else ""
            said = (
                f"{scope(service, hold.environment)} is frozen by @{hold.by} since {moment(hold.since)}, "
                f"{end_of(hold.until)}{because(hold.reason)}. "
                f"{command('unfreeze', service, hold.environment)} ends it."
            )
            return Reason.FROZEN, f"{said} {_EMERGENCY}"
        case FrozenWindow(window, since, until):
            said = (
                f"It is frozen by a freeze window of pawdeploy.toml since {moment(since)}, "
                f"{end_of(until)}{because(window.because)}."
            )
            return Reason.FROZEN, f"{said} {_EMERGENCY}"
        case _:
            assert_never(blocked)


_EMERGENCY = 'In an emergency, those who may add `--emergency "why"` to the command.'


def _locked(hold: Hold, *, several: bool) -> str:
    service = hold.service if several else ""
    where = scope(service, hold.environment)
    if hold.by == PAWDEPLOY:
        run = f" of run {hold.run_id}" if hold.run_id else ""
        return (
            f"{where} is locked since {moment(hold.since)} after the rollback{run}{because(hold.reason)}. "
            f"{command('unlock', service, hold.environment)} lets deploys in again."
        )
    return (
        f"{where} is locked by @{hold.by} since {moment(hold.since)}, "
        f"{end_of(hold.until)}{because(hold.reason)}. Ask them, or type "
        f"{command('unlock', service, hold.environment, 'because …')}; they are told."
    )
