"""Where a group happens, once somebody has told; and what it means that it happens elsewhere now. Pure.

Which of two places counts is for whoever grades events to say (``bot/alerts/router.py``).
"""

from dataclasses import replace

from bot.engine.alert_groups import Fold, Group
from bot.engine.alert_notes import AlertNote, NoteKind
from bot.engine.introduced import NOBODY


def located(group: Group, environment: str) -> Group:
    """Return the group as one that happens in ``environment``; empty: nobody said where.

    A deploy there may be to blame, so whoever looks for one looks again. One that happened elsewhere was
    acknowledged and snoozed there: of the new place nobody has said anything yet.
    """
    if environment in ("", group.environment):
        return group
    if not group.environment:
        blamed = "" if group.introduced_how == NOBODY else group.introduced_how
        return replace(group, environment=environment, introduced_how=blamed)
    return replace(
        group,
        environment=environment,
        acked_by="",
        acked_at=None,
        snoozed_until=None,
        snoozed_by="",
        introduced_how="",
    )


def moved(before: Group, done: Fold) -> Fold:
    """Return what became of ``before``, with a word in its thread if it goes on, and elsewhere now."""
    after, note = done.group, done.note
    if not before.environment or after.environment == before.environment:
        return done
    if not (before.firing and after.firing):
        return Fold(after, urgent=True, note=note)
    said = f"now in {after.environment}, {before.environment} before"
    more = f"; {note.detail}" if note is not None and note.detail else ""
    return Fold(after, urgent=True, note=AlertNote(kind=NoteKind.ESCALATED, detail=said + more))
