"""Tell the stores to halt or to go on. A store that is told twice does it once."""

from functools import partial

from bot.engine.mobile import BOTH, AppPlatform
from bot.engine.reasons import Reason
from bot.engine.stores import STORES, OrderKind, StorePhase, StoreVersion
from bot.errors import StepFailed, VendorError, VendorRejected
from bot.pipelines.known import keep, of_order
from bot.pipelines.mobile_needs import Store
from bot.pipelines.release.shop import sentence, store_of
from bot.pipelines.step import Step

_DOING = {OrderKind.HALT: "halted", OrderKind.RESUME: "going on"}


async def resolve(step: Step) -> str:
    """Say what is going out there now: the order is about exactly that."""
    known = of_order(step.run)
    before, troubles = await _going_out(step)
    untold = "; ".join(troubles.values())
    if not before:
        said = f" ({untold})" if untold else ""
        what = "halted" if known.order.kind is OrderKind.RESUME else "going out to more and more people"
        msg = f"Nothing of {step.run.service} is {what} in {_where(known.order.platforms)}{said}."
        raise StepFailed(Reason.NOTHING_TO_ORDER, msg)
    version = next(iter(before.values())).version
    await keep(step, known.model_copy(update={"before": before, "version": version}))
    there = " · ".join(f"{sentence(STORES[one])} {before[one].version}" for one in BOTH if one in before)
    return f"{there}; not told: {_where(tuple(troubles))} ({untold})"[:200] if troubles else there


async def refuse_if_moved(step: Step) -> None:
    """Stop where something else is going out by now than people agreed to.

    A store that cannot say stops nothing: it is asked again before it is told, and the other is told anyway.

    Raises:
        StepFailed: ``consent_void``, ``nothing_to_order``.

    """
    agreed = of_order(step.run).before
    now, troubles = await _going_out(step, also_done=True)
    for platform, before in agreed.items():
        if platform in troubles:
            continue
        there = now.get(platform)
        if there is None or (there.id, there.version) != (before.id, before.version):
            msg = f"In {STORES[platform]} {before.version} is not what is going out any more."
            raise StepFailed(Reason.NOTHING_TO_ORDER, f"{msg} Start a new order.")


async def order(step: Step) -> str:
    """Tell every store that was not told, and see that it does so; one that fails keeps no other from it."""
    known, failures = of_order(step.run), list[Exception]()
    for platform, before in known.before.items():
        if platform in of_order(step.run).after:
            continue
        try:
            there = await _told(step, platform, before)
        except (StepFailed, VendorError) as error:
            failures.append(error)
            continue
        known = of_order(step.run)
        await keep(step, known.model_copy(update={"after": known.after | {platform: there}}))
    if failures:
        raise failures[0]
    return f"{_DOING[known.order.kind]} in {_where(tuple(known.before))}"


async def _told(step: Step, platform: AppPlatform, before: StoreVersion) -> StoreVersion:
    kind, store = of_order(step.run).order.kind, store_of(step.kit, step.run.service, platform)
    if store is None:
        msg = f"No access to {STORES[platform]} is configured any more."
        raise StepFailed(Reason.STORE_REFUSED, msg)
    try:
        await step.say(f"telling {STORES[platform]}")
        await step.ask(partial(store.order, kind, await _now(step, store, before)))
        there = await _settled(step, store, before)
    except VendorRejected as error:
        msg = f"{sentence(STORES[platform])} refused: {str(error).rstrip('.')}."
        raise StepFailed(Reason.STORE_REFUSED, msg) from error
    return there


async def _settled(step: Step, store: Store, before: StoreVersion) -> StoreVersion:
    """Wait until the store says what it was told."""
    kind, since, timings = of_order(step.run).order.kind, step.kit.clock.now(), step.kit.project.timings
    while True:
        there = await _now(step, store, before)
        if _stands(there, kind):
            return there
        if (step.kit.clock.now() - since).total_seconds() >= timings.vendor_settle:
            msg = f"{sentence(STORES[store.platform])} took the order and still does not do so ({there.raw})."
            raise StepFailed(Reason.STORE_REFUSED, f"{msg} Retry looks again.")
        await step.pause(min(timings.poll, timings.vendor_settle))


async def _now(step: Step, store: Store, before: StoreVersion) -> StoreVersion:
    for there in await step.ask(store.versions):
        if (there.id, there.version) == (before.id, before.version):
            return there
    msg = f"{sentence(STORES[store.platform])} has no {before.version} any more."
    raise StepFailed(Reason.STORE_REFUSED, msg)


def _stands(there: StoreVersion, kind: OrderKind) -> bool:
    return there.halted is (kind is OrderKind.HALT)


async def _going_out(
    step: Step, *, also_done: bool = False
) -> tuple[dict[AppPlatform, StoreVersion], dict[AppPlatform, str]]:
    """Return what the order can be about, by platform, and why a store could not say.

    ``also_done``: what does as it is to be told counts too.
    """
    asked, found = of_order(step.run).order, dict[AppPlatform, StoreVersion]()
    troubles: dict[AppPlatform, str] = {}
    for platform in asked.platforms:
        store = store_of(step.kit, step.run.service, platform)
        if store is None:
            troubles[platform] = f"no access to {STORES[platform]} is configured"
            continue
        try:
            versions = await step.ask(store.versions)
        except VendorError as error:
            troubles[platform] = str(error)
            continue
        for there in versions:
            if is_going_out(there) and (also_done or not _stands(there, asked.kind)):
                found[platform] = there
                break
    return found, troubles


def is_going_out(there: StoreVersion) -> bool:
    """Say whether a version reaches more and more people, or is halted on the way."""
    goes = there.share is not None or there.day is not None or there.halted
    return there.phase is StorePhase.LIVE and goes


def _where(platforms: tuple[AppPlatform, ...]) -> str:
    return " and ".join(STORES[one] for one in BOTH if one in platforms)
