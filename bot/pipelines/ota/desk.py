"""What people ask of updates over the air; the answer is a ``RunView``, or a ``UserError`` with the why."""

from unicodedata import category

from bot.db.runs_store import Value
from bot.engine.ota import UpdateFacts
from bot.engine.reasons import Reason
from bot.engine.rollout import follows
from bot.engine.runs import RunView
from bot.engine.states import RunKind, RunState, StepName, StepState
from bot.errors import UserError
from bot.pipelines import known
from bot.pipelines.desk import Desk
from bot.pipelines.keeper import Keeper
from bot.pipelines.needs import Kit
from bot.pipelines.ota.ground import Ground, find_ground
from bot.pipelines.plan import app_steps
from bot.pipelines.requests import UpdateBackRequest, UpdateRequest

LONGEST = 900
"""Characters of a message: eas-cli cuts what is longer than 1,024, and our mark stands at its end."""
_JOINERS = "\u200c\u200d"


class UpdateDesk:
    """Where handlers turn to."""

    def __init__(self, kit: Kit, keeper: Keeper) -> None:
        self._kit = kit
        self._keeper = keeper
        self._desk = Desk(kit, keeper)

    async def update(self, request: UpdateRequest) -> RunView:
        """Store an update, then start it; asked twice with one key it is one run."""
        here, message = self._ground(request.app, request.environment), _on_one_line(request.message)
        if not message:
            msg = f'Say what it brings: `/pawota {request.environment} "what it brings"`.'
            raise UserError(msg, reason=Reason.NO_MESSAGE)
        if len(message) > LONGEST:
            msg = f"The message has {len(message):,} characters; Expo keeps {LONGEST}. Shorten it."
            raise UserError(msg, reason=Reason.TOO_LONG)
        return await self._store(
            request.key,
            here,
            request.environment,
            request.by,
            kind=RunKind.UPDATE,
            ref=request.ref,
            more={"why": message},
        )

    async def take_back(self, request: UpdateBackRequest) -> RunView:
        """Store a way back of the update that is meant, else of the newest, then start it.

        Raises:
            UserError: when one is under way already, or what is meant was taken back before.

        """
        here = self._ground(request.app, request.environment)
        if known_run := await self._kit.reader.of_key(request.key):
            return known_run
        for run in await self._kit.reader.lane(request.app, request.environment):
            if run.kind is RunKind.UPDATE_BACK:
                msg = f"Run {run.id} already takes the update back. Its card shows how far it is."
                raise UserError(msg, reason=Reason.ROLLBACK_UNDER_WAY)
        meant = await self._desk.run(request.update) if request.update is not None else None
        gone = meant.taken_back if meant else None
        if meant is not None and gone is not None and gone.state is RunState.SUCCEEDED:
            msg = f"Run {gone.run_id} took back what run {meant.id} published; nothing was changed."
            msg = f"{msg} `/pawota status {request.environment}` shows what people have."
            raise UserError(msg, reason=Reason.STALE_BUTTON)
        return await self._store(
            request.key,
            here,
            request.environment,
            request.by,
            kind=RunKind.UPDATE_BACK,
            consent=not request.emergency,
            more={"emergency": request.emergency, "parent_id": request.update},
        )

    async def promote(self, run_id: int, stage: int, by: str) -> RunView:
        """Go on from ``stage`` (its number, as the card showed it) at once, without the rest of its watch.

        Raises:
            UserError: when it is past that stage, has nowhere to go, is not being rolled out, or somebody
                asks to take it back.

        """
        run = await self._desk.run(run_id)
        facts = known.of_update(run) if run.kind is RunKind.UPDATE else UpdateFacts()
        if not _rolling(run) or facts.stage != stage:
            raise _nothing(run, f"is past that: it is at {facts.percent} % now" if _rolling(run) else "")
        for other in await self._kit.reader.lane(run.service, run.environment):
            if other.kind is RunKind.UPDATE_BACK:  # kept, it would go on by itself once that is cancelled
                why = f"goes no further while run {other.id} is there to take it back. Cancel that one first"
                raise _nothing(run, why)
        percent, devices = follows(facts.stages, stage), self._kit.devices
        if percent is None:
            raise _nothing(run, "is out to everybody it can reach")
        moved = devices and await devices.promote(run_id, percent=percent, by=by, at=self._kit.clock.now())
        if not moved:
            raise _nothing(run, f"was told before to go on to {percent} %")
        self._kit.cards.changed()
        return await self._desk.run(run_id)

    async def rolling(self, app: str, environment: str) -> RunView:
        """Return the update that is rolled out there now; ``UserError`` (``nothing_to_promote``): none is."""
        for run in await self._kit.reader.lane(app, environment):
            if _rolling(run):
                return run
        msg = f"No update is being rolled out in {environment}; `/pawota status {environment}` shows what is."
        raise UserError(msg, reason=Reason.NOTHING_TO_PROMOTE)

    async def override_native(self, run_id: int, attempt: int, by: str, reason: str) -> RunView:
        """Go on with a run of which it is not known that it is JavaScript only; one more has to approve."""
        return await self._desk.override_native(run_id, attempt, by, reason)

    def _ground(self, app: str, environment: str) -> Ground:
        found = find_ground(self._kit, app, environment)
        if found is not None:
            return found
        there = self._kit.project.app(app)
        if there is None:
            apps = ", ".join(f"`{one.name}`" for one in self._kit.project.apps) or "none"
            msg = f"pawdeploy.toml knows no app `{app[:60]}`. There are: {apps}."
            raise UserError(msg, reason=Reason.UNKNOWN_APP)
        places = [name for name in there.environments if find_ground(self._kit, app, name)]
        told = ", ".join(f"`{name}`" for name in places) or "nowhere; is EXPO_TOKEN set?"
        msg = f"No updates of {app} go to `{environment[:60]}` over the air. They go to: {told}."
        raise UserError(msg, reason=Reason.UNKNOWN_ENVIRONMENT)

    async def _store(
        self,
        key: str,
        here: Ground,
        environment: str,
        by: str,
        *,
        kind: RunKind,
        ref: str = "",
        consent: bool = True,
        more: dict[str, Value],
    ) -> RunView:
        run_id = await self._kit.runs.create(
            key=key,
            service=here.app.name,
            environment=environment,
            ref=ref,
            again=False,
            by=by,
            at=self._kit.clock.now(),
            card_channel=self._kit.project.channels.deploys,
            kind=kind,
            steps=app_steps(kind, here.there, consent=consent),
            more=dict(more),
        )
        self._kit.cards.changed()
        await self._keeper.start(run_id)
        return await self._desk.run(run_id)


def _on_one_line(typed: str) -> str:
    """Return a message without what has no shape: it goes into a workflow, and to Expo.

    Joiners stay, for words and emoji are made with them; what turns the direction of text does not.
    """
    shown = (" " if category(char) in {"Cc", "Zl", "Zp"} else char for char in typed)
    kept = (char for char in shown if char in _JOINERS or category(char) not in {"Cf", "Cs"})
    return " ".join("".join(kept).split()).strip(f" {_JOINERS}")


def _rolling(run: RunView) -> bool:
    step = run.step(StepName.ROLLOUT)
    return run.kind is RunKind.UPDATE and run.state is RunState.RUNNING and step.state is StepState.RUNNING


def _nothing(run: RunView, why: str) -> UserError:
    msg = f"There is nothing to promote: run {run.id} {why or 'is not being rolled out'}."
    return UserError(f"{msg} Its card shows how far it is.", reason=Reason.NOTHING_TO_PROMOTE)
