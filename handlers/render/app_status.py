"""How an app stands: over the air, built, at the stores, by its sessions, and what is under way. Pure.

What is not known is shown as unknown, and why. ``app_sections`` is for lists that show more than one app.
"""

from datetime import datetime

from bot.engine import rollout
from bot.engine.app_status import AppStatus
from bot.engine.mobile import BOTH, AppPlatform, Build, UpdateGroup, run_of
from bot.engine.runs import RunView
from bot.engine.stores import StorePhase, StoreVersion
from handlers.render import _release_words as words
from handlers.render import _steps as steps
from handlers.render._blocks import Block, Message, context, message, section
from handlers.render._crash_free import crash_free_lines
from handlers.render._outcome import outcome
from handlers.render._text import ago, clock, code, first_few, link, listed, person, plain, short

MOST_RUNTIMES = 6
MOST_VERSIONS = 8
MOST_RUNS = 5
MOST_TROUBLES = 6
_WHEN = "{date_short_pretty} at {time}"


def render_app_status(status: AppStatus, *, now: datetime) -> Message:
    """Say how one app stands, to one person."""
    return message(
        _fallback(status),
        *app_sections(status, now=now),
        context(
            f"Seen {clock(now)}. `/pawmobile review` shows what the stores say, `/pawota status` the rollout."
        ),
    )


def app_sections(status: AppStatus, *, now: datetime) -> tuple[Block, ...]:
    """Return paragraphs that say how an app stands: what people have, and what is going on."""
    head = f"*{plain(status.app, 40)}* · {plain(status.environment, 40)}"
    have = [head, *_over_the_air(status, now), *_builds(status, now)]
    more = [*_stores(status), *_crash_free(status), *_under_way(status, now), *_trouble(status)]
    return tuple(section("\n".join(lines)) for lines in (have, more) if lines)


def _fallback(status: AppStatus) -> str:
    there = [one for one in status.stores if one.phase is StorePhase.LIVE][:4]
    live = [f"{words.PLATFORMS[one.platform]} {words.version(one.version)}" for one in there]
    stands = listed(live) or "what is live is unknown"
    return f"{plain(status.app, 40)} in {plain(status.environment, 40)}: {stands}"


def _over_the_air(status: AppStatus, now: datetime) -> list[str]:
    if not status.branch:
        return ["*Over the air:* no updates go there."]
    branch = f"branch {code(status.branch, 60)}"
    if status.paused:
        paused = f"{steps.WAITING} the channel is paused: nobody gets an update until somebody resumes it"
        return [f"*Over the air:* {branch} · {paused}", *_groups(status, now)]
    if status.updates:
        return [f"*Over the air:* {branch}", *_groups(status, now)]
    none = "unknown" if status.trouble else "none yet, people have what is built in"
    return [f"*Over the air:* {branch} · {none}"]


def _groups(status: AppStatus, now: datetime) -> list[str]:
    shown = [_group(one, now) for one in status.updates[:MOST_RUNTIMES]]
    return list(first_few(shown, MOST_RUNTIMES, len(status.updates)))


def _group(group: UpdateGroup, now: datetime) -> str:
    """Say what one runtime's phones get: how many of them, what, since when."""
    run = run_of(group.message)
    said = plain(group.message.removesuffix(f"(pawdeploy run {run})"), 120)
    what = "back to what is built in" if group.embedded else f"“{said}”" if said else "an update"
    only = f" on {words.PLATFORMS[group.parts[0].platform]}" if len(group.parts) == 1 else ""
    parts = [
        f"runtime {code(group.runtime, 40) or 'unknown'}{only}",
        what,
        _reach(group),
        short(group.sha),
        f"run {run}" if run else "",
        ago(group.created_at, now),
    ]
    return f"• {' · '.join(part for part in parts if part)}"


def _reach(group: UpdateGroup) -> str:
    """Say how many people have it; each platform by itself where they are out of step."""
    if len(group.percents) == 1:
        percent = next(iter(group.percents))
        return "everybody" if percent == 100 else f"{percent} % of people"
    said = [f"{words.PLATFORMS[part.platform]} {rollout.share(part)} %" for part in group.parts]
    return f"*out of step:* {listed(said)}" if said else ""


def _builds(status: AppStatus, now: datetime) -> list[str]:
    return [f"*Newest build:* {_build(one, status, now)}" for one in BOTH]


def _build(one: AppPlatform, status: AppStatus, now: datetime) -> str:
    name, build = words.PLATFORMS[one], status.builds.get(one)
    if build is None:
        return f"{name} {'unknown' if status.trouble else 'none yet'}"
    where = link(build.page, "page") if build.page else ""
    said = [f"{name} {_named(build)}", short(build.sha), where, ago(build.created_at, now)]
    return " · ".join(part for part in said if part)


def _named(build: Build) -> str:
    number = f"({plain(build.number, 30)})" if build.number else ""
    return f"{words.version(build.version) or 'without a version'} {number}".strip()


def _stores(status: AppStatus) -> list[str]:
    if not status.stores:
        return [f"*Stores:* {'unknown' if status.trouble else 'none is asked, or nothing is there'}"]
    shown = [store_line(one) for one in status.stores[:MOST_VERSIONS]]
    return ["*Stores*", *first_few(shown, MOST_VERSIONS, len(status.stores))]


def store_line(there: StoreVersion) -> str:
    """Say how one version stands at its store, in our words."""
    number = f"({plain(there.number, 30)})" if there.number else ""
    name = f"{words.PLATFORMS[there.platform]} {words.version(there.version)} {number}"
    return f"{words.store_mark(there)} {' '.join(name.split())} · {words.store_state(there)}"


def _crash_free(status: AppStatus) -> list[str]:
    return crash_free_lines(status.crash_free[:MOST_VERSIONS])


def _under_way(status: AppStatus, now: datetime) -> list[str]:
    going = [run_line(run, now) for run in status.active[:MOST_RUNS]]
    lines = [*first_few(going, MOST_RUNS, len(status.active))]
    if status.last is not None:
        lines.append(f"Last: {run_line(status.last, now)}")
    return lines


def run_line(run: RunView, now: datetime) -> str:
    """Say in one line what a run did or does, who wanted it, when."""
    mark, said = outcome(run)
    who = "by itself" if run.automatic else f"by {person(run.requested_by)}"
    return f"{mark} {said} · run {run.id} {who} · {ago(run.ended_at or run.requested_at, now)}"


def _trouble(status: AppStatus) -> list[str]:
    shown = [f"{steps.WAITING} {plain(why, 300)}" for why in status.trouble[:MOST_TROUBLES]]
    return list(first_few(shown, MOST_TROUBLES, len(status.trouble)))
