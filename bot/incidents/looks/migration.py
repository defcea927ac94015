"""The newest failed migration: its run, the end of its log, the revisions among the changes."""

import re

from pydantic import ValidationError

from bot.engine.incidents import Finding, Status
from bot.engine.migrations import Changes, Migration
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import RunKind
from bot.incidents.looks.needs import Kit, LookPlace
from bot.incidents.looks.where import find
from bot.incidents.looks.words import unknown
from playbooks.steps import MigrationProbe

_STEP = re.compile(r"Running (?:upgrade|downgrade)\s+(\S*)\s*->\s*([^\s,]+)")
"""How alembic names the revision it is about to apply."""
_LINES = 12
DATABASE = "database"


async def look(probe: MigrationProbe, place: LookPlace, kit: Kit) -> Finding:
    """Read what is remembered; nothing is asked of anybody outside."""
    spot = find(kit.project, probe, place)
    if isinstance(spot, str):
        return unknown(spot)
    run = await kit.migrations.failed_migration(*spot.key)
    if run is None:
        return unknown(f"No failed migration of {spot} is remembered.")
    good = [one for one in await kit.runs.good_runs(*spot.key) if one.kind is RunKind.DEPLOY]
    since = next((one for one in good if one.id > run.id), None)
    return judge(run, await kit.migrations.said(run), since)


def judge(run: RunView, log: tuple[str, ...], mended: RunView | None) -> Finding:
    """Say what failed; ``mended``: a deploy that ended well there since."""
    revisions = [line for one in _migrations(run) if (line := _revision(one))]
    at = f" at {run.ended_at:%Y-%m-%d %H:%M} UTC" if run.ended_at else ""
    what = "ended nobody knows how" if run.reason is Reason.MIGRATION_UNKNOWN else "failed"
    said = f"The migration of run {run.id} ({run.sha[:7]} to {run.environment}) {what}{at}"
    steps = [found for text in log if (found := _STEP.search(text))]
    if steps:
        said += f", on its way from {steps[-1][1] or 'the beginning'} to {steps[-1][2]}"
    details = (*([run.detail] if run.detail else []), *revisions[:6], *log[-_LINES:])
    if mended is not None:
        said = f"{said}; run {mended.id} has ended well since"
    return Finding(
        status=Status.BAD if mended is None else Status.OK,
        said=f"{said}.",
        details=details,
        url=run.vendor_page,
        points_at=DATABASE if mended is None else "",
    )


def _migrations(run: RunView) -> tuple[Migration, ...]:
    try:
        return Changes.from_json(run.changes).migrations if run.changes else ()
    except ValidationError:  # kept by another version of this bot
        return ()


def _revision(one: Migration) -> str:
    words = [f"irreversible: {one.why}" if one.irreversible else "", *one.destructive]
    about = "; ".join(word for word in words if word)
    return f"Revision {one.revision or 'unnamed'}, {one.path}" + (f" ({about})" if about else "")
