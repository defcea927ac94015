"""What can be pressed on an alert's card as it stands. Pure; a button grants nothing, it only asks."""

from bot.engine.alerts import ActKind, AlertState, AlertView
from handlers._payloads import ActButton, AlertButton, RunButton
from handlers.render._alert_acts import failed, pending
from handlers.render._alert_lines import AlertAround
from handlers.render._blocks import Block, actions, button, link_button
from handlers.render._buttons import ROLL_BACK

ACKNOWLEDGE = "alert_ack"
RESOLVE = "alert_resolve"
ARCHIVE = "alert_archive"
ASSIGN = "alert_assign"
SNOOZE = "alert_snooze"
OPEN_INCIDENT = "alert_playbook"
"""Its id is older than incidents: cards drawn then open the form too."""
ATTACH = "alert_attach"
REOPEN = "alert_reopen"
RETRY_ACT = "alert_retry"
OPEN_ALERT = "open_alert"


def alert_buttons(alert: AlertView, around: AlertAround) -> tuple[Block | None, Block | None]:
    """Return the two rows: what to do about it, and where to go from it."""
    value, busy = AlertButton(alert=alert.id).encode(), pending(alert)
    view = link_button("View", OPEN_ALERT, alert.url)
    if alert.state is not AlertState.FIRING:
        reopen = None if busy is ActKind.REOPEN else button("Reopen", REOPEN, value)
        return actions(_retry(alert), reopen, view), None
    first = actions(
        _retry(alert),
        button("Acknowledge", ACKNOWLEDGE, value, style="primary") if not alert.acked_by else None,
        button("Resolve…", RESOLVE, value) if busy is not ActKind.RESOLVE else None,
        button("Archive…", ARCHIVE, value) if busy is not ActKind.ARCHIVE else None,
        button("Assign…", ASSIGN, value) if around.assignable and busy is not ActKind.ASSIGN else None,
        button("Snooze…", SNOOZE, value),
    )
    second = actions(
        _roll_back(alert),
        button("Open incident…", OPEN_INCIDENT, value),
        button("Attach to incident…", ATTACH, value),
        view,
    )
    return first, second


def _retry(alert: AlertView) -> Block | None:
    act = failed(alert)
    return None if act is None else button("Retry", RETRY_ACT, ActButton(act=act.id).encode())


def _roll_back(alert: AlertView) -> Block | None:
    """Take back the run that brought it; only while that takes it away."""
    deploy = alert.introduced
    if deploy is None or not deploy.live:
        return None
    value = RunButton(run=deploy.run, attempt=deploy.attempt).encode()
    return button(f"Roll back #{deploy.run}…", ROLL_BACK, value, style="danger")
