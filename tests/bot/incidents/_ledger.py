"""An independent account of one incident: what each move does, kept by hand, without the code under test."""

from collections import Counter
from dataclasses import dataclass

from bot.engine.incident_timeline import EntryKind
from bot.engine.incidents import Mark
from bot.engine.reasons import Reason

US = "pawdeploy"
TODO, RUNNING, DONE, FAILED, SKIPPED = Mark.TODO, Mark.RUNNING, Mark.DONE, Mark.FAILED, Mark.SKIPPED
NEW, SAME = "new", "same"


class RefusedError(Exception):
    """The move is refused, with this reason."""


@dataclass
class Row:
    """One step."""

    kind: str
    mark: Mark = TODO
    by: str = ""
    why: str = ""
    choice: str = ""
    status: str = ""
    """Of the newest finding."""
    starts: int = 0
    run: int | None = None
    outside: bool = False
    """Whether something is to be done outside that is not done yet."""
    owner: str = ""
    remark: str = ""

    @property
    def words(self) -> set[str]:
        ended = {self.mark.value} if self.mark in (DONE, FAILED, SKIPPED) else set()
        return ended | ({self.choice, self.status} - {""})


class Ledger:
    """The incident as it must be. Moves answer ``NEW`` or ``SAME``, or raise ``RefusedError``."""

    def __init__(self, playbook, *, drill: bool) -> None:
        self.playbook, self.drill = playbook, drill
        lists = [playbook.steps, *playbook.branches.values()]
        self.steps = {step.id: step for steps in lists for step in steps if step.kind != "never"}
        self.rows = {key: Row(step.kind) for key, step in self.steps.items()}
        self.open, self.openings, self.severity, self.update_, self.roles = True, 1, "sev2", "", {}
        self.said: Counter[tuple[EntryKind, str]] = Counter({(EntryKind.OPENED, ""): 1})
        """Lines the timeline must have, by kind and step."""
        self.audited: Counter[str] = Counter({"incident.open": 1})
        self.starts: set[str] = set()
        """``step:number`` of everything that was to be started outside."""
        self.ends: list[str] = []
        """How runs ended that the checklist waited for."""
        self.due = False
        """Whether a report is to be written."""
        self.reports: list[int] = []
        """Of which endings there must be one."""
        self.messages: list[str] = []
        """What the orchestrator must have been told, in words, or as ``resolved 1``."""

    def there(self) -> list[str]:
        """Return the keys of the steps that are there, in order."""
        found: list[str] = []

        def go(steps) -> None:
            for step in steps:
                asked = step.condition
                if step.kind == "never" or (asked and not set(asked.outcome) & self.rows[asked.step].words):
                    continue
                found.append(step.id)
                chosen = self.rows[step.id].choice
                for choice in getattr(step, "choices", ()):
                    if choice.id == chosen and choice.opens:
                        go(self.playbook.branches[choice.opens])

        go(self.playbook.steps)
        return found

    def _row(self, key: str, kind: str = "") -> Row:
        if not self.open:
            raise RefusedError(Reason.INCIDENT_RESOLVED)
        if key not in self.there():
            raise RefusedError(Reason.STEP_NOT_THERE)
        if kind and self.rows[key].kind != kind:
            raise RefusedError(Reason.STALE_BUTTON)
        return self.rows[key]

    def _enter(self, kind: EntryKind, key: str = "", audited: str = "") -> str:
        self.said[kind, key] += 1
        if audited:
            self.audited[f"incident.{audited}"] += 1
        return NEW

    def _once(self, row: Row, by: str) -> str:
        if row.by != by:
            raise RefusedError(Reason.ALREADY_DONE)
        return SAME

    def tick(self, key, by):
        row = self._row(key)
        if row.kind == "decide":
            raise RefusedError(Reason.STALE_BUTTON)
        if row.mark is DONE:
            return self._once(row, by)
        if row.mark is RUNNING:
            raise RefusedError(Reason.STILL_RUNNING)
        row.mark, row.by, row.why = DONE, by, ""
        return self._enter(EntryKind.TICK, key, "tick")

    def untick(self, key, by, why):
        row = self._row(key)
        if row.mark is RUNNING:
            raise RefusedError(Reason.STILL_RUNNING)
        if row.mark is TODO:
            return SAME
        row.mark, row.by, row.why, row.choice, row.run = TODO, by, why, "", None
        return self._enter(EntryKind.UNTICK, key, "untick")

    def skip(self, key, by, why):
        row = self._row(key)
        if row.mark is RUNNING:
            raise RefusedError(Reason.STILL_RUNNING)
        if row.mark is SKIPPED:
            return self._once(row, by)
        if row.mark is DONE and row.by != "pawdeploy":
            raise RefusedError(Reason.ALREADY_DONE)
        row.mark, row.by, row.why = SKIPPED, by, why
        return self._enter(EntryKind.SKIP, key, "skip")

    def choose(self, key, by, choice):
        row = self._row(key)
        if choice not in [one.id for one in getattr(self.steps[key], "choices", ())]:
            raise RefusedError(Reason.STEP_NOT_THERE)
        if row.mark is DONE:
            if row.choice != choice:
                raise RefusedError(Reason.ALREADY_DONE)
            return self._once(row, by)
        row.mark, row.by, row.why, row.choice = DONE, by, "", choice
        return self._enter(EntryKind.DECIDED, key, "decide")

    def look(self, key, by):
        self._row(key, "look")
        return ""  # whether one is under way is not kept here

    def act(self, key, by):
        row = self._row(key, "act")
        if row.mark is RUNNING:
            if row.by == by:
                return SAME
            raise RefusedError(Reason.STILL_RUNNING)
        if row.mark is DONE:
            return self._once(row, by)
        row.starts += 1
        row.by = by
        if self.drill:
            row.mark = DONE
        else:
            row.mark, row.run, row.outside, row.why = RUNNING, None, True, ""
            self.starts.add(f"{key}:{row.starts}")
        return self._enter(EntryKind.ACT, key, "act")

    def tell(self, key, by, text):
        row = self._row(key, "tell")
        if row.mark in (DONE, RUNNING):
            return self._once(row, by)
        outside = not self.drill and any(to.kind == "orchestrator" for to in self.steps[key].to)
        row.starts += 1
        row.mark, row.by, row.why, row.outside = RUNNING if outside else DONE, by, "", outside
        if outside:
            self.messages.append(text)
        return self._enter(EntryKind.TOLD, key, "tell")

    def remark(self, key, by, text):
        self._row(key).remark = text
        return self._enter(EntryKind.NOTE, key)

    def own(self, key, by, user):
        row = self._row(key)
        if row.owner == user:
            return SAME
        row.owner = user
        return self._enter(EntryKind.OWNER, key)

    def _must_be_open(self):
        if not self.open:
            raise RefusedError(Reason.INCIDENT_RESOLVED)

    def update(self, by, text):
        self._must_be_open()
        self.update_ = text
        return self._enter(EntryKind.UPDATE, "", "update")

    def role(self, by, user):
        self._must_be_open()
        if self.roles.get("commander", "") == user:
            return SAME
        self.roles["commander"] = user
        return self._enter(EntryKind.ROLE, "", "role")

    def severe(self, by, to):
        self._must_be_open()
        if self.severity == to:
            return SAME
        self.severity = to
        return self._enter(EntryKind.SEVERITY, "", "severity")

    def note(self, by, text):
        return self._enter(EntryKind.NOTE)

    def resolve(self, by):
        self._must_be_open()
        if any(row.mark is RUNNING and row.kind == "act" for row in self.rows.values()):
            raise RefusedError(Reason.STILL_RUNNING)
        self.open = False
        self.due = True
        return self._enter(EntryKind.RESOLVED, "", "resolve")

    def reopen(self, by, why):
        if self.open:
            raise RefusedError(Reason.ALREADY_DONE)
        self.open = True
        self.due = False  # an ending taken back before anybody wrote its report has none
        self.openings += 1
        return self._enter(EntryKind.REOPENED, "", "reopen")

    # What follows from outside.

    def outside(self, key: str, found: Row, *, sure: bool, refused: bool) -> None:
        """A job of a step is over, or may be: take over what that must have come to. ``found``: as it is."""
        row = self.rows[key]
        waits = found.mark is RUNNING and found.run is None
        if not row.outside or (waits and not sure):
            return
        row.outside = False
        if row.kind == "tell":
            row.mark = DONE
            self._enter(EntryKind.TOLD, key)
            return
        if self.steps[key].start.kind == "lock":
            row.mark = DONE
        elif refused and found.run is None:
            row.mark = FAILED
        else:
            assert found.run is not None, key
            assert found.run not in [other.run for other in self.rows.values()]
            row.run = found.run

    def reported(self) -> None:
        """Whoever does jobs was there: the report of an ending is written, and sent."""
        if self.due:
            self.due = False
            self.reports.append(self.openings)
            self.messages += [] if self.drill else [f"resolved {self.openings}"]

    def ended(self, run: int, state: str) -> None:
        """A run ended, and somebody looked."""
        for row in self.rows.values():
            if row.run == run and row.mark is RUNNING:
                row.mark = DONE if state == "succeeded" else FAILED
                self.ends.append(f"run:{run}:{state}")

    def looked(self, key: str, found: Row, skies: set[str]) -> None:
        """A look may have found something; what was done by a person stays theirs."""
        row = self.rows[key]
        assert found.status in skies | {row.status}, (key, found.status)
        row.status = found.status
        if row.mark is TODO and found.mark is DONE:
            assert row.status in ("ok", "bad"), (key, row.status)
            row.mark, row.by, row.why = DONE, US, ""
