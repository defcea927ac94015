"""What an app says back to an interaction: in its acknowledgement, or later through a response address."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox.workspace.blocks import accept_message_blocks
from sandbox.workspace.core import Core
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Json, Message
from sandbox.workspace.tickets import ResponseUrl


def show_answer(core: Core, body: Json, where: ResponseUrl) -> None:
    """Show an app's answer: to the person alone unless it says ``in_channel``. Raises ``Refused``."""
    source = _source(core, where)
    if _yes(body.get("delete_original")):
        if source is not None:
            core.state.remove(source)
        return
    text, blocks = str(body.get("text") or ""), body.get("blocks") or []
    if not text and not blocks and not body.get("attachments"):
        raise Refused("no_text")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise Refused("invalid_blocks_format")
    accepted = accept_message_blocks(blocks)
    if _yes(body.get("replace_original")) and source is not None:
        source.text, source.blocks = text, accepted
        core.state.edited(source)
        return
    in_channel = body.get("response_type") == "in_channel"
    message = Message(
        ts=core.state.new_ts(),
        channel=where.channel,
        user=core.state.team.bot_user,
        text=text,
        blocks=accepted,
        attachments=body.get("attachments") or [],
        is_bot=True,
        username=core.state.team.bot_name,
        thread_ts=body.get("thread_ts"),
        ephemeral_to=None if in_channel else where.user,
    )
    core.state.add(message)


def tell_person(core: Core, user: str, channel: str, text: str) -> None:
    """Show a line from Slack itself that only ``user`` sees."""
    message = Message(
        ts=core.state.new_ts(),
        channel=channel,
        user="USLACKBOT",
        text=text,
        is_bot=True,
        username="Slackbot",
        ephemeral_to=user,
    )
    core.state.add(message)


async def response_endpoint(core: Core, request: Request) -> Response:
    """Handle a post to a response address."""
    if core.faults.get("slack.answers") == "down":
        return PlainTextResponse("service unavailable", 503)
    if core.faults.get("slack.answers") == "429":
        return PlainTextResponse("rate_limited", 429, {"Retry-After": "1"})
    try:
        body = dict(json.loads(await request.body()))
        where = core.tickets.use_response(request.path_params["id"])
        show_answer(core, body, where)
    except (ValueError, TypeError):
        return PlainTextResponse("invalid_payload", 400)
    except Refused as refused:
        return JSONResponse(refused.answer(), 404 if refused.error.endswith("_url") else 400)
    return PlainTextResponse("ok")


def _source(core: Core, where: ResponseUrl) -> Message | None:
    if where.message_ts is None:
        return None
    hidden = (one for one in core.state.ephemerals(where.user) if one.ts == where.message_ts)
    return core.state.message(where.channel, where.message_ts) or next(hidden, None)


def _yes(value: object) -> bool:
    return value is True or value == "true"
