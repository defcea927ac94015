"""Drives the real Bolt app as Slack would, with payloads of Slack's shape, and keeps what it sent back."""

import asyncio
import json
from collections.abc import Mapping
from types import MappingProxyType
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bot.engine.holds import Free
from bot.project import Project
from tests import project_file
from tests.handlers._alerts import MemoryAlerts
from tests.handlers._apps import MemoryApps, MemoryReleases, MemoryUpdates
from tests.handlers._consent import MemoryConsent
from tests.handlers._desk import MemoryDesk, Roster
from tests.handlers._incidents import MemoryIncidents
from tests.handlers._limits import assert_block, assert_view

ANN, BEN, OTTO = "U0ANNREQ001", "U0BENAPP001", "U0OTTOOUT01"
DEPLOYS, GENERAL = "C0DEPLOYS01", "C0GENERAL01"


def pawlogic() -> Project:
    return Project.model_validate(project_file.facts())


def two_services() -> Project:
    facts = pawlogic().model_dump(mode="json")
    web = facts["services"][0] | {"name": "web", "default_branch": "trunk"}
    web["environments"] = {"staging": web["environments"]["staging"]}
    return Project.model_validate(facts | {"services": [facts["services"][0], web]})


class RecordingClient(AsyncWebClient):
    """Slack's client with its transport cut: calls are kept, answers are Slack's shortest."""

    def __init__(self) -> None:
        super().__init__(token="xoxb-test")
        self.calls: list[tuple[str, dict]] = []
        self.error = ""

    async def api_call(self, api_method: str, **kwargs):
        sent = dict(kwargs.get("json") or kwargs.get("params") or {})
        view = sent.get("view")
        sent["view"] = json.loads(view) if isinstance(view, str) else view
        if sent["view"]:
            assert_view(sent["view"])
        self.calls.append((api_method, sent))
        if self.error:
            raise SlackApiError(self.error, {"ok": False, "error": self.error})
        return {"ok": True, "view": {"id": "V0OPENED001"}}


class NothingHeld:
    """Neither locks nor freezes; everybody lives in Berlin."""

    async def blocking(self, service, environment, user, *, emergency):
        return Free()

    def refusal(self, blocking):
        return None

    async def zone(self, user, environment):
        return ZoneInfo("Europe/Berlin"), "your time zone in Slack"


class Slack:
    """One workspace with one app in it."""

    def __init__(self, project: Project, holds: object = None) -> None:
        self.client = RecordingClient()
        self.app = AsyncApp(authorize=_authorize, request_verification_enabled=False)
        self.desk = MemoryDesk()
        self.people = Roster({"deployer": frozenset({ANN, BEN}), "lead": frozenset({ANN})})
        self.consent = MemoryConsent(self.desk)
        self.alerts = MemoryAlerts()
        self.incidents = MemoryIncidents()
        self.updates = MemoryUpdates(self.desk)
        self.releases = MemoryReleases(self.desk)
        self.apps = MemoryApps(self.desk)
        self.replies: list[dict] = []
        self.done: list[str] = []
        self.deliveries = 0
        self.events = 0
        self.deaf = False
        self._finished = asyncio.Event()
        services = {
            "desk": self.desk,
            "consent": self.consent,
            "alerts": self.alerts,
            "incidents": self.incidents,
            "updates": self.updates,
            "releases": self.releases,
            "apps": self.apps,
            "people": self.people,
            "project": project,
            "client": self.client,
        }
        services["holds"] = holds or NothingHeld()

        @self.app.middleware
        async def wiring(context, next):
            self.deliveries += 1
            key = f"delivery-{self.deliveries}"

            async def respond(**message):
                if self.deaf:
                    raise ConnectionError
                self.replies.append(message)
                for block in message.get("blocks") or ():
                    assert_block(block)

            async def done():
                self.done.append(key)
                self._finished.set()

            context.update(services | {"delivery": key, "respond": respond, "done": done})
            await next()

        handlers.register(self.app)

    async def send(self, body: dict) -> BoltResponse:
        self._finished.clear()
        response = await self.app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
        if response.status == 200:
            await asyncio.wait_for(self._finished.wait(), 2)
        return response

    async def command(
        self, text: str = "", *, user: str = ANN, channel: str = DEPLOYS, name: str = "/pawdeploy"
    ) -> str:
        """Type ``/pawdeploy text``; return the words of the ephemeral answer, empty when there was none."""
        before = len(self.replies)
        body = {
            "command": name,
            "text": text,
            "user_id": user,
            "user_name": "ann",
            "team_id": "T0PAWLOGIC1",
            "channel_id": channel,
            "response_url": "https://hooks.slack.test/commands/1",
            "trigger_id": "13345224609.738474920.8088930838d88f008e0",
            "api_app_id": "A0PAWDEPLOY",
        }
        assert (await self.send(body)).status == 200
        return self.replies[-1]["text"] if len(self.replies) > before else ""

    async def incident(self, text: str = "", *, user: str = ANN, channel: str = DEPLOYS) -> str:
        """Type ``/pawincident text`` as Slack sends it; return the words of the ephemeral answer."""
        return await self.command(text, user=user, channel=channel, name="/pawincident")

    async def press(
        self,
        action_id: str,
        value: str | None = None,
        *,
        user: str = ANN,
        body: Mapping[str, object] = MappingProxyType({}),
        **element: object,
    ) -> str:
        """Press a button on a card; return the words of the ephemeral answer, empty when there was none.

        ``body``: what else Slack sends, such as the form the button is in. ``element``: what else it sends of
        one that is no button, such as ``selected_options``.
        """
        before = len(self.replies)
        action = {"type": "button", "action_id": action_id, "block_id": "b1", "action_ts": "1.1"} | element
        sent = {
            "type": "block_actions",
            "user": {"id": user, "team_id": "T0PAWLOGIC1"},
            "team": {"id": "T0PAWLOGIC1"},
            "channel": {"id": DEPLOYS},
            "container": {"type": "message", "message_ts": "1.0", "channel_id": DEPLOYS},
            "message": {"ts": "1.0"},
            "response_url": "https://hooks.slack.test/actions/1",
            "trigger_id": "13345224609.738474920.8088930838d88f008e1",
            "actions": [action | ({} if value is None else {"value": value})],
        }
        assert (await self.send(sent | body)).status == 200
        return self.replies[-1]["text"] if len(self.replies) > before else ""

    async def event(self, **event) -> None:
        """Deliver an event as the Events API does."""
        self.events += 1
        body = {
            "type": "event_callback",
            "event_id": f"Ev{self.events}",
            "team_id": "T0PAWLOGIC1",
            "event": event,
        }
        assert (await self.send(body)).status == 200

    async def submit(
        self, callback_id: str, values: dict, *, metadata: str = '{"v":1}', user: str = ANN
    ) -> dict:
        """Submit a form; return what the ack told Slack to do with it."""
        body = {
            "type": "view_submission",
            "user": {"id": user, "team_id": "T0PAWLOGIC1"},
            "team": {"id": "T0PAWLOGIC1"},
            "trigger_id": "13345224609.738474920.8088930838d88f008e2",
            "view": {
                "id": "V0FORM00001",
                "type": "modal",
                "callback_id": callback_id,
                "private_metadata": metadata,
                "state": {"values": values},
                "hash": "156772938.1827394",
            },
        }
        response = await self.send(body)
        assert response.status == 200
        return json.loads(response.body) if response.body else {}


async def _authorize(**_: object) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None,
        team_id="T0PAWLOGIC1",
        bot_token="xoxb-test",
        bot_id="B1",
        bot_user_id="U0BOT000001",
    )
