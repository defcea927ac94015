"""A message was pinned: in the channel of an incident that puts it on the timeline, with its own time."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers._incidents import can_work
from handlers._services import Incidents, People
from handlers.events._noticing import notice

NAMES = ("pin_added",)


async def handle(
    event: Mapping[str, Any],
    context: AsyncBoltContext,
    incidents: Incidents,
    people: People,
    project: Project,
    delivery: str,
    client: AsyncWebClient,
) -> None:
    """Have it noted; files, the bot's own pins and those of who may not are nothing to us."""
    item, user = event.get("item", {}), event.get("user", "")
    ts = item.get("message", {}).get("ts", "")
    if item.get("type") != "message" or not ts or user == context.bot_user_id:
        return
    if await can_work(people, project, user):
        await notice(incidents, client, event["channel_id"], ts, user, delivery)
