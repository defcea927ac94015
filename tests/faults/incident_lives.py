"""Incidents people work on while the bot dies and is born again; what must hold of each however often it did.

Knows what each person was told of what they did: taken, or not. When to kill is each test's.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handlers.render import incident_card as press
from sandbox.workspace.model import Json, Message, Person
from tests.faults.kill_switch import KillableSandbox
from tests.faults.mortal import REVIVED, Mortal
from tests.flows.driver import GENERAL
from tests.flows.incidents import OPS, Incidents, incidents

BOOKS = 10
CALM = {"reconcile": 5.0}
SOON = 3.0
"""Seconds somebody waits for a form."""


@dataclass
class Doing:
    """One incident's people, and what they were told of what they did."""

    headline: str
    book: str
    verb: str
    people: list[str]
    dice: random.Random
    number: int = 0
    done: list[tuple[str, str, str, bool]] = field(default_factory=list)
    """Kind, step or words, who, and whether it was taken."""

    def doubtful(self, step: str) -> bool:
        """Whether nobody knows what became of something done about a step."""
        return any(one[1] == step and not one[3] for one in self.done)


def books(folder: Path, dice: random.Random) -> None:
    """Write small playbooks of every kind of step that needs nobody else."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(BOOKS):
        lines = [f"title: Book {number}", "when: Something breaks.", "severity: sev3", "steps:"]
        for place in range(dice.randint(1, 4)):
            lines.append(f"  - {{kind: do, id: a{place}, text: Do part {place}.}}")
        probe = dice.choice(("alerts", "health", "shipped"))
        lines.append(f"  - {{kind: look, id: seen, text: Look at it., probe: {{kind: {probe}}}}}")
        lines.append("  - kind: decide\n    id: which\n    text: Which is it?\n    choices:")
        lines += ["      - {id: x, text: This one, opens: xs}", "      - {id: y, text: That one, opens: ys}"]
        lines.append("branches:")
        for branch in ("xs", "ys"):
            lines.append(f"  {branch}:")
            for place in range(dice.randint(1, 3)):
                lines.append(f"    - {{kind: do, id: {branch}{place}, text: Then part {place}.}}")
        (folder / f"book{number}.yaml").write_text("\n".join(lines) + "\n", "utf-8")


class Lives(Incidents, Mortal):
    """A flow of many incidents whose bot may be killed anywhere."""

    def people(self, slots: int) -> list[list[str]]:
        """Have three people for each of so many incidents."""
        crews = [[f"U0CREW{slot:02}N{one}" for one in range(3)] for slot in range(slots)]
        self.ws.join(*(Person(id=one, name=one.lower(), real_name=one) for crew in crews for one in crew))
        return crews

    def deliveries_count(self) -> None:
        """Count what people send among what the bot may die of: at the moment it gets it, or just after."""
        link, switch = self.ws.link, self.switch
        deliver = link.deliver

        async def watched(parcel: Any) -> Any:
            if switch.counted():
                moment = random.uniform(0, 0.03)  # noqa: S311 - no secret
                asyncio.get_running_loop().call_later(moment, switch.fire, "delivery")
            return await deliver(parcel)

        link.deliver = watched  # type: ignore[method-assign]  # between the two it stands here

    async def born(self) -> None:
        """Wait until a living bot listens."""
        await self.polled(lambda: self.box.bot_running and self.ws.link.connections > 0, 60)

    async def open_one(self, doing: Doing) -> Message:
        """Open an incident; who is not told that it was taken looks, and opens it again."""
        words = f"/pawincident {doing.verb} {doing.book} {doing.headline}"
        while not (found := self.called(doing)):
            said = await self.ws.say(doing.people[0], GENERAL, words)
            await self.born()
            if said.ok:
                await self.polled(lambda: self.called(doing), 60)
        doing.number = found[0]
        return await self._card(doing)

    def called(self, doing: Doing) -> list[int]:
        """Return the incidents of that headline."""
        query = "SELECT id FROM incidents WHERE headline = ?"
        return [number for (number,) in self.rows(query, doing.headline)]

    async def polled(self, found: Callable[[], object], patience: float = 60.0) -> None:
        """Look again and again, but not so often that ten who wait keep the bot from working."""
        async with asyncio.timeout(patience):
            while not found():  # noqa: ASYNC110 - another process changes what is looked at
                await asyncio.sleep(0.05)

    async def _card(self, doing: Doing) -> Message:
        query = "SELECT ts FROM posts WHERE key = ? AND ts != ''"
        await self.polled(lambda: self.rows(query, f"incident:{doing.number}"))
        ts = self.rows(query, f"incident:{doing.number}")[0][0]
        return next(one for one in self.ws.messages(OPS) if one.ts == ts)

    async def work(self, doing: Doing, acts: int) -> None:
        """Open an incident, do something to it again and again, end it."""
        card = await self.open_one(doing)
        for number in range(acts):
            await self._act(card, doing, number)
            await self.born()
        await self._end(card, doing)

    async def _act(self, card: Message, doing: Doing, number: int) -> None:
        who, dice = doing.dice.choice(doing.people), doing.dice
        boxes = [one for one in card.actions if one["action_id"] == press.INCIDENT_TICK]
        boxes = [one for one in boxes if not doing.doubtful(_step(one))]
        mine = [one for one in boxes if one.get("initial_options")]
        free = [one for one in boxes if not one.get("initial_options")]
        answers = [one for one in card.actions if one["action_id"].startswith(press.INCIDENT_CHOOSE)]
        what = dice.choice(("tick", "tick", "tick", "choose", "untick", "note"))
        if what == "choose" and answers and not doing.doubtful("which"):
            one = dice.choice(answers)
            said = await self.ws.press(who, OPS, card.ts, one["action_id"], one["value"])
            doing.done.append(("decided", "which", who, said.ok))
            if said.ok:
                await self.ws.until(lambda: "Decided:" in card.everything, 60)
        elif what == "untick" and mine:
            await self._untick(card, doing, dice.choice(mine), who)
        elif what == "note" or not free:
            words = f"note {number} of {doing.number}"
            said = await self.ws.say(who, GENERAL, f"/pawincident note {doing.number} {words}")
            doing.done.append(("note", words, who, said.ok))
        else:
            one = dice.choice(free)
            said = await self.ws.tick(who, OPS, card.ts, press.INCIDENT_TICK, block_id=one["block_id"])
            doing.done.append(("tick", _step(one), who, said.ok))
            if said.ok:  # else the next one would be told that it is done already
                await self.ws.until(lambda: self._ticked(card, _step(one)), 60)

    def _ticked(self, card: Message, step: str) -> bool:
        boxes = [one for one in card.actions if one["action_id"] == press.INCIDENT_TICK]
        return any(_step(one) == step and one.get("initial_options") for one in boxes)

    async def _untick(self, card: Message, doing: Doing, box: Json, who: str) -> None:
        await self.ws.choose(who, OPS, card.ts, press.INCIDENT_TICK, [], block_id=box["block_id"])
        if await self._form(who):
            view = self.ws.view(who)
            said = await self.ws.submit(who, view.id, {"text": "It was too early."})
            doing.done.append(("untick", _step(box), who, said.ok))
            if said.ok:
                await self.ws.until(lambda: not self._ticked(card, _step(box)), 60)
            await self._put_away(who)

    async def _end(self, card: Message, doing: Doing) -> None:
        query = "SELECT 1 FROM incidents WHERE id = ? AND state = 'resolved'"
        while not self.rows(query, doing.number):
            who = doing.dice.choice(doing.people)
            await self.ws.press(who, OPS, card.ts, press.INCIDENT_RESOLVE)
            if await self._form(who):
                view = self.ws.view(who)
                words = {"summary": "It is over.", "cause": "A typo."}
                said = await self.ws.submit(who, view.id, words)
                if said.ok:
                    await self.polled(lambda: self.rows(query, doing.number), 60)
                await self._put_away(who)
            await self.born()

    async def _form(self, who: str) -> bool:
        """Wait a while for a form that can be filled in."""

        def filled() -> bool:
            view = self.ws.view(who)
            return view is not None and "submit" in view.view

        try:
            await self.ws.until(filled, SOON)
        except TimeoutError:
            return False
        return True

    async def _put_away(self, who: str) -> None:
        while (view := self.ws.view(who)) is not None:
            await self.ws.close_view(who, view.id)

    async def at_rest(self) -> None:
        """Wait until everything is taken in, done and shown."""
        left = (
            "SELECT key FROM inbox WHERE done_at IS NULL UNION ALL "
            "SELECT key FROM incident_jobs WHERE state = 'pending' AND due_at < ? UNION ALL "
            "SELECT posts.key FROM posts JOIN incidents ON incidents.id = incident_id WHERE posts.ts = '' "
            "OR (kind IN ('incident', 'incident_page') AND sent_revision < incidents.revision)"
        )
        try:
            await self.polled(lambda: not self.rows(left, self.ago(0)), 60)
        except TimeoutError:
            raise AssertionError(self.rows(left, self.ago(0))) from None


def _step(box: Json) -> str:
    return str(box["block_id"]).split(":")[1]


@asynccontextmanager
async def lives(state: Path, folder: Path, **section: Any) -> AsyncIterator[Lives]:
    """Start everything with playbooks from ``folder`` and a door that can kill."""
    keys = {"playbooks": str(folder), **section}
    rare = {"interval": 60, "page_every": 60}  # nobody asks about health here
    async with incidents(
        state, box=KillableSandbox, timings=REVIVED | CALM, incidents=keys, health=rare
    ) as plain:
        yield Lives(plain.box, plain.state)
