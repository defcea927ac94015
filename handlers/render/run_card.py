"""The card of one run: outcome first, then the commit, then the steps. Pure; redrawn from state at will."""

import re
from datetime import datetime

from bot.engine.aftermath import retryable
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import ACTIVE, MOBILE, RETRYABLE, RunKind, RunState
from handlers.render import _steps as steps
from handlers.render._approvals import approvals_text
from handlers.render._around import NOTHING, Around, around
from handlers.render._blocks import Block, Message, context, message, section
from handlers.render._buttons import CANCEL, RETRY, buttons
from handlers.render._outcome import commit_title, outcome
from handlers.render._release_lines import gate_text, lines_tell, nothing_goes_on, stores_tell, waits_for
from handlers.render._shipment import exceptions_text, shipment_text
from handlers.render._text import (
    clock,
    code,
    count,
    duration,
    link,
    person,
    plain,
    plainly,
    short,
    told,
)
from handlers.render._update_words import update_facts
from handlers.render._voices import expired, gave_way
from handlers.render._ways_out import way_out
from handlers.render.log_note import render_log_note

_RETRY = re.compile(r"(?:^|(?<=\. ))Retry (?:builds|hands|looks|goes|asks) [^.]*\.(?: |$)")
"""A sentence of ours about Retry, as steps that end badly say it."""

__all__ = ["CANCEL", "RETRY", "Around", "around", "render_log_note", "render_run_card"]


def render_run_card(
    run: RunView, *, now: datetime, several: bool = True, around: Around = NOTHING
) -> Message:
    """Draw the card of ``run`` as it stands; ``now`` (aware UTC) dates what is still going on.

    ``several``: its environment has more services than this one, so that a command must name it.
    ``around``: the rules of the place, see ``around()``.
    """
    todo = steps.still_to_do(run)
    walked = steps.step_lines(run, now)
    if run.state in ACTIVE and todo:
        walked = f"{walked}\nNext: {todo}.".lstrip()
    asked = approvals_text(run, around, now)
    parts = [exceptions_text(run), shipment_text(run), gate_text(run, around), asked, walked]
    return message(
        _fallback(run, around),
        section("\n".join(line for line in (_headline(run, around), _commit(run), _asked(run)) if line)),
        *(section(text) if text else None for text in parts),
        *_ending(run, todo),
        buttons(run, around),
        context(_footer(run, now, several=several)),
    )


def _headline(run: RunView, around: Around) -> str:
    mark, words = outcome(run)
    return f"{mark} *{words}{waits_for(run, around)}* · {plain(run.service, 40)}"


def _fallback(run: RunView, around: Around) -> str:
    words = f"{outcome(run)[1]}{waits_for(run, around)}"
    detail = (
        f": {told(_as_offered(run, run.detail), 200)}"
        if run.detail and run.state in RETRYABLE and run.reason is not Reason.REJECTED
        else ""
    )
    return f"{words.replace('`', '')} ({plain(run.service, 40)}){detail}"


def _commit(run: RunView) -> str:
    title = commit_title(run, 150)
    own = run.kind in MOBILE and run.kind is not RunKind.UPDATE_BACK
    named = short(run.sha) if own else ""  # whose first line names no commit
    words = (named, link(run.commit_url, title) if title else "", plain(run.commit_author, 60))
    return " · ".join(word for word in words if word)


def _asked(run: RunView) -> str:
    said_below = run.kind in {RunKind.WORKFLOW, RunKind.UPDATE_BACK}
    ref = code(run.ref, 60) if run.ref and not run.sha.startswith(run.ref) and not said_below else ""
    again = "once more, `--again`" if run.again else ""
    words = [*_origin(run), ref, again]
    if run.kept_by:
        words.append(f"kept by {person(run.kept_by)}")
    if run.state is RunState.CANCELLED and run.cancelled_by:
        words.append(f"cancelled by {person(run.cancelled_by)}")
    if run.ended_at is not None and run.state not in ACTIVE:
        words.append(f"took {duration(run.ended_at - run.requested_at)}")
    return " · ".join(word for word in words if word)


def _origin(run: RunView) -> list[str]:
    """Say who wanted it; of a rollback also what it takes back and where it goes."""
    parent = f"run {run.parent_id}" if run.parent_id else ""
    if run.automatic:
        words = [f"Started by itself, because {parent} hurt" if parent else "Started by itself"]
    else:
        words = [f"Asked by {person(run.requested_by)}", f"takes back {parent}" if parent else ""]
    if run.kind is RunKind.RELEASE and run.target_run:
        words.append(f"hands over what run {run.target_run} built")
    if run.rollback:
        words.append(f"to what run {run.target_run} shipped" if run.target_run else "")
        how = "with the image Railway kept" if run.restore_id else "by deploying that commit anew"
        words.append(how if run.sha else "")
    return words


def _ending(run: RunView, todo: str) -> tuple[Block | None, ...]:
    said: list[str] = []
    if run.waiting_for is not None and run.state in ACTIVE:
        line = run.waiting_for
        ahead = f"; {count(line.ahead, 'run')} ahead" if line.ahead > 1 else ""
        said.append(
            f"In line behind run {line.run_id} by {person(line.requested_by)}{ahead}. It starts by itself."
        )
    unsure = run.reason is Reason.WATCH_INCONCLUSIVE
    said_above = run.asking is not None and (run.reason is Reason.REJECTED or expired(run))
    said_above = said_above or lines_tell(run)
    if run.detail and not said_above and (run.state is not RunState.SUCCEEDED or unsure or run.going_back):
        hurt = run.reason is Reason.REGRESSED  # the rest of the statistics stands beside the picture
        said.append(told(plainly(run.detail) if hurt else _as_offered(run, run.detail), 700))
    if run.state not in ACTIVE and run.state is not RunState.SUCCEEDED:
        said.append(_undone(run, todo))
        live = run.taken_back.live if run.taken_back and run.taken_back.live else run.live
        # what stood when it gave way is not what stands; the card of the way back says that
        told_elsewhere = gave_way(run) or stores_tell(run)
        said.append(f"*As it stands:* {plain(live, 300)}" if live and not told_elsewhere else "")
    if unsure and run.state is RunState.SUCCEEDED and not run.kept_by and run.kind not in MOBILE:
        said.append("Look at the errors, then press Keep or Roll back: somebody has to decide.")
    if run.state is RunState.SUCCEEDED and run.kind not in MOBILE:
        before = f" Before: {short(run.previous_sha)}." if run.previous_sha else ""
        where = link(run.environment_url, plain(run.environment_url, 200))
        said.append(f"Live at {where}.{before}" if where else before.strip())
    text = "\n".join(line for line in said if line)
    return (section(text),) if text else ()


def _undone(run: RunView, todo: str) -> str:
    """Say what did not happen, unless how far it came is said above."""
    if stores_tell(run) or (run.kind is RunKind.UPDATE and update_facts(run).percent):
        return ""
    left = f"*Not done:* {todo}." if todo else ""
    return nothing_goes_on(run) or plain(_as_offered(run, run.not_done), 400) or left


def _as_offered(run: RunView, text: str) -> str:
    """Leave out what Retry would do, where the card has no such button (any more)."""
    offered = retryable(run.state, run.reason) and run.taken_back is None
    return text if offered else _RETRY.sub("", text).strip()


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
