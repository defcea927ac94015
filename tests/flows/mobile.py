"""What flows of the app need besides ``driver``: commits of its repository, short gates, what Expo has."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any

from tomlkit import TOMLDocument

from sandbox.vendors.app_files import PLATFORMS, fingerprint
from sandbox.vendors.expo_updates import ExpoUpdate
from sandbox.vendors.github_repo import Files
from sandbox.workspace.model import Message
from tests.flows.driver import ANN, BEN, GENERAL, PATIENCE, Flow, flow
from tests.flows.guarded import WATCHED
from tests.flows.script import Act, ScriptedSandbox

APP, PRODUCTION = "pawlogic/mobile", "production"
WATCH = {"seconds": 2.1, "baseline": 120, "bucket": 1}
"""Seconds of a stage's watch here; two hold one whole second of Sentry's at least."""
USUAL, FEW = 12_000.0, 1200.0
"""Errors of the app a minute: so many that chance alone never doubles a tenth of them; so few that a crash of
a tenth of the people stands out."""
QUICK = {"reconcile": 0.5, "build_poll": 0.2, "review_poll": 0.3, **WATCHED}
DISPATCH = "POST /github/repos/pawlogic/mobile/actions/workflows/mobile-build.yml/dispatches"
EXPO = "POST /expo/graphql"


def app_gates(
    *, guarded: bool = False, watched: bool = True, seconds: float = 0.0, **ota: Any
) -> partial[None]:
    """Return an edit of the project file that shortens what the app waits for.

    ``guarded``: people agree; ``seconds``: of a stage's watch, where those of ``WATCH`` are too few.
    """
    watch = WATCH | ({"seconds": seconds} if seconds else {}) if watched else {}
    return partial(_edit, guarded, watch, ota)


def _edit(guarded: bool, watch: dict[str, Any], ota: dict[str, Any], document: TOMLDocument) -> None:
    there = document["apps"][0]["environments"][PRODUCTION]  # type: ignore[index]  # tomlkit's own
    if not guarded:
        del there["approval"]  # type: ignore[union-attr]  # tomlkit's own
    if watch:
        there["watch"] = watch  # type: ignore[index]  # tomlkit's own
    else:
        del there["watch"]  # type: ignore[union-attr]  # tomlkit's own
    for key, value in ota.items():
        there["ota"][key] = value  # type: ignore[index]  # tomlkit's own


class Mobile(Flow):
    """A flow of the app on people's phones."""

    def change(self, title: str = "", *, files: Files = (), checks: str = "green") -> str:
        """Push a commit to the app's main; return its SHA."""
        self._made += 1
        title = title or f"App change number {self._made}"
        sha = self.box.github.push("main", title, "Ann Requin", files, repository=APP)
        self.box.github.set_checks(sha, checks)
        return sha

    async def start(self, text: str, *, user: str = ANN) -> Message:
        """Type a command; return the card it makes."""
        before = {message.ts for message in self.cards()}
        said = await self.ws.say(user, GENERAL, text)
        assert said.ok, said

        def new() -> list[Message]:
            return [message for message in self.cards() if message.ts not in before]

        card = (await self.ws.until(new, PATIENCE))[0]
        await self.polled(lambda: self.rows("SELECT 1 FROM posts WHERE ts = ?", card.ts))
        return card

    async def update(self, message: str = "Fix the feeding plan", *more: str, user: str = ANN) -> Message:
        """Ask for an update over the air; return its card."""
        return await self.start(f'/pawota {PRODUCTION} "{message}" {" ".join(more)}'.strip(), user=user)

    async def agree(self, card: Message, *, user: str = BEN) -> None:
        """Have somebody approve what the card asks."""
        await self.polled(lambda: "vote_approve" in self.buttons(card))
        await self.press(card, "vote_approve", user=user)

    def run_of(self, card: Message) -> int:
        """The number of the run a card is about."""
        return int(self.rows("SELECT run_id FROM posts WHERE ts = ? AND kind = 'card'", card.ts)[0][0])

    def ended(self, run: int) -> tuple[str, str]:
        """How a run stands, and why."""
        ((state, reason),) = self.rows("SELECT state, reason FROM runs WHERE id = ?", run)
        return state, reason

    async def ends(self, card: Message, *, patience: float = 60.0) -> tuple[str, str]:
        """Wait until a card's run has ended; return how, and why."""
        run = self.run_of(card)
        over = ("succeeded", "failed", "refused", "cancelled")
        await self.polled(lambda: self.ended(run)[0] in over, patience)
        return self.ended(run)

    async def back_of(self, card: Message, *, patience: float = 60.0) -> tuple[int, tuple[str, str]]:
        """Wait for the way back that a run started by itself; return its number and how it ended."""
        run, over = self.run_of(card), ("succeeded", "failed", "refused")

        def done() -> list[tuple[Any, ...]]:
            query = "SELECT id, state FROM runs WHERE parent_id = ? AND automatic"
            return [row for row in self.rows(query, run) if row[1] in over]

        await self.polled(done, patience)
        back = int(done()[0][0])
        return back, self.ended(back)

    def unlock(self) -> None:
        """End what a way back locked, so that the next test may ship."""
        self.write("UPDATE holds SET ended_at = since WHERE ended_at IS NULL")

    def groups_of(self, run: int) -> list[list[ExpoUpdate]]:
        """The update groups that a run published, newest first."""
        mark = f"(pawdeploy run {run})"
        return [group for group in self.box.expo.groups() if group[0].message.endswith(mark)]

    def percents(self, card: Message) -> set[int | None]:
        """How far the parts of a card's update are; None: everybody."""
        return {part.percent for group in self.groups_of(self.run_of(card)) for part in group}

    def top(self) -> list[ExpoUpdate]:
        """What phones of the newest production build get."""
        newest = [one for one in self.box.expo.builds if one.status == "FINISHED"][-1]
        return next(one for one in self.box.expo.groups() if one[0].runtime == newest.runtime)

    def text(self, path: str) -> str:
        """A file of the app, as main has it."""
        repo = self.box.github.state.repos[APP]
        head = repo.resolve("main")
        assert head is not None
        return repo.text_at(head, path) or ""

    def fingerprinted(self, sha: str) -> None:
        """Have CI told the commit's fingerprints, so that the first dispatch is the one that publishes."""
        repo = self.box.github.state.repos[APP]
        commit = repo.resolve(sha)
        assert commit is not None
        for platform in PLATFORMS:
            context = f"fingerprint/{platform}"
            self.box.github.post_status(sha, context, fingerprint(repo, commit, platform))

    def write(self, statement: str, *values: object) -> None:
        """Change the bot's SQLite file: another's hand."""
        with closing(sqlite3.connect(self.state / "pawdeploy.sqlite3", timeout=10)) as database, database:
            database.execute(statement, values)


@asynccontextmanager
async def mobile(
    state: Path, *, timings: dict[str, float] | None = None, usual: float = USUAL, **gates: Any
) -> AsyncIterator[Mobile]:
    """Start everything with the app's gates short."""
    make = partial(ScriptedSandbox, edit=app_gates(**gates))
    async with flow(state, timings=QUICK | (timings or {}), make=make) as plain:
        plain.box.sentry.ingestion_delay = 0.0
        plain.box.sentry.world.per_minute["mobile", PRODUCTION] = usual
        yield Mobile(plain.box, state)


def killing(box: ScriptedSandbox) -> Act:
    """Kill the bot, and let the request through: it is done, and nobody hears of it."""

    async def act() -> None:
        await box.kill_bot()

    return act


def content(group: list[ExpoUpdate]) -> list[object]:
    """What the parts of a group hold, whoever published it."""
    return [(part.platform, part.manifest and json.loads(part.manifest)) for part in group]


def fresh(shared: Mobile) -> Mobile:
    """The module's sandbox, with every knob back where it was and nothing locked."""
    shared.box.faults.reset()
    shared.box.faults.set("railway.speed", "fast")
    shared.unlock()
    return shared
