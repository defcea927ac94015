"""What flows of incidents share: opening one, its card, its checklist pressed as people press it."""

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from tomlkit import TOMLDocument

from handlers.render import incident_card as press
from sandbox.config import Edit
from sandbox.launch import Sandbox
from sandbox.workspace.model import Json, Message
from tests.flows.alerting import OPS, Alerting, sections
from tests.flows.driver import ANN, DEPLOYS, GENERAL, PATIENCE, Flow, flow
from tests.flows.guarded import QUICK, USUAL

__all__ = ["OPS", "Entry", "Incidents", "incidents", "press"]


class Entry(NamedTuple):
    """One line of the timeline, as the database keeps it."""

    kind: str
    words: str
    by: str
    step: str
    at: datetime
    """When it happened."""
    said_at: datetime
    """When it was noted."""


class Incidents(Alerting):
    """A flow in which people work on incidents."""

    async def opened(
        self, words: str = "api-down It is down", *, user: str = ANN, channel: str = OPS, verb: str = "open"
    ) -> Message:
        """Open an incident by command; return its card, which comes to ``channel``."""
        before = self.there(channel)
        said = await self.ws.say(user, GENERAL, f"/pawincident {verb} {words}")
        assert said.ok, said
        return await self.new_card(before, channel)

    async def new_card(self, before: set[str], channel: str = OPS) -> Message:
        """Wait for the card of an incident that is none of ``before``."""

        def new() -> list[Message]:
            there = [one for one in self.ws.messages(channel) if one.ts not in before]
            return [one for one in there if press.INCIDENT_RESOLVE in self.buttons(one)]

        return (await self.ws.until(new, PATIENCE))[0]

    def there(self, channel: str = OPS) -> set[str]:
        """Return which messages stand in a channel now."""
        return {message.ts for message in self.ws.messages(channel)}

    def number(self, card: Message) -> int:
        """Return which incident a card is of, as its buttons have it."""
        return int(
            next(json.loads(one["value"])["incident"] for one in card.actions if one["type"] == "button")
        )

    def pages(self, card: Message) -> list[Message]:
        """Return the card and the messages its checklist goes on in, in their order."""
        query = (
            "SELECT ts FROM posts WHERE incident_id = ? AND kind = 'incident_page' AND ts != '' ORDER BY page"
        )
        names = [row[0] for row in self.rows(query, self.number(card))]
        there = {one.ts: one for one in self.ws.messages(card.channel)}
        return [card, *(there[ts] for ts in names if ts in there)]

    def controls(self, card: Message, step: str) -> Iterator[tuple[Message, Json]]:
        """Return what can be pressed on a step: the message and the element."""
        for page in self.pages(card):
            for element in page.actions:
                about = str(element.get("block_id", "")) if element["type"] == "checkboxes" else ""
                value = json.loads(element["value"]) if element["type"] == "button" else {}
                if value.get("step") == step or about.split(":")[1:2] == [step]:
                    yield page, element

    async def pressed(self, card: Message, action: str, step: str, *, user: str = ANN) -> None:
        """Press a step's button; it must be there."""
        found = [(page, one) for page, one in self.controls(card, step) if one["action_id"] == action]
        assert found, f"no {action} of {step} on the card:\n{self.whole(card)}"
        page, element = found[0]
        said = await self.ws.press(user, page.channel, page.ts, action, element["value"])
        assert said.ok, said

    async def chosen(self, card: Message, step: str, choice: str, *, user: str = ANN) -> None:
        """Press an answer of a decision; return once the card shows what it opens."""
        for page, element in self.controls(card, step):
            if element["type"] == "button" and json.loads(element["value"]).get("choice") == choice:
                said = await self.ws.press(
                    user, page.channel, page.ts, element["action_id"], element["value"]
                )
                assert said.ok, said
                await self.marked(card, **{step: "done"})
                await self.drawn(card)
                return
        message = f"no answer {choice} of {step} on the card:\n{self.whole(card)}"
        raise AssertionError(message)

    async def ticked(self, card: Message, step: str, *, user: str = ANN, on: bool = True) -> None:
        """Tick or clear the box of a step."""
        found = [(page, one) for page, one in self.controls(card, step) if one["type"] == "checkboxes"]
        assert found, f"no box of {step} on the card:\n{self.whole(card)}"
        page, element = found[0]
        said = await self.ws.tick(
            user, page.channel, page.ts, press.INCIDENT_TICK, on=on, block_id=element["block_id"]
        )
        assert said.ok, said

    def offers(self, card: Message, step: str) -> set[str]:
        """Return what can be pressed on a step, by action id."""
        return {element["action_id"].partition(":")[0] for _, element in self.controls(card, step)}

    def whole(self, card: Message) -> str:
        """Return all text of all messages of a card."""
        return "\n".join(page.everything for page in self.pages(card))

    async def marked(self, card: Message, **marks: str) -> None:
        """Wait until steps are marked so: ``railway="done"``; underscores stand for dashes."""
        number = self.number(card)
        wanted = {step.replace("_", "-"): mark for step, mark in marks.items()}
        query = "SELECT key, mark FROM incident_steps WHERE incident_id = ?"
        try:
            await self.polled(lambda: wanted.items() <= dict(self.rows(query, number)).items())
        except TimeoutError:
            message = f"not {wanted}: {self.rows(query, number)}\n{self.whole(card)}"
            raise AssertionError(message) from None

    async def drawn(self, card: Message) -> str:
        """Wait until every message of a card is as new as what is known; return all its text."""
        query = (
            "SELECT 1 FROM posts JOIN incidents ON incidents.id = posts.incident_id WHERE incidents.id = ? "
            "AND posts.kind IN ('incident', 'incident_page') "
            "AND (posts.ts = '' OR sent_revision != incidents.revision)"
        )
        await self.polled(lambda: not self.rows(query, self.number(card)))
        return self.whole(card)

    def entries(self, card: Message, kind: str = "") -> list[Entry]:
        """Return the timeline in its order; of one ``kind`` only, where one is given."""
        query = (
            "SELECT kind, words, by, step, at, said_at FROM incident_entries WHERE incident_id = ? "
            "ORDER BY at, id"
        )
        found = [
            Entry(*row[:4], datetime.fromisoformat(row[4]), datetime.fromisoformat(row[5]))
            for row in self.rows(query, self.number(card))
        ]
        return [one for one in found if one.kind == kind or not kind]

    async def run_card(self, card: Message, step: str) -> Message:
        """Wait until a step has started a run; return that run's card."""
        query = (
            "SELECT posts.ts FROM incident_steps JOIN posts ON posts.run_id = incident_steps.run_id "
            "WHERE incident_steps.incident_id = ? AND incident_steps.key = ? "
            "AND posts.kind = 'card' AND posts.ts != ''"
        )
        number = self.number(card)
        await self.polled(lambda: self.rows(query, number, step))
        ts = self.rows(query, number, step)[0][0]
        return next(one for one in self.ws.messages(DEPLOYS) if one.ts == ts)

    async def changed(self, card: Message, step: str, what: str, *, user: str = ANN, **more: str) -> str:
        """Fill in the form that changes a step; return what comes in its place."""
        return await self.fill(card, press.INCIDENT_STEP, user=user, step=step, what=what, **more)

    async def resolved(self, card: Message, *, user: str = ANN, **more: Any) -> str:
        """Resolve it by its form, whatever still fires; return what comes in the form's place."""
        words = {"summary": "It was down, it is up", "cause": "Not known"}
        asks = await self.form(card, press.INCIDENT_RESOLVE, user=user)
        if "Resolve though" in asks:
            words["noisy"] = "yes"
        return await self.submit(user=user, **(words | more))

    def forget(self) -> None:
        """Have every incident be over that a test before left open."""
        moment = self.ago(0)
        self.write(
            "UPDATE incidents SET state = 'resolved', resolved_by = ?, resolved_at = ?, "
            "next_update_at = NULL WHERE state = 'open'",
            *(ANN, moment),
        )

    def report(self, card: Message, opening: int = 1) -> str:
        """Return the report the database has; empty while there is none."""
        query = "SELECT markdown FROM incident_reports WHERE incident_id = ? AND opening = ?"
        found = self.rows(query, self.number(card), opening)
        return str(found[0][0]) if found else ""

    def jobs_left(self, card: Message, kind: str) -> int:
        """Say how many jobs of a kind are still to be done."""
        query = "SELECT 1 FROM incident_jobs WHERE incident_id = ? AND kind = ? AND state = 'pending'"
        return len(self.rows(query, self.number(card), kind))

    def block_of(self, card: Message, action: str, step: str) -> str:
        """Return the block id of the control of a step."""
        for _, element in self.controls(card, step):
            if element["action_id"].startswith(action):
                return str(element["block_id"])
        message = f"no {action} of {step} on the card:\n{self.whole(card)}"
        raise AssertionError(message)


def _each(edits: Iterable[Edit], document: TOMLDocument) -> None:
    for edit in edits:
        edit(document)


@asynccontextmanager
async def incidents(
    state: Path,
    *,
    box: type[Sandbox] = Sandbox,
    timings: dict[str, float] | None = None,
    flow_: dict[str, Any] | None = None,
    app: Edit | None = None,
    **changed: Any,
) -> AsyncIterator[Incidents]:
    """Start everything with short gates; ``changed`` are keys of sections, ``flow_`` arguments of ``flow``.

    ``app`` edits the project file once more: what the app waits for. Nothing opens by itself unless
    ``incidents={"automatic": True}`` says so.
    """
    section = {"automatic": False} | changed.pop("incidents", {})
    edits = [sections(incidents=section, **changed), *([app] if app else [])]
    make = partial(box, edit=partial(_each, edits))
    async with flow(state, timings=QUICK | (timings or {}), make=make, **(flow_ or {})) as plain:
        made: Flow = plain
        made.box.sentry.ingestion_delay = 0.0
        made.box.sentry.world.per_minute["backend", "production"] = USUAL
        yield Incidents(made.box, state)
