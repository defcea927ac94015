"""What people ask of releases; the answer is a ``RunView``, or a ``UserError`` that says why not."""

from bot.db.runs_store import Value
from bot.delivered import Delivered
from bot.engine.mobile import BOTH, Build, DeviceReport, Stage
from bot.engine.reasons import Reason
from bot.engine.release import OrderFacts, ReleaseFacts
from bot.engine.runs import RunView
from bot.engine.states import ACTIVE, RunKind, RunState, StepName, StepState
from bot.engine.stores import Order
from bot.errors import NotAllowed, UserError
from bot.pipelines.keeper import Keeper
from bot.pipelines.known import of_release
from bot.pipelines.needs import Kit
from bot.pipelines.plan import app_steps
from bot.pipelines.release.shop import Shop, find_shop
from bot.pipelines.requests import OrderRequest, ReleaseRequest

_LOOKED_AT = 20
"""How many releases back builds are offered to be handed over."""
_RELEASES = frozenset({RunKind.RELEASE})


class ReleaseDesk(Delivered):
    """Where handlers turn to."""

    def __init__(self, kit: Kit, keeper: Keeper) -> None:
        self._kit = kit
        self._keeper = keeper

    async def release(self, request: ReleaseRequest) -> RunView:
        """Store a release, then start it; asked twice with one key it is one run.

        Raises:
            UserError: when the app is not built here, or ``submit_only`` is no run whose builds wait.

        """
        if known := await self._kit.reader.of_key(request.key):
            await self._keeper.start(known.id)
            return await self._run(known.id)
        here, ref = self._shop(request.app, request.environment), request.ref
        facts, more = ReleaseFacts(part=request.part), dict[str, Value]()
        if request.submit_only is not None:
            source = await self._waiting(request, request.submit_only)
            facts, more, ref = _the_same_builds(source), _the_same_commit(source), source.ref
        steps = app_steps(RunKind.RELEASE, here.there, build=request.submit_only is None)
        run_id = await self._kit.runs.create(
            key=request.key,
            service=request.app,
            environment=request.environment,
            ref=ref,
            again=False,
            by=request.by,
            at=self._kit.clock.now(),
            card_channel=self._kit.project.channels.deploys,
            kind=RunKind.RELEASE,
            steps=steps,
            more=more | {"mobile": facts.encode()},
        )
        return await self._begun(run_id)

    async def report(self, run_id: int, said: DeviceReport) -> RunView:
        """Keep what a tester says of a platform's build.

        Raises:
            NotAllowed: when only testers may say so.
            UserError: when nobody is asked for it (any more).

        """
        run = await self._run(run_id)
        devices, here = self._kit.devices, find_shop(self._kit, run.service, run.environment)
        asked = run.has(StepName.DEVICES) and run.step(StepName.DEVICES).state is StepState.RUNNING
        if devices is None or here is None or run.state is not RunState.PREPARING or not asked:
            raise _not_asked(run)
        roles = here.there.tester_roles
        if roles and not await self._kit.people.allowed(said.user, roles):
            msg = f"Only {self._kit.people.who_can(roles)} may say how a build does on a phone."
            raise NotAllowed(msg)
        said = said.model_copy(update={"at": self._kit.clock.now()})
        if not await devices.report(run_id, said, once=self._once("report")):
            raise _not_asked(await self._run(run_id))
        self._kit.cards.changed()
        return await self._run(run_id)

    async def order(self, request: OrderRequest) -> RunView:
        """Store an order to the stores, then start it; asked twice with one key it is one run.

        Raises:
            UserError: when none of the stores can be told anything.

        """
        if known := await self._kit.reader.of_key(request.key):
            await self._keeper.start(known.id)
            return await self._run(known.id)
        here = self._shop(request.app, request.environment)
        reachable = {store.platform for store in self._kit.stores.get(request.app, ())}
        platforms = request.platforms or tuple(one for one in BOTH if one in reachable)
        if not reachable.intersection(platforms):
            msg = (
                f"pawdeploy has no access to those stores of `{request.app}`, so it can tell them nothing. "
                "`docs/mobile-setup.md` says how to give it."
            )
            raise UserError(msg, reason=Reason.NOTHING_TO_ORDER)
        facts = OrderFacts(order=Order(kind=request.kind, platforms=platforms, why=request.why))
        run_id = await self._kit.runs.create(
            key=request.key,
            service=request.app,
            environment=request.environment,
            ref="",
            again=False,
            by=request.by,
            at=self._kit.clock.now(),
            card_channel=self._kit.project.channels.deploys,
            kind=RunKind.STORE,
            steps=app_steps(RunKind.STORE, here.there),
            more={"mobile": facts.encode(), "why": request.why},
        )
        return await self._begun(run_id)

    async def under_way(self, app: str, environment: str) -> RunView | None:
        """Return the newest release there that has not ended."""
        found = await self._kit.reader.newest_of(app, environment, _RELEASES, limit=_LOOKED_AT)
        return next((run for run in found if run.state in ACTIVE), None)

    async def submittable(self, app: str, environment: str) -> tuple[RunView, ...]:
        """Return releases whose builds are finished and were not handed over, newest first.

        A build that is older than one handed over since is left out: a store would refuse it.
        """
        found = await self._kit.reader.newest_of(app, environment, _RELEASES, limit=_LOOKED_AT)
        handed = [build for run in found for build in _handed(run)]
        return tuple(run for run in found if _waits(run, handed))

    async def _waiting(self, request: ReleaseRequest, source: int) -> RunView:
        for run in await self.submittable(request.app, request.environment):
            if run.id == source:
                return run
        msg = (
            f"Run {source} has no finished builds of `{request.app}` that wait to be handed over. "
            "`/pawmobile build` makes some; `/pawmobile history` lists what there was."
        )
        raise UserError(msg, reason=Reason.NO_BUILD)

    async def _begun(self, run_id: int) -> RunView:
        self._kit.cards.changed()
        await self._keeper.start(run_id)
        return await self._run(run_id)

    def _shop(self, app: str, environment: str) -> Shop:
        here = find_shop(self._kit, app, environment)
        if here is None:
            name = app[:40].replace("`", "'")
            msg = (
                f"pawdeploy.toml has no app `{name}` that Expo builds for {environment}, or Expo's token is "
                "missing. `docs/mobile-setup.md` says what it needs."
            )
            raise UserError(msg, reason=Reason.UNKNOWN_APP)
        return here

    async def _run(self, run_id: int) -> RunView:
        found = await self._kit.reader.view(run_id)
        if found is None or found.kind not in (RunKind.RELEASE, RunKind.STORE):
            msg = f"There is no release {run_id}. `/pawmobile history` lists the newest."
            raise UserError(msg, reason=Reason.STALE_BUTTON)
        return found


def _handed(run: RunView) -> list[Build]:
    """Return a run's builds that were handed to their stores, or are being."""
    known = of_release(run)
    return [
        build
        for platform, build in known.builds.items()
        if (there := known.submissions.get(platform)) and there.stage not in (Stage.FAILED, Stage.CANCELLED)
    ]


def _waits(run: RunView, handed: list[Build]) -> bool:
    """Say whether a run has ended with finished builds that can still be ``handed`` over."""
    builds = of_release(run).builds
    finished = [one for one in builds.values() if one.stage is Stage.FINISHED]
    if run.state in ACTIVE or len(finished) < len(BOTH):
        return False
    there = {one.id for one in handed}
    left = [one for one in finished if one.id not in there]
    return bool(left) and not any(_overtaken(one, handed) for one in left)


def _overtaken(build: Build, handed: list[Build]) -> bool:
    return any(one.platform is build.platform and one.created_at > build.created_at for one in handed)


def _the_same_builds(source: RunView) -> ReleaseFacts:
    known = of_release(source)
    return ReleaseFacts(
        part=known.part,
        old_version=known.old_version,
        version=known.version,
        bump=known.bump,
        builds=known.builds,
    )


def _the_same_commit(source: RunView) -> dict[str, Value]:
    return {
        "sha": source.sha,
        "commit_title": source.commit_title,
        "commit_author": source.commit_author,
        "commit_url": source.commit_url,
        "target_run": source.id,
    }


def _not_asked(run: RunView) -> UserError:
    msg = f"Release {run.id} does not ask for device tests now: it is {run.state.value}. Its card says more."
    return UserError(msg, reason=Reason.STALE_BUTTON)
