"""Answers of ``/pawmobile`` to one person: what the stores say, releases, builds to hand over. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.engine.app_status import AppStatus
from bot.engine.mobile import BOTH
from bot.engine.runs import RunView
from bot.engine.states import StepName
from bot.engine.store_words import next_step
from bot.engine.stores import StoreVersion
from handlers.render import _release_words as words
from handlers.render import _steps as steps
from handlers.render._blocks import Message, context, message, section
from handlers.render._outcome import outcome
from handlers.render._release import release_facts
from handlers.render._text import ago, clock, code, first_few, person, plain
from handlers.render.app_status import run_line, store_line
from handlers.render.lists import run_row

MOST_RUNS = 20
MOST_VERSIONS = 12
_WHEN = "{date_short_pretty} at {time}"


def releases_foot(apps: Sequence[str]) -> str:
    """Name the apps there are, and where the rest is explained."""
    names = ", ".join(first_few([code(name, 40) for name in apps], 20)) or "none yet"
    return f"Apps: {names}. Updates over the air: `/pawota help`. For everything else: `/pawdeploy help`."


def render_review(status: AppStatus, newest: RunView | None, *, now: datetime) -> Message:
    """Say what each store says, since when, and what a person does next."""
    shown = [section(_version(one)) for one in status.stores[:MOST_VERSIONS]]
    troubles = [f"{steps.WAITING} {plain(why, 300)}" for why in status.trouble[:MOST_VERSIONS]]
    none = (
        "What the stores say is unknown." if troubles else "The stores have nothing of it, or none is asked."
    )
    head = f"*{plain(status.app, 40)}* · {plain(status.environment, 40)} · at the stores"
    said = "; ".join(words.store_short(one) for one in status.stores[:4]).replace("`", "")
    return message(
        f"{plain(status.app, 40)}: {said or none}",
        section(head),
        *(shown or [section(none)]),
        section("\n".join(troubles)) if troubles else None,
        section(_newest(newest, now)) if newest else None,
        context(f"Seen {clock(now)}. `/pawmobile history` lists releases."),
    )


def _version(there: StoreVersion) -> str:
    raw = f"{words.STORES[there.platform]}'s word: {code(there.raw, 60)}" if there.raw else ""
    since = f"there since {clock(there.created_at, _WHEN)}" if there.created_at else "since when is unknown"
    facts = " · ".join(part for part in (raw, since) if part)
    return "\n".join(line for line in (store_line(there), facts, plain(next_step(there), 400)) if line)


def _newest(run: RunView, now: datetime) -> str:
    """Name the newest release, when its builds were handed over, and why a store could not be asked."""
    handed = run.step(StepName.SUBMIT).ended_at
    over = f" · handed over {ago(handed, now)}" if handed else ""
    unasked = release_facts(run).unasked
    why = [
        f"{steps.WAITING} {words.STORES[one]}: {plain(unasked[one], 200)}" for one in BOTH if one in unasked
    ]
    return "\n".join([f"Newest release: {run_line(run, now)}{over}", *why])


def render_submittable(runs: Sequence[RunView], *, now: datetime) -> Message:
    """List releases whose builds can be handed over, newest first, each with what to type."""
    lines = [_submittable(run, now) for run in runs[:MOST_RUNS]]
    head = "Which one goes to the stores? Nothing was started."
    return message(head, section(head), *map(section, first_few(lines, MOST_RUNS, len(runs))))


def _submittable(run: RunView, now: datetime) -> str:
    facts = release_facts(run)
    builds = [
        f"{words.PLATFORMS[one]} build {code(facts.builds[one].number, 30) or 'without a number'}"
        for one in BOTH
        if one in facts.builds
    ]
    what = [
        f"*{words.version(facts.version) or 'without a version'}*",
        *builds,
        f"{ago(run.ended_at or run.requested_at, now)} by {person(run.requested_by)}",
    ]
    return f"{code(f'/pawmobile submit {run.id}')} {' · '.join(what)}"


def render_releases(runs: Sequence[RunView], app: str, environment: str, *, now: datetime) -> Message:
    """List releases and orders, newest first: outcome, who, how long, when, why it ended badly."""
    of = f"{plain(app, 40)} in {plain(environment, 40)}"
    if not runs:
        none = f"There is no release of {of} yet. `/pawmobile build` starts one."
        return message(none, section(none))
    more = len(runs) - MOST_RUNS
    return message(
        f"The newest releases of {of}: {outcome(runs[0])[1].replace('`', '')}",
        section(f"*The newest releases of {of}*"),
        *(section(run_row(run, now)) for run in runs[:MOST_RUNS]),
        section(f"and {more} more") if more > 0 else None,
        context("`/pawmobile review` shows what the stores say."),
    )
