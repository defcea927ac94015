"""The Bolt app: the intake first, then what listeners may ask for, then the listeners."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bot.alerts.desk import AlertDesk
from bot.alerts.nobody import NoAlerts
from bot.incidents.desk import IncidentDesk
from bot.intake import Intake
from bot.integrations.slack.people import People
from bot.pipelines.app_looker import AppLooker
from bot.pipelines.desk import Desk
from bot.pipelines.holds import Holds
from bot.pipelines.ota.desk import UpdateDesk
from bot.pipelines.release.desk import ReleaseDesk
from bot.pipelines.voices import Voices
from bot.project import Project
from bot.settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """What listeners turn to; each is asked for by its field's name (``handlers/_services.py``)."""

    project: Project
    people: People
    desk: Desk
    holds: Holds
    consent: Voices
    updates: UpdateDesk
    releases: ReleaseDesk
    apps: AppLooker
    alerts: AlertDesk | NoAlerts
    incidents: IncidentDesk

    def of(self, delivery: str) -> dict[str, object]:
        """Return them by name as the delivery of that key turns to them."""
        return {
            "project": self.project,
            "people": self.people,
            "desk": self.desk,
            "holds": self.holds.of(delivery),
            "consent": self.consent.of(delivery),
            "updates": self.updates,
            "releases": self.releases.of(delivery),
            "apps": self.apps,
            "alerts": self.alerts.of(delivery),
            "incidents": self.incidents.of(delivery),
        }


def make_slack(settings: Settings, client: AsyncWebClient, intake: Intake, services: Services) -> AsyncApp:
    """Build it. Where Slack comes over HTTP it checks signatures; over a socket there are none."""
    secret = settings.slack_signing_secret
    app = AsyncApp(
        name="pawdeploy",  # else Bolt reads the source of all who call it for one, a quarter of the start
        client=client,
        signing_secret=secret.get_secret_value() if secret else None,
        request_verification_enabled=settings.slack_app_token is None,
        raise_error_for_unhandled_request=False,
    )

    async def give_services(
        context: AsyncBoltContext, next_: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        context.update(services.of(context.get("delivery", "")))
        return await next_()

    app.middleware(intake.middleware)
    app.middleware(give_services)
    handlers.register(app)
    return app
