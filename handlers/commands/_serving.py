"""What every slash command does with what was typed: find its row, read its words, run it, say the answer."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers._app_services import Apps, Releases, Updates
from handlers._boundary import Listener
from handlers._services import Alerts, Desk, Holds, Incidents, People
from handlers._words import MAX_TEXT, fits, head, parse, raw, split
from handlers.commands._subcommand import Asked, Services, Subcommand

Choose = Callable[[str, Project], Subcommand]
"""Returns the row for a first word; raises ``UserError`` naming the nearest right one."""
Read = Callable[[str], str]
"""Turns what Slack sent into what was typed."""


def serving(choose: Choose, *, help: str, most: int = MAX_TEXT, read: Read = raw) -> Listener:
    """Make the listener of a command whose rows ``choose`` finds; ``most``: characters it takes."""

    async def handle(
        ack: AsyncAck,
        respond: AsyncRespond,
        command: Mapping[str, str],
        client: AsyncWebClient,
        desk: Desk,
        holds: Holds,
        alerts: Alerts,
        incidents: Incidents,
        updates: Updates,
        releases: Releases,
        apps: Apps,
        people: People,
        project: Project,
        delivery: str,
    ) -> None:
        await ack()
        text = command.get("text", "")
        fits(text, most, help)
        first, rest = head(text, read)
        row = choose(first, project)
        if not row.free:
            fits(text, MAX_TEXT, help)
        said = await row.run(
            _asked(row, text if row.whole else rest, command, delivery, read),
            Services(
                desk=desk,
                holds=holds,
                alerts=alerts,
                incidents=incidents,
                updates=updates,
                releases=releases,
                apps=apps,
                people=people,
                project=project,
                client=client,
            ),
        )
        if said is not None:
            await respond(text=said.text, blocks=list(said.blocks), response_type="ephemeral")

    return handle


def _asked(row: Subcommand, mine: str, command: Mapping[str, str], delivery: str, read: Read) -> Asked:
    """Read what belongs to ``row`` as it wants it read; raise ``UserError``."""
    pieces = () if row.free else split(read(mine))
    free = next((at for at, piece in enumerate(pieces) if piece.lower() in row.rest_from), len(pieces))
    return Asked(
        words=parse(pieces[:free], row.options, most=row.most, usage=row.usage),
        user=command["user_id"],
        channel=command["channel_id"],
        trigger=command["trigger_id"],
        delivery=delivery,
        now=datetime.now(UTC),
        rest=pieces[free:],
        typed=mine,
    )
