"""A world in which updates go over the air: the desk, people, GitHub and Expo. The bot in it can die."""

from dataclasses import replace

from bot.db.devices_store import DevicesStore
from bot.engine.ota import UpdateBackFacts, UpdateFacts
from bot.engine.runs import RunView
from bot.engine.states import RunState, StepName, StepState
from bot.pipelines import known, settle
from bot.pipelines.ota.desk import UpdateDesk
from bot.pipelines.player import Player
from bot.pipelines.requests import UpdateBackRequest, UpdateRequest
from bot.pipelines.take_back import take_back
from bot.pipelines.voices import Voices
from bot.project import Project
from tests.bot.pipelines._asking import AskingWorld, asking_project
from tests.bot.pipelines._mending import Starts
from tests.bot.pipelines._world import ANN
from tests.bot.pipelines.ota._expo import AppErrors, AppRepository, AppWorkflows, MemoryExpo

S = StepName
PLACE = ("mobile", "production")
SECONDS = 30
HOLD = 120


def app_project(*, guarded=False, watched=True, **ota) -> Project:
    """Return a project whose app is watched for seconds; ``guarded``: people are asked."""
    facts = asking_project().model_dump(mode="json")
    there = facts["apps"][0]["environments"]["production"]
    there["watch"] = {"seconds": SECONDS, "baseline": 7200, "bucket": 1} if watched else None
    there["ota"] |= {"hold": HOLD} | ota
    if not guarded:
        there["approval"] = None
    facts["timings"] |= {"health_interval": 1, "vendor_settle": 5, "vendor_patience": 20}
    return Project.model_validate(facts)


class OtaWorld(AskingWorld):
    """Runs of the app's updates, driven as ``bot/pipelines/deploy.py`` does."""

    expo: MemoryExpo
    workflows: AppWorkflows
    desk: UpdateDesk
    devices: DevicesStore

    def __post_init__(self) -> None:
        self.starts = Starts()
        super().__post_init__()

    def _join(self) -> None:
        if not hasattr(self, "expo"):
            self.expo, self.repository = MemoryExpo(self.clock), AppRepository()
            self.workflows = AppWorkflows(self.clock, self.expo, self.repository)
            self.errors = AppErrors(self.clock, self.expo)
        super()._join()
        self.devices = DevicesStore(self.db)
        self.kit = replace(
            self.kit,
            shippers={PLACE: self.vendor},
            dispatchers={PLACE: self.workflows},
            expo=self.expo,
            errors=self.errors,
            devices=self.devices,
        )
        self.player, self.voices = Player(self.kit), Voices(self.kit)
        self.desk = UpdateDesk(self.kit, self.starts)

    def born_again(self, project: Project | None = None) -> "OtaWorld":
        """As ``AskingWorld``; Expo, GitHub and Sentry stay too."""
        new = super().born_again(project)
        new.expo, new.workflows, new.errors = self.expo, self.workflows, self.errors
        new.repository = self.repository
        new._join()
        return new

    async def wanted(self, message="Fix the feeding plan", *, key="trigger:1", ref="main", by=ANN) -> RunView:
        """Have Ann ask for an update."""
        request = UpdateRequest(
            key=key, app="mobile", environment="production", ref=ref, message=message, by=by
        )
        run = await self.desk.update(request)
        self.run_id = run.id
        return run

    async def back_wanted(self, *, key="trigger:back", emergency="") -> RunView:
        """Have Ann ask for the way back."""
        run = await self.desk.take_back(
            UpdateBackRequest(key=key, app="mobile", environment="production", by=ANN, emergency=emergency)
        )
        self.run_id = run.id
        return run

    async def go(self, until: StepName | None = None) -> RunView:
        """Play the steps that are left, up to ``until``; finish when all are done."""
        while True:
            run = await self.now()
            left = [step.name for step in run.steps if step.state is not StepState.DONE]
            if not left:
                await settle.finish(self.kit, self.run_id, run.attempt)
                return await self.now()
            if left[0] is until:
                return run
            if left[0] is S.LINE and run.state is RunState.PREPARING:
                await self.get_in_line()
            if await self.step(left[0]) != "done":
                return await self.now()

    async def went_out(self, message="Fix the feeding plan", *, key="trigger:1", **more) -> RunView:
        """Have an update go out to everybody."""
        await self.wanted(message, key=key, **more)
        run = await self.go()
        assert run.state is RunState.SUCCEEDED, run.detail
        return run

    async def taken_back(self) -> RunView:
        """Have the way back that started by itself do its work."""
        back = await take_back(self.kit, self.run_id)
        assert back is not None
        self.run_id = back
        return await self.go()

    async def retry(self) -> RunView:
        """Press Retry."""
        return await self.desk._desk.retry(self.run_id, (await self.now()).attempt, ANN)

    async def cancelled(self) -> RunView:
        """Press Cancel, and have it finished."""
        await self.cancel(self.run_id)
        for step in (await self.now()).steps:
            if step.state is StepState.RUNNING:
                await self.step(step.name)
        await settle.wind_down(self.kit, self.run_id)
        return await self.now()

    async def facts(self) -> UpdateFacts:
        return known.of_update(await self.now())

    async def back_facts(self) -> UpdateBackFacts:
        return known.of_back(await self.now())

    def what_people_get(self, runtime="1.4.0") -> str:
        """The message of the newest group, or what is built in."""
        top = next((one for one in self.expo._listed() if one.runtime == runtime), None)
        return "what is built in" if top is None or top.embedded else top.message

    async def cancelled_already(self) -> RunView:
        """Have a Cancel that was pressed finished."""
        await settle.wind_down(self.kit, self.run_id)
        return await self.now()
