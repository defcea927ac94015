"""What flows about consent need besides ``guarded``: a production that asks people and is quick otherwise."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument

from bot.engine.reasons import Reason
from bot.engine.states import RunState
from sandbox.launch import Sandbox
from sandbox.workspace.model import Message
from tests.flows.driver import BEN, CLEO, DEPLOYS, PATIENCE, flow
from tests.flows.guarded import QUICK, Guarded

APPROVERS = "S0APPROVER1"
APPROVE, REJECT, WITHDRAW, CANCEL = "vote_approve", "vote_reject", "vote_withdraw", "run_cancel"
YES, NO = "white_check_mark", "x"
_AGAIN = 3.0
"""Seconds after which Cancel is pressed once more."""


def only_consent(document: TOMLDocument, **approval: Any) -> None:
    """Leave production its approvals; ``approval`` are keys of that section."""
    production = document["services"][0]["environments"]["production"]  # type: ignore[index]  # tomlkit's own
    for section in ("soak", "watch", "smoke"):
        production.pop(section, None)  # type: ignore[union-attr]  # tomlkit's own
    for key, value in ({"expires": 120, "remind": 1} | approval).items():
        production["approval"][key] = value  # type: ignore[index]  # tomlkit's own


class Consenting(Guarded):
    """A flow in which people are asked."""

    async def ask(self, title: str = "", **commit: Any) -> tuple[str, Message]:
        """Push a commit and ask for it; return its SHA and the card, which hears reactions by then."""
        sha = self.commit(title, **commit)
        return sha, await self.asking("production main")

    async def refused(self, card: Message, action_id: str, user: str) -> str:
        """Press a button; return what this person alone is told."""
        before = len(self.ws.ephemerals(user))
        await self.press(card, action_id, user=user)
        return (await self.ws.until(lambda: self.ws.ephemerals(user)[before:], PATIENCE))[0].everything

    async def pressed_late(self, card: Message, seen: list[Any], action_id: str, user: str) -> str:
        """Press a button of the card as it was ``seen``, in a window that was not redrawn since."""
        now, card.blocks = card.blocks, seen
        said = await self.refused(card, action_id, user)
        if card.blocks is seen:
            card.blocks = now
        return said

    async def react(self, user: str, card: Message, name: str = YES) -> None:
        """React to the card."""
        said = await self.ws.react(user, DEPLOYS, card.ts, name)
        assert said.ok, said

    async def unreact(self, user: str, card: Message, name: str = YES) -> None:
        """Take a reaction away."""
        said = await self.ws.unreact(user, DEPLOYS, card.ts, name)
        assert said.ok, said

    async def give_reason(self, user: str, reason: str) -> None:
        """Fill in the form that asks why."""
        view = await self.ws.until(lambda: self.ws.view(user), PATIENCE)
        said = await self.ws.submit(user, view.id, {"reason": reason})
        assert said.ok, said
        await self.ws.until(lambda: "is rejected" in str((self.ws.view(user) or view).view), PATIENCE)
        top = self.ws.view(user)
        if top is not None:
            await self.ws.close_view(user, top.id)

    def run_of(self, card: Message) -> int:
        """The number of the run whose card this is, or was last seen to be."""
        ((run_id,),) = self.rows("SELECT run_id FROM posts WHERE ts = ? AND kind = 'card'", card.ts)
        return int(run_id)

    def voices(self, run_id: int) -> dict[str, tuple[str, str]]:
        """Voice and way of everybody who spoke to what is asked now."""
        query = (
            "SELECT user_id, voice, via FROM voices JOIN runs ON runs.id = run_id "
            "WHERE run_id = ? AND voices.binding = runs.binding AND voices.binding != ''"
        )
        return {user: (voice, via) for user, voice, via in self.rows(query, run_id)}

    def seen_reacting(self, run_id: int, user: str) -> str:
        """What the bot knows of somebody's reactions; empty when it knows nothing."""
        rows = self.rows("SELECT reacted FROM voices WHERE run_id = ? AND user_id = ?", run_id, user)
        return rows[0][0] if rows else ""

    def audited(self, run_id: int, action: str, *actors: str) -> int:
        """How often the audit log names ``action``; by ``actors`` where some are given."""
        rows = self.rows("SELECT actor FROM audit WHERE run_id = ? AND action = ?", run_id, action)
        return sum(not actors or actor in actors for (actor,) in rows)

    async def ends(self, card: Message, state: RunState, reason: Reason) -> str:
        """Wait until the run has ended so; return the card's text once it says so."""
        run_id = self.run_of(card)
        query = "SELECT state, reason FROM runs WHERE id = ?"
        await self.polled(lambda: self.rows(query, run_id) == [(state.value, reason.value)])
        await self.ws.until(lambda: not self.buttons(card) & {APPROVE, REJECT, WITHDRAW}, PATIENCE)
        return card.everything

    async def told(self, card: Message, *words: str, times: int = 1) -> None:
        """Wait until exactly ``times`` messages in the card's thread hold all ``words``."""

        def count() -> int:
            thread = self.ws.thread(DEPLOYS, card.ts)
            return sum(all(word in message.everything for word in words) for message in thread)

        await self.ws.until(lambda: count() >= times, PATIENCE)
        assert count() == times, self.thread(card)

    def directly(self, user: str, *words: str) -> int:
        """How many direct messages to ``user`` hold all ``words``."""
        return sum(all(word in one.everything for word in words) for one in self.ws.direct(user))

    async def ships(self, card: Message, sha: str) -> str:
        """Wait for the good end; the commit was shipped exactly once."""
        text = await self.shows(card, ":large_green_circle: *Deployed", sha[:7])
        assert self.shipped(sha) == 1
        return text

    async def in_line(self, title: str = "", **commit: Any) -> tuple[str, Message, Message]:
        """Have a run approved that stands in line behind one whose deployment does not end.

        Returns its SHA, its card, and the card of the run before it; ``go_on`` lets that one end.
        """
        self.box.faults.set("railway.deployment", "never ends")
        _, first = await self.ask()
        await self.agree(first)
        await self.polled(lambda: self.state_of(first) == RunState.RUNNING)
        sha, card = await self.ask(title, **commit)
        await self.agree(card)
        await self.polled(lambda: self.state_of(card) == RunState.WAITING)
        await self.shows(card, "Waiting to deploy")
        return sha, card, first

    async def go_on(self, first: Message) -> None:
        """Let the deployment end that others stand in line for."""
        self.box.faults.set("railway.deployment", "succeeds")
        await self.polled(lambda: self.state_of(first) == RunState.SUCCEEDED)

    def state_of(self, card: Message) -> str:
        """Where the run of a card is."""
        ((state,),) = self.rows("SELECT state FROM runs WHERE id = ?", self.run_of(card))
        return str(state)

    async def clear(self) -> None:
        """Cancel what still runs, so that no later commit moves an older run's branch."""
        open_runs = "SELECT 1 FROM runs WHERE state IN ('preparing', 'waiting', 'running', 'cancelling')"
        async with asyncio.timeout(PATIENCE):
            while self.rows(open_runs):
                for card in self.cards():
                    if CANCEL in self.buttons(card):
                        await self.press(card, CANCEL)
                with suppress(TimeoutError):  # a card that asks anew and was not drawn yet refuses the press
                    await self.polled(lambda: not self.rows(open_runs), _AGAIN)

    async def restart(self, **approval: Any) -> None:
        """Kill the bot and start it again, with other approval keys where some are given."""
        await self.box.kill_bot()
        if approval:
            document = tomlkit.parse(self.box.config.read_text("utf-8"))
            only_consent(document, **approval)
            self.box.config.write_text(tomlkit.dumps(document), "utf-8")
        await self.box.start_bot()
        await self.box.wait_ready()


@asynccontextmanager
async def consenting(
    state: Path, *, approval: dict[str, Any] | None = None, edit: Any = None, **more: Any
) -> AsyncIterator[Consenting]:
    """Start everything; ``edit`` changes the project file further."""

    def edited(document: TOMLDocument) -> None:
        only_consent(document, **(approval or {}))
        if edit is not None:
            edit(document)

    timings = QUICK | {"deployment_timeout": 60.0, "vendor_patience": 20.0} | more.pop("timings", {})
    async with flow(state, timings=timings, make=partial(Sandbox, edit=edited), **more) as plain:
        yield Consenting(plain.box, state)


async def calm(desk: Consenting) -> Consenting:
    """Put every knob and the approvers back where they were."""
    desk.box.faults.reset()
    desk.box.faults.set("railway.speed", "fast")
    desk.ws.put_in_group(APPROVERS, BEN, CLEO)
    await desk.clear()
    return desk
