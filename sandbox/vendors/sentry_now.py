"""Carries out the knob ``sentry.now``: each turn is one act, and the knob turns back by itself.

Must not know HTTP, or what follows from an act.
"""

import asyncio
from collections.abc import Sequence

from sandbox.faults import Faults
from sandbox.vendors.sentry_acts import Acts
from sandbox.vendors.sentry_issues import Issue
from sandbox.vendors.sentry_world import World

KNOB = "sentry.now"
STORM_GROUPS, STORM_TOTAL, STORM_PER_SECOND = 12, 600, 150.0
"""Enough to fold into one card, over within seconds."""
BUILD = "87"
DEVICES = {"iOS": "iPhone", "Android": "Pixel 8"}
SCREEN = "PetScreen"
OF_THE_APP = {
    "platform": "react-native",  # set by the app itself; rules and playbooks go by it
    "mechanism": "onerror",
    "runtime": "hermes",
    "transaction": SCREEN,
}
CRASHES = (
    ("TypeError: undefined is not a function (evaluating 'pet.vaccines.map')", "iOS", 61, 48),
    ("TypeError: Cannot read property 'map' of undefined", "Android", 44, 37),
    ("SIGABRT: abort() called in expo.modules.camera", "iOS", 9, 8),
)
"""Title, system, events and people of what ``app crashes`` makes."""


class Turns:
    """Acts when the knob is turned."""

    def __init__(self, faults: Faults, world: World, acts: Acts, apps: Sequence[str] = ()) -> None:
        self._faults, self._world, self._acts = faults, world, acts
        self._app = apps[0] if apps else ""
        """Whose crashes are meant; empty: the first project's."""
        self._running: set[asyncio.Task[None]] = set()
        self._end = faults.subscribe(self._turned)

    async def aclose(self) -> None:
        """Act no more."""
        self._end()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _turned(self, name: str, value: str) -> None:
        if name != KNOB or value == "-":
            return
        # Not at once: whoever else hears of turns is to hear of this one before it is undone.
        asyncio.get_running_loop().call_soon(self._faults.set, KNOB, "-")
        task = asyncio.create_task(self._do(value))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _do(self, what: str) -> None:
        match what:
            case "new issue":
                await self._acts.new_issue()
            case "spike":
                await self._acts.burst(self._of_live_release())
            case "storm":
                await self._acts.storm(STORM_GROUPS, STORM_TOTAL, per_second=STORM_PER_SECOND)
            case "regression":
                found = self._newest("resolved") or await self._acts.new_issue()
                await self._acts.resolve(found)
                await self._acts.regress(found)
            case "resolve elsewhere":
                await self._acts.resolve(self._newest("unresolved") or await self._acts.new_issue())
            case "archive elsewhere":
                await self._acts.archive(self._newest("unresolved") or await self._acts.new_issue())
            case "app crashes":
                await self._crash()
            case _:
                msg = f"{KNOB} has no act for {what!r}"
                raise ValueError(msg)

    async def _crash(self) -> None:
        """Have the app crash in the newest build, three ways."""
        for title, system, times, users in CRASHES:
            tags = OF_THE_APP | {"dist": BUILD, "os.name": system, "device.family": DEVICES[system]}
            await self._acts.new_issue(
                self._app, title=title, release=f"app.pawlogic@2.4.0+{BUILD}", level="fatal", times=times,
                users=users, tags=tags, culprit=SCREEN,
            )  # fmt: skip

    def _newest(self, status: str) -> Issue | None:
        return next((one for one in self._world.issues() if one.standing.status == status), None)

    def _of_live_release(self) -> Issue | None:
        """Return an open issue the release brought that serves where it happens, if there is one."""
        return next(
            (
                one
                for one in self._world.issues()
                if one.standing.status == "unresolved"
                and one.environment == "production"
                and one.first_release == self._world.live(one.project, one.environment) != ""
            ),
            None,
        )
