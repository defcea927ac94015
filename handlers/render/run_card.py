"""The card of one run: outcome first, then the commit, then the steps. Pure; redrawn from state at will."""

from datetime import datetime

from bot.engine.aftermath import retryable
from bot.engine.runs import RunView
from bot.engine.states import ACTIVE, CANCELLABLE, RETRYABLE, RunState
from handlers._payloads import RunButton
from handlers.render import _steps as steps
from handlers.render._blocks import Block, Message, actions, button, context, link_button, message, section
from handlers.render._outcome import outcome
from handlers.render._text import (
    clock,
    code,
    count,
    duration,
    link,
    one_line,
    person,
    plain,
    short,
)
from handlers.render._ways_out import way_out
from handlers.render.log_note import render_log_note

__all__ = ["CANCEL", "RETRY", "render_log_note", "render_run_card"]

RETRY = "run_retry"
CANCEL = "run_cancel"
OPEN_URL = "open_url"
OPEN_DEPLOYMENT = "open_deployment"


def render_run_card(run: RunView, *, now: datetime, several: bool = True) -> Message:
    """Draw the card of ``run`` as it stands; ``now`` (aware UTC) dates what is still going on.

    ``several``: its environment has more services than this one, so that a command must name it.
    """
    head = _headline(run)
    todo = steps.still_to_do(run)
    walked = steps.step_lines(run, now)
    if run.state in ACTIVE and todo:
        walked = f"{walked}\nNext: {todo}.".lstrip()
    return message(
        _fallback(run),
        section("\n".join(line for line in (head, _commit(run), _asked(run)) if line)),
        section(walked) if walked else None,
        *_ending(run, todo),
        _buttons(run),
        context(_footer(run, now, several=several)),
    )


def _headline(run: RunView) -> str:
    mark, words = outcome(run)
    return f"{mark} *{words}* · {plain(run.service, 40)}"


def _fallback(run: RunView) -> str:
    _, words = outcome(run)
    detail = f": {plain(run.detail, 200)}" if run.detail and run.state in RETRYABLE else ""
    return f"{words.replace('`', '')} ({plain(run.service, 40)}){detail}"


def _commit(run: RunView) -> str:
    title = plain(run.commit_title, 150)
    return " · ".join(
        word for word in (link(run.commit_url, title) if title else "", plain(run.commit_author, 60)) if word
    )


def _asked(run: RunView) -> str:
    ref = code(run.ref, 60) if run.ref and not run.sha.startswith(run.ref) else ""
    again = "once more, `--again`" if run.again else ""
    words = [f"Asked by {person(run.requested_by)}", ref, again]
    if run.state is RunState.CANCELLED and run.cancelled_by:
        words.append(f"cancelled by {person(run.cancelled_by)}")
    if run.ended_at is not None and run.state not in ACTIVE:
        words.append(f"took {duration(run.ended_at - run.requested_at)}")
    return " · ".join(word for word in words if word)


def _ending(run: RunView, todo: str) -> tuple[Block | None, ...]:
    said: list[str] = []
    if run.waiting_for is not None and run.state in ACTIVE:
        line = run.waiting_for
        ahead = f"; {count(line.ahead, 'run')} ahead" if line.ahead > 1 else ""
        said.append(
            f"In line behind run {line.run_id} by {person(line.requested_by)}{ahead}. It starts by itself."
        )
    if run.detail and run.state is not RunState.SUCCEEDED:
        said.append(plain(run.detail, 700))
    if run.state not in ACTIVE and run.state is not RunState.SUCCEEDED:
        left = f"*Not done:* {todo}." if todo else ""
        said.append(plain(run.not_done, 400) or left)
        said.append(f"*As it stands:* {plain(run.live, 300)}" if run.live else "")
    if run.state is RunState.SUCCEEDED:
        before = f" Before: {short(run.previous_sha)}." if run.previous_sha else ""
        where = link(run.environment_url, plain(run.environment_url, 200))
        said.append(f"Live at {where}.{before}" if where else before.strip())
    text = "\n".join(line for line in said if line)
    return (section(text),) if text else ()


def _buttons(run: RunView) -> Block | None:
    value = RunButton(run=run.id, attempt=run.attempt).encode()
    where = one_line(run.environment)
    row: list[Block | None] = []
    if run.state in RETRYABLE:
        again = retryable(run.state, run.reason)
        retry = button("Retry", RETRY, value, style="primary") if again else None
        row = [retry, button("Cancel", CANCEL, value)]
    elif run.state in CANCELLABLE:
        question = (
            f"Run {run.id} stops deploying to {where[:80]} at the next safe point. What is live stays live."
        )
        row = [
            button(
                "Cancel",
                CANCEL,
                value,
                style="danger",
                confirm=("Stop this run?", question, "Stop it", "Keep going"),
            )
        ]
    elif run.state is RunState.SUCCEEDED:
        row = [link_button(f"Open {where[:40]}", OPEN_URL, run.environment_url)]
    return actions(*row, link_button("Deployment", OPEN_DEPLOYMENT, run.vendor_page))


def _footer(run: RunView, now: datetime, *, several: bool) -> str:
    words = [f"Run {run.id}"]
    if run.attempt > 1:
        words.append(f"attempt {run.attempt}")
    words.append(
        f"as of {clock(now, '{time_secs}')}"
        if run.state in ACTIVE
        else clock(run.ended_at or run.requested_at, "{date_short_pretty} at {time}")
    )
    return "\n".join(line for line in (" · ".join(words), way_out(run, several=several)) if line)
