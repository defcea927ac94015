"""What a run moves, on its card: old to new, commits, authors, size, migrations and their harm. Pure."""

from collections.abc import Callable

from bot.engine.migrations import UNREAD, Changes, Migration
from bot.engine.runs import RunView
from bot.engine.states import RunKind
from handlers.render._order import order_text
from handlers.render._release_lines import release_text
from handlers.render._text import code, count, first_few, link, person, plain, short
from handlers.render._update_lines import update_back_text, update_exceptions, update_text
from handlers.render._workflow import workflow_text

MOST_AUTHORS = 6
MOST_MIGRATIONS = 8
MOST_DAMAGES = 3


_OF_KIND: dict[RunKind, Callable[[RunView], str]] = {
    RunKind.WORKFLOW: workflow_text,
    RunKind.UPDATE: update_text,
    RunKind.UPDATE_BACK: update_back_text,
    RunKind.RELEASE: release_text,
    RunKind.STORE: order_text,
}
"""Kinds that move something else than a commit to a platform."""


_OVER_THE_AIR = frozenset({RunKind.UPDATE, RunKind.UPDATE_BACK})


def changes_of(run: RunView) -> Changes | None:
    """Return what the run ships; None until it was looked at, or when it cannot be read any more."""
    if not run.changes:
        return None
    try:
        return Changes.from_json(run.changes)
    except ValueError:  # stored by another version
        return None


def shipment_text(run: RunView) -> str:
    """Say what moves, and what migrations do, or which workflow is started; empty until it is known."""
    if (drawn := _OF_KIND.get(run.kind)) is not None:
        return drawn(run)
    changes = changes_of(run)
    return moves_text(changes, back=run.rollback) if changes else ""


def moves_text(changes: Changes, *, back: bool = False) -> str:
    """Say what moves, and what migrations do, on the way there or ``back``."""
    return "\n".join(
        line for line in (_moved(changes, back=back), migrations_text(changes, back=back)) if line
    )


def _moved(changes: Changes, *, back: bool = False) -> str:
    """Say from what to what; a way back was compared the other way round: from where it goes."""
    old, new = short(changes.base) or "unknown", short(changes.head) or "unknown"
    way = f"{new} → {old}" if back else f"{old} → {new}"
    if not changes.compared:
        return f"{way} · size unknown: {_why_unknown(changes)}"
    by = f" by {', '.join(first_few([plain(name, 40) for name in changes.authors], MOST_AUTHORS))}"
    words = [
        way,
        f"{'takes back ' if back else ''}{count(changes.commits, 'commit')}{by if changes.authors else ''}",
        f"+{changes.additions} -{changes.deletions}{'' if changes.files_complete else ' or more'}",
        link(changes.url, "compare") if changes.url else "",
    ]
    return " · ".join(word for word in words if word)


def _why_unknown(changes: Changes) -> str:
    """Say why nobody counted."""
    return "GitHub did not answer" if changes.base and changes.head else "what runs now is not known"


def migrations_text(changes: Changes, *, back: bool = False) -> str:
    """List the migrations; "none" is said only when every changed file was seen."""
    cut = "" if changes.migrations_known else " The list of files is cut at 300, so there may be more."
    if not changes.compared and not changes.migrations_known:
        why = _why_unknown(changes)
        return f"*Migrations: unknown.* {why[:1].upper()}{why[1:]}."
    if not changes.migrations:
        unknown = "*Migrations: unknown.* GitHub names 300 files of a comparison at most, and there are more."
        return "No migrations." if changes.migrations_known else unknown
    many = count(len(changes.migrations), "migration")
    head = f"*{many} between; data is not rolled back.*{cut}" if back else f"*{many}, before the code.*{cut}"
    return "\n".join([head, *first_few([_migration(each) for each in changes.migrations], MOST_MIGRATIONS)])


def _migration(migration: Migration) -> str:
    name = code(migration.path.rpartition("/")[2] or migration.path, 100)
    if UNREAD in migration.destructive:
        marked = "" if migration.why in ("", UNREAD) else f" (it is marked: {plain(migration.why, 120)})"
        return f"• {name} · could not be read, so it may destroy data and may not be undone{marked}"
    harm = "; ".join(first_few([plain(each, 120) for each in migration.destructive], MOST_DAMAGES))
    words = [
        name,
        f"*destroys:* {harm}" if harm else "",
        f"*irreversible*{': ' + plain(migration.why, 120) if migration.why else ''}"
        if migration.irreversible
        else "",
    ]
    return "• " + " · ".join(word for word in words if word)


def exceptions_text(run: RunView) -> str:
    """Say what was skipped, by whom and why, so that nobody overlooks it; empty when nothing was."""
    if run.kind in _OVER_THE_AIR:
        return update_exceptions(run)
    lines = []
    if run.emergency:
        who = person(run.requested_by)
        skipped = "nobody is asked for approval" if run.rollback else "soak and freeze are skipped"
        lines.append(f"*Emergency: {skipped}.* {who} says: {plain(run.emergency, 500)}")
    if run.override:
        what = (
            "An irreversible migration is overridden." if run.rollback else "The rest of the soak is skipped."
        )
        more = "" if run.rollback else " One more approval is needed."
        who = person(run.override_by) if run.override_by else "Somebody"
        lines.append(f"*{what}*{more} {who} says: {plain(run.override, 500)}")
    return "\n".join(lines)
