"""The dry run of a way back: where it leads, what lies between, what it would lock; nothing is changed."""

from bot.engine.migrations import Changes
from bot.engine.runs import Gate, GateName, RollbackPreview, RunView
from bot.errors import StepFailed, UserError, VendorError
from bot.pipelines.compare import compared, unknown
from bot.pipelines.needs import Kit
from bot.pipelines.places import Place
from bot.pipelines.preview import passes, stops, will_ask
from bot.pipelines.requests import RollbackRequest
from bot.pipelines.step import once
from bot.pipelines.way_back import Wanted, choose, kept, leaving


async def preview_back(kit: Kit, there: Place, request: RollbackRequest) -> RollbackPreview:
    """Return where ``request`` would lead, with every gate and its evidence.

    Raises:
        UserError: where the run itself would be refused: nowhere to go back to, or there already.
        VendorError: when the platform does not answer.

    """
    wanted = Wanted(service=request.service, environment=request.environment, to=request.to)
    live = await leaving(kit, there, wanted, once)
    try:
        goal = await choose(kit, wanted, live)
    except StepFailed as error:
        raise UserError(str(error), reason=error.reason) from error
    changes = await _changes(kit, there, goal.sha, live)
    lane = await kit.reader.lane(request.service, request.environment)
    return RollbackPreview(
        live_sha=live,
        sha=goal.sha,
        run=goal.run,
        changes=changes,
        gates=(
            _other(lane),
            *([_migrations(changes, request.override)] if changes else []),
            passes(GateName.IMAGE, _image(await kept(there, goal.sha, once))),
            *_approvals(there, request),
            passes(GateName.PLATFORM, await _platform(there)),
            _line(lane),
            passes(GateName.HOLD, await _hold(there)),
        ),
    )


async def _changes(kit: Kit, there: Place, base: str, head: str) -> Changes | None:
    if not there.service.migrations_path:
        return None
    if not head:
        return unknown(base, head)
    try:
        return await compared(kit.repository, there.service, base, head, once)
    except VendorError:
        return unknown(base, head)  # as on the way back itself, which does not wait for GitHub


def _other(lane: tuple[RunView, ...]) -> Gate:
    other = next((run for run in lane if run.rollback), None)
    if other is None:
        return passes(GateName.OTHER_WAY_BACK, "none is under way")
    said = f"run {other.id} goes back already, asked by @{other.requested_by}"
    return stops(GateName.OTHER_WAY_BACK, said)


def _migrations(changes: Changes, override: str) -> Gate:
    """Say which lie between; one that can't be undone shuts the gate, unless that is overridden."""
    if not changes.compared:
        said = "GitHub did not answer" if changes.head else "what runs now is not known"
        return passes(GateName.MIGRATIONS, f"unknown: {said}")
    one_way = ", ".join(f"{one.path} ({one.why})" for one in changes.irreversible[:5])
    if one_way and not override:
        return stops(GateName.MIGRATIONS, f"can't be undone: {one_way}")
    if one_way:
        return passes(GateName.MIGRATIONS, f"overridden, though they can't be undone: {one_way}")
    many = len(changes.migrations)
    said = f"{many} between, each with a way back" if many else "none between"
    return passes(GateName.MIGRATIONS, said if changes.migrations_known else f"unknown beyond {many} between")


def _image(deployment: str) -> str:
    return "kept: it comes back without a build" if deployment else "gone: the commit is built again"


def _approvals(there: Place, request: RollbackRequest) -> tuple[Gate, ...]:
    approval = there.environment.approval
    if approval is None:
        return ()
    if request.emergency:
        return (passes(GateName.APPROVALS, "nobody is asked: an emergency"),)
    return (passes(GateName.APPROVALS, will_ask(approval)),)


async def _platform(there: Place) -> str:
    platform = await once(there.shipper.platform)
    if platform.stable:
        return platform.note or "no incident reported"
    return f"an incident, which stops no way back: {platform.note or 'no details given'}"


def _line(lane: tuple[RunView, ...]) -> Gate:
    first = next((run for run in lane if not run.rollback), None)
    if first is None:
        return passes(GateName.LINE, "nobody is deploying")
    if first.watching:
        return passes(GateName.LINE, f"ends the watch of run {first.id}")
    return stops(GateName.LINE, f"waits behind run {first.id}")


async def _hold(there: Place) -> str:
    said = "locks it for everybody until somebody unlocks it"
    try:
        on = await there.shipper.auto_deploys(there.target)
    except VendorError:
        return f"{said}; whether a push deploys by itself is not known"
    return f"{said}; switches the platform's auto-deploy off" if on else said
