"""Answers about alerts to one person: open, theirs, muted; a mute begun and ended; a test sent. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from bot.engine.alerts import AlertList, AlertView, MuteView
from handlers.render import _alert_words as words
from handlers.render._blocks import Message, context, message, section
from handlers.render._text import ago, clock, code, person, plain

MOST_ALERTS = 15
MOST_MUTES = 10
_WHICH: dict[str, tuple[str, str, str]] = {
    "open": (
        "Open alerts",
        "No alert is open. `/pawdeploy health` says how everything watched is, "
        "`/pawdeploy test-alert` sends one for practice.",
        "`/pawdeploy alerts mine` lists yours, `/pawdeploy alerts muted` what is kept quiet.",
    ),
    "mine": (
        "Your alerts",
        "You have no open alert: none is assigned to you or acknowledged by you. "
        "`/pawdeploy alerts` lists all that are open.",
        "`/pawdeploy alerts` lists all that are open.",
    ),
    "muted": (
        "Muted",
        "Nothing is muted. `/pawdeploy mute SERVICE FOR WHY` keeps a service quiet for a while.",
        "`/pawdeploy unmute SERVICE` ends a mute.",
    ),
}
"""Heading; what to say of an empty list; what to do next."""


def render_alerts(
    listed: AlertList, which: Literal["open", "mine", "muted"], *, now: datetime, user: str = ""
) -> Message:
    """List alerts, newest first; for ``muted`` also who muted what. ``user``, who asks, is called you."""
    title, empty, after = _WHICH[which]
    if not listed.alerts and not listed.mutes:
        return message(empty, section(empty))
    shown = listed.alerts[:MOST_ALERTS]
    more = max(listed.total, len(listed.alerts)) - len(shown)
    mutes = [_mute_line(mute) for mute in listed.mutes[:MOST_MUTES]]
    fewer = len(listed.mutes) - len(mutes)
    if fewer > 0:
        mutes.append(f"and {fewer} more")
    total = max(listed.total, len(listed.alerts))
    head = f"{title}: {total:,}" if which != "muted" else title
    first = f", newest: {words.outcome(shown[0], 120).replace('`', '')}" if shown else ""
    kept = f"Kept quiet by it: {total:,}" if which == "muted" and shown else ""
    return message(
        f"{head}{first}",
        section(f"*{head}*"),
        section("\n".join(mutes)) if mutes else None,
        section(kept) if kept else None,
        *(section(_line(alert, now, user)) for alert in shown),
        section(f"and {more:,} more") if more > 0 else None,
        context(after),
    )


def _line(alert: AlertView, now: datetime, user: str) -> str:
    first = " · ".join(
        word
        for word in (f"{words.mark(alert)} {words.linked_outcome(alert, 120)}", words.place_besides(alert))
        if word
    )
    has = words.assignee(alert)
    mine = bool(user) and alert.assignee_user == user
    second = (
        f"Alert {alert.id}",
        words.counts(alert),
        f"last seen {ago(alert.last_seen, now)}",
        f"acknowledged {words.by(alert.acked_by)}" if alert.acked_by else "",
        f"assigned to {'you' if mine else has}" if has else "",
        f"snoozed until {clock(alert.snoozed_until)}" if alert.snoozed_until and alert.snoozed(now) else "",
        f"card in {words.channel(alert.channel)}" if alert.channel else "",
    )
    return f"{first}\n{' · '.join(word for word in second if word)}"


def render_muted(mute: MuteView, until_words: str, longest: MuteView | None = None) -> Message:
    """Answer ``mute``: what it does, until when (already in words), how to undo it.

    ``longest`` is the mute in force there that lasts longest: this one, or one that was there before.
    """
    text = (
        f"{_scope(mute)} is muted {plain(until_words, 120)}{_why(mute)}. Its alerts are counted, but show no "
        f"cards and mention nobody. "
    )
    if longest is None or longest.until <= mute.until:
        text += f"{_undo(mute)} ends it."
    else:
        text += f"*It stays quiet longer, though:* {_goes_on(longest)} {_undo(longest)} ends both."
    return message(text, section(text))


def render_unmuted(mutes: Sequence[MuteView], still: MuteView | None = None) -> Message:
    """Answer ``unmute``: what is heard of again, unless ``still`` another mute keeps it quiet."""
    if not mutes:
        none = "Nothing was muted there. `/pawdeploy alerts muted` lists what is."
        return message(none, section(none))
    again = "is heard of again" if still is None else "is not muted by itself any more"
    lines = [
        f"{_scope(mute)} {again}; {person(mute.by)} had muted it{_why(mute)}." for mute in mutes[:MOST_MUTES]
    ]
    if still is not None:
        lines.append(f"*It stays quiet:* {_goes_on(still)} {_undo(still)} ends that too.")
    lines.append("`/pawdeploy alerts` lists what is open.")
    return message("\n".join(lines), section("\n".join(lines)))


def render_test_sent(channel: str) -> Message:
    """Answer ``test-alert``: where to look."""
    where = words.channel(channel) or "its channel"
    text = (
        f"A test alert is on its way through everything a real one goes through. Its card appears in {where} "
        "within seconds, marked TEST; Resolve on it ends it."
    )
    return message(text, section(text))


def _mute_line(mute: MuteView) -> str:
    until = clock(mute.until, words.WHEN)
    return f"*{_scope(mute)}* until {until}, by {person(mute.by)}{_why(mute)}. Ends it: {_undo(mute)}"


def _goes_on(mute: MuteView) -> str:
    return f"{person(mute.by)} muted {_scope(mute)} until {clock(mute.until, words.WHEN)}{_why(mute)}."


def _scope(mute: MuteView) -> str:
    where = f" in {mute.environment}" if mute.environment.strip() else ""
    return code(f"{mute.service}{where}", 80)


def _why(mute: MuteView) -> str:
    said = plain(mute.why, 200)
    return f": “{said}”" if said else ""


def _undo(mute: MuteView) -> str:
    return code(" ".join(word for word in ("/pawdeploy unmute", mute.service, mute.environment) if word), 120)
