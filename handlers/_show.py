"""Open a form, and put an answer in its place. A form closed meanwhile is no trouble: cards say the same."""

import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import VendorUnavailable
from handlers.render._blocks import Block, Message
from handlers.render.notices import notice_view

log = logging.getLogger(__name__)


async def open_form(client: AsyncWebClient, trigger: str, view: Block) -> str:
    """Open a form while its trigger is fresh; return its id.

    (https://docs.slack.dev/reference/methods/views.open)
    """
    try:
        opened = await client.views_open(trigger_id=trigger, view=view)
    except SlackApiError as error:  # mostly expired_trigger_id: three seconds had passed
        raise VendorUnavailable("Slack", "opening the form", detail=error.response["error"]) from error
    return str(opened["view"]["id"])


async def show(client: AsyncWebClient, view_id: str, view: Block) -> None:
    """Replace what the form shows (https://docs.slack.dev/reference/methods/views.update)."""
    try:
        await client.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        if error.response.get("error") != "not_found":
            raise VendorUnavailable("Slack", "updating the form", detail=error.response["error"]) from error
        log.info("the form was closed before its answer", extra={"view": view_id})


async def answer(
    body: Mapping[str, Any], respond: AsyncRespond, client: AsyncWebClient, said: Message
) -> None:
    """Answer a button in the place it stood in: an answer to one person, or what a form showed them."""
    if "view" in body:
        await show(client, body["view"]["id"], notice_view(said))
    else:
        await respond(
            text=said.text, blocks=list(said.blocks), response_type="ephemeral", replace_original=True
        )


async def whisper(client: AsyncWebClient, channel: str, user: str, said: Message) -> None:
    """Tell one person something in a channel, where no command or button of theirs is to be answered.

    (https://docs.slack.dev/reference/methods/chat.postEphemeral)
    """
    try:
        await client.chat_postEphemeral(channel=channel, user=user, text=said.text, blocks=list(said.blocks))
    except SlackApiError as error:
        raise VendorUnavailable("Slack", "telling one person", detail=error.response["error"]) from error
