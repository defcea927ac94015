"""What must hold between the steps of a playbook: names used once, branches that lead somewhere, no circle.

Each rule is a function that yields what breaks it, with the path of the culprit from the top of the file.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.shapes import MisplacedError
from playbooks import plan
from playbooks.steps import Act, Choice, Condition, Decide, Look, Never, Step

if TYPE_CHECKING:  # a playbook calls ``check`` on itself
    from playbooks.models import Playbook

MOST_STEPS = 100
"""All branches together."""
COMMANDER = "commander"
"""The one role every incident has."""

Path = tuple[str | int, ...]


class UnfitError(MisplacedError):
    """The first thing that does not fit, with all of them in ``every``."""

    def __init__(self, every: tuple[MisplacedError, ...]) -> None:
        first = every[0]
        super().__init__(first.path, str(first), first.advice)
        self.every = every


def check(playbook: "Playbook") -> None:
    """Return when the steps fit together; raise ``UnfitError``, a ``MisplacedError``, when they do not."""
    # Too much is not looked through; which step comes before which is known once all branches lead somewhere.
    wrong = tuple(_sizes(playbook))
    wrong = wrong or (*_names(playbook), *_roles(playbook), *_branches(playbook))
    wrong = wrong or tuple(_conditions(playbook))
    if wrong:
        raise UnfitError(wrong)


def outcomes(step: Step) -> tuple[str, ...]:
    """Return how a step can end, in the words conditions use; nothing for a prohibition."""
    match step:
        case Look():
            return ("ok", "bad", "unknown", "done", "skipped")
        case Decide():
            return (*(choice.id for choice in step.choices), "skipped")
        case Act():
            return ("done", "failed", "skipped")
        case Never():
            return ()
        case _:
            return ("done", "skipped")


def walk(playbook: "Playbook") -> Iterator[tuple[Path, Step]]:
    """Yield every step as the file has them, prohibitions among them, each with its path."""
    for number, step in enumerate(playbook.steps):
        yield ("steps", number), step
    for name, steps in playbook.branches.items():
        for number, step in enumerate(steps):
            yield ("branches", name, number), step


def _sizes(playbook: "Playbook") -> Iterator[MisplacedError]:
    every = tuple(walk(playbook))
    if len(every) > MOST_STEPS:
        path, problem = every[MOST_STEPS][0], f"there are {len(every)} steps"
        yield MisplacedError(path, problem, f"{MOST_STEPS} are the most, those of all branches together")
    if all(isinstance(step, Never) for step in playbook.steps):
        yield MisplacedError(("steps",), "there is nothing to do", "write a step of another kind than never")


def _names(playbook: "Playbook") -> Iterator[MisplacedError]:
    seen: set[str] = set()
    for path, step in walk(playbook):
        if step.id in seen:
            advice = "give each step its own id, those of all branches together"
            yield MisplacedError((*path, "id"), f"two steps are called {step.id}", advice)
        seen.add(step.id)
    for path, step in walk(playbook):
        if isinstance(step, Decide):
            yield from _choice_names((*path, "choices"), step)


def _choice_names(path: Path, step: Decide) -> Iterator[MisplacedError]:
    seen: set[str] = set()
    for number, choice in enumerate(step.choices):
        if choice.id in seen:
            problem = f"two choices of {step.id} are called {choice.id}"
            yield MisplacedError((*path, number, "id"), problem, "give each choice its own id")
        if choice.id in ("done", "skipped"):
            problem = f"a choice cannot be called {choice.id}, for conditions mean something else by it"
            yield MisplacedError((*path, number, "id"), problem, f"write e.g. {choice.id}-it")
        seen.add(choice.id)


def _roles(playbook: "Playbook") -> Iterator[MisplacedError]:
    known: list[str] = [COMMANDER]
    for number, role in enumerate(playbook.roles):
        if role.name == COMMANDER:
            advice = "leave it out: every incident has one"
            yield MisplacedError(("roles", number, "name"), f"{COMMANDER} is no role of a playbook", advice)
        elif role.name in known:
            problem = f"two roles are called {role.name}"
            yield MisplacedError(("roles", number, "name"), problem, "give each its own name")
        known.append(role.name)
    for path, step in walk(playbook):
        if not isinstance(step, Never) and step.owner not in (None, *known):
            advice = f"write one of {', '.join(dict.fromkeys(known))}, or add it under roles"
            yield MisplacedError((*path, "owner"), f"there is no role {step.owner}", advice)


def _branches(playbook: "Playbook") -> Iterator[MisplacedError]:
    opened: set[str] = set()
    leads: dict[str, set[str]] = {}
    for path, branch, choice in _openings(playbook):
        name = choice.opens or ""
        opened.add(name)
        if name not in playbook.branches:
            known = ", ".join(playbook.branches) or "none"
            problem = f"there is no branch {name}, so this choice leads nowhere"
            advice = f"there are {known}; write it under branches, or leave opens out"
            yield MisplacedError(path, problem, advice)
        elif name == branch:
            yield MisplacedError(path, f"{name} opens itself", "open another branch, or leave opens out")
        elif branch and (way := _way(leads, name, branch)):
            circle = " → ".join((branch, *way))
            problem = f"the branches run in a circle: {circle}"
            yield MisplacedError(path, problem, "open a branch that does not lead back here")
        elif branch:
            leads.setdefault(branch, set()).add(name)
    for name in playbook.branches:
        if name not in opened:
            advice = f"write opens: {name} at a choice, or leave the branch out"
            yield MisplacedError(("branches", name), "no choice opens this branch", advice)


def _way(leads: dict[str, set[str]], start: str, goal: str) -> tuple[str, ...]:
    """Return the branches on the shortest way, both ends included; empty when there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:  # grows while it is gone through: one step further each time
        if way[-1] == goal:
            return way
        for following in sorted(leads.get(way[-1], set()) - seen):
            seen.add(following)
            ways.append((*way, following))
    return ()


def _conditions(playbook: "Playbook") -> Iterator[MisplacedError]:
    order = {planned.step.id: place for place, planned in enumerate(plan.every_step(playbook))}
    steps = {step.id: step for _, step in walk(playbook)}
    for path, step in walk(playbook):
        here = order.get(step.id, len(order))  # a prohibition stands at the top, whatever it waits for
        for where, condition in _conditions_of(path, step):
            other = steps.get(condition.step)
            if other is None:
                advice = f"write the id of a step before it, e.g. {_before(order, here)}"
                yield MisplacedError((*where, "step"), f"there is no step {condition.step}", advice)
                continue
            if order.get(other.id, here) >= here:
                yield _not_before(where, other, step, _before(order, here))
                continue
            for number, outcome in enumerate(condition.outcome):
                if outcome not in outcomes(other):
                    problem = f"{other.id} ({other.kind}) never ends as {outcome!r}"
                    advice = f"write one of {', '.join(outcomes(other))}"
                    yield MisplacedError((*where, "outcome", number), problem, advice)


def _not_before(where: Path, other: Step, step: Step, known: str) -> MisplacedError:
    advice = f"write the id of a step before it, e.g. {known}"
    if isinstance(other, Never):
        return MisplacedError((*where, "step"), f"{other.id} is a prohibition and never ends", advice)
    if other.id == step.id:
        return MisplacedError((*where, "step"), f"{step.id} waits for itself", advice)
    return MisplacedError((*where, "step"), f"{other.id} comes only after {step.id}", advice)


def _before(order: dict[str, int], here: int) -> str:
    """Name the steps nearest before a place, at most five."""
    near = [name for name, place in order.items() if place < here][-5:]
    return ", ".join(near) or "none: this is the first"


def _conditions_of(path: Path, step: Step) -> Iterator[tuple[Path, Condition]]:
    if step.condition is not None:
        yield (*path, "condition"), step.condition
    if isinstance(step, Decide):
        for number, choice in enumerate(step.choices):
            for place, condition in enumerate(choice.suggested):
                yield (*path, "choices", number, "suggested", place), condition


def _openings(playbook: "Playbook") -> Iterator[tuple[Path, str, Choice]]:
    """Yield every choice that opens a branch, with the path of its ``opens`` and the branch it stands in."""
    for path, step in walk(playbook):
        if isinstance(step, Decide):
            for number, choice in enumerate(step.choices):
                if choice.opens is not None:
                    branch = str(path[1]) if path[0] == "branches" else ""
                    yield (*path, "choices", number, "opens"), branch, choice
