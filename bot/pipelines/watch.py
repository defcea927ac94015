"""The step after shipping: watch errors and health for a while, and say whether the change hurts.

The clock of a watch is when its step first started, so a restart neither stretches nor repeats it; a look
that was decided is remembered. What counts as worse is ``bot/engine/errors_watch.py``'s to say.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.engine.errors_verdict import (
    Inconclusive,
    KeepWatching,
    Ok,
    Regressed,
    Verdict,
    decode,
    encode,
    kind,
)
from bot.engine.errors_watch import Facts, HealthSoFar, Plan, decide, expected_seconds
from bot.engine.health import unwell
from bot.engine.reasons import Reason
from bot.engine.states import StepName
from bot.errors import StepFailed
from bot.pictures import chart_of
from bot.pipelines import owed
from bot.pipelines.counting import Counts, count
from bot.pipelines.places import place
from bot.pipelines.step import Step

LOOKS = 3


async def watch(step: Step) -> str:
    """Watch until the last look, or until one look is enough."""
    plan = the_plan(step)
    if plan is None:
        return "no longer asked for"
    if step.run.watch:  # it fell before a crash: one verdict is enough, whatever a second look would say
        return await _conclude(step, plan, decode(step.run.watch))
    started = step.run.step(StepName.WATCH).started_at or step.kit.clock.now()
    health = HealthSoFar(state="unknown")
    for look in range(await _looks_done(step) + 1, plan.looks + 1):
        due = started + timedelta(seconds=plan.seconds * look / plan.looks)
        while (now := step.kit.clock.now()) < due:
            health = await _health(step, health)
            if health.streak >= plan.bad_streak:
                break
            if cut := await _cut_short(step, look):
                return cut
            left = (started + timedelta(seconds=plan.seconds) - now).total_seconds()
            await step.say(f"{_minutes(left)} left; {_so_far(health)}")
            await step.pause(min(step.kit.project.timings.health_interval, (due - now).total_seconds()))
        verdict, counts = await _look(step, look, plan, health)
        match verdict:
            case KeepWatching():
                await step.remember(looks=[str(look)])
            case Ok() | Inconclusive() | Regressed():
                await step.update(watch=encode(verdict))
                return await _conclude(step, plan, verdict, counts)
            case _:
                assert_never(verdict)
    return "the last look was before a restart"


async def _conclude(step: Step, plan: Plan, verdict: Verdict, counts: Counts | None = None) -> str:
    """Owe the picture, and end as the verdict says."""
    await owe_picture(step, plan, verdict, counts or await count(step, plan, _live_at(step)))
    if isinstance(verdict, Regressed):
        raise StepFailed(Reason.REGRESSED, _told(verdict.evidence))
    return verdict.why if isinstance(verdict, Inconclusive) else _told(verdict.evidence)


def the_plan(step: Step) -> Plan | None:
    """Return how closely is watched here."""
    asked = place(step.kit, step.run).environment.watch
    if asked is None:
        return None
    return Plan(
        seconds=asked.seconds,
        baseline=asked.baseline,
        bucket=asked.bucket,
        alpha=asked.alpha,
        ratio=asked.ratio,
        least=asked.least,
        looks=LOOKS,
        shortest=min(Plan().shortest, asked.baseline / 2),
    )


async def _look(step: Step, look: int, plan: Plan, health: HealthSoFar) -> tuple[Verdict, Counts]:
    live_at = _live_at(step)
    counts = await count(step, plan, live_at)
    facts = Facts(
        before=counts.before,
        after=counts.after,
        expected=expected_seconds((counts.at - live_at).total_seconds(), plan.bucket),
        look=look,
        health=health,
        issues=counts.issues,
        heard=counts.heard,
    )
    verdict = decide(facts, plan)
    if isinstance(verdict, Inconclusive) and counts.trouble:
        verdict = replace(verdict, why=f"Sentry could not be asked ({counts.trouble}).")
    return verdict, counts


def _live_at(step: Step) -> datetime:
    return step.run.step(StepName.FOLLOW).ended_at or step.kit.clock.now()


async def _health(step: Step, before: HealthSoFar) -> HealthSoFar:
    environment = place(step.kit, step.run).environment
    answer = await step.kit.probe.look(
        environment.base_url,
        environment.health_path,
        environment.health_commit,
        step.kit.project.timings.smoke_timeout,
    )
    if said := unwell(answer, step.run.sha):
        return HealthSoFar(state="bad", streak=before.streak + 1, said=said)
    return HealthSoFar(state="ok")


async def _cut_short(step: Step, look: int) -> str:
    """Make room, without a verdict, for a way back that stands in line."""
    rollback = await step.kit.reader.rollback_in_line(step.run)
    if rollback is None:
        return ""
    said = f"Ended early: run {rollback} goes back."
    verdict = Inconclusive(why=said, evidence=(), look=look, numbers=None, smallest=None)
    await step.update(watch=encode(verdict))
    return said


async def owe_picture(
    step: Step, plan: Plan, verdict: Verdict, counts: Counts, *, what: str = "deploy", share: float = 1.0
) -> None:
    """Owe the picture of what was seen; ``what`` went live, to which ``share`` of the people."""
    chart = chart_of(
        service=step.run.service,
        environment=step.run.environment,
        live=counts.live_at,
        before=counts.before,
        after=counts.after,
        verdict=kind(verdict),
        decided=counts.at,
        plan=plan,
        what=what,
        share=share,
    )
    await owed.picture(step.kit, step.run, chart.encode())


async def _looks_done(step: Step) -> int:
    kept = (await step.recall()).get("looks")
    return int(kept[0]) if kept else 0


def _told(evidence: tuple[str, ...]) -> str:
    return " ".join(evidence)[:300]


def _so_far(health: HealthSoFar) -> str:
    return "healthy" if health.state == "ok" else f"health: {health.said or 'not known yet'}"


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
