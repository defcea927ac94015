"""What somebody asked of an alert's source, in words: under way, not done, not needed. Pure."""

from datetime import timedelta

from bot.engine.alert_words import doing
from bot.engine.alerts import ActKind, ActState, ActView, AlertState, AlertView
from handlers.render._alert_words import by
from handlers.render._text import person, plain

_NOT_DONE = {
    ActKind.RESOLVE: "Not resolved",
    ActKind.ARCHIVE: "Not archived",
    ActKind.ASSIGN: "Not assigned",
    ActKind.REOPEN: "Not reopened",
}
_GOAL = {
    ActKind.RESOLVE: AlertState.RESOLVED,
    ActKind.ARCHIVE: AlertState.ARCHIVED,
    ActKind.REOPEN: AlertState.FIRING,
}
RETRY_HELPS = "Retry asks once more."
_BEHIND = timedelta(minutes=10)
"""No card is longer behind its source after somebody pressed a button on it."""


def current(alert: AlertView) -> ActView | None:
    """Return the newest act while it says something still: not of an earlier opening, not overtaken."""
    act = alert.act
    if act is None or act.state is ActState.DONE:
        return None
    if act.state is ActState.PENDING:
        return act
    if act.state is ActState.MOOT:  # of a card that was behind: it may have come back just after the press
        return act if act.at + _BEHIND >= alert.opened_at else None
    reached = _GOAL.get(act.kind) is alert.state
    return None if reached or act.at < alert.opened_at else act


def pending(alert: AlertView) -> ActKind | None:
    """Return the kind of the act that is under way."""
    act = alert.act
    return act.kind if act is not None and act.state is ActState.PENDING else None


def failed(alert: AlertView) -> ActView | None:
    """Return the act that can be tried again."""
    act = current(alert)
    return act if act is not None and act.state is ActState.FAILED else None


def act_text(alert: AlertView, *, at_source: bool, way_out: str = "") -> str:
    """Say how what was asked stands; empty when it is done. ``way_out`` (mrkdwn) ends what failed."""
    act = current(alert)
    if act is None:
        return _besides(alert)
    who, sentry = person(act.by), "Sentry " if at_source else ""
    trouble = plain(act.trouble, 300).rstrip(". ")
    if act.state is ActState.PENDING:
        return f"{who} asked {sentry}to {_doing(act)}…"
    if act.state is ActState.MOOT:
        why = trouble or _already(alert, at_source=at_source)
        return f"{who} asked {sentry}to {_doing(act)}. Nothing was changed: {why}."
    head = f"*{_NOT_DONE[act.kind]}*, as {who} asked"
    known = f"{_NOT_DONE[act.kind]}: "
    why = trouble[len(known) :] if trouble.startswith(known) else trouble
    # Without an answer it may have been done all the same; until the source has been asked, that is open.
    asking = " Sentry is being asked how it stands." if at_source and alert.stale else ""
    return f"{head}: {why or 'no answer'}. {way_out or RETRY_HELPS}{asking}"


def _besides(alert: AlertView) -> str:
    """Say what is to be known of an act that is done; empty where all is as it was asked for."""
    act = alert.act
    if act is None or act.state is not ActState.DONE or act.at + _BEHIND < alert.opened_at:
        return ""
    said = plain(act.trouble, 300).rstrip(". ")
    return f"{said}." if said else ""


def _already(alert: AlertView, *, at_source: bool) -> str:
    said = "Sentry already said" if at_source else "it was already"
    if alert.act is not None and alert.act.kind is ActKind.ASSIGN:
        return f"{said} {'so' if at_source else 'like that'}"
    state = "unresolved" if alert.firing else alert.state.value
    return f"{said} {state}{f', {by(alert.state_by)}' if alert.state_by.strip() else ''}"


def _doing(act: ActView) -> str:
    return doing(act.kind, act.how, to=person(act.how))
