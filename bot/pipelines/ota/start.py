"""The first step of an update: which commit is meant, and whether its branch is free and leads to people."""

from bot.engine.mobile import run_of
from bot.engine.ota import UpdateFacts
from bot.engine.reasons import Reason
from bot.engine.states import ACTIVE, RunKind
from bot.errors import StepFailed, VendorRejected
from bot.pipelines import known
from bot.pipelines.gather import keep_commit
from bot.pipelines.guard import refuse_a_strangers_commit
from bot.pipelines.ota.builds import known_of, newest_builds
from bot.pipelines.ota.fingerprints import told
from bot.pipelines.ota.ground import Ground, ground
from bot.pipelines.ota.groups import GONE, is_of, newest, reach, said
from bot.pipelines.ota.meant import builds_for
from bot.pipelines.step import Step


async def resolve(step: Step) -> str:
    """Turn the ref into one full commit SHA, for good, and learn where the update would go."""
    here = ground(step.kit, step.run)
    if not step.run.sha:
        ref = step.run.ref or here.app.default_branch
        await keep_commit(step, ref)
        await refuse_a_strangers_commit(step)
    await refuse_unreachable(step, here)
    built = await newest_builds(step.ask, here)
    builds = await builds_for(step, here, built, await told(step, here))
    facts = known.of_update(step.run).model_copy(
        update={
            "branch": here.ota.branch,
            "channel": here.ota.channel,
            "stages": here.ota.stages,
            **known_of(builds),
        }
    )
    await known.keep(step, facts)
    await refuse_rollouts_elsewhere(step, here, facts, waits=True)
    return f"{step.run.ref[:60]} is {step.run.sha[:7]}"


async def refuse_unreachable(step: Step, here: Ground) -> None:
    """Stop where an update would reach nobody: the channel is paused, or leads elsewhere.

    Raises:
        StepFailed: ``branch_unknown``, ``channel_paused``.

    """
    name, branch = here.ota.channel, here.ota.branch
    try:
        channel = await step.ask(lambda: here.expo.channel(here.project, name))
    except VendorRejected as error:
        if error.status != GONE:
            raise
        msg = f"Expo has no channel “{name}” of {here.app.name}. {_written(step, 'channel')}"
        raise StepFailed(Reason.BRANCH_UNKNOWN, msg) from error
    if branch not in channel.branches:
        leads = ", ".join(f"“{one}”" for one in channel.branches) or "no branch"
        msg = f"Channel “{name}” leads to {leads}, not to “{branch}”: nobody would receive it."
        raise StepFailed(Reason.BRANCH_UNKNOWN, f"{msg} {_written(step, 'branch')}")
    if channel.paused:
        msg = f"Channel “{name}” is paused at Expo: nobody would receive it."
        raise StepFailed(Reason.CHANNEL_PAUSED, f"{msg} To resume it: eas channel:resume {name}.")


def _written(step: Step, key: str) -> str:
    return f"pawdeploy.toml says which, in [apps.environments.{step.run.environment}.ota], {key}."


async def refuse_rollouts_elsewhere(step: Step, here: Ground, facts: UpdateFacts, *, waits: bool) -> None:
    """Stop at a rollout that is not of this run: Expo takes no second one of a branch and runtime.

    ``waits``: one that a run of ours is still at work on is no reason, its turn comes first.

    Raises:
        StepFailed: ``rollout_elsewhere``.

    """
    for group in await newest(step.ask, here, facts.branch):
        if not group.rolling or group.runtime not in facts.runtimes.values() or is_of(group, step.run):
            continue
        number = run_of(group.message)
        run = await step.kit.reader.view(number) if number else None
        ours = run is not None and run.kind is RunKind.UPDATE and run.service == step.run.service
        if ours and waits and run is not None and run.state in ACTIVE:
            continue
        whose = f" of run {number}" if ours else ", which nobody here started,"
        msg = (
            f"An update{whose} is being rolled out to runtime {group.runtime}: {said(group)}, "
            f"at {reach(group)}. Expo takes no second one. Take it back with "
            f"/pawota rollback {step.run.environment}, or give it to everybody with "
            f"eas update:edit {group.group} --rollout-percentage 100."
        )
        raise StepFailed(Reason.ROLLOUT_ELSEWHERE, msg)
