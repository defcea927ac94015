"""The app's updates and releases with a bot that dies: in which request, and where to look afterwards.

Knows how to kill, as ``mortal.py`` does. When to kill is each test's.
"""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp
from tomlkit import TOMLDocument

from bot.engine.states import StepName
from sandbox.launch import Sandbox
from sandbox.vendors import appstore_world, googleplay_world
from sandbox.workspace.model import Message
from tests.faults.kill_switch import KillSwitch, When, name_of
from tests.faults.mortal import REVIVED, Mortal
from tests.flows.driver import ANN, BEN, DEPLOYS, GENERAL, flow
from tests.flows.mobile import APP, PRODUCTION, QUICK, USUAL, app_gates
from tests.flows.releasing import Releasing

_APPLE = appstore_world.Times(waiting=0.3, review=0.6, processing=0.3, day=3600)
_GOOGLE = googleplay_world.Times(review=0.6, share=3600)
Act = Callable[[], Awaitable[None]]
_SENTRY = {"events-timeseries": "errors", "issues": "issues"}


class AppSwitch(KillSwitch):
    """Tells apart what Expo is asked, what the workflow is dispatched for, and at which stage Sentry is."""

    def called(self, path: str, body: bytes) -> str:
        """Name a request; those of ``name_of`` but for what is told apart here."""
        if path == "/expo/graphql":
            return f"expo {self._asked(json.loads(body))}"
        if path.endswith("/mobile-build.yml/dispatches"):
            return f"dispatch {json.loads(body)['inputs']['action']}"
        if found := re.search(r"^/sentry/.*/(events-timeseries|issues)/$", path):
            return f"{_SENTRY[found.group(1)]} at {self._percent()}"
        return re.sub(r"/(edits|appStoreVersion\w+)/[^/:]+", r"/\1/N", name_of(path, body))

    def _asked(self, asked: dict[str, Any]) -> str:
        found = re.search(r"\b(?:query|mutation) (\w+)", asked["query"])
        assert found is not None
        if found.group(1) != "setPercent":
            return found.group(1)
        part = next(one for one in self._box.expo.updates if one.id == asked["variables"]["update"])
        return f"{part.platform} to {asked['variables']['percent']}"

    def _percent(self) -> int:
        return max((part.percent or 100 for part in self._box.expo.groups()[0]), default=0)


class AppSandbox(Sandbox):
    """A sandbox whose door is watched by an ``AppSwitch``."""

    switch: AppSwitch

    def _app(self) -> ASGIApp:  # type: ignore[override]  # any ASGI app will do
        self.switch = AppSwitch(super()._app(), self)
        return self.switch


class MortalApp(Releasing, Mortal):
    """A flow of the app, on SQLite, whose bot may be killed anywhere."""

    def __init__(self, box: Sandbox, state: Path) -> None:
        super().__init__(box, state)
        self.reached: dict[str, list[int]] = {}
        """Every percent a part of an update ever had, by its id at Expo."""
        box.expo.work[1].changed.append(self._note)

    def _note(self) -> None:
        for part in self.box.expo.work[1]._all:
            had = self.reached.setdefault(part.id, [])
            if (now := 100 if part.percent is None else part.percent) not in had[-1:]:
                had.append(now)

    async def alive(self) -> None:
        """Have a bot that is ready, in a world where all is well and nothing is locked."""
        self.switch.arm(when="before")
        await self.box.start_bot()
        await self.box.wait_ready()
        self.box.faults.reset()
        self.box.faults.set("railway.speed", "fast")
        self.unlock()

    async def dying(self, text: str, *moments: str, when: When) -> Message:
        """Type a command whose run dies at each of ``moments``; return its card."""
        before = {message.ts for message in self.cards()}
        said = await self.ws.say(ANN, GENERAL, text)
        assert said.ok, said
        self.switch.arm(*moments, when=when)

        def new() -> list[Message]:
            return [message for message in self.cards() if message.ts not in before]

        (card,) = await self.ws.until(new, 120)
        await self.polled(lambda: self.rows("SELECT 1 FROM posts WHERE ts = ?", card.ts), 120)
        return card

    async def dies_at_each_step(self, run: int, **at: Act) -> None:
        """Kill while each step runs or just after; what ``at`` names for a step is done before."""
        names = {name for (name,) in self.rows("SELECT name FROM run_steps WHERE run_id = ?", run)}
        for step in StepName:  # in the order they are played
            if step.value in names:
                await self.polled(lambda step=step: self.begun(run, step), 120)
                if act := at.get(step.value):
                    await act()
                await self.box.kill_bot()
                await self.box.start_bot()

    async def reborn(self) -> None:
        """Wait until it is dead, and start it again."""
        await self.polled(lambda: not self.box.bot_running, 120)
        await self.box.start_bot()
        await self.box.wait_ready()

    async def says_yes(self, card: Message, *, user: str = BEN) -> None:
        """Approve by a reaction, which counts also where the bot is dead as it is given."""
        query = "SELECT listening FROM runs JOIN posts ON posts.run_id = runs.id WHERE posts.ts = ?"
        await self.polled(lambda: self.rows(query, card.ts) == [(1,)], 240)
        await self.ws.react(user, DEPLOYS, card.ts, "white_check_mark")

    def raised(self, run: int) -> list[str]:
        """The commits of main by which a run raised the version; what never came to main raised nothing."""
        repo = self.box.github.state.repos[APP]
        head = repo.resolve("main")
        assert head is not None
        return [one.title for one in repo.log(head) if one.title.endswith(f"(pawdeploy run {run})")]

    def dispatched(self, run: int, action: str) -> int:
        """How often the app's workflow was started by a run for something."""
        return sum(
            one.inputs.get("pawdeploy_run") == str(run) and one.inputs.get("action") == action
            for one in self.box.github.runs
        )

    def memory(self, run: int, step: str) -> dict[str, list[str]]:
        """What a step of a run remembers."""
        ((kept,),) = self.rows("SELECT memory FROM run_steps WHERE run_id = ? AND name = ?", run, step)
        return json.loads(kept or "{}")

    async def comes_back(self, card: Message) -> int:
        """Wait for the way back that a run started by itself; return its number."""
        query, run = "SELECT id FROM runs WHERE parent_id = ? AND automatic", self.run_of(card)
        await self.polled(lambda: self.rows(query, run), 60)
        return int(self.rows(query, run)[0][0])


def _edit(guarded: bool, watched: bool, devices: bool, ota: dict[str, Any], document: TOMLDocument) -> None:
    app_gates(guarded=guarded, watched=watched, **ota)(document)
    there: Any = document["apps"][0]["environments"][PRODUCTION]  # type: ignore[index]  # tomlkit's own
    if not devices:
        there["devices"] = []


@asynccontextmanager
async def mortal_app(
    state: Path, *, guarded: bool = True, watched: bool = True, devices: bool = False, **ota: Any
) -> AsyncIterator[MortalApp]:
    """Start everything with the app's gates short, and a door that can kill."""
    make = partial(AppSandbox, edit=partial(_edit, guarded, watched, devices, ota))
    async with flow(state, timings=QUICK | REVIVED, make=make) as plain:
        plain.box.sentry.ingestion_delay = 0.0
        plain.box.sentry.world.per_minute["mobile", PRODUCTION] = USUAL
        plain.box.appstore.world.times = _APPLE
        plain.box.googleplay.world.times = _GOOGLE
        yield MortalApp(plain.box, state)
