"""A storm: people act, knobs turn and bots are killed, each at random moments of one seed; then calm.

Knows how to make weather and how to end it. What must hold afterwards is ``aftermath.py``'s.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import tomlkit

from bot.db.inbox_store import InboxStore
from bot.db.runs_reader import RunsReader
from bot.db.session import Database, open_database
from bot.engine.aftermath import retryable
from bot.engine.runs import RunView
from bot.engine.states import ACTIVE
from sandbox.bot_process import BotProcess
from sandbox.config import find_config
from sandbox.launch import Sandbox
from sandbox.workspace.model import Message
from tests.flows.driver import ANN, BEN, DEPLOYS, GENERAL, OTTO, Flow, flow

SERVICES = ("api", "worker")
PATIENCE = 60.0
"""Seconds from the last gust until everything must have ended: a dead replica's deliveries take 35."""
TIMINGS = {
    "deployment_timeout": 15.0,
    "health_timeout": 4.0,
    "vendor_patience": 1.2,
    "checks_wait": 4.0,
    "health_times": 2,
}
_ANSWERS = ("slow", "503", "reset", "timeout", "malformed", "429")
GUSTS: tuple[tuple[str, tuple[str, ...], float], ...] = (
    ("railway.answers", _ANSWERS, 4.0),
    ("github.answers", _ANSWERS, 4.0),
    ("railway.deployment", ("fails", "crashes", "removed", "never ends", "pre-deploy fails"), 2.0),
    ("github.workflow", ("fails", "never ends"), 2.0),
    ("railway.platform", ("incident",), 0.7),
    ("backend.health", ("bad", "old commit"), 5.0),
    ("backend.smoke", ("failing",), 0.7),
    ("slack.answers", ("down", "slow", "429", "slow", "429"), 1.5),
    ("slack.delivery", ("duplicate",), 4.0),
    ("railway.speed", ("normal",), 4.0),
)
"""What may turn, to what, and for how many seconds at most."""


def two_services(state: Path) -> Path:
    """Write a project file with a second service, shipped to staging by a GitHub workflow."""
    document = tomlkit.parse(find_config().read_text("utf-8"))
    text = tomlkit.dumps({"services": [document["services"][0].unwrap()]})
    worker = tomlkit.parse(text)["services"][0]
    worker["name"], worker["railway_service"] = "worker", "1c0ffee0-1d3e-4c55-8a0f-7e62d1c4ab22"
    del worker["environments"]["production"]
    worker["environments"]["staging"]["method"] = "github-workflow"
    document["services"].append(worker)
    path = state / "two.toml"
    path.write_text(tomlkit.dumps(document), "utf-8")
    return path


@asynccontextmanager
async def under_way(state: Path, *, database_url: str | None = None) -> AsyncIterator[Flow]:
    """Start a sandbox with two services and timings a storm can live with."""
    make = partial(Sandbox, config=two_services(state))
    async with flow(state, database_url=database_url, timings=TIMINGS, make=make) as desk:
        desk.box.faults.slow_seconds, desk.box.faults.timeout_seconds = 0.3, 0.6
        yield desk


class Storm:
    """One storm over one sandbox; ``bots`` are the replicas that may be killed."""

    def __init__(self, desk: Flow, seed: int, bots: Sequence[BotProcess], database_url: str = "") -> None:
        self.desk = desk
        self.seed = seed
        self.diary: list[str] = []
        """What was done, in order."""
        self._bots = bots
        self._url = database_url or f"sqlite:///{desk.state / 'pawdeploy.sqlite3'}"
        self._began = asyncio.get_running_loop().time()

    def _dice(self, whose: str) -> random.Random:
        return random.Random(f"{self.seed} {whose}")  # noqa: S311 - to be repeated, not to be secret

    def _note(self, what: str) -> None:
        self.diary.append(f"{asyncio.get_running_loop().time() - self._began:6.2f} {what}")

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """Open the bots' database beside them."""
        database = await open_database(self._url)
        try:
            yield database
        finally:
            await database.close()

    async def rage(self, seconds: float) -> None:
        """Let everything loose for ``seconds``, then set all back to normal and wait until bots are ready."""
        calm = {knob: self.desk.box.faults.get(knob) for knob, _, _ in GUSTS}
        for user in (ANN, BEN):  # so that every storm finds two lines with somebody in them
            for service in SERVICES:
                self.desk.commit()
                await self._say(user, f"/pawdeploy staging --service {service}")
        # As an outsider too: what is refused leaves an entry, and must not break the chain.
        people = [self._person(user) for user in (ANN, BEN, OTTO)]
        gusts = [self._gusts(*gust) for gust in GUSTS]
        reapers = [self._reaper(bot, number) for number, bot in enumerate(self._bots)]
        tasks = [asyncio.create_task(work) for work in (*people, *gusts, *reapers)]
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error
        for knob, position in calm.items():
            self.desk.box.faults.set(knob, position)
        self._note("calm")
        for bot in self._bots:
            await bot.kill()  # one more; a reaper may have been stopped with its work half done
            await bot.start()
        for bot in self._bots:
            await bot.wait_ready()

    async def _person(self, user: str) -> None:
        dice = self._dice(user)
        while True:
            await asyncio.sleep(dice.uniform(0.05, 0.6))
            deploying = dice.random() < (0.3 if len(self.desk.cards()) < 16 else 0.0)
            if deploying:
                await self._type(user, dice)
            else:
                await self._press(user, dice)

    async def _type(self, user: str, dice: random.Random) -> None:
        if dice.random() < 0.75:
            self.desk.commit()
        again = " --again" if dice.random() < 0.15 else ""
        await self._say(user, f"/pawdeploy staging --service {dice.choice(SERVICES)}{again}")

    async def _say(self, user: str, text: str) -> None:
        said = await self.desk.ws.say(user, GENERAL, text)
        self._note(f"{user} {text}: {said.error or 'ok'}")

    async def _press(self, user: str, dice: random.Random) -> None:
        wanted = "run_retry" if dice.random() < 0.85 else "run_cancel"
        cards = [card for card in self.desk.cards() if wanted in self.desk.buttons(card)]
        if cards:
            card = dice.choice(cards)
            said = await self.desk.ws.press(user, DEPLOYS, card.ts, wanted)
            self._note(f"{user} {wanted} on {card.text[:60]!r}: {said.error or 'ok'}")

    async def _gusts(self, knob: str, positions: tuple[str, ...], longest: float) -> None:
        dice, calm = self._dice(knob), self.desk.box.faults.get(knob)
        while True:
            await asyncio.sleep(dice.uniform(0.3, 8.0))
            position = dice.choice(positions)
            self._note(f"{knob} {position}")
            self.desk.box.faults.set(knob, position)
            await asyncio.sleep(dice.uniform(0.1, longest))
            self.desk.box.faults.set(knob, calm)

    async def _reaper(self, bot: BotProcess, number: int) -> None:
        """Kill at any moment, of the start too: sometimes before the bot is ready."""
        dice = self._dice(f"reaper {number}")
        while True:
            if dice.random() < 0.8:
                await bot.wait_ready()
                await asyncio.sleep(dice.uniform(0.0, 6.0))
            else:
                await asyncio.sleep(dice.uniform(0.1, 2.0))
            self._note(f"kill -9 bot {number}")
            await bot.kill()
            await asyncio.sleep(dice.choice((0.0, 0.0, 0.5, 2.0)))
            await bot.start()
            self._note(f"start bot {number}")

    async def settle(self) -> list[RunView]:
        """Retry or cancel what was left failed, until every run has ended for good; return the runs."""
        dice, tried = self._dice("afterwards"), dict[int, int]()
        async with self.database() as database:
            reader, inbox = RunsReader(database), InboxStore(database)
            for _ in range(int(PATIENCE / 0.2)):
                runs = list(await reader.history(None, limit=1000))
                undone = await inbox.undone(self.desk.now())
                if not undone and not any(_open(run) for run in runs):
                    return runs
                for run in runs:
                    if retryable(run.state, run.reason):
                        await self._clear_up(run, dice, tried)
                await asyncio.sleep(0.2)
        left = [(run.id, run.state.value, run.attempt) for run in runs if _open(run)]
        message = f"not over {PATIENCE} s after the storm: runs {left}, undone {[one.key for one in undone]}"
        raise AssertionError(message)

    async def _clear_up(self, run: RunView, dice: random.Random, tried: dict[int, int]) -> None:
        """Press Retry at first, sometimes; then Cancel."""
        card = self.card(run.id)
        if card is None or tried.get(run.id, 0) > 20:
            return
        wanted = "run_retry" if run.id not in tried and dice.random() < 0.6 else "run_cancel"
        tried[run.id] = tried.get(run.id, 0) + 1
        said = await self.desk.ws.press(ANN, DEPLOYS, card.ts, wanted)
        self._note(f"afterwards {wanted} on run {run.id}: {said.error or 'ok'}")

    def card(self, run_id: int) -> Message | None:
        """Return the run's card, if it is there."""
        return next((one for one in self.desk.cards() if key_of(one) == f"run:{run_id}:card"), None)

    async def shows(self, found: Callable[[], object]) -> None:
        """Wait until Slack shows it."""
        await self.desk.ws.until(found, 15)

    async def empties(self, left: Callable[[], Awaitable[Sequence[object]]]) -> None:
        """Wait until nothing is left of what the database lists."""
        async with asyncio.timeout(15):
            while await left():  # noqa: ASYNC110 - another process changes what is looked at
                await asyncio.sleep(0.05)


def _open(run: RunView) -> bool:
    """Say whether a run goes on by itself, or waits for a person's Retry or Cancel."""
    return run.state in ACTIVE or retryable(run.state, run.reason)


def key_of(message: Message) -> str:
    """Return the key our messages carry as metadata; empty for others."""
    return str((message.metadata or {}).get("event_payload", {}).get("key", ""))
