"""A move being made: what changes so far, and what follows of it for the rest of the checklist.

Pure. A move (``moves.py`` and its neighbours) writes into a ``Draft``; ``finish`` adds what always follows:
steps that came to be there, looks that begin by themselves, messages a longer checklist takes.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from bot.engine.incident_notes import IncidentNote, NoteKind
from bot.engine.incident_pages import pages
from bot.engine.incident_sheet import Audited, Change, Facts, Job, JobKind, Owed, Sheet, StepFacts
from bot.engine.incident_timeline import Entry, EntryKind
from bot.engine.incidents import Finding
from bot.incidents import views
from playbooks.copies import parse
from playbooks.models import Playbook
from playbooks.plan import every_step, open_steps
from playbooks.steps import Look, Worked

US = "pawdeploy"
"""Who did what nobody did."""


@lru_cache(maxsize=64)
def playbook_of(copy: str) -> Playbook:
    """Read the copy an incident keeps; it never changes, so it is read once."""
    return parse(copy)


@lru_cache(maxsize=64)
def steps_of(copy: str) -> Mapping[str, Worked]:
    """Return every step of the copy an incident keeps, there or not, by key, in order."""
    return MappingProxyType({planned.step.id: planned.step for planned in every_step(playbook_of(copy))})


class Draft:
    """One move on one incident."""

    def __init__(self, sheet: Sheet, now: datetime) -> None:
        self.before = sheet
        self.facts = sheet.facts
        self.steps: dict[str, StepFacts] = dict(sheet.steps)
        self.playbook = playbook_of(sheet.facts.copy)
        self.now = now
        self.shown_anew = False
        """Whether it is shown anew though nothing changed, for its times stand there as they were."""
        self.quiet = False
        """Whether what the move writes may wait to be shown; what follows of a move is always shown."""
        self._entries: list[Entry] = []
        self._findings: dict[int, Finding] = {}
        self._jobs: list[Job] = []
        self._owed: list[Owed] = []
        self._alerts: tuple[int, ...] = ()
        self._runs: tuple[int, ...] = ()
        self._audited: Audited | None = None
        self._drawn_anew: tuple[str, ...] = ()

    @property
    def there(self) -> dict[str, Worked]:
        """The steps that are there now, by key, in order."""
        planned = open_steps(self.playbook, views.outcomes(self.steps))
        return {one.step.id: one.step for one in planned}

    def amend(self, **changes: Any) -> None:  # noqa: ANN401 - fields of Facts, checked by replace
        """Change the incident itself."""
        self.facts = replace(self.facts, **changes)

    def put(self, key: str, **changes: Any) -> StepFacts:  # noqa: ANN401 - fields of StepFacts
        """Change a step; return it."""
        self.steps[key] = replace(self.steps[key], **changes)
        return self.steps[key]

    def enter(
        self,
        kind: EntryKind,
        text: str,
        *,
        by: str = "",
        step: str = "",
        at: datetime | None = None,
        key: str = "",
        url: str = "",
        finding: Finding | None = None,
    ) -> None:
        """Put a line on the timeline, when it happened if that was earlier."""
        if finding is not None:
            self._findings[len(self._entries)] = finding
        entry = Entry(
            at=at or self.now, kind=kind, text=text, by=by, step=step, key=key, url=url, said_at=self.now
        )
        self._entries.append(entry)

    def say(self, name: str, note: IncidentNote, *, kind: str = "incident_said", channel: str = "") -> None:
        """Owe a message where the incident is talked about, or in ``channel``; ``name`` makes it one."""
        note = note.model_copy(update={"drill": self.facts.drill})
        key = f"incident:{self.facts.id or '{id}'}:{name}"[:120]
        self.owe(Owed(key=key, kind=kind, body=note.encode(), channel=channel))

    def owe(self, message: Owed) -> None:
        """Owe a message as it is."""
        self._owed.append(message)

    def do(
        self, name: str, kind: JobKind, *, step: str = "", body: str = "", by: str = "", after: float = 0
    ) -> None:
        """Have something done outside, once; ``after``: seconds from now."""
        self._jobs.append(
            Job(
                key=f"{self.facts.id or '{id}'}:{name}",
                kind=kind,
                step=step,
                body=body,
                by=by,
                due_at=self.now + timedelta(seconds=after),
            )
        )

    def attach(self, *, alerts: tuple[int, ...] = (), runs: tuple[int, ...] = ()) -> None:
        """Have alerts and runs belong to it."""
        self._alerts += alerts
        self._runs += runs

    def audit(self, actor: str, action: str, **evidence: str | int | bool) -> None:
        """Have the move in the audit log."""
        self._audited = Audited(
            actor=actor, action=f"incident.{action}", evidence={"incident": self.facts.id, **evidence}
        )

    def look(self, key: str, *, by: str = US, after: float = 0) -> None:
        """Have a look taken, now or after so many seconds."""
        number = self.steps[key].looks + 1
        self.put(key, looks=number, looking=after == 0)
        self.do(f"look:{key}:{number}", JobKind.LOOK, step=key, body=str(number), by=by, after=after)

    def draw_anew(self, key: str) -> None:
        """Have a step shown as it is to people whose screens show it otherwise."""
        self._drawn_anew += (key,)

    def finish(self) -> Change:
        """Return what the move changes, and what follows of that."""
        self._settle()
        self._count_pages()
        facts = None if self.facts == self.before.facts else self.facts
        steps = tuple(step for key, step in self.steps.items() if step != self.before.steps.get(key))
        shown = facts or self._entries or self._owed or self._alerts or self._runs or self._audited
        return Change(
            facts=facts,
            steps=steps,
            at=self.now,
            drawn_anew=self._drawn_anew,
            shown_anew=self.shown_anew,
            quiet=self.quiet and not shown and all(self._stands(step) for step in steps),
            entries=tuple(self._entries),
            findings=dict(self._findings),
            jobs=tuple(self._jobs),
            owed=tuple(self._owed),
            alerts=self._alerts,
            runs=self._runs,
            audited=self._audited,
        )

    def _stands(self, step: StepFacts) -> bool:
        """Say whether a step is where it was."""
        was = self.before.steps[step.key]
        return (was.mark, was.since) == (step.mark, step.since)

    def _settle(self) -> None:
        there = self.there
        for key, facts in list(self.steps.items()):
            if key not in there:
                if facts.since is not None:
                    self.put(key, since=None, looking=False)
            elif facts.since is None:
                self.put(key, since=self.now)
                if isinstance(there[key], Look) and self.facts.resolved_at is None:
                    self.look(key)

    def _count_pages(self) -> None:
        wanted = len(pages(views.steps(self.facts, self.steps, self.playbook, {})))
        for page in range(self.facts.pages, wanted):
            key = f"incident:{self.facts.id or '{id}'}:page:{page}"
            self.owe(Owed(key=key, kind="incident_page", page=page, channel=self.facts.channel))
        if wanted > self.facts.pages:
            self.amend(pages=wanted)


def begin(facts: Facts, now: datetime) -> Draft:
    """Start the draft of an incident that is not stored yet."""
    steps = steps_of(facts.copy)
    blank = {key: StepFacts(key=key, position=position) for position, key in enumerate(steps)}
    draft = Draft(Sheet(facts=facts, steps=blank), now)
    draft.owe(Owed(key="incident:{id}", kind="incident", channel=facts.channel))
    return draft


def note(kind: NoteKind, **said: Any) -> IncidentNote:  # noqa: ANN401 - fields of IncidentNote
    """Make a note; shorter than naming the class everywhere."""
    return IncidentNote(kind=kind, **said)
