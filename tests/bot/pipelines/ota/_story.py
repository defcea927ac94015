"""The life of one rollout, in which anything may happen at any second, and a judge who sees vendors only.

The bot is driven as its workflow drives it. The judge knows what Expo took, what Sentry answered and when
people spoke; nothing of the bot's own memory.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from bot.engine.aftermath import TAKEN_BACK
from bot.engine.mobile import NAMES, AppPlatform, Update
from bot.engine.rollout import share
from bot.engine.runs import RunView
from bot.engine.states import RunState, StepName
from bot.errors import UserError, VendorUnavailable
from bot.pipelines import known, settle
from bot.pipelines.requests import UpdateBackRequest
from bot.pipelines.take_back import take_back
from tests.bot.pipelines._asking import Left
from tests.bot.pipelines._memory import JumpingClock
from tests.bot.pipelines._world import ANN, BEN
from tests.bot.pipelines.ota._expo import AppErrors, MemoryExpo, Spike, refusal
from tests.bot.pipelines.ota._world import SECONDS, OtaWorld

TROUBLES: dict[str, Callable[[], BaseException]] = {
    "dies": Left,
    "away": lambda: VendorUnavailable("Expo", "asked", detail="timed out"),
    "refuses": refusal,
}
NEVER = float("inf")


@dataclass
class Judge:
    """What was seen from outside. Times are seconds since the story began."""

    rises: list[tuple[float, int]] = field(default_factory=list)
    """When Expo took which percent of some part."""
    reached: list[tuple[float, dict[str, int]]] = field(default_factory=list)
    """Where every part stood, each time it changed, whoever did it."""
    looks: list[tuple[float, str]] = field(default_factory=list)
    """When Sentry was asked for the update's errors, and what it said: calm, spike or silent."""
    promoted: list[tuple[float, int]] = field(default_factory=list)
    still: list[tuple[float, float]] = field(default_factory=list)
    """From when to when nothing may rise: people are asked whether it goes back, or it is to stop."""

    def judges(self, stages: tuple[int, ...], *, watched: bool) -> None:
        """Assert that nothing rose that should not have."""
        for (_, had), (_, now) in pairwise(self.reached):
            assert all(had[part] <= now.get(part, 100) for part in had), (had, now)
        for at, percent in self.rises:
            self._right(at, percent, stages, watched=watched)

    def _right(self, at: float, percent: int, stages: tuple[int, ...], *, watched: bool) -> None:
        assert percent in stages, percent
        assert not any(since < at <= until for since, until in self.still), (at, self.still)
        assert "spike" not in [seen for when, seen in self.looks if when <= at], "it rose though it hurts"
        before = max((one for one in stages if one < percent), default=0)
        if not watched or any(to >= percent and when <= at for when, to in self.promoted):
            return
        there = min((when for when, parts in self.reached if min(parts.values()) >= before), default=NEVER)
        assert there <= at, f"{percent} % before everybody had come to {before} %"
        looks = [one for one in self.looks if there <= one[0] <= at]
        assert looks, f"{percent} % and nobody had looked at {before} %"
        assert looks[-1][1] == "calm", f"{percent} % though the look before said {looks[-1][1]}"
        assert looks[-1][0] >= there + SECONDS - 0.1, f"{before} % was watched {looks[-1][0] - there} s only"


class JudgedExpo(MemoryExpo):
    """Has the judge see what it took."""

    def __init__(self, clock: JumpingClock) -> None:
        super().__init__(clock)
        self.judge, self.ours = Judge(), ""

    @property
    def parts(self) -> tuple[Update, ...]:
        """Those of the update that the story is about; none once it is gone."""
        return tuple(part for _, group in self.all if group.group == self.ours for part in group.parts)

    def seen(self) -> None:
        now = {part.id: share(part) for part in self.parts}
        if now and now != (self.judge.reached[-1][1] if self.judge.reached else {}):
            self.judge.reached.append((self.clock.passed, now))

    def raised_by_hand(self, platforms: tuple[AppPlatform, ...], percent: int) -> None:
        for at, (moment, group) in enumerate(self.all):
            if group.group == self.ours:
                parts = tuple(
                    one.model_copy(update={"percent": None if percent == 100 else percent})
                    if one.platform in platforms and share(one) < percent
                    else one
                    for one in group.parts
                )
                self.all[at] = (moment, group.model_copy(update={"parts": parts}))
        self.seen()

    async def set_percent(self, update, percent):
        taken = len(self.set)
        try:
            return await super().set_percent(update, percent)
        finally:
            if len(self.set) > taken:
                self.judge.rises.append((self.clock.passed, percent))
                self.seen()

    async def delete_group(self, group):
        self.judge.still.append((self.clock.passed, NEVER))
        return await super().delete_group(group)


class JudgedErrors(AppErrors):
    """Has the judge hear what it answered about the update."""

    dies_after_a_spike = False
    """Whether the bot dies, once, as it asks again after it was told of one."""

    async def errors(self, project, environment, *, start, end, bucket, release="", tag=("", "")):
        if self.dies_after_a_spike and "spike" in [said for _, said in self.expo.judge.looks]:
            self.dies_after_a_spike = False
            raise Left
        if tag[0] and not self.expo.parts:
            tag = ("", "")
        answer = await super().errors(project, environment, start=start, end=end, bucket=bucket, tag=tag)
        if tag[0]:
            said = "silent" if self.silent else "spike" if self.spike.rate else "calm"
            self.expo.judge.looks.append((self.clock.passed, said))
        return answer


class StoryClock(JumpingClock):
    """While the bot sleeps, the world acts; it sleeps longer than it meant to, as on a busy machine."""

    def __init__(self, story: "Story") -> None:
        super().__init__()
        self.story = story

    async def sleep(self, seconds):
        self.at += timedelta(seconds=3 * seconds)
        await self.story.goes_on()


class Story:
    """One update, from the moment it is published to whatever end."""

    def __init__(self, world: OtaWorld, acts: list[tuple]) -> None:
        self.world, self.acts = world, sorted(acts, key=lambda act: act[0])
        self.update = self.back = 0
        """The update's run, and the way back that a person asked for."""
        self.begun, self.asked = NEVER, (NEVER, NEVER)
        world.clock = StoryClock(self)
        world.expo = world.workflows.expo = JudgedExpo(world.clock)
        world.errors = JudgedErrors(world.clock, world.expo)
        world.workflows.clock = world.clock
        world._join()

    @property
    def judge(self) -> Judge:
        return self.world.expo.judge

    async def live(self) -> RunView:
        """Publish, let everything happen, and play it to its end however often the bot dies."""
        expo = self.world.expo
        expo.published("The one before")
        self.update = (await self.world.wanted()).id
        run = await self.world.go(until=StepName.ROLLOUT)
        expo.ours = known.of_update(run).groups[0]
        expo.seen()
        self.begun = self.world.clock.passed
        return await self.played(self.update)

    async def again(self, run: RunView) -> RunView:
        """Press Retry in a world where all is well."""
        self.acts, self.world.errors.silent, self.world.errors.spike = [], False, Spike()
        self._well()
        self.world.run_id = run.id
        await self.world.retry()
        return await self.played(run.id)

    async def taken_back(self, run: RunView) -> list[RunView]:
        """Play the ways back that follow, in the same weather; return how each ended."""
        ends = []
        if self.back and (await self.world.view(self.back)).state is RunState.WAITING:
            ends.append(await self.played(self.back))
        if run.state is RunState.FAILED and run.reason in TAKEN_BACK:
            automatic = await take_back(self.world.kit, run.id)
            assert automatic is not None
            ends.append(await self.played(automatic))
        return ends

    async def played(self, run_id: int) -> RunView:
        while True:
            self.world.run_id = run_id
            try:
                run = await self.world.go()
                if run.state is RunState.CANCELLING:
                    await settle.wind_down(self.world.kit, run_id)
                    run = await self.world.now()
            except Left:
                self.world = self.world.born_again()
            else:
                return run

    async def goes_on(self) -> None:
        while self.acts and self.begun + self.acts[0][0] <= self.world.clock.passed:
            _, name, *facts = act = self.acts.pop(0)
            if name == "kill":
                raise Left
            try:
                await getattr(self, name)(*facts)
            except Left:
                self.acts.insert(0, act)  # the bot died of it: it is still to be done
                raise

    def _well(self) -> None:
        for planned in (self.world.expo.before, self.world.expo.after):
            planned.clear()

    async def trouble(self, method: str, before: bool, kinds: tuple[str, ...]) -> None:
        planned = self.world.expo.before if before else self.world.expo.after
        planned.setdefault(method, []).extend(TROUBLES[kind]() for kind in kinds)

    async def refuses(self, platform: AppPlatform, times: int) -> None:
        self.world.expo.refusing[platform] = times

    async def sentry(self, said: str) -> None:
        self.world.errors.silent = said == "silent"
        self.world.errors.spike = Spike(rate=600.0 if said == "spike" else 0.0)

    async def promote(self) -> None:
        run = await self.world.view(self.update)
        facts = known.of_update(run)
        try:
            run = await self.world.desk.promote(run.id, facts.stage, ANN)
        except UserError:
            return
        self.judge.promoted.append((self.world.clock.passed, run.promoted))

    async def hand(self, platforms: tuple[AppPlatform, ...], percent: int) -> None:
        self.world.expo.raised_by_hand(platforms, percent)

    async def delete(self) -> None:
        expo = self.world.expo
        expo.all = [one for one in expo.all if one[1].group != expo.ours]
        self.judge.still.append((self.world.clock.passed, NEVER))

    async def cancel(self) -> None:
        try:
            await self.world.desk._desk.cancel(self.update, BEN)
        except UserError:
            return
        self.judge.still.append((self.world.clock.passed, NEVER))

    async def asks_back(self) -> None:
        request = UpdateBackRequest(key="back", app="mobile", environment="production", by=ANN, emergency="")
        if not self.back:
            self.back = (await self.world.desk.take_back(request)).id
            self.asked = (self.world.clock.passed, NEVER)
            self.judge.still.append(self.asked)

    async def agrees_back(self) -> None:
        """Have the way back find out what goes, and stand in line."""
        back = await self.world.view(self.back) if self.back else None
        if back is None or back.state is not RunState.PREPARING:
            return
        if await self.world.player.play(back.id, back.attempt, StepName.RESOLVE) == "done":
            now = self.world.clock.now()
            await self.world.runs.move(
                back.id, RunState.WAITING, at=now, actor="pawdeploy", fields={"line_at": now}
            )

    async def drops_back(self) -> None:
        """Have the person think better of it."""
        back = await self.world.view(self.back) if self.back else None
        if back is None or back.state is not RunState.PREPARING:
            return
        await self.world.desk._desk.cancel(back.id, ANN)
        await settle.wind_down(self.world.kit, back.id)
        self.judge.still.remove(self.asked)
        self.judge.still.append((self.asked[0], self.world.clock.passed))

    def tells_what_stands(self, run: RunView) -> bool:
        """Say whether a run that ended names what its platforms stand at, where they differ."""
        stands = {(part.platform, share(part)) for part in self.world.expo.parts}
        said = f"{run.detail} {run.live}"
        return "not answer" in said or all(f"{NAMES[one]} {percent} %" in said for one, percent in stands)
