"""One step of an incident's checklist, drawn: a line, its control, what is known about it in small. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.engine.incidents import IncidentStep, IncidentView, Mark, Status
from handlers.render import _incident_words as words
from handlers.render import _steps as marks
from handlers.render._blocks import Block, context, cut, section
from handlers.render._elements import beside
from handlers.render._incident_buttons import answers, block_id, control
from handlers.render._incident_lines import IncidentAround
from handlers.render._text import link, listed, person, plain, told

TODO = "○"
DONE = ":white_check_mark:"
SKIPPED = ":fast_forward:"
RUNNING = ":hourglass_flowing_sand:"
_MARKS = {
    Mark.TODO: TODO,
    Mark.RUNNING: RUNNING,
    Mark.DONE: DONE,
    Mark.FAILED: marks.FAILED,
    Mark.SKIPPED: SKIPPED,
}
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Drawer:
    """Draws the steps of one incident; ``room`` is how long one step's words may be together."""

    incident: IncidentView
    around: IncidentAround
    now: datetime
    room: int

    def blocks(self, step: IncidentStep) -> Iterator[Block]:
        """Draw ``step``: two blocks at most."""
        line, small = self._line(step), " · ".join(part for part in self._small(step) if part)
        row, element = answers(self.incident, step), control(self.incident, step)
        note = plain(step.note, self._share(3)) if not step.over and self.incident.open else ""
        below = "\n".join(words for words in (note, small) if words)
        if row is not None:
            yield section(self._fit(f"{line}\n{below}".rstrip()))
            yield row | {"block_id": block_id(self.incident, step)}
            return
        fits = self._fit(line)
        identity = block_id(self.incident, step)
        yield beside(fits, element, identity) if element else section(fits) | {"block_id": identity}
        if below:
            yield context(cut(below, self._share(2)))

    def _fit(self, text: str) -> str:
        return cut(text, self.room)

    def _share(self, parts: int) -> int:
        return max(20, self.room // parts)

    def _line(self, step: IncidentStep) -> str:
        inward = "↳ " * min(step.depth, _DEEPEST)
        first = f"{inward}{step_mark(step)} {plain(step.text, self._share(3)) or plain(step.key, 40)}"
        return "\n".join(line for line in (first, *self._found(step), *self._outcome(step)) if line)

    def _found(self, step: IncidentStep) -> Iterator[str]:
        finding = step.finding
        if step.looking:
            yield "Looking…"
        if finding is None:
            return
        when = f" ({words.day_and_time(step.found_at, self.now)})" if step.found_at else ""
        said = plain(finding.said, self._share(4)).rstrip(".") or "nothing was said"
        unknown = "Not known: " if finding.status is Status.UNKNOWN else ""
        at = f" · points at *{words.steady(finding.points_at, 40)}*" if finding.points_at.strip() else ""
        shown = f"{words.circle(finding.status)} " if step.mark is Mark.SKIPPED or step.by_hand else ""
        yield f"{shown}{unknown}{link(finding.url, said)}{when}{at}"

    def _outcome(self, step: IncidentStep) -> Iterator[str]:
        if step.kind == "decide":
            yield _decided(step)
        if step.run is not None:
            how = words.run_state(step.run_state)
            its_own = step.trouble.startswith(f"Run {step.run} ")
            why = plain(step.trouble.partition(": ")[2], self._share(5)).rstrip(".") if its_own else ""
            named = link(self.around.run_links.get(step.run, ""), f"run {step.run}")
            yield f"{named} {how}{f': {why}' if why else ''}".rstrip()
        if step.kind == "tell" and step.told and not step.over:
            yield f"To {listed([words.addressee(one) for one in step.told[:5]])}"
        if step.trouble.strip() and not step.trouble.startswith(f"Run {step.run} "):
            yield f":warning: {told(step.trouble, self._share(5))}"
        if step.mark is Mark.SKIPPED:
            yield f"Skipped: {plain(step.why, self._share(5)) or 'nobody said why'}"

    def _small(self, step: IncidentStep) -> Iterator[str]:
        if step.mark is Mark.SKIPPED or step.by_hand or (step.over and step.kind != "look"):
            yield self._who_and_when(step)
        if step.why.strip() and step.mark is not Mark.SKIPPED:
            yield f"taken back: {plain(step.why, self._share(6))}"
        if step.kind == "act" and step.place.strip() and not step.over and self.incident.open:
            yield plain(step.place, 60)
        if not step.over:
            yield from self._whose(step)
        if step.remark.strip():
            yield f"“{plain(step.remark, self._share(6))}”"

    def _who_and_when(self, step: IncidentStep) -> str:
        doing = "" if step.by_hand or step.kind != "tell" or step.mark is not Mark.DONE else "sent "
        doing = "a drill, nothing sent: " if doing and self.incident.drill else doing
        at = f" at {words.day_and_time(step.at, self.now)}" if step.at else ""
        return f"{doing}{words.by(step.by)}{at}" if step.by or step.at else ""

    def _whose(self, step: IncidentStep) -> Iterator[str]:
        holder = step.owner or dict(self.incident.roles).get(step.owner_role, "")
        if holder:
            yield f"for {person(holder)}"
        elif step.owner_role:
            yield f"for {plain(step.owner_role, 40)}, nobody yet"
        if step.who:
            yield f"only {listed([plain(role, 40) for role in step.who[:4]], 'or')}"
        if step.due_at is not None and self.incident.open:
            when = words.day_and_time(step.due_at, self.now)
            yield f"*overdue since {when}*" if step.due_at <= self.now else f"due {when}"


def step_mark(step: IncidentStep) -> str:
    """Return the one mark of a step; of a look that is over by itself: of what it found."""
    if step.looking:
        return RUNNING
    if step.kind == "look" and step.finding is not None and not (step.by_hand or step.mark is Mark.SKIPPED):
        return words.circle(step.finding.status)
    return _MARKS[step.mark]


def _decided(step: IncidentStep) -> str:
    chosen = next((choice for choice in step.choices if choice.id == step.choice), None)
    if step.choice and step.mark is Mark.DONE:
        return f"Decided: *{words.steady(chosen.text if chosen else step.choice, 80)}*"
    suggested = [f"*{words.steady(choice.text, 60)}*" for choice in step.choices[:5] if choice.suggested]
    return f"Findings suggest {listed(suggested, 'or')}" if suggested else ""
