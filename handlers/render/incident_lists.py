"""Answers about incidents to one person: how one stands, which there are, where a new one is. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.engine.incident_timeline import Entry
from bot.engine.incidents import COMMANDER, IncidentList, IncidentRow, IncidentView, Mark
from handlers.render import _incident_lines as lines
from handlers.render import _incident_words as words
from handlers.render._blocks import Message, context, message, section
from handlers.render._text import clock, count, link, person, plain, told

MOST_LISTED = 15
MOST_ENTRIES = 8
"""The newest of the timeline; all of it stands in the report."""
_MOST_NEXT = 3


def render_incident_status(
    incident: IncidentView, now: datetime, entries: Sequence[Entry] = (), *, card: str = ""
) -> Message:
    """Say how it stands in a few lines, what is next, and what happened last.

    ``entries`` is its timeline in order; ``card`` the address of its card, where Slack names it.
    """
    drill = _drill(incident)
    around = lines.NOTHING
    head = [line for line in lines.head(incident, now, around, 300) if line]
    first = f"{drill}{words.mark(incident)} {words.standing(incident, now)}"
    where = _where(incident.channel, card)
    footer = f"Incident {incident.id}{f' · its card is {where}' if where else ''} · as of {clock(now)}"
    newest = entries[-MOST_ENTRIES:]
    happened = "\n".join(_entry(entry) for entry in newest)
    return message(
        f"{drill}{words.standing(incident, now)}".replace("*", "").replace("`", ""),
        section("\n".join([first, *head])),
        section(_next(incident)) if incident.open and incident.steps else None,
        section(f"*What happened last*\n{happened}") if happened else None,
        context(footer),
    )


def _next(incident: IncidentView) -> str:
    """Name what is under way and what is to be done first."""
    going = [step for step in incident.steps if step.mark is Mark.RUNNING]
    rest = [step for step in incident.steps if step.mark in (Mark.TODO, Mark.FAILED)]
    said = [f"Under way: {plain(step.text, 150)}" for step in going[:_MOST_NEXT]]
    said += [f"Next: {plain(step.text, 150)}" for step in rest[: _MOST_NEXT if not said else 1]]
    return "\n".join(said) or "Every step is done or skipped; `/pawincident resolve` ends it."


def _entry(entry: Entry) -> str:
    who = f"{person(entry.by)}: " if entry.by.strip() else ""
    # beside the words, not around them: neither people nor moments live inside a link
    more = f" · {link(entry.url, 'link')}" if entry.url else ""
    return f"{clock(entry.at, words.WHEN)} · {who}{told(entry.text, 200)}{more}"


def render_incident_list(found: IncidentList, now: datetime) -> Message:
    """List incidents, open ones first as they come."""
    if not found.rows:
        none = (
            "There has been no incident yet. `/pawincident open` opens one, `/pawincident drill` practises."
        )
        return message(none.replace("`", ""), section(none))
    shown = found.rows[:MOST_LISTED]
    more = max(found.total, len(found.rows)) - len(shown)
    head = f"{count(found.open, 'incident')} open" if found.open else "No incident is open"
    first = f"{head}, newest: {words.headline(shown[0], 100)}" if found.open else head
    return message(
        first.replace("`", ""),
        section(f"*{head}*"),
        *(section(_row(row, now)) for row in shown),
        section(f"and {more:,} more") if more > 0 else None,
        context("`/pawincident status 3` says how number 3 stands, `/pawincident open` opens one."),
    )


def _row(row: IncidentRow, now: datetime) -> str:
    over, every = row.progress
    name = f"*{row.severity.upper()} · {words.headline(row, 120)}*"
    first = f"{_drill(row)}{words.mark(row)} {name} · incident {row.id}"
    end = row.resolved_at
    lasted = (
        f"resolved after {words.lasted(end - row.opened_at)}, {clock(end, words.WHEN)}"
        if end is not None
        else f"open for {words.lasted(now - row.opened_at)}"
    )
    leads = f"{COMMANDER} {person(row.commander)}" if row.commander else ""
    if not leads and end is None:
        leads = f"no {COMMANDER} yet"
    second = (
        plain(row.title, 80),
        lasted,
        f"{over} of {every} steps",
        leads,
        words.channel(row.channel) if row.channel else "",
    )
    return f"{first}\n{' · '.join(part for part in second if part)}"


def render_opened(incident: IncidentView, *, card: str = "") -> Message:
    """Tell whoever opened it where it is."""
    where = _where(incident.channel, card)
    room = f" Talk about it in {words.channel(incident.room)}." if incident.room else ""
    text = (
        f"{_drill(incident)}Incident {incident.id} is open: {words.headline(incident)}. "
        f"Its card is {where or 'on its way'}.{room}"
    )
    wanted = lines.vacant(incident)
    return message(text.replace("*", "").replace("`", ""), section(text), context(wanted) if wanted else None)


def _drill(incident: IncidentView | IncidentRow) -> str:
    return f"{words.DRILL}, {words.NOT_REAL} · " if incident.drill else ""


def _where(channel: str, card: str) -> str:
    """Say where a card is: linked, and in which channel; empty where it is nowhere yet."""
    there = f"in {words.channel(channel)}" if channel else ""
    return ", ".join(word for word in (link(card, "here") if card else "", there) if word)
