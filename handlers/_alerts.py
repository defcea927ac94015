"""What commands, buttons and forms of alerts share: whether there are any, who may, what was pressed.

Reads ``pawdeploy.toml``'s facts and asks who holds a role; acts on nothing.
"""

from collections.abc import Mapping, Sequence

from bot.alerting import Alerts as AlertsSection
from bot.alerts.nobody import NO_ALERTS
from bot.engine.alerts import AlertView
from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.project import Project
from handlers._payloads import AlertButton
from handlers._places import Place
from handlers._refusing import refused
from handlers._services import Alerts, People
from handlers.commands._holding import may_hold
from handlers.render._alert_lines import AlertAround


def configured(project: Project) -> AlertsSection:
    """Return how alerts are set up; raise ``UserError`` (``no_alerts``) when they are not."""
    if project.alerts is None:
        raise UserError(NO_ALERTS, reason=Reason.NO_ALERTS)
    return project.alerts


async def pressed_alert(action: Mapping[str, str], alerts: Alerts) -> AlertView:
    """Return the alert a button names, as it is now; raise ``UserError``."""
    return await alerts.alert(AlertButton.decode(action.get("value", "")).alert)


async def may_act(
    people: People, project: Project, user: str, what: str = "press the buttons of alerts"
) -> None:
    """Return when ``user`` may do ``what``; else raise ``NotAllowed``: who can. No roles named: everybody."""
    roles = configured(project).roles
    if roles and not await people.allowed(user, roles):
        raise refused(people, roles, what)


async def may_mute(people: People, project: Project, places: Sequence[Place], user: str, word: str) -> None:
    """Return when ``user`` may keep a service's alerts quiet, or end that; else raise ``NotAllowed``.

    Muting hides outages: where no roles are named for alerts, it takes the right to deploy there.
    """
    if configured(project).roles:
        await may_act(people, project, user, f"{word} alerts")
    else:
        await may_hold(people, places, user, f"{word} alerts of")


async def may_test(people: People, project: Project, user: str) -> None:
    """Return when ``user`` may send a test alert: like the buttons, or whoever deploys anywhere."""
    roles = configured(project).roles or tuple(
        dict.fromkeys(
            role
            for service in project.services
            for environment in service.environments.values()
            for role in environment.deploy_roles
        )
    )
    if not await people.allowed(user, roles):
        raise refused(people, roles, "send a test alert")


def at_source(alert: AlertView, project: Project) -> bool:
    """Say whether what is done to an alert is done at Sentry too."""
    return bool(alert.issue_id) and project.sentry is not None


def assignable(project: Project, user: str) -> tuple[tuple[str, str], ...]:
    """Return whom an alert can be given to, with the names Sentry knows them by; ``user`` comes first."""
    return tuple(sorted(project.sentry_users.items(), key=lambda known: known[0] != user))


def around(alert: AlertView, project: Project) -> AlertAround:
    """Return what a form needs to know besides its alert."""
    still = configured(project).still_firing
    return AlertAround(still_firing=still, at_source=at_source(alert, project))
