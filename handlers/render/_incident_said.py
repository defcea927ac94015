"""The words of each kind of thing said about an incident, and the one table from kind to words. Pure.

To add a kind: a function from ``Said`` to lines of mrkdwn, the first of them alone telling the news, and its
line in the table.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from bot.engine.incident_notes import IncidentNote, NoteKind
from bot.engine.incidents import IncidentView
from handlers.render import _incident_words as words
from handlers.render import _steps as marks
from handlers.render._text import link, person, plain, told

_MOST_DETAILS = 20
_SHORT = 200
"""Words of one line up to this stand beside who said them, longer ones below."""
_LONGEST_NAME = 30
"""Of a line of the report: ``Time to acknowledge``."""
_RUN_MARKS = {
    "succeeded": marks.DONE,
    "failed": marks.FAILED,
    "refused": marks.STOPPED,
    "cancelled": marks.STOPPED,
}
_ALERT_MARKS = {"firing": marks.FAILED, "resolved": marks.DONE, "archived": marks.STOPPED}


@dataclass(frozen=True, slots=True)
class Said:
    """What one thing said is drawn from."""

    incident: IncidentView
    note: IncidentNote
    now: datetime
    card: str
    """Address of the card; empty: not known."""

    @property
    def name(self) -> str:
        """Name the incident, linked to its card."""
        return link(self.card, f"incident {self.incident.id}")

    @property
    def step(self) -> str:
        """Name the step in bold; the sentence goes on after it."""
        named = words.steady(self.note.step, 300).rstrip(".")
        return f"*{named}*" if named.strip() else ""


def _with(head: str, text: str) -> tuple[str, ...]:
    """Put what somebody wrote beside ``head`` where it is short, else below it."""
    if not text.strip():
        return (f"{head}.",)
    if "\n" not in text.strip() and len(text) <= _SHORT:
        return (f"{head}: {plain(text, 5 * _SHORT)}",)
    return (f"{head}:", *words.prose(text))


def _evidence(said: Said) -> Iterator[str]:
    note = said.note
    again = f", looked at again {words.by(note.by)}" if note.by.strip() else ""
    yield f"{words.circle(note.status)} {said.step or '*A look*'}{again}"
    unknown = "Not known: " if note.status == "unknown" else ""
    yield f"{unknown}{link(note.url, plain(note.text, 500) or 'Nothing was said.')}"
    shown = [plain(detail, 300) for detail in note.details[:_MOST_DETAILS] if detail.strip()]
    yield from (f"• {detail}" for detail in shown)


def _note(said: Said) -> tuple[str, ...]:
    where = f" on {said.step}" if said.step else ""
    return _with(f"Note {words.by(said.note.by)}{where}", said.note.text)


def _update(said: Said) -> tuple[str, ...]:
    incident = said.incident
    stands = f"open for {words.lasted(incident.elapsed(said.now))}" if incident.open else "resolved"
    head = f"*Update* {words.by(said.note.by)} · {incident.severity.upper()} · {words.headline(incident)}"
    return (f"{head} · {stands}", *words.prose(said.note.text))


def _told(said: Said) -> tuple[str, ...]:
    """Draw a message to people; it may stand in a channel that knows nothing of the incident."""
    incident = said.incident
    to = f" to {plain(said.note.step, 200)}" if said.note.step.strip() else ""
    head = f"*{incident.severity.upper()} · {words.headline(incident)}* · {said.name}"
    return (f"{head}, {words.by(said.note.by)}{to}", *words.prose(said.note.text))


def _run(said: Said) -> tuple[str, ...]:
    note = said.note
    mark = _RUN_MARKS.get(note.status, marks.GOING)
    who = f" ({words.by(note.by)})" if note.by.strip() else ""
    line = f"{said.step}: {told(note.text, 600)}" if said.step else told(note.text, 600)
    return (f"{mark} {line}{who}",)


def _alert(said: Said) -> tuple[str, ...]:
    note = said.note
    return (f"{_ALERT_MARKS.get(note.status, marks.STOPPED)} {link(note.url, plain(note.text, 400))}",)


def _taken_back(said: Said) -> tuple[str, ...]:
    return _with(f"{person(said.note.by)} took back {said.step or 'a step'}", said.note.text)


def _skipped(said: Said) -> tuple[str, ...]:
    return _with(f"{person(said.note.by)} skipped {said.step or 'a step'}", said.note.text)


def _role(said: Said) -> tuple[str, ...]:
    """Draw who plays a part now: ``note.text`` is the role, ``note.mention`` who has it."""
    role, by = plain(said.note.text, 60), words.by(said.note.by)
    if not said.note.mention:
        return (f"Nobody is {role} any more, {by}.",)
    mine = person(said.note.by) == said.note.mention
    return (f"{said.note.mention} is {role} now{'' if mine else f', {by}'}.",)


def _severity(said: Said) -> tuple[str, ...]:
    return (f"*Severity {words.steady(said.note.text, 60)}*, {words.by(said.note.by)}.",)


def _remind(said: Said) -> tuple[str, ...]:
    incident = said.incident
    last = incident.update_at
    since = (
        f"The last update is {words.lasted(said.now - last)} old"
        if last
        else "Nobody has written an update yet"
    )
    time = words.lasted(incident.elapsed(said.now))
    return (f"*How does it stand?* {since}; {words.headline(incident)} has been open for {time}.",)


def _resolved(said: Said) -> tuple[str, ...]:
    after = words.lasted(said.incident.elapsed(said.now))
    return _with(f"{marks.DONE} *Resolved after {after}* {words.by(said.note.by)}", said.note.text)


def _reopened(said: Said) -> tuple[str, ...]:
    return _with(f"{words.mark(said.incident)} *Reopened* {words.by(said.note.by)}", said.note.text)


def _report(said: Said) -> Iterator[str]:
    """Draw the report's short form: its first line, which names the incident, is ours; the rest are facts."""
    incident, note = said.incident, said.note
    rest = note.text.strip().splitlines()[1:]
    yield f"{marks.DONE} *Resolved {words.by(note.by)}: {words.headline(incident)}* · report of {said.name}"
    yield from (_fact(line) for line in rest if line.strip())


def _fact(line: str) -> str:
    name, found, value = line.partition(": ")
    if not found or len(name) > _LONGEST_NAME:
        return plain(line, 900)
    return f"*{words.steady(name, 60)}:* {told(value, 900)}"


SAID: Mapping[NoteKind, Callable[[Said], Iterable[str]]] = MappingProxyType(
    {
        NoteKind.EVIDENCE: _evidence,
        NoteKind.NOTE: _note,
        NoteKind.UPDATE: _update,
        NoteKind.TOLD: _told,
        NoteKind.RUN: _run,
        NoteKind.ALERT: _alert,
        NoteKind.TAKEN_BACK: _taken_back,
        NoteKind.SKIPPED: _skipped,
        NoteKind.ROLE: _role,
        NoteKind.SEVERITY: _severity,
        NoteKind.REMIND: _remind,
        NoteKind.RESOLVED: _resolved,
        NoteKind.REOPENED: _reopened,
        NoteKind.REPORT: _report,
    }
)
"""First who did what, then what else there is to read."""
