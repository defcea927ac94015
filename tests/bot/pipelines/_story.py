"""The life of one run, in which anything may happen whenever the bot sleeps, and a look at every start.

Drives the real stores and steps in ``AskingWorld``; what is right is asked of ``Ledger`` alone.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.engine.states import RunState, StepName
from bot.errors import UserError, VendorUnavailable
from tests.bot.pipelines._asking import BEFORE, NO, YES, AskingWorld, Left, OneCard, asking_project
from tests.bot.pipelines._ledger import EVERYBODY, Ledger, Thing
from tests.bot.pipelines._memory import JumpingClock, MemoryVendor
from tests.bot.pipelines._world import ANN

EXPIRES = 40
"""Seconds people have."""
OTHER = "b2c3d4e" + "0" * 33
"""A commit one may push over the first."""


class WatchedCard(OneCard):
    """Tells the ledger what it showed."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger()
        self.holders: set[str] = set()
        self.well = lambda: True

    async def on(self, channel, ts):
        answer = await super().on(channel, ts)
        now = dict.fromkeys(answer.get(YES, ()), "yes") | dict.fromkeys(answer.get(NO, ()), "no")
        self.ledger.slack_showed(ts, now, self.holders, well=self.well())
        return answer


class WatchedVendor(MemoryVendor):
    """Has somebody look at the moment it is asked to start."""

    def __init__(self, clock, look) -> None:
        super().__init__(clock)
        self.look_up = look
        self.loses: list[bool] = []

    async def start(self, target, sha, *, run):
        await self.look_up(target.environment, sha)
        shipment = await super().start(target, sha, run=run)
        if self.loses and self.loses.pop(0):
            raise VendorUnavailable("Railway", "starting a deployment")
        return shipment


class LivelyClock(JumpingClock):
    """While the bot sleeps, the world acts, as long as there is something to do."""

    def __init__(self, story) -> None:
        super().__init__()
        self.story = story

    async def sleep(self, seconds):
        self.at += timedelta(seconds=seconds)
        await self.story.goes_on()


@dataclass
class Story:
    """One life of one run."""

    world: AskingWorld
    acts: list[tuple]
    version: int = 2
    quorum: int = 2
    slack_posts: bool = True
    starts: list[str] = field(default_factory=list)
    posted: int = -1

    def __post_init__(self) -> None:
        world = self.world
        world.clock = LivelyClock(self)
        world.vendor = WatchedVendor(world.clock, self.a_start)
        world.slack = world.reactions = WatchedCard()
        world.slack.holders = world.people.holders["approver"] = set(EVERYBODY)
        world.slack.well = lambda: not world.people.before.get("allowed")
        world.repository.in_main.add(OTHER)
        world._join()

    @property
    def ledger(self) -> Ledger:
        return self.world.slack.ledger

    async def thing(self) -> Thing | None:
        run = await self.world.now()
        return None if run.asking is None else (run.sha, self.version, run.asking.round)

    async def goes_on(self) -> None:
        changes = self.world.kit.cards.changes
        if self.slack_posts and self.posted != changes:
            self.posted = changes
            await self.post()
        if not self.acts:
            self.world.clock.at += timedelta(seconds=10)  # nothing happens any more: sooner to the end
            return
        for act, *words in [self.acts.pop(0) for _ in self.acts[:2]]:
            await getattr(self, act)(*words)

    async def post(self) -> None:
        before = self.world.slack.ts, self.world.slack.binding
        await self.world.post()
        if (self.world.slack.ts, self.world.slack.binding) != before:
            self.ledger.shown = await self.thing()

    async def press(self, user: str, word: str, binding: str | None = None) -> None:
        slack, world = self.world.slack, self.world
        thing, held = self.ledger.shown, user in slack.holders
        on_button = slack.binding if binding is None else binding
        if not on_button:
            return
        say = {
            "approve": world.voices.approve,
            "withdraw": world.voices.withdraw,
            "reject": lambda *at: world.voices.reject(*at, "no"),
        }
        try:
            run = await say[word](world.run_id, on_button, user)
        except (UserError, VendorUnavailable):
            return
        if word != "withdraw":
            assert held
            assert user != ANN
        # A card may be older than what is asked: then its button is for what it shows, and refused.
        assert run.asking is not None
        assert on_button == run.asking.binding
        self.ledger.pressed(user, word, thing)

    async def press_old(self, user: str) -> None:
        await self.press(user, "approve", "0" * 16)

    async def react(self, user: str, name: str, heard: bool) -> None:
        self.world.slack.react(user, name)
        await self.event(heard)

    async def unreact(self, user: str, name: str, heard: bool) -> None:
        self.world.slack.unreact(user, name)
        await self.event(heard)

    async def event(self, heard: bool) -> None:
        if heard and self.world.slack.ts:
            try:
                await self.world.voices.reacted("C0DEPLOYS01", self.world.slack.ts)
            except VendorUnavailable:
                return

    async def role(self, user: str, holds: bool) -> None:
        (self.world.slack.holders.add if holds else self.world.slack.holders.discard)(user)

    async def push(self, sha: str) -> None:
        self.world.repository.heads["main"] = sha

    async def outage(self, whose: str, calls: int) -> None:
        trouble = {"on": self.world.slack, "allowed": self.world.people, "resolve": self.world.repository}
        trouble[whose].before.setdefault(whose, []).extend(
            VendorUnavailable("Vendor", "answering") for _ in range(calls)
        )

    async def lose_start(self) -> None:
        self.world.vendor.loses.append(True)

    async def delete_card(self) -> None:
        self.world.slack.delete()
        self.ledger.shown = None

    async def hold_posts(self, held: bool) -> None:
        self.slack_posts = not held

    async def jump(self, seconds: int) -> None:
        self.world.clock.at += timedelta(seconds=seconds)

    async def wait(self) -> None:
        pass

    async def kill(self) -> None:
        raise Left

    async def config(self, quorum: int) -> None:
        if quorum != self.quorum:
            self.version = self.quorum = quorum  # changed back, it is the same file again
        await self.kill()

    async def a_start(self, environment: str, sha: str) -> None:
        """The vendor is asked to start ``sha``: now it must be right."""
        run, thing = await self.world.now(), await self.thing()
        self.starts.append(sha)
        assert environment == "production"
        assert thing is not None
        assert thing[0] == sha
        agreed = {user for user, what in self.at_turn[1].items() if what == thing}
        assert len(agreed) >= self.quorum, (thing, self.at_turn)
        assert ANN not in agreed
        assert thing not in self.at_turn[2]
        assert self.at_turn[0] < run.asking.asked_at + timedelta(seconds=EXPIRES)
        assert self.at_turn[3] == sha, "the ref names another commit"
        assert len(self.starts) == 1, "started twice"

    async def live(self) -> str:
        """Do what the two workflows do, through every death, until the run rests; return how it ended."""
        await self.world.request()
        while True:
            try:
                if await self.once():
                    return (await self.world.now()).state.value
            except Left:
                self.world = self.world.born_again(asking_project(quorum=self.quorum, expires=EXPIRES))
                self.posted = -1

    async def once(self) -> bool:
        run = await self.world.now()
        if run.state is RunState.PREPARING:
            for name in BEFORE:
                ending = await self.world.step(name)
                if ending != "done":
                    return ending == "stopped"
            await self.world.get_in_line()
        elif run.state not in (RunState.WAITING, RunState.RUNNING):
            return True
        if run.state is not RunState.RUNNING:
            for _ in range(3):
                await self.world.clock.sleep(0.5)
            ending = await self.world.step(StepName.LINE)
            if ending != "done":
                return ending == "stopped"
            self.took_turn()
        for name in (StepName.RECORD, StepName.SHIP):
            if await self.world.step(name) != "done":
                return True
        return True

    def took_turn(self) -> None:
        ledger = self.ledger
        head = self.world.repository.heads["main"]
        self.at_turn = self.world.clock.now(), dict(ledger.approved), set(ledger.refused), head
