"""What a release and an order to the stores look at again at their turn, and how they end."""

import structlog

from bot.engine.mobile import BOTH, NAMES, OVER, AppPlatform, Build, Stage
from bot.engine.reasons import Reason
from bot.engine.release import ReleaseFacts
from bot.engine.runs import RunView
from bot.engine.states import RunKind, StepName
from bot.engine.stores import STORES, StorePhase, StoreVersion
from bot.errors import StepFailed, VendorError, VendorRejected
from bot.pipelines import dispatch_stop
from bot.pipelines.held import refuse_if_held
from bot.pipelines.known import of_order, of_release
from bot.pipelines.needs import Kit
from bot.pipelines.release.bump import left_open
from bot.pipelines.release.made import one_of_each
from bot.pipelines.release.order import refuse_if_moved
from bot.pipelines.release.shop import Shop, find_shop, sentence, shop
from bot.pipelines.release.submit import refuse_older_than_live
from bot.pipelines.step import Step, once

log = structlog.get_logger(__name__)

_GONE = 404


async def gates(step: Step) -> None:
    """Look again, at its turn, at what was true when people agreed."""
    if step.run.kind is RunKind.STORE:  # how things are mended: neither locks nor freezes stop it
        await refuse_if_moved(step)
        return
    await refuse_if_held(step)
    await _refuse_lost_builds(step)
    await refuse_older_than_live(step)


async def _refuse_lost_builds(step: Step) -> None:
    here, builds = shop(step.kit, step.run), of_release(step.run).builds
    if not builds:
        raise StepFailed(Reason.NO_BUILD, "Nothing is built that could be handed to a store.")
    for build in builds.values():
        try:
            await step.ask(lambda: here.expo.build(build.id))  # noqa: B023 - asked before the loop goes on
        except VendorRejected as error:
            if error.status != _GONE:
                raise
            msg = f"The {NAMES[build.platform]} build is not at Expo any more. Start a new release."
            raise StepFailed(Reason.NO_BUILD, msg) from error


async def started(kit: Kit, run: RunView) -> bool:
    """Say whether Expo is known to have something the run started."""
    return run.has(StepName.BUILD) and (
        bool(of_release(run).builds) or "id" in await kit.reader.memory(run.id, StepName.BUILD)
    )


async def as_it_stands(kit: Kit, run: RunView) -> str:  # noqa: ARG001 - one signature for all kinds
    """Say, as far as observed, what people have now."""
    if run.kind is RunKind.STORE:
        there = of_order(run).after if run.mobile else {}
        return " ".join(f"{sentence(STORES[one])}: {_stands(there[one])}." for one in BOTH if one in there)
    known = of_release(run)
    said = [_at_store(known, one) for one in BOTH if one in known.submissions]
    return " ".join(line for line in said if line)


def _at_store(known: ReleaseFacts, platform: AppPlatform) -> str:
    store, there = sentence(STORES[platform]), known.stores.get(platform)
    if there is not None:
        return f"{store}: {_stands(there)}."
    stage = known.submissions[platform].stage
    if stage in OVER and stage is not Stage.FINISHED:
        return f"{store}: not handed over."
    if stage is Stage.FINISHED:
        more = "; how it stands is not known" if platform in known.unasked else ""
        return f"{store}: handed over{more}."
    return ""


def _stands(there: StoreVersion) -> str:
    """Say how a version stands in a few words."""
    name = there.version or "it"
    if there.phase is StorePhase.UNKNOWN:
        return f"{name} is “{there.raw}”"
    if there.phase is not StorePhase.LIVE:
        return f"{name} is {there.phase.value.replace('_', ' ')}"
    share = "" if there.share is None else f" for {there.share * 100:.3g} % of people"
    return f"{name} is {'halted' if there.halted else 'live'}{share}"


async def stopped(kit: Kit, run: RunView) -> str:
    """Finish a cancel: stop what was started, and say what became of it."""
    if run.kind is RunKind.STORE:
        return _order_stopped(run)
    here = find_shop(kit, run.service, run.environment)
    if here is None:
        return "The app's place is gone from pawdeploy.toml; look at Expo for what was started."
    if "known" in await _memory(kit, run, StepName.SUBMIT) or of_release(run).submissions:
        return await _handed_over(kit, run, here)
    if run.has(StepName.BUILD) and "known" in await _memory(kit, run, StepName.BUILD):
        return f"{await _stop_builds(kit, run, here)} Nothing was handed to a store."
    said = await left_open(kit, run) or _raised(run)
    return " ".join(line for line in ("Nothing was handed to a store.", said) if line)


async def _memory(kit: Kit, run: RunView, name: StepName) -> dict[str, list[str]]:
    return await kit.reader.memory(run.id, name) if run.has(name) else {}


def _raised(run: RunView) -> str:
    known = of_release(run)
    return f"The version stays at {known.version}." if known.bump and known.version else ""


def _order_stopped(run: RunView) -> str:
    told = of_order(run).after if run.mobile else {}
    if told:
        where = " and ".join(STORES[one] for one in BOTH if one in told)
        return f"{sentence(where)} had been told already, and does so; what was not told yet is not."
    if run.step(StepName.STORE).started_at is not None:
        return "Whether a store had been told already is not known; look at /pawmobile status."
    return "The stores were not told anything."


async def _handed_over(kit: Kit, run: RunView, here: Shop) -> str:
    """Stop the workflow that hands over; what is handed over is the store's, and cannot be fetched back."""
    said = ""
    if run.step(StepName.REVIEW).started_at is None:
        said = await dispatch_stop.stopped(kit, run, StepName.SUBMIT, here.config.workflow)
    known = of_release(run)
    failed = (Stage.FAILED, Stage.CANCELLED)
    taken = [one for one, made in known.submissions.items() if made.stage not in failed]
    there = " and ".join(STORES[one] for one in BOTH if one in taken)
    if not taken and known.submissions and len(known.submissions) == len(known.builds):
        return f"{said} No store took it.".strip()
    if not there:
        return f"{said} What it handed to a store by then cannot be taken back here; look at Expo."
    more = f"What was handed to {there} cannot be taken back here; nobody follows it any more."
    return f"{said} {more} Take it out of review in the store itself.".strip()


async def _stop_builds(kit: Kit, run: RunView, here: Shop) -> str:
    """Have the builds stopped that are not over; one look afterwards says what became of them."""
    workflow = await dispatch_stop.stopped(kit, run, StepName.BUILD, here.config.workflow)
    passed = frozenset((await _memory(kit, run, StepName.BUILD)).get("passed", ()))
    try:
        builds = of_release(run).builds | await one_of_each(once, here, run, passed=passed)
    except VendorError as error:
        log.warning("which builds to stop is not known", run=run.id, trouble=str(error))
        return f"{workflow} Which builds it started is not known: Expo does not answer. Look there."
    said = [await _stop(here, builds[one]) for one in BOTH if one in builds]
    return " ".join(said) if said else f"{workflow} Expo lists no build of this run."


async def _stop(here: Shop, build: Build) -> str:
    name = NAMES[build.platform]
    try:
        now = await here.expo.build(build.id)
        if now.stage in OVER:
            return f"The {name} build was {now.stage.value} already."
        await here.expo.cancel_build(build.id)
        now = await here.expo.build(build.id)
    except VendorError as error:
        log.warning("a build was not stopped", build=build.id, trouble=str(error))
        return f"The {name} build could not be stopped: {str(error).rstrip('.')}. Look at it at Expo."
    if now.stage in OVER:
        return f"The {name} build is {now.stage.value}."
    return f"Expo was told to stop the {name} build and still says {now.raw}."
