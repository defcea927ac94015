"""A world in which apps are released: the desk, testers, GitHub, Expo and both stores.

A run is driven step by step as ``bot/pipelines/deploy.py`` does; the bot can die between any two.
"""

from dataclasses import replace

from bot.db.devices_store import DevicesStore
from bot.engine.mobile import BOTH, AppPlatform, DeviceReport, Verdict
from bot.engine.release import OrderFacts, Part, ReleaseFacts
from bot.engine.runs import RunView
from bot.engine.states import StepName
from bot.nudges import Nudges
from bot.pipelines.app_looker import AppLooker
from bot.pipelines.player import Player
from bot.pipelines.release.desk import ReleaseDesk
from bot.pipelines.requests import ReleaseRequest
from bot.project import Project
from tests.bot.pipelines._asking import asking_project
from tests.bot.pipelines._mending import MendingWorld
from tests.bot.pipelines._world import ANN, BEN, NOON
from tests.bot.pipelines.release._vendors import AppWorkflows, Git, MemoryExpo, MemoryStore

MOBILE = ("mobile", "production")
FAST = {"poll": 1, "build_poll": 5, "review_poll": 10, "vendor_settle": 3}


def releasing_project(*, expo=None, stores=True, **there) -> Project:
    """Return a project whose app is released; ``expo`` and ``there``: what is otherwise in these sections."""
    facts = asking_project().model_dump(mode="json")
    app = facts["apps"][0]
    app["expo"] |= {"build_timeout": 120} | (expo or {})
    app["environments"]["production"] |= {"watch": None} | there
    if not stores:
        app["stores"] = None
    return Project.model_validate(facts | {"timings": facts["timings"] | FAST})


class ReleasingWorld(MendingWorld):
    """One release, or one order to the stores."""

    expo: MemoryExpo
    stores: dict[AppPlatform, MemoryStore]
    releases: ReleaseDesk

    def __post_init__(self) -> None:
        super().__post_init__()
        self.repository = Git()
        self.expo = MemoryExpo(self.clock)
        self.stores = {one: MemoryStore(self.clock, one) for one in BOTH}
        self.workflows = AppWorkflows(self.clock, self.expo)
        self._join()

    def _join(self) -> None:
        super()._join()
        if not hasattr(self, "stores"):
            return
        self.kit = replace(
            self.kit,
            expo=self.expo,
            stores={"mobile": tuple(self.stores.values())},
            devices=DevicesStore(self.db),
            nudges=Nudges(),
        )
        self.player = Player(self.kit)
        self.releases = ReleaseDesk(self.kit, self.starts)
        self.looker = AppLooker(self.kit)

    def born_again(self, project: Project | None = None) -> "ReleasingWorld":
        """As ``MendingWorld``; Expo and the stores stay too."""
        new = super().born_again(project)
        new.expo, new.stores = self.expo, self.stores
        new._join()
        return new

    async def known(self) -> ReleaseFacts:
        """What the release knows."""
        return ReleaseFacts.model_validate_json((await self.now()).mobile)

    async def order_known(self) -> OrderFacts:
        """What the order knows."""
        return OrderFacts.model_validate_json((await self.now()).mobile)

    async def wanted_release(self, part: Part = Part.PATCH, *, key: str = "trigger:1", **more) -> RunView:
        """Have Ann ask for a release."""
        facts = {"app": "mobile", "environment": "production", "ref": "", "by": ANN} | more
        run = await self.releases.release(ReleaseRequest(key=key, part=part, **facts))
        self.run_id = run.id
        return run

    async def until(self, name: StepName, **more) -> RunView:
        """Have a release asked for, and play what comes before ``name``."""
        await self.wanted_release(**more)
        for step in (await self.now()).steps:
            if step.name is name:
                break
            if step.name is StepName.LINE:
                await self.get_in_line()
            await self._through(step.name)
        return await self.now()

    async def _through(self, name: StepName) -> None:
        if name is StepName.DEVICES:
            self.clock.then(self.clock.passed + 1, self.all_works)
        if name is StepName.CONSENT:
            await self.consented()
            return
        assert await self.step(name) == "done", (name, (await self.now()).detail)

    async def consented(self) -> None:
        """Ask, and have Ben approve."""

        async def approve() -> None:
            run = await self.now()
            assert run.asking is not None
            await self.voices.approve(run.id, run.asking.binding, BEN)

        self.clock.then(self.clock.passed, self.post)
        self.clock.then(self.clock.passed + 3, approve)
        assert await self.step(StepName.CONSENT) == "done"

    async def all_works(self) -> None:
        """Have Ben find both platforms working."""
        for platform in BOTH:
            await self.says(platform)

    async def says(
        self,
        platform: AppPlatform,
        verdict: Verdict = Verdict.WORKS,
        *,
        user: str = BEN,
        device: str = "a phone",
        note: str = "",
    ) -> RunView:
        """Have a tester say something."""
        said = DeviceReport(platform=platform, user=user, verdict=verdict, device=device, note=note, at=NOON)
        return await self.releases.report(self.run_id, said)
