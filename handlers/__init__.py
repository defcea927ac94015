"""Slack's door: everything Slack can ask of us, in four tables.

``app.manifest.yaml`` is tested against them; nothing here decides anything.
"""

import re
from types import MappingProxyType
from typing import Final

from slack_bolt.async_app import AsyncApp

from handlers._boundary import Listener, listener
from handlers.actions import (
    alert_ack,
    alert_archive,
    alert_assign,
    alert_attach,
    alert_playbook,
    alert_reopen,
    alert_resolve,
    alert_retry,
    alert_snooze,
    approve,
    auto_deploy_on,
    device_problem,
    device_works,
    give_reason,
    incident_act,
    incident_another,
    incident_choose,
    incident_command,
    incident_join,
    incident_look,
    incident_reopen,
    incident_resolve,
    incident_role,
    incident_snooze,
    incident_step,
    incident_stop,
    incident_tell,
    incident_tick,
    incident_update,
    keep,
    native_override,
    open_link,
    ota_promote,
    ota_take_back,
    reject,
    rollback_start,
    run_cancel,
    run_incident,
    run_retry,
    soak_override,
    store_halt,
    store_resume,
    unlock,
    withdraw,
)
from handlers.actions import unknown as unknown_action
from handlers.commands import pawdeploy, pawincident, pawmobile, pawota
from handlers.events import pin, reaction
from handlers.views import (
    alert_archive_form,
    alert_assign_form,
    alert_attach_form,
    alert_resolve_form,
    alert_snooze_form,
    deploy_form,
    device_form,
    halt_form,
    incident_open_form,
    incident_reopen_form,
    incident_resolve_form,
    incident_role_form,
    incident_step_form,
    incident_tell_form,
    incident_untick_form,
    incident_update_form,
    native_form,
    override_form,
    reject_form,
    rollback_form,
)
from handlers.views import unknown as unknown_view

__all__ = ["ACTIONS", "COMMANDS", "EVENTS", "VIEWS", "register"]

Pattern = str | re.Pattern[str]

COMMANDS: Final = MappingProxyType(
    {module.NAME: module.handle for module in (pawdeploy, pawincident, pawota, pawmobile)}
)
_VOTES = (approve, reject, withdraw, give_reason, soak_override, keep)
_RUNS = (run_retry, run_cancel, *_VOTES, unlock, auto_deploy_on, rollback_start)
_APPS = (ota_promote, ota_take_back, native_override, device_works, device_problem, store_halt, store_resume)
_ACTS = (alert_ack, alert_resolve, alert_archive, alert_assign, alert_snooze, alert_reopen, alert_retry)
_STEPS = (incident_tick, incident_look, incident_choose, incident_act, incident_tell, incident_step)
_LEADING = (incident_command, incident_update, incident_role, incident_resolve, incident_reopen)
_OPENING = (alert_playbook, run_incident, incident_join, incident_another, alert_attach)
_INCIDENTS = (*_STEPS, *_LEADING, incident_snooze, incident_stop, *_OPENING)
_OWN = (*_RUNS, *_APPS, *_ACTS, *_INCIDENTS)
_ACT_FORMS = (alert_resolve_form, alert_archive_form, alert_assign_form, alert_snooze_form, alert_attach_form)
_STEP_FORMS = (incident_step_form, incident_untick_form, incident_tell_form)
_INCIDENT_FORMS = (
    incident_open_form,
    incident_update_form,
    incident_role_form,
    incident_resolve_form,
    incident_reopen_form,
    *_STEP_FORMS,
)
_APP_FORMS = (native_form, device_form, halt_form)
_FORMS = (deploy_form, reject_form, override_form, rollback_form, *_APP_FORMS, *_ACT_FORMS, *_INCIDENT_FORMS)
# Bolt runs the first listener that matches, so what catches the rest stands last.
ACTIONS: Final[tuple[tuple[Pattern, Listener], ...]] = tuple(
    (module.ACTION, module.handle) for module in (*_OWN, open_link, unknown_action)
)
VIEWS: Final[tuple[tuple[Pattern, Listener], ...]] = tuple(
    (module.CALLBACK, module.handle) for module in (*_FORMS, unknown_view)
)
EVENTS: Final[MappingProxyType[str, Listener]] = MappingProxyType(
    {name: module.handle for module in (reaction, pin) for name in module.NAMES}
)
"""Event types we listen to; exactly those the manifest subscribes to, for an event unheard comes again."""


def register(app: AsyncApp) -> None:
    """Attach every listener to ``app``."""
    for name, handle in COMMANDS.items():
        app.command(name)(listener(handle))
    for action_id, handle in ACTIONS:
        app.action(action_id)(listener(handle))
    for callback_id, handle in VIEWS:
        app.view(callback_id)(listener(handle))
    for event, handle in EVENTS.items():
        app.event(event)(listener(handle))
