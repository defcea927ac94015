"""What flows of releases need besides ``mobile``: testers, stores that review fast, what Expo was handed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tomlkit import TOMLDocument

from bot.engine.mobile import AppPlatform
from bot.engine.release import ReleaseFacts
from sandbox.launch import Sandbox
from sandbox.vendors import appstore_world, googleplay_world
from sandbox.vendors.expo_builds import ExpoBuild
from sandbox.workspace.model import Message
from tests.flows.driver import BEN, DEPLOYS, PATIENCE, flow
from tests.flows.mobile import PRODUCTION, QUICK, Mobile
from tests.flows.script import ScriptedSandbox

IOS, ANDROID = AppPlatform.IOS, AppPlatform.ANDROID
_APPLE = appstore_world.Times(waiting=0.1, review=0.3, processing=0.1, day=3600)
_GOOGLE = googleplay_world.Times(review=0.3, share=3600)


def _edit(guarded: bool, devices: bool, expo: dict[str, Any], document: TOMLDocument) -> None:
    app: Any = document["apps"][0]  # type: ignore[index]  # tomlkit's own
    there = app["environments"][PRODUCTION]
    there.pop("watch")
    if not guarded:
        there.pop("approval")
    if not devices:
        there["devices"] = []
    for key, value in expo.items():
        app["expo"][key] = value


def released_so(*, guarded: bool = False, devices: bool = False, **expo: Any) -> partial[None]:
    """Return an edit of the project file that shortens a release; ``expo`` is as for ``releasing``."""
    return partial(_edit, guarded, devices, expo)


def review_fast(box: Sandbox) -> None:
    """Have both stores review within a second; what they give to more and more people they give slowly."""
    box.appstore.world.times = _APPLE
    box.googleplay.world.times = _GOOGLE


class Releasing(Mobile):
    """A flow of the app to the stores."""

    async def release(self, words: str = "build") -> Message:
        """Type ``/pawmobile`` with ``words``; return the card it makes."""
        return await self.start(f"/pawmobile {words}")

    def known(self, run: int) -> ReleaseFacts:
        """What a release knows now."""
        (found,) = self.rows("SELECT mobile FROM runs WHERE id = ?", run)[0]
        return ReleaseFacts.model_validate_json(found or "{}")

    def detail(self, run: int) -> str:
        """Why a run ended badly."""
        return str(self.rows("SELECT detail FROM runs WHERE id = ?", run)[0][0])

    def live(self, run: int) -> str:
        """How it stands, as the card says at the end."""
        return str(self.rows("SELECT live FROM runs WHERE id = ?", run)[0][0])

    async def comes_to(self, run: int, step: str, *, patience: float = 60.0) -> None:
        """Wait until a step is under way."""
        query = "SELECT 1 FROM run_steps WHERE run_id = ? AND name = ? AND state = 'running'"
        await self.polled(lambda: self.rows(query, run, step), patience)

    def built(self, run: int) -> list[ExpoBuild]:
        """The builds that Expo has of a run, oldest first."""
        mark = f"(pawdeploy run {run})"
        return [one for one in self.box.expo.builds if one.message.endswith(mark)]

    def handed(self, run: int) -> list[str]:
        """Which platforms' builds of a run were handed over, once for each time."""
        ids = {one.id for one in self.built(run)}
        return sorted(one.build.platform for one in self.box.expo.submissions if one.build.id in ids)

    def raised(self, run: int) -> list[str]:
        """The commits by which a run raised the version."""
        repo = self.box.github.state.repos["pawlogic/mobile"]
        mark = f"(pawdeploy run {run})"
        return [one.title for one in repo.commits.values() if one.title.endswith(mark)]

    async def says(self, card: Message, button: str, device: str, note: str = "", *, user: str = BEN) -> None:
        """Press a tester's button and send its form."""
        await self.polled(lambda: button in self.buttons(card))
        before = self.ws.view(user)
        said = await self.ws.press(user, DEPLOYS, card.ts, button)
        assert said.ok, said

        def opened() -> Any:
            view = self.ws.view(user)
            return view if view is not None and (before is None or view.id != before.id) else None

        view = await self.ws.until(opened, PATIENCE)
        values = {"device": device, "note": note}
        if button == "device_problem":
            values["platform"] = "android"
        sent = await self.ws.submit(user, view.id, values)
        assert sent.ok, sent


@asynccontextmanager
async def releasing(
    state: Path,
    *,
    guarded: bool = False,
    devices: bool = False,
    timings: dict[str, float] | None = None,
    **expo: Any,
) -> AsyncIterator[Releasing]:
    """Start everything with stores that review fast; ``expo``: what is otherwise in ``[apps.expo]``."""
    make = partial(ScriptedSandbox, edit=released_so(guarded=guarded, devices=devices, **expo))
    async with flow(state, timings=QUICK | (timings or {}), make=make) as plain:
        review_fast(plain.box)
        yield Releasing(plain.box, state)
