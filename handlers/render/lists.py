"""Answers to one person: status, history, "your run is on its way". Lines of words, long lists cut. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.engine.app_status import AppStatus
from bot.engine.reasons import Reason
from bot.engine.runs import EnvironmentStatus, RunView
from bot.engine.states import ACTIVE, RETRYABLE
from handlers.render import _steps as steps
from handlers.render._blocks import Message, context, message, section
from handlers.render._outcome import commit_title, outcome
from handlers.render._text import (
    ago,
    clock,
    code,
    count,
    duration,
    first_few,
    link,
    one_line,
    person,
    plain,
    plainly,
    short,
    told,
)
from handlers.render.app_status import app_sections
from handlers.render.changes import render_diff, render_preview
from handlers.render.help import render_help

__all__ = [
    "render_diff",
    "render_help",
    "render_history",
    "render_preview",
    "render_started",
    "render_status",
]

MOST_PLACES = 12
MOST_APPS = 6
MOST_RUNS = 20


def render_started(run: RunView, channel: str) -> Message:
    """Tell who asked from elsewhere where the card is."""
    mark, words = outcome(run)
    text = f"{mark} {words}: run {run.id}. Its card is in <#{channel}>."
    if run.waiting_for is not None:
        text += f" It is in line behind run {run.waiting_for.run_id}."
    return message(text, section(text))


def render_status(
    statuses: Sequence[EnvironmentStatus],
    *,
    now: datetime,
    apps: Sequence[AppStatus] = (),
    more_apps: int = 0,
) -> Message:
    """Say what every environment runs and what people have of ``apps``; an unknown is shown as unknown."""
    of_apps = [block for app in apps[:MOST_APPS] for block in app_sections(app, now=now)]
    left = more_apps + max(0, len(apps) - MOST_APPS)
    shown = [section(_place(status, now)) for status in statuses[:MOST_PLACES]]
    more = len(statuses) - len(shown)
    fallback = first_few([f"{plain(s.environment, 40)} {code(s.sha[:7]) or 'unknown'}" for s in statuses], 6)
    return message(
        f"Live now: {', '.join(fallback)}" if statuses else "Nothing is configured",
        *shown,
        section(f"and {more} more") if more > 0 else None,
        *of_apps,
        section(f"and {count(left, 'more place')} of apps") if left > 0 else None,
        context(
            f"Seen {clock(now)}. `/pawdeploy diff` shows what would ship, `/pawdeploy history` what did."
        ),
    )


def _place(status: EnvironmentStatus, now: datetime) -> str:
    health = one_line(status.health)
    mark = {"up": steps.DONE, "down": steps.FAILED}.get(health.split(" ")[0].strip(";,.:").lower(), "")
    head = f"{mark} *{plain(status.environment, 40)}* · {plain(status.service, 40)}".strip()
    if status.sha:
        live = f"{short(status.sha)} live" + (f", shipped {ago(status.since, now)}" if status.since else "")
    else:
        live = "what is live is unknown"
    lines = [head, f"{live} · health {plain(health, 120) or 'unknown'}"]
    if status.trouble:
        lines.append(plain(status.trouble, 300))
    if status.active is not None:
        going, words = outcome(status.active)
        line = f"; {count(status.waiting, 'run')} in line" if status.waiting else ""
        lines.append(f"{going} {words} · run {status.active.id} {_by(status.active)}{line}")
    elif status.waiting:
        lines.append(f"{steps.WAITING} {count(status.waiting, 'run')} in line")
    if status.last is not None:
        lines.append(f"Last: {_run_words(status.last, now)}")
    where = link(status.url, plain(status.url, 120))
    return "\n".join([*lines, *([where] if where else [])])


def _by(run: RunView) -> str:
    return "by itself" if run.automatic else f"by {person(run.requested_by)}"


def _run_words(run: RunView, now: datetime) -> str:
    mark, words = outcome(run)
    when = ago(run.ended_at or run.requested_at, now)
    return f"{mark} {words} · run {run.id} {_by(run)} · {when}"


def render_history(runs: Sequence[RunView], environment: str | None, *, now: datetime) -> Message:
    """List runs, newest first: outcome, commit, who, how long, when."""
    where = f" of {plain(environment, 40)}" if environment else ""
    if not runs:
        none = f"There are no runs{where} yet. `/pawdeploy help` shows how to start one."
        return message(none, section(none))
    lines = [section(run_row(run, now)) for run in runs[:MOST_RUNS]]
    more = len(runs) - len(lines)
    return message(
        f"The newest runs{where}: {outcome(runs[0])[1].replace('`', '')}",
        section(f"*The newest runs{where}*"),
        *lines,
        section(f"and {more} more") if more > 0 else None,
        context("`/pawdeploy status` shows what is live."),
    )


def run_row(run: RunView, now: datetime) -> str:
    """Say of one run, in a list of them: outcome, who, what, how long, when, why it ended badly."""
    mark, words = outcome(run)
    facts = [f"{mark} *{words}* · {plain(run.service, 40)}"]
    took = duration(run.ended_at - run.requested_at) if run.ended_at and run.state not in ACTIVE else ""
    title = commit_title(run, 80)
    second = [
        f"Run {run.id}",
        "by itself" if run.automatic else person(run.requested_by),
        title,
        took,
        ago(run.ended_at or run.requested_at, now),
    ]
    facts.append(" · ".join(word for word in second if word))
    if run.state in RETRYABLE and run.detail and run.reason is not Reason.REJECTED:  # said above already
        hurt = run.reason is Reason.REGRESSED
        facts.append(told(plainly(run.detail) if hurt else run.detail, 160))
    return "\n".join(facts)
