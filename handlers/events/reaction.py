"""A reaction came or went: a sign to look at that message anew, never a voice by itself.

What counts is what Slack shows when it is asked; events may be lost, late or twice. One of the emoji of
``[incidents]`` puts the message on the timeline of the incident it belongs to.
"""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers._incidents import can_work
from handlers._services import Consent, Incidents, People
from handlers.events._noticing import notice

ADDED = "reaction_added"
NAMES = (ADDED, "reaction_removed")


async def handle(
    event: Mapping[str, Any],
    context: AsyncBoltContext,
    consent: Consent,
    incidents: Incidents,
    people: People,
    project: Project,
    delivery: str,
    client: AsyncWebClient,
) -> None:
    """Have the message looked at; what is on no message, or is the bot's own, is nothing to us."""
    item, user = event.get("item", {}), event.get("user", "")
    if item.get("type") != "message" or user == context.bot_user_id:
        return
    await consent.reacted(item["channel"], item["ts"])
    if _marks(event, project) and await can_work(people, project, user):
        await notice(incidents, client, item["channel"], item["ts"], user, delivery)


def _marks(event: Mapping[str, Any], project: Project) -> bool:
    """Say whether it puts the message on a timeline; an emoji with a skin tone is the same emoji."""
    name = str(event.get("reaction", "")).partition("::")[0]
    return event.get("type") == ADDED and name in project.incidents.emoji
