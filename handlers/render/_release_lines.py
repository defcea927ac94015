"""What the card of a release says between its first line and its steps: version, platforms, testers. Pure."""

from bot.engine.app_aftermath import app_not_done
from bot.engine.mobile import BOTH, AppPlatform, Build, Stage, Verdict
from bot.engine.reasons import Reason
from bot.engine.release import ReleaseFacts
from bot.engine.runs import RunView
from bot.engine.states import ACTIVE, RunKind, RunState, StepName, StepState
from bot.engine.store_words import next_step
from bot.engine.stores import StorePhase, StoreVersion
from handlers.render import _release_words as words
from handlers.render import _steps as steps
from handlers.render._around import Around
from handlers.render._crash_free import crash_free_lines
from handlers.render._release import release_facts, untested
from handlers.render._text import code, first_few, link, listed, plain

MOST_REPORTS = 8
_BELOW = "↳"
"""Begins a line that belongs to the platform above it."""


def release_text(run: RunView) -> str:
    """Say which version it is and how each platform stands; empty until anything of it is known."""
    facts = release_facts(run)
    platforms = [_platform(run, facts, one) for one in BOTH]
    return "\n".join(
        line for line in (_version(facts), *platforms, *crash_free_lines(facts.crash_free)) if line
    )


def _version(facts: ReleaseFacts) -> str:
    new, old = words.version(facts.version), words.version(facts.old_version)
    if not new:
        return ""
    way = f"{old} → {new}, a {facts.part.value} release" if old and old != new else new
    raised = link(facts.bump, "how the version was raised") if facts.bump else ""
    return " · ".join(word for word in (f"*Version* {way}", raised) if word)


def _platform(run: RunView, facts: ReleaseFacts, one: AppPlatform) -> str:
    """Say how a platform stands: its build, its testers, its store; a line each, as far as there is any."""
    build = facts.builds.get(one)
    below = [*_reports(run, one), _submission(facts, one), *_store(run, facts, one)]
    said = [f"{_BELOW} {line}" for line in below if line]
    if build is None and not said:
        return ""
    return "\n".join([_build(run, build) if build else f"*{words.PLATFORMS[one]}*", *said])


def _build(run: RunView, build: Build) -> str:
    number, over = f"build {code(build.number, 30)}" if build.number else "", run.state not in ACTIVE
    where = [
        link(build.page, "page") if build.page else "",
        link(build.artifact, "get it") if build.artifact and build.stage is Stage.FINISHED else "",
        link(build.logs, "logs") if build.logs and build.stage in _BROKE else "",
    ]
    why = plain(build.error, 300) if build.stage in _BROKE else ""
    mark = steps.STOPPED if over and build.stage in _GOES_ON else words.stage_mark(build.stage)
    head = f"{mark} *{words.PLATFORMS[build.platform]}*"
    said = [head, number, words.build_state(build, over=over), *where]
    return " · ".join(word for word in said if word) + (f"\n{_BELOW} {why}" if why else "")


_GOES_ON = frozenset({Stage.WAITING, Stage.GOING})
_BROKE = frozenset({Stage.FAILED, Stage.CANCELLED, Stage.UNKNOWN})


def _reports(run: RunView, one: AppPlatform) -> list[str]:
    said = [words.report_text(report) for report in run.reports if report.platform is one]
    return list(first_few(said, MOST_REPORTS))


def _submission(facts: ReleaseFacts, one: AppPlatform) -> str:
    """Say how the handing over stands, until the store tells of itself."""
    there = facts.submissions.get(one)
    if there is None or (there.stage is Stage.FINISHED and one in facts.stores):
        return ""
    broke = there.stage in _BROKE
    where = [
        link(there.page, "page") if there.page else "",
        link(there.logs, "logs") if there.logs and broke else "",
        plain(there.error, 300) if broke else "",
    ]
    said = f"{words.stage_mark(there.stage)} {words.submission_state(there)}"
    return " · ".join(word for word in (said, *where) if word)


def _store(run: RunView, facts: ReleaseFacts, one: AppPlatform) -> list[str]:
    """Say how the store stands, what a person does about it, and why that may not be so any more."""
    there, why = facts.stores.get(one), plain(facts.unasked.get(one, ""), 200)
    if there is None:
        return [f"{steps.WAITING} how {words.STORES[one]} stands is unknown: {why}"] if why else []
    done = there.phase is StorePhase.LIVE and there.share is None and not there.halted
    said_below = run.reason is Reason.STORE_REJECTED
    shown = there.model_copy(update={"detail": ""}) if said_below else there
    return [
        f"{words.store_mark(there)} {words.store_state(shown)}",
        "" if done or said_below else plain(_to_do(there), 400),
        f"{steps.WAITING} how {words.STORES[one]} stands now is unknown: {why}" if why else "",
    ]


def _to_do(there: StoreVersion) -> str:
    """Say what a person does now; how to halt it is a button of the card."""
    said = next_step(there)
    return said.partition(" If it does badly")[0] if there.phase is StorePhase.LIVE else said


def gate_text(run: RunView, around: Around) -> str:
    """Say who may say how it does on a phone, and what is still wanted; empty while nobody is asked."""
    if not testing(run):
        return ""
    who = f"May say so: {around.testers}." if around.testers else "Everybody in this channel may say so."
    wanted = [words.PLATFORMS[one] for one in untested(run, around.devices)]
    more = f"*Device tests wanted: {listed(wanted)}.* " if wanted else "*Device tests.* "
    return f"{more}Install a build, try it, then press a button below. {who}"


def waits_for(run: RunView, around: Around) -> str:
    """Name the platforms still to be found working, to go behind the first line; empty when none is."""
    left = untested(run, around.devices) if testing(run) else ()
    return f": {listed([words.PLATFORMS[one] for one in left])}" if left else ""


def testing(run: RunView) -> bool:
    """Say whether testers are asked now."""
    open_step = run.has(StepName.DEVICES) and run.step(StepName.DEVICES).state is StepState.RUNNING
    return open_step and run.state is RunState.PREPARING


def going_out(facts: ReleaseFacts, *, halted: bool) -> tuple[AppPlatform, ...]:
    """Return the platforms whose store gives it to more and more people, or has halted that."""
    return tuple(
        one
        for one in BOTH
        if (there := facts.stores.get(one)) is not None
        and there.phase is StorePhase.LIVE
        and there.halted is halted
        and (halted or there.share is not None)
    )


def lines_tell(run: RunView) -> bool:
    """Say whether the platforms' lines tell why it ended badly; what to do next stands at the card's end."""
    if run.kind is not RunKind.RELEASE:
        return False
    problem = any(one.verdict is Verdict.PROBLEM for one in run.reports)
    broke = any(one.stage is Stage.FAILED for one in release_facts(run).builds.values())
    return (run.reason is Reason.DEVICE_PROBLEM and problem) or (run.reason is Reason.BUILD_FAILED and broke)


def stores_tell(run: RunView) -> bool:
    """Say whether the platforms' lines tell how it stands at every store it went to."""
    rejected = run.kind is RunKind.RELEASE and run.reason is Reason.STORE_REJECTED
    return rejected and bool(release_facts(run).stores)


def nothing_goes_on(run: RunView) -> str:
    """Say what did not happen after a build failed and no other goes on; empty for everything else."""
    if run.kind is not RunKind.RELEASE or run.reason is not Reason.BUILD_FAILED:
        return ""
    builds = release_facts(run).builds.values()
    ended = bool(builds) and not any(one.stage in {Stage.WAITING, Stage.GOING} for one in builds)
    return app_not_done(run.kind, StepName.BUILD, started=False) if ended else ""
