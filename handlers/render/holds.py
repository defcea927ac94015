"""What people read about locks and freezes: answers, the list, lines for everybody, direct messages. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from bot.engine.holds import PAWDEPLOY, Hold, HoldKind
from bot.pipelines.hold_news import HoldNews
from bot.pipelines.hold_windows import CONFIGURED
from bot.pipelines.hold_words import command, scope
from handlers._payloads import HoldButton
from handlers.render._blocks import Message, actions, button, context, message, section
from handlers.render._text import clock, code, duration, listed, one_line, person, plain

UNLOCK = "hold_unlock"
AUTO_DEPLOY_ON = "auto_deploy_on"
MOST_HOLDS = 20
_FORM = "{date_short_pretty} at {time}"


def render_locked(hold: Hold, until: str, *, renewed: bool) -> Message:
    """Answer ``lock``: what it does, until when (already in words), how to undo it."""
    did = "You keep" if renewed else "You hold"
    text = (
        f"{did} the lock on {_where(hold)} {plain(until, 120)}{_why(hold.reason)}. You can deploy there, "
        f"others can't. {_back('unlock', hold)} gives it back."
    )
    return message(text, section(text))


def render_frozen(hold: Hold, until: str, *, renewed: bool) -> Message:
    """Answer ``freeze``."""
    did = "stays" if renewed else "is"
    text = (
        f"{_where(hold)} {did} frozen {plain(until, 120)}{_why(hold.reason)}. Nobody deploys there until "
        f"then, you included, but for an emergency. {_back('unfreeze', hold)} ends it."
    )
    return message(text, section(text))


def render_ended(ended: Sequence[Hold], *, by: str) -> Message:
    """Answer ``unlock`` and ``unfreeze``; offers auto-deploy again where a rollback switched it off."""
    lines = [f"{_what(hold)} is over." for hold in ended]
    others = list(dict.fromkeys(person(hold.by) for hold in ended if hold.by not in {by, PAWDEPLOY}))
    if others:
        lines.append(f"{listed(others)} {'is' if len(others) == 1 else 'are'} told.")
    off = next((hold for hold in ended if hold.auto_deploy_off), None)
    if off is not None:
        lines.append("The rollback had switched the platform's auto-deploy off; it is still off.")
    text = " ".join(lines)
    return message(text, section(text), actions(_switch_on(off)) if off is not None else None)


def render_auto_deploy_on(hold: Hold) -> Message:
    """Answer the button: pushes ship again."""
    text = f"Auto-deploy is on again for {_where(hold)}: the next push ships by itself."
    return message(text, section(text))


def render_holds(holds: Sequence[Hold], *, now: datetime) -> Message:
    """List what holds now: who, since when, until when, why, and what frees it."""
    if not holds:
        none = "Nothing is locked or frozen. `/pawdeploy lock` locks, `/pawdeploy freeze` freezes."
        return message(none, section(none))
    lines = [section(_line(hold, now)) for hold in holds[:MOST_HOLDS]]
    more = len(holds) - len(lines)
    places = listed(list(dict.fromkeys(_where(hold) for hold in holds[:MOST_HOLDS])))
    return message(
        f"Locked or frozen: {places.replace('`', '')}",
        section("*Locked or frozen now*"),
        *lines,
        section(f"and {more} more") if more > 0 else None,
        context(f"Seen {clock(now)}."),
    )


def render_hold_news(news: HoldNews, *, now: datetime) -> Message:
    """Draw a message owed because of a hold: a line for everybody, or a word to the one who holds."""
    match news.what:
        case "begun" | "renewed":
            return _one(_begun(news.hold, again=news.what == "renewed"))
        case "ended":
            return _one(_ended(news))
        case "taken_over":
            return render_lock_taken_over(news)
        case "nag":
            return render_nag(news.hold, now=now)
        case _:
            assert_never(news.what)


def render_nag(hold: Hold, *, now: datetime) -> Message:
    """Remind somebody of their lock, with a button that gives it back."""
    text = (
        f"You have held the lock on {_where(hold)} for {duration(now - hold.since)}{_why(hold.reason)}. "
        f"Nobody else can deploy there. Still needed? If not: Unlock, or {_back('unlock', hold)}."
    )
    return message(
        text,
        section(text),
        actions(button("Unlock", UNLOCK, HoldButton(hold=hold.id).encode(), style="primary")),
    )


def render_lock_taken_over(news: HoldNews) -> Message:
    """Tell somebody who ended what they held, and why."""
    hold = news.hold
    what = "lock on" if hold.kind is HoldKind.LOCK else "freeze of"
    text = (
        f"{person(news.by)} ended your {what} {_where(hold)} {clock(news.at, _FORM)}{_why(news.why)}. "
        f"`/pawdeploy locks` lists what holds now."
    )
    return _one(text)


def _one(text: str) -> Message:
    return message(text, section(text))


def _begun(hold: Hold, *, again: bool) -> str:
    who, end = person(hold.by), _until(hold)
    if hold.kind is HoldKind.LOCK:
        did = "keeps the lock on" if again else "locked"
        return (
            f"{who} {did} {_where(hold)} {end}{_why(hold.reason)}. Deploys by others are refused. "
            f"{_back('unlock', hold, 'because …')} frees it."
        )
    did = "keeps" if again else "froze"
    frozen = " frozen" if again else ""
    return (
        f"{who} {did} {_where(hold)}{frozen} {end}{_why(hold.reason)}. Nobody deploys there until then. "
        f"{_back('unfreeze', hold)} ends it."
    )


def _ended(news: HoldNews) -> str:
    hold, who = news.hold, person(news.by)
    if hold.by == PAWDEPLOY:
        run = f", locked since the rollback of run {hold.run_id}" if hold.run_id else ""
        return f"{who} unlocked {_where(hold)}{run}{_why(news.why)}."
    if hold.by != news.by:
        what = "lock on" if hold.kind is HoldKind.LOCK else "freeze of"
        return f"{who} ended {person(hold.by)}'s {what} {_where(hold)}{_why(news.why)}."
    if hold.kind is HoldKind.FREEZE:
        return f"{who} ended the freeze of {_where(hold)}{_why(news.why)}."
    lasted = duration(news.at - hold.since)
    return f"{who} unlocked {_where(hold)}, locked for {lasted}{_why(news.why)}."


def _line(hold: Hold, now: datetime) -> str:
    facts = f"since {clock(hold.since, _FORM)}, {_until(hold)}{_why(hold.reason)}"
    lasted = duration(now - hold.since)
    if hold.by == CONFIGURED:
        return f"*{_where(hold)}* frozen by a freeze window of `pawdeploy.toml`, {facts}."
    if hold.kind is HoldKind.FREEZE:
        return f"*{_where(hold)}* frozen by {person(hold.by)} {facts}. Ends it: {_back('unfreeze', hold)}"
    if hold.by == PAWDEPLOY:
        run = f" of run {hold.run_id}" if hold.run_id else ""
        return f"*{_where(hold)}* locked after the rollback{run} {facts}. Frees it: {_back('unlock', hold)}"
    return (
        f"*{_where(hold)}* locked by {person(hold.by)} {facts} ({lasted}). "
        f"Frees it: {_back('unlock', hold, 'because …')}"
    )


def _what(hold: Hold) -> str:
    if hold.kind is HoldKind.FREEZE:
        return f"The freeze of {_where(hold)}"
    after = " after the rollback" if hold.by == PAWDEPLOY else ""
    return f"The lock on {_where(hold)}{after}"


def _where(hold: Hold) -> str:
    return code(scope(hold.service, hold.environment), 80)


def _why(reason: str) -> str:
    said = plain(reason, 300)
    return f": “{said}”" if said else ""


def _until(hold: Hold) -> str:
    return f"until {clock(hold.until, _FORM)}" if hold.until else "until somebody ends it"


def _back(word: str, hold: Hold, rest: str = "") -> str:
    return code(command(word, hold.service, hold.environment, rest).strip("`"), 200)


def _switch_on(hold: Hold) -> dict[str, object]:
    return button(
        "Switch auto-deploy on again",
        AUTO_DEPLOY_ON,
        HoldButton(hold=hold.id).encode(),
        confirm=(
            "Auto-deploy on?",
            f"The next push ships to {one_line(hold.environment)[:60]} by itself, past pawdeploy.",
            "Switch on",
            "Leave it off",
        ),
    )
