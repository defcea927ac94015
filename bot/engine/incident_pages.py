"""How many messages a checklist takes, and which steps stand on which: Slack's limits, before drawing."""

from collections.abc import Sequence

from bot.engine.incidents import IncidentStep

MOST_STEPS = 20
"""On one message: two blocks each at most, of the fifty Slack takes."""
MOST_TEXT = 8_500
"""Characters of steps on one message, of some 13,000 Slack takes."""
_LINE = 1_000
"""What one step's line takes at most, everything about it included; renderers cut there."""


def weight(step: IncidentStep) -> int:
    """Return about how many characters a step's line takes."""
    found = len(step.finding.said) if step.finding else 0
    return min(_LINE, 120 + len(step.text) + len(step.remark) + len(step.why) + len(step.trouble) + found)


def pages(steps: Sequence[IncidentStep]) -> tuple[tuple[IncidentStep, ...], ...]:
    """Return the steps message by message, in order; at least one message, perhaps empty."""
    split: list[list[IncidentStep]] = [[]]
    used = 0
    for step in steps:
        if split[-1] and (len(split[-1]) >= MOST_STEPS or used + weight(step) > MOST_TEXT):
            split.append([])
            used = 0
        split[-1].append(step)
        used += weight(step)
    return tuple(tuple(page) for page in split)
