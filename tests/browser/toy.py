"""A toy Slack app for the page's tests: a real Bolt app whose messages use every block the page draws.

Knows nothing of pawdeploy; the bot's own flow is driven in a browser elsewhere.
"""

from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

CHANNEL = "C0DEPLOYS01"
STEPS = (
    ("large_green_circle", "Resolve", "main is `a1b2c3d`", "0.2 s"),
    ("large_green_circle", "Checks", "test and lint are green", "0.4 s"),
    ("large_green_circle", "Line", "nobody is ahead", "0.0 s"),
    ("large_green_circle", "Record", "deployment 41 on GitHub", "0.3 s"),
    ("large_green_circle", "Ship", "Railway deployment started", "0.8 s"),
    ("large_blue_circle", "Follow", "Railway is building", "12 s"),
    ("white_circle", "Health", "", ""),
    ("white_circle", "Smoke", "", ""),
)


def mrkdwn(text: str) -> dict[str, str]:
    """Return a mrkdwn text object."""
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> dict[str, str]:
    """Return a plain text object."""
    return {"type": "plain_text", "text": text}


def button(text: str, action_id: str, **more: object) -> dict[str, object]:
    """Return a button."""
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def option(text: str, value: str) -> dict[str, object]:
    """Return a menu option."""
    return {"text": plain(text), "value": value}


def card(state: str = "Deploying") -> list[dict[str, Any]]:
    """Return a deploy card with eight step lines and its buttons."""
    lines = "\n".join(
        f":{mark}: *{name}*" + (f"  {note}  _{took}_" if note else "") for mark, name, note, took in STEPS
    )
    confirm = {
        "title": plain("Cancel this run?"),
        "text": mrkdwn("What is already shipped *stays* shipped."),
        "confirm": plain("Cancel the run"),
        "deny": plain("Keep going"),
        "style": "danger",
    }
    return [
        {
            "type": "section",
            "text": mrkdwn(f":large_blue_circle: *{state} `a1b2c3d` to staging* · api"),
            "accessory": {
                "type": "overflow",
                "action_id": "more",
                "options": [option("Show logs", "logs"), option("Copy the SHA", "sha")],
            },
        },
        {
            "type": "context",
            "elements": [mrkdwn("Teach the feeder about cats · Rui Melo · asked by <@U0ANNREQ001>")],
        },
        {"type": "section", "text": mrkdwn(lines)},
        {"type": "divider"},
        {
            "type": "actions",
            "block_id": "run",
            "elements": [
                button("Retry", "run_retry", style="primary", value="retry-12"),
                button("Cancel", "run_cancel", style="danger", value="cancel-12", confirm=confirm),
                button("Deployment", "open_deployment", url="http://127.0.0.1:9/deployment"),
            ],
        },
    ]


GALLERY: list[dict[str, Any]] = [
    {"type": "header", "text": plain("Every block :rocket:")},
    {
        "type": "section",
        "fields": [mrkdwn("*Service*\napi"), mrkdwn("*Environment*\nstaging")],
        "accessory": {
            "type": "static_select",
            "action_id": "pick_env",
            "placeholder": plain("Environment"),
            "options": [option("staging", "staging"), option("production", "production")],
        },
    },
    {
        "type": "section",
        "text": mrkdwn(
            "*bold* _italic_ ~gone~ `code` <https://example.com/a?b=1&amp;c=2|a link> <@U0BENAPP001> "
            "<!subteam^S0APPROVER1> <#C0GENERAL01> :large_green_circle: 1 &lt; 2 &amp; 3\n> a quote\n"
            "```two\n  lines```"
        ),
    },
    {"type": "section", "text": mrkdwn("<!date^1700000000^{date_num}|once> <!here> snake_case_name 2*3*4")},
    {
        "type": "actions",
        "elements": [
            {
                "type": "checkboxes",
                "action_id": "boxes",
                "options": [option("Migrations", "migrations"), option("Smoke", "smoke")],
            },
            {
                "type": "radio_buttons",
                "action_id": "radio",
                "options": [option("Now", "now"), option("Later", "later")],
                "initial_option": option("Now", "now"),
            },
        ],
    },
    {"type": "image", "image_url": "https://example.com/cat.png", "alt_text": "a cat"},
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "text", "text": "rich", "style": {"bold": True}}],
            },
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "one item"}]}
                ],
            },
        ],
    },
]

FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "deploy_form",
    "title": plain("Deploy"),
    "submit": plain("Deploy"),
    "close": plain("Cancel"),
    "blocks": [
        {"type": "section", "text": mrkdwn("What should ship, and *where*?")},
        {
            "type": "input",
            "block_id": "environment",
            "label": plain("Environment"),
            "element": {
                "type": "static_select",
                "action_id": "value",
                "placeholder": plain("Choose"),
                "options": [option("staging", "staging"), option("production", "production")],
            },
        },
        {
            "type": "input",
            "block_id": "ref",
            "label": plain("Branch, tag or commit"),
            "hint": plain("Empty means main."),
            "optional": True,
            "element": {
                "type": "plain_text_input",
                "action_id": "value",
                "placeholder": plain("main"),
            },
        },
        {
            "type": "input",
            "block_id": "how",
            "optional": True,
            "label": plain("Options"),
            "element": {
                "type": "checkboxes",
                "action_id": "value",
                "options": [option("Dry run", "dry"), option("Ship again", "again")],
            },
        },
        {
            "type": "input",
            "block_id": "pace",
            "label": plain("When"),
            "element": {
                "type": "radio_buttons",
                "action_id": "value",
                "options": [option("At once", "now"), option("Tonight", "tonight")],
                "initial_option": option("At once", "now"),
            },
        },
    ],
}


class Toy:
    """The app and what people did to it, in order."""

    def __init__(self, base_url: str) -> None:
        self.client = AsyncWebClient("xoxb-sandbox", base_url=f"{base_url}/slack/api/")
        self.app = AsyncApp(client=self.client, request_verification_enabled=False)
        self.heard: list[tuple[str, object]] = []
        self._handler: AsyncSocketModeHandler | None = None
        self.app.command("/pawdeploy")(self._command)
        self.app.view("deploy_form")(self._submitted)
        self.app.event("reaction_added")(self._reacted)
        self.app.event("pin_added")(self._pinned)
        for name in (
            "run_retry",
            "run_cancel",
            "open_deployment",
            "more",
            "pick_env",
            "boxes",
            "radio",
            "who",
        ):
            self.app.action(name)(self._pressed)

    async def connect(self) -> None:
        """Open the Socket Mode link."""
        self._handler = AsyncSocketModeHandler(self.app, "xapp-sandbox")
        await self._handler.connect_async()

    async def leave(self) -> None:
        """Close the link."""
        if self._handler is not None:
            await self._handler.close_async()

    async def post(self, text: str, **more: Any) -> str:
        """Post in #deploys; returns the ts."""
        answer = await self.client.chat_postMessage(channel=CHANNEL, text=text, **more)
        return str(answer["ts"])

    async def _command(self, ack: Any, command: dict[str, Any], body: dict[str, Any], client: Any) -> None:
        text = command.get("text", "")
        self.heard.append(("command", (command["user_id"], text)))
        await ack()
        if text == "":
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        elif text == "secret":
            await client.chat_postEphemeral(channel=CHANNEL, user=command["user_id"], text="Just for *you*.")
        else:
            await self.post("Deploying", blocks=card())

    async def _pressed(self, ack: Any, action: dict[str, Any], body: dict[str, Any]) -> None:
        await ack()
        option_ = action.get("selected_option") or {}
        many = [one["value"] for one in action.get("selected_options", [])]
        people = action.get("selected_user") or action.get("selected_users")
        self.heard.append(
            (action["action_id"], many or people or option_.get("value") or action.get("value"))
        )
        if action["action_id"] == "run_retry":
            ts = body["message"]["ts"]
            await self.client.chat_update(channel=CHANNEL, ts=ts, text="Retrying", blocks=card("Retrying"))

    async def _submitted(self, ack: Any, view: dict[str, Any]) -> None:
        values = view["state"]["values"]
        ref = values["ref"]["value"]["value"]
        if ref == "nope":
            await ack(response_action="errors", errors={"ref": "There is no branch called nope."})
            return
        await ack()
        self.heard.append(("when", values["pace"]["value"]["selected_option"]["value"]))
        self.heard.append(("form", (values["environment"]["value"]["selected_option"]["value"], ref)))

    async def _reacted(self, event: dict[str, Any]) -> None:
        self.heard.append(("reaction", event["reaction"]))

    async def _pinned(self, event: dict[str, Any]) -> None:
        self.heard.append(("pin", (event["user"], event["item"]["message"]["text"])))
