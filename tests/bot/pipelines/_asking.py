"""A world whose production asks people, and a Slack in memory: one card, who reacts to it, what it shows.

The bot in it can die and come back (``AskingWorld.born_again``); Slack, GitHub, vendor and clock stay.
"""

from dataclasses import replace

from bot.engine.runs import RunView
from bot.engine.states import RunState, StepName, StepState
from bot.errors import VendorRejected
from bot.pipelines.needs import Kit
from bot.pipelines.plan import deploy_steps
from bot.pipelines.player import Player
from bot.pipelines.voices import Voices
from bot.project import Project
from tests import project_file
from tests.bot.pipelines._memory import MemoryReactions
from tests.bot.pipelines._world import ANN, NOON, SHORT, World

DEPLOYS = "C0DEPLOYS01"
YES, NO = "white_check_mark", "x"
BEFORE = (StepName.RESOLVE, StepName.CHECKS, StepName.CHANGES, StepName.CONSENT)


def asking_project(*, logins: dict[str, str] | None = None, **approval) -> Project:
    """Return a project whose production has approvals and nothing else that takes long."""
    facts = project_file.facts()
    production = facts["services"][0]["environments"]["production"]
    for section in ("soak", "watch", "freeze", "smoke"):
        production.pop(section, None)
    production["approval"] = {"roles": ["approver"], "quorum": 2, "expires": 600, "remind": 60} | approval
    more = {"github_logins": logins} if logins else {}
    return Project.model_validate(facts | more | {"timings": SHORT | {"poll": 1, "reconcile": 5}})


class OneCard(MemoryReactions):
    """The card as Slack has it: its ts, what it names, who reacts."""

    def __init__(self) -> None:
        super().__init__()
        self.ts = ""
        self.made = 0
        self.binding = ""
        """What its buttons are for."""

    async def on(self, channel, ts):
        if ts != self.ts:
            raise VendorRejected("Slack", "reading reactions", detail="message_not_found")
        return await super().on(channel, ts)

    def react(self, user: str, name: str = YES) -> None:
        self.there.setdefault(name, set()).add(user)

    def unreact(self, user: str, name: str = YES) -> None:
        self.there.get(name, set()).discard(user)

    def delete(self) -> None:
        self.ts, self.binding, self.there = "", "", {}


class AskingWorld(World):
    """One run to production and the people around it."""

    slack: OneCard
    voices: Voices
    run_id: int

    def __post_init__(self) -> None:
        super().__post_init__()
        self.slack = self.reactions = OneCard()
        self._join()

    def _join(self) -> None:
        # A gate's own clock would tell another time.
        self.kit: Kit = replace(
            self.kit,
            project=self.project,
            clock=self.clock,
            repository=self.repository,
            shippers={("api", name): self.vendor for name in self.project.environments},
            people=self.people,
            reactions=self.slack,
        )
        self.player = Player(self.kit)
        self.voices = Voices(self.kit)

    def born_again(self, project: Project | None = None) -> "AskingWorld":
        """Return the bot after a crash: nothing in memory is kept, the world around it is."""
        new = type(self)(self.db, project or self.project)
        new.clock, new.vendor, new.repository = self.clock, self.vendor, self.repository
        new.people, new.slack, new.reactions = self.people, self.slack, self.slack
        new.run_id = self.run_id
        new._join()
        return new

    async def request(self, key: str = "trigger:1") -> int:
        """Have Ann ask for production."""
        there = self.project.services[0].environments["production"]
        self.run_id = await self.runs.create(
            key=key, service="api", environment="production", ref="main", again=False, by=ANN, at=NOON,
            card_channel=DEPLOYS, steps=deploy_steps(self.project.services[0], there),
        )  # fmt: skip
        return self.run_id

    async def now(self) -> RunView:
        """The run as it is."""
        return await self.view(self.run_id)

    async def post(self) -> None:
        """Bring the card in Slack up to date, as the publisher does."""
        card, run = await self.kit.posts.card(self.run_id), await self.now()
        assert card is not None
        if card.ts and card.ts != self.slack.ts:  # editing it, Slack says that it is gone
            await self.kit.posts.lost(card.key)
            card = await self.kit.posts.card(self.run_id)
            assert card is not None
        if card.sent_revision >= run.revision:
            return
        if not card.ts:
            self.slack.delete()
            self.slack.made += 1
            self.slack.ts = f"{self.slack.made}.0"
        self.slack.binding = run.asking.binding if run.asking else ""
        await self.kit.posts.landed(card.key, channel=DEPLOYS, ts=self.slack.ts, revision=run.revision)

    async def until_consent(self) -> None:
        """Play what comes before people are asked."""
        for name in BEFORE[:-1]:
            assert await self.step(name) == "done", name

    async def asked(self) -> RunView:
        """Ask, show the card, hear reactions: where most tests begin."""
        await self.request()
        await self.until_consent()
        self.clock.then(0, self.post)
        self.clock.then(3, self.leave)
        try:
            await self.step(StepName.CONSENT)
        except Left:
            self.clock.slept.clear()
        run = await self.now()
        assert run.asking is not None
        assert await self.kit.consents.listening(run.id)
        return run

    async def leave(self) -> None:
        """Die here."""
        raise Left

    async def step(self, name: StepName) -> str:
        """Play one step of the present attempt."""
        return await self.player.play(self.run_id, (await self.now()).attempt, name)

    async def get_in_line(self) -> None:
        """Do what the workflow does between asking and the turn."""
        now = self.clock.now()
        assert await self.runs.move(
            self.run_id, RunState.WAITING, at=now, actor="pawdeploy", fields={"line_at": now}
        )
        await self.runs.write_step(self.run_id, StepName.LINE, state=StepState.RUNNING.value, started_at=now)

    async def owed(self, kind: str) -> list[str]:
        """Keys of what is owed of a kind."""
        return [post.key for post in await self.kit.posts.due() if post.kind == kind]


class Left(BaseException):
    """The bot was killed."""
