"""What playbooks are opened by: runs that failed, and the keeper's sweeps that find them."""

from sqlalchemy import update

from bot.db.tables import Run
from bot.engine.reasons import Reason
from bot.engine.states import DEPLOY_STEPS, RunKind
from tests.bot.incidents._world import BEN


async def sweeps(world, times=2):
    for _ in range(times):
        await world.keeper.look_for_triggers()
        await world.keeper.sweep()


async def failed(world, key="run-1", reason=Reason.MIGRATION_FAILED, service="api") -> int:
    """A run that ended badly just now."""
    number = await world.runs.store.create(
        key=key,
        service=service,
        environment="production",
        ref="main",
        again=False,
        by=BEN,
        at=world.now(),
        card_channel="C0DEPLOYS01",
        kind=RunKind.DEPLOY,
        steps=DEPLOY_STEPS,
    )
    await ended(world, number, reason)
    return number


async def ended(world, number, reason=Reason.MIGRATION_FAILED, **more):
    values = {"state": "failed", "reason": reason.value, "ended_at": world.now()} | more
    change = update(Run).where(Run.id == number).values(**values)
    await world.db.change(lambda session: session.execute(change))
