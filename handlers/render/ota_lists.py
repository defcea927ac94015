"""Answers of ``/pawota`` to one person: updates and ways back, where one goes on. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.engine.ota import UpdateFacts
from bot.engine.runs import RunView
from handlers.render._blocks import Message, context, message, section
from handlers.render._outcome import outcome
from handlers.render._text import plain
from handlers.render._update_words import next_stage, quoted
from handlers.render.lists import run_row

MOST_RUNS = 20


def render_ota_history(runs: Sequence[RunView], environment: str, *, now: datetime) -> Message:
    """List updates and ways back, newest first."""
    where = plain(environment, 40)
    if not runs:
        none = f"There are no updates of {where} yet. `/pawota help` shows how to start one."
        return message(none, section(none))
    more = len(runs) - MOST_RUNS
    return message(
        f"The newest updates of {where}: {outcome(runs[0])[1].replace('`', '')}",
        section(f"*The newest updates of {where}*"),
        *(section(run_row(run, now)) for run in runs[:MOST_RUNS]),
        section(f"and {more} more") if more > 0 else None,
        context("`/pawota status` shows what people have."),
    )


def promoted_text(run: RunView, facts: UpdateFacts) -> str:
    """Say that an update goes on, and to how many people."""
    to = f"{next_stage(facts) or 100} % of {plain(run.environment, 40)}"
    return f"{quoted(run.why)} goes on to {to} (run {run.id}); its card shows it."
