"""Give an update to more and more people, watching each stage.

What counts as worse is ``bot/engine/errors_watch.py``'s to say. A stage's clock is when it began, so a
restart neither stretches nor repeats it; percents only rise.
"""

from datetime import datetime, timedelta
from typing import assert_never

from bot.engine.errors_verdict import Inconclusive, KeepWatching, Ok, Regressed, Verdict, decode, encode
from bot.engine.errors_watch import Plan
from bot.engine.reasons import Reason
from bot.engine.when import say_duration
from bot.errors import StepFailed
from bot.pipelines import known
from bot.pipelines.crash_free import crash_free, names_of
from bot.pipelines.ota.ground import Ground, ground
from bot.pipelines.ota.looking import look, picture, told
from bot.pipelines.ota.raising import people, raise_to, refuse_other_runtimes
from bot.pipelines.ota.room import end_for_a_way_back, make_room
from bot.pipelines.ota.stages import Stages
from bot.pipelines.ota.whom import note_whom
from bot.pipelines.step import Step
from bot.pipelines.watch import the_plan


async def rollout(step: Step) -> str:
    """Roll out to the last stage; a stage that hurts ends it, and the way back starts by itself."""
    here, stages, note = ground(step.kit, step.run), await Stages.of(step), ""
    await _stop_at_what_was_seen(step, here, stages)
    await refuse_other_runtimes(step, here)
    percents = known.of_update(step.run).stages or (100,)
    for number, percent in enumerate(percents):
        if stages.over(number):
            continue
        await make_room(step, known.of_update(step.run).percent)
        await raise_to(step, here, percent)
        await _now_at(step, number)
        if number + 1 < len(percents) and known.of_update(step.run).percent >= percents[number + 1]:
            continue  # more people were given it than were to be: they are watched where they are
        note = await _watch(step, here, stages, number)
        await stages.passed(number)
    await note_whom(step, here)
    return f"100 %{f'; {note}' if note else ''}"


async def _stop_at_what_was_seen(step: Step, here: Ground, stages: Stages) -> None:
    """One verdict is enough: what a look before a crash saw hurt does."""
    seen, plan = decode(step.run.watch) if step.run.watch else None, the_plan(step)
    if not isinstance(seen, Regressed):
        return
    if plan is not None:
        facts = known.of_update(step.run)
        began, percent = await stages.began(facts.stage), (facts.stages or (100,))[facts.stage]
        await picture(step, here, plan, began, await people(step, here, percent), seen)
    raise StepFailed(Reason.REGRESSED, told(seen))


async def _now_at(step: Step, number: int) -> None:
    facts = known.of_update(step.run)
    if facts.stage != number:
        await known.keep(step, facts.model_copy(update={"stage": number, "held": ""}))


async def _watch(step: Step, here: Ground, stages: Stages, number: int) -> str:
    """Watch a stage to its end, or until somebody says to go on; return what is to be said of it."""
    plan, percents = the_plan(step), known.of_update(step.run).stages or (100,)
    if plan is None:
        return ""
    began, percent = await stages.began(number), percents[number]
    for turn in range(stages.looks(number) + 1, plan.looks + 1):
        due = began + timedelta(seconds=plan.seconds * turn / plan.looks)
        if await _until(step, due, began, plan, percent):
            return ""
        many = await people(step, here, percent)
        verdict = await look(step, here, plan, began, turn, many)
        await _say_what_was_seen(step, here, verdict)
        match verdict:
            case KeepWatching():
                await stages.looked(number, turn)
            case Ok():
                await stages.looked(number, turn)
                return ""
            case Regressed():
                await step.update(watch=encode(verdict))
                await picture(step, here, plan, began, many, verdict)
                raise StepFailed(Reason.REGRESSED, told(verdict))
            case Inconclusive():
                await stages.looked(number, turn, unsure=verdict.why or "The watch could not tell.")
            case _:
                assert_never(verdict)
    why = stages.unsure(number)  # also where the last look was before a restart
    return await _unsure(step, here, stages, number, why) if why else ""


async def _until(step: Step, due: datetime, began: datetime, plan: Plan, percent: int) -> bool:
    """Wait for the next look; true when a person said to go on."""
    while True:
        await end_for_a_way_back(step, percent)
        if step.run.promoted > percent:
            return True
        now = step.kit.clock.now()
        if now >= due:
            return False
        left = (began + timedelta(seconds=plan.seconds) - now).total_seconds()
        seen = known.of_update(step.run).told.split(". ")[0].rstrip(".")  # the numbers go with the picture
        await step.say(f"{percent} %; {say_duration(max(left, 0.0))} left{f'; {seen}' if seen else ''}"[:200])
        await step.pause(min(step.kit.project.timings.health_interval, (due - now).total_seconds()))


async def _unsure(step: Step, here: Ground, stages: Stages, number: int, why: str) -> str:
    """Hold still until a person says to go on; at the last stage there is nothing to hold."""
    facts = known.of_update(step.run)
    percents = facts.stages or (100,)
    if number + 1 >= len(percents):
        return why[:160]
    since, percent = await stages.held(number), percents[number]
    if not facts.held:
        await known.keep(step, facts.model_copy(update={"held": why}))
    await step.say(f"{percent} %; waits for a person: {why}"[:200])
    while step.run.promoted <= percent:
        await end_for_a_way_back(step, percent)
        if (step.kit.clock.now() - since).total_seconds() >= here.ota.hold:
            await stages.let_go(number)
            waited = say_duration(here.ota.hold)
            msg = f"Nobody said within {waited} whether to go on from {percent} %, where it stays. {why}"
            raise StepFailed(Reason.EXPIRED, msg)
        await step.pause(step.kit.project.timings.poll)
    return ""


async def _say_what_was_seen(step: Step, here: Ground, verdict: Verdict) -> None:
    facts = known.of_update(step.run)
    stable = await crash_free(step.kit, here.app, step.run.environment, names_of(here.app, facts.builds))
    seen = {"told": told(verdict), "crash_free": facts.crash_free if stable is None else stable}
    if (new := facts.model_copy(update=seen)) != facts:
        await known.keep(step, new)
