"""The steps of a run in words: one line each once begun, the rest in one breath. Used by the run card."""

from datetime import datetime
from typing import assert_never

from bot.engine.reasons import Reason
from bot.engine.runs import RunView, StepView
from bot.engine.states import RunKind, RunState, StepName, StepState
from handlers.render._text import duration, link, listed, plain
from handlers.render._voices import gave_way

GOING = ":large_blue_circle:"
WAITING = ":large_yellow_circle:"
DONE = ":large_green_circle:"
FAILED = ":red_circle:"
STOPPED = ":white_circle:"

TITLES: dict[StepName, str] = {
    StepName.RESOLVE: "Commit",
    StepName.CHECKS: "Checks",
    StepName.SOAK: "Soak",
    StepName.CHANGES: "Changes",
    StepName.NATIVE: "JavaScript only",
    StepName.BUMP: "Version",
    StepName.BUILD: "Builds",
    StepName.DEVICES: "Device tests",
    StepName.CONSENT: "Approvals",
    StepName.LINE: "Line",
    StepName.HOLD: "Hold",
    StepName.RECORD: "GitHub record",
    StepName.MIGRATE: "Migrations",
    StepName.WORKFLOW: "Workflow",
    StepName.PUBLISH: "Publish",
    StepName.ROLLOUT: "Rollout",
    StepName.REVERT: "Take back",
    StepName.SUBMIT: "Submit",
    StepName.REVIEW: "Store review",
    StepName.STORE: "Store",
    StepName.SHIP: "Ship",
    StepName.FOLLOW: "Build and start",
    StepName.HEALTH: "Health",
    StepName.SMOKE: "Smoke tests",
    StepName.WATCH: "Watch",
}
_NO_COMMIT = {RunKind.UPDATE_BACK: "Update", RunKind.STORE: "Version"}
"""What is looked up first by runs that ship no commit."""
_WAITS = {StepName.LINE, StepName.CONSENT, StepName.DEVICES}
"""Steps in which we wait for people or other runs, not for a machine."""
MOST = 20
"""Lines shown at most; the longest deploy has thirteen."""


def mark(step: StepView, *, refused: bool = False) -> str:
    """Return the state mark of a step that has begun; a gate that said no is not red: nothing broke."""
    match step.state:
        case StepState.RUNNING:
            return WAITING if step.name in _WAITS else GOING
        case StepState.DONE:
            return DONE
        case StepState.FAILED:
            return STOPPED if refused else FAILED
        case StepState.CANCELLED | StepState.TODO:
            return STOPPED
        case _:
            assert_never(step.state)


def _title(run: RunView, name: StepName) -> str:
    """Name a step; what an app goes back to, or is handed to, is no commit."""
    return _NO_COMMIT.get(run.kind, TITLES[name]) if name is StepName.RESOLVE else TITLES[name]


def _took(step: StepView, now: datetime) -> str:
    if step.started_at is None:
        return ""
    if step.ended_at is not None:
        return duration(step.ended_at - step.started_at)
    if step.state is StepState.RUNNING:
        return f"{duration(now - step.started_at)} so far"
    return ""


def step_lines(run: RunView, now: datetime) -> str:
    """Return a line per step that has begun: mark, name, evidence, time; empty before the first."""
    lines = []
    for step in run.steps[:MOST]:
        if step.state is StepState.TODO:
            continue
        title = _title(run, step.name)
        name = link(step.url, f"*{title}*") if step.url else f"*{title}*"
        told_below = step.state is StepState.FAILED and step.note in run.detail
        nothing_new = told_below or step.note == title
        words = [name, "" if nothing_new else plain(_brief(step), 200), _took(step, now)]
        unbroken = run.state is RunState.REFUSED or gave_way(run)
        shown = _unsure(run, step) or mark(step, refused=unbroken)
        lines.append(f"{shown} {' · '.join(word for word in words if word)}")
    return "\n".join(lines)


def _unsure(run: RunView, step: StepView) -> str:
    """Return the mark of a watch that ended without a verdict: never green. Empty for every other step."""
    if step.name is not StepName.WATCH or run.reason is not Reason.WATCH_INCONCLUSIVE:
        return ""
    return STOPPED if run.kept_by else WAITING


def _brief(step: StepView) -> str:
    """Leave the statistics of a watch that saw nothing to its picture, and what stores say to their lines."""
    if step.name is StepName.REVIEW and step.state is StepState.RUNNING:
        return ""
    if step.name is not StepName.WATCH or step.state is not StepState.DONE:
        return step.note
    return step.note.split(". ")[0].rstrip(".")


def watching(run: RunView) -> bool:
    """Say whether it has shipped and is watched, or was just now: a cancel would come too late."""
    return run.has(StepName.WATCH) and run.step(StepName.WATCH).state in {StepState.RUNNING, StepState.DONE}


def still_to_do(run: RunView) -> str:
    """Name the steps not begun, in order: ``ship, build and start and health``; empty when none is left."""
    return listed([_lower(run, step.name) for step in run.steps[:MOST] if step.state is StepState.TODO])


def failed_step(run: RunView) -> str:
    """Name the step that failed, as inside a sentence; empty when none did."""
    return next((_lower(run, step.name) for step in run.steps if step.state is StepState.FAILED), "")


def _lower(run: RunView, name: StepName) -> str:
    title = _title(run, name)
    return title if title.startswith(("GitHub", "JavaScript")) else title.lower()
