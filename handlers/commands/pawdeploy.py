"""``/pawdeploy`` - find the subcommand by its first word and run it. The table below is the whole command."""

from collections.abc import Mapping
from datetime import UTC, datetime

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.project import Project
from handlers._services import Alerts, Desk, Holds, People
from handlers._words import nearest, parse, split
from handlers.commands import alerts as alert_list
from handlers.commands import (
    deploy,
    diff,
    form,
    freeze,
    health,
    help,
    history,
    lock,
    locks,
    mute,
    rollback,
    status,
    test_alert,
    unfreeze,
    unlock,
    unmute,
)
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._text import code

NAME = "/pawdeploy"

_GUARDING = (rollback, lock, unlock, locks, freeze, unfreeze)
_ALERTING = (alert_list, health, mute, unmute, test_alert)
_TABLE = tuple(module.SUBCOMMAND for module in (deploy, form, status, history, diff, *_GUARDING, *_ALERTING))
SUBCOMMANDS: dict[str, Subcommand] = {row.name: row for row in (*_TABLE, help.subcommand(_TABLE))}


async def handle(
    ack: AsyncAck,
    respond: AsyncRespond,
    command: Mapping[str, str],
    client: AsyncWebClient,
    desk: Desk,
    holds: Holds,
    alerts: Alerts,
    people: People,
    project: Project,
    delivery: str,
) -> None:
    """Run what was typed; tell the person alone what came of it."""
    await ack()
    pieces = split(command.get("text", ""))
    row = choose(pieces[0] if pieces else "", project.environments)
    mine = pieces if row.name == deploy.NAME else pieces[1:]
    free = next((at for at, piece in enumerate(mine) if piece.lower() in row.rest_from), len(mine))
    asked = Asked(
        words=parse(mine[:free], row.options, most=row.most, usage=row.usage),
        user=command["user_id"],
        channel=command["channel_id"],
        trigger=command["trigger_id"],
        delivery=delivery,
        now=datetime.now(UTC),
        rest=mine[free:],
    )
    services = Services(desk=desk, holds=holds, alerts=alerts, people=people, project=project, client=client)
    said = await row.run(asked, services)
    if said is not None:
        await respond(text=said.text, blocks=list(said.blocks), response_type="ephemeral")


def choose(first: str, environments: tuple[str, ...]) -> Subcommand:
    """Return the row for a first word; raise ``UserError`` naming the nearest right one."""
    word = first.lower()
    if word in environments:
        return SUBCOMMANDS[deploy.NAME]
    if word in SUBCOMMANDS:  # a word in capitals is not in the table, so ENVIRONMENT can't be typed
        return SUBCOMMANDS[word]
    if first.startswith("-"):
        msg = f"Name the environment first, then options like {code(first, 60)}: `{deploy.SUBCOMMAND.usage}`."
        raise UserError(msg, reason=Reason.UNKNOWN_WORD)
    close = nearest(word, [*environments, *(name for name in SUBCOMMANDS if name.islower())])
    reason = Reason.UNKNOWN_ENVIRONMENT if close in environments else Reason.UNKNOWN_WORD
    hint = f"Did you mean `{NAME} {close}`?" if close else f"To ship, type `{NAME} {environments[0]}`."
    msg = f"I don't know {code(first, 60)}. {hint} `{NAME} help` lists everything."
    raise UserError(msg, reason=reason)
