"""``pawdeploy incidents``: what is in the database, listed and written to files. Needs no running bot.

A report that was kept when an incident was resolved is written as it was then; every other is made of how
things stand. Nothing is written over unless somebody says so.
"""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from bot.db.incident_reports_store import IncidentReportsStore
from bot.db.incidents_reader import IncidentsReader, Loaded
from bot.db.session import Database
from bot.engine.incident_data import as_data
from bot.engine.incident_report import report
from bot.engine.incidents import IncidentState
from bot.incidents.records import record
from playbooks.library import PlaybookError

Form = Literal["md", "json"]
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one incident: the file that was written, or why none was."""

    written: Path | None
    said: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """What to write, where, and in which form. ``force``: also over a file that is there."""

    ids: Sequence[int] = ()
    """Empty: all of them."""
    since: datetime | None = None
    """Only those opened then or later."""
    folder: Path
    form: Form = "md"
    force: bool = False


async def listing(database: Database) -> AsyncIterator[str]:
    """Yield a line for each incident, oldest first, in words a terminal can show."""
    async for loaded in _chosen(database, (), None):
        facts = loaded.sheet.facts
        drill = "DRILL  " if facts.drill else ""
        opened = facts.opened_at.strftime("%Y-%m-%d %H:%M UTC")
        start = f"{facts.id:>4}  {facts.severity.upper()}  {facts.state:<8}  {opened}  {facts.playbook}"
        yield f"{start}  {drill}{_shown(facts.headline)}"


async def export(database: Database, asked: Export, now: datetime) -> AsyncIterator[Outcome]:
    """Write a file for each incident, ``incident-3.md``; yield what became of each, oldest first.

    Raises:
        OSError: when the folder cannot be made or written to.

    """
    asked.folder.mkdir(parents=True, exist_ok=True)
    found: set[int] = set()
    async for loaded in _chosen(database, asked.ids, asked.since):
        number = loaded.sheet.facts.id
        found.add(number)
        try:
            text = await _text(database, loaded, asked.form, now)
        except PlaybookError as error:
            yield Outcome(None, f"incident {number} is not written: {error}")
            continue
        yield _write(asked.folder / f"incident-{number}.{asked.form}", text, force=asked.force)
    if asked.since is None:
        for number in sorted(set(asked.ids) - found):
            yield Outcome(None, f"there is no incident {number}; pawdeploy incidents list names them all")


async def _chosen(database: Database, ids: Sequence[int], since: datetime | None) -> AsyncIterator[Loaded]:
    reader = IncidentsReader(database)
    numbers = ids or await reader.ids(open_only=False, limit=_ALL)
    for number in sorted(set(numbers)):
        loaded = await reader.load(number)
        if loaded is not None and (since is None or loaded.sheet.facts.opened_at >= since):
            yield loaded


async def _text(database: Database, loaded: Loaded, form: Form, now: datetime) -> str:
    facts = loaded.sheet.facts
    kept = None
    if facts.state is IncidentState.RESOLVED:
        kept = await IncidentReportsStore(database).find(facts.id, facts.openings)
    if form == "md" and kept is not None:
        return kept
    told = await record(IncidentsReader(database), facts.id, now)
    assert told is not None  # noqa: S101 - incidents are never deleted; narrowed for mypy
    if form == "md":
        return report(told)
    data = as_data(told) if kept is None else {**as_data(told), "report": kept}
    return json.dumps(data, indent=2) + "\n"


def _write(file: Path, text: str, *, force: bool) -> Outcome:
    try:
        with file.open("w" if force else "x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except FileExistsError:
        return Outcome(None, f"{file} is there already; --force writes over it")
    return Outcome(file)


def _shown(text: str) -> str:
    """Return people's words without what would move a terminal's cursor."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
