"""Which steps of a playbook are there, given how others ended. Pure: a list in, a list out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playbooks.steps import Condition, Decide, Never, Step, Worked

if TYPE_CHECKING:  # a playbook checks itself with what is here
    from playbooks.models import Playbook


@dataclass(frozen=True, slots=True)
class Planned:
    """A step in its place."""

    step: Worked
    branch: str
    """Empty: the main list."""
    depth: int
    """How many decisions led to it."""


Outcomes = Mapping[str, frozenset[str]]
"""By step id how it ended, in conditions' words: ``{"code"}``, ``{"done", "bad"}``. Not ended: absent."""


def every_step(playbook: "Playbook") -> tuple[Planned, ...]:
    """Return all steps but prohibitions, each once: a branch stands after the first decision opening it."""
    return tuple(_walk(playbook, playbook.steps, "", 0, None, set()))


def open_steps(playbook: "Playbook", outcomes: Outcomes) -> tuple[Planned, ...]:
    """Return the steps that are there now, in the order in which they are worked."""
    return tuple(_walk(playbook, playbook.steps, "", 0, outcomes, set()))


def prohibitions(playbook: "Playbook", outcomes: Outcomes) -> tuple[Never, ...]:
    """Return what nobody may do now, those of opened branches included."""
    open_branches = {planned.branch for planned in open_steps(playbook, outcomes)}
    lists = [playbook.steps, *(steps for name, steps in playbook.branches.items() if name in open_branches)]
    return tuple(
        step
        for steps in lists
        for step in steps
        if isinstance(step, Never) and holds(step.condition, outcomes)
    )


def holds(condition: Condition | None, outcomes: Outcomes) -> bool:
    """Say whether a condition is met."""
    return condition is None or bool(outcomes.get(condition.step, frozenset()) & set(condition.outcome))


def suggested(step: Decide, outcomes: Outcomes) -> tuple[str, ...]:
    """Return the ids of the choices the findings speak for."""
    return tuple(
        choice.id for choice in step.choices if any(holds(one, outcomes) for one in choice.suggested)
    )


def _walk(
    playbook: "Playbook",
    steps: tuple[Step, ...],
    branch: str,
    depth: int,
    outcomes: Outcomes | None,
    seen: set[str],
) -> Iterator[Planned]:
    for step in steps:
        if isinstance(step, Never) or (outcomes is not None and not holds(step.condition, outcomes)):
            continue
        yield Planned(step, branch, depth)
        if not isinstance(step, Decide):
            continue
        for choice in step.choices:
            chosen = outcomes is None or choice.id in outcomes.get(step.id, frozenset())
            if choice.opens and chosen and choice.opens not in seen:
                seen.add(choice.opens)
                inner = playbook.branches[choice.opens]
                yield from _walk(playbook, inner, choice.opens, depth + 1, outcomes, seen)
