"""The steps that prove it: the new commit answers healthy several times in a row, smoke tests pass."""

from bot.engine.health import Streak, judge
from bot.engine.reasons import Reason
from bot.errors import StepFailed
from bot.pipelines.places import place
from bot.pipelines.ship import last_lines
from bot.pipelines.step import Step


async def health(step: Step) -> str:
    """Wait for ``timings.health_times`` good answers in a row from the new commit."""
    there, timings = place(step.kit, step.run), step.kit.project.timings
    env, streak = there.environment, Streak()
    while True:
        answer = await step.kit.probe.look(
            env.base_url, env.health_path, env.health_commit, timings.smoke_timeout
        )
        streak = judge(streak, answer, sha=step.run.sha, expects_commit=bool(env.health_commit))
        if streak.good >= timings.health_times:
            named = "" if streak.names_commit else "; it does not say which commit answers"
            return f"{streak.good} good answers in a row{named}"
        if step.overdue(timings.health_timeout):
            raise await _unhealthy(step, streak)
        of = f"{streak.good} of {timings.health_times} good answers"
        await step.say(f"{of}; {streak.trouble}" if streak.trouble else of)
        await step.pause(timings.health_interval)


async def _unhealthy(step: Step, streak: Streak) -> StepFailed:
    there, timings = place(step.kit, step.run), step.kit.project.timings
    address = f"{there.environment.base_url}{there.environment.health_path}"
    said = await last_lines(step)
    if streak.old_commit:
        msg = f"{address} still answers from the old commit {streak.old_commit[:7]}."
        return StepFailed(Reason.HEALTH_OLD_COMMIT, msg, said=said)
    trouble = streak.trouble or f"only {streak.good} of {timings.health_times} good answers"
    return StepFailed(
        Reason.HEALTH_BAD,
        f"{address} was not healthy within {timings.health_timeout:.0f} s; the last answer: {trouble}.",
        said=said,
    )


async def smoke(step: Step) -> str:
    """Run every smoke test of the environment once, all of them, and name those that failed."""
    there, timings = place(step.kit, step.run), step.kit.project.timings
    tests = there.environment.smoke
    if not tests:
        return "none configured"
    failed = []
    for number, test in enumerate(tests, start=1):
        await step.stop_if_cancelled()
        await step.say(f"{number} of {len(tests)}: {test.name}")
        result = await step.kit.probe.smoke(there.environment.base_url, test, timings.smoke_timeout)
        if not result.ok:
            failed.append(result)
    if failed:
        names = "; ".join(f"{result.name}: {result.said}" for result in failed[:5])
        msg = f"{len(failed)} of {len(tests)} smoke tests failed: {names}."
        raise StepFailed(Reason.SMOKE_FAILED, msg, said=await last_lines(step))
    return f"{len(tests)} of {len(tests)} passed"
