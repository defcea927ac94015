"""What flows of alerts share: quick alerts, their cards and forms, and the door strangers knock at."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from tomlkit import TOMLDocument

from sandbox.config import Edit
from sandbox.launch import Sandbox
from sandbox.vendors.hooks_out import HooksOut, Signed
from sandbox.vendors.sentry_issues import Issue
from sandbox.workspace.model import Message, texts
from tests.flows.driver import BEN, PATIENCE, flow
from tests.flows.guarded import QUICK, USUAL, Guarded, gates

ALERTS, OPS = "C0ALERTS001", "C0OPSDESK01"
SOONER: Mapping[str, Mapping[str, float]] = {
    "alerts": {"recount": 0.2, "backfill": 3600, "storm_groups": 50},
    "health": {"interval": 0.5, "page_every": 0.5},
}
"""Seconds here; and no storms: the tests of a module make many alerts in little time."""
_KEPT = "%Y-%m-%d %H:%M:%S.%f"


def sections(*, watch: float = 0.2, **changed: Mapping[str, Any]) -> Edit:
    """Return an edit of the project file that changes keys of whole sections, after making all quick.

    ``watch``: seconds production is watched for.
    """
    return partial(_edit, gates(watch={"seconds": watch}), changed)


def _edit(quick: Edit, changed: Mapping[str, Mapping[str, Any]], document: TOMLDocument) -> None:
    quick(document)
    for keys in (SOONER, changed):
        for section, values in keys.items():
            for key, value in values.items():
                document[section][key] = value  # type: ignore[index]  # tomlkit's own


class Alerting(Guarded):
    """A flow in which something is wrong."""

    def alerts(self, *words: str, channel: str = ALERTS) -> list[Message]:
        """Return the cards of alerts that hold all of ``words``."""
        return [one for one in self.ws.messages(channel) if all(word in one.everything for word in words)]

    async def alert(self, *words: str, channel: str = ALERTS, patience: float = PATIENCE) -> Message:
        """Wait for a card that holds all of ``words``; it must be the only one."""
        try:
            await self.ws.until(lambda: self.alerts(*words, channel=channel), patience)
        except TimeoutError:
            known = "\n".join(one.everything for one in self.ws.messages(channel))
            message = f"no card with {words}; the channel says:\n{known}"
            raise AssertionError(message) from None
        (card,) = self.alerts(*words, channel=channel)
        return card

    async def issue(self, title: str, environment: str = "production", **more: Any) -> tuple[Issue, Message]:
        """Have an issue appear at Sentry; return it with its card once that shows what Sentry knows."""
        issue = await self.box.sentry.new_issue("backend", environment, title=title, **more)
        card = await self.alert(title)
        await self.settled(issue)
        return issue, card

    async def settled(self, issue: Issue) -> None:
        """Wait until Sentry was asked about an issue, and its card is as new as what is known."""
        query = (
            "SELECT 1 FROM alerts JOIN posts ON posts.alert_id = alerts.id AND posts.kind = 'alert' "
            "WHERE issue_id = ? AND NOT stale AND synced_at IS NOT NULL AND sent_revision = revision"
        )
        await self.polled(lambda: self.rows(query, str(issue.id)))

    async def click(self, card: Message, action: str, *, user: str = BEN) -> None:
        """Press a button of an alert's card."""
        said = await self.ws.press(user, card.channel, card.ts, action)
        assert said.ok, said

    async def form(self, card: Message, action: str, *, user: str = BEN) -> str:
        """Press a button that opens a form; return what it says."""
        await self.click(card, action, user=user)
        return await self._read(user)

    async def _read(self, user: str) -> str:
        """Return all text of the form a person has open, its buttons too, once it is there."""

        def read() -> str:
            view = self.ws.view(user)
            text = "" if view is None else "\n".join(texts([view.view]))
            return "" if "One moment…" in text else text

        return await self.ws.until(read, PATIENCE)

    async def fill(self, card: Message, action: str, *, user: str = BEN, **values: str) -> str:
        """Press, fill in the form, submit it; return what comes in its place, and close that."""
        await self.form(card, action, user=user)
        return await self.submit(user=user, **values)

    async def submit(self, *, user: str = BEN, **values: str) -> str:
        """Submit the form a person has open; return what comes in its place, and close that."""
        view = self.ws.view(user)
        assert view is not None
        said = await self.ws.submit(user, view.id, values)
        assert said.ok, said
        answer = await self._read(user)
        await self.ws.close_view(user, view.id)
        return answer

    async def whispered(self, act: Any, user: str) -> str:
        """Do something; return what the bot then tells this person alone."""
        before = len(self.ws.ephemerals(user))
        await act
        return (await self.ws.until(lambda: self.ws.ephemerals(user)[before:], PATIENCE))[0].everything

    async def replied(self, card: Message, *words: str) -> Message:
        """Wait for a message in a card's thread that holds all of ``words``."""

        def found() -> list[Message]:
            return [one for one in self.below(card) if all(word in one.everything for word in words)]

        try:
            return (await self.ws.until(found, PATIENCE))[0]
        except TimeoutError:
            said = "\n".join(one.everything for one in self.below(card))
            message = f"nobody said {words} under the card; its thread says:\n{said}"
            raise AssertionError(message) from None

    def below(self, card: Message) -> list[Message]:
        """Return what stands in a card's thread."""
        return self.ws.thread(card.channel, card.ts)

    def orders(self, issue: Issue) -> int:
        """Say how often Sentry was told to change an issue."""
        return sum(
            one.startswith("PUT ") and f"/issues/{issue.id}/" in one for one in self.box.sentry.requests
        )

    def pulse(self, target: str) -> str:
        """Return how a target is, as the health monitor has it; empty before it looked."""
        found = self.rows("SELECT state FROM pulses WHERE target = ?", target)
        return str(found[0][0]) if found else ""

    def ago(self, seconds: float) -> str:
        """Return a moment that has passed, as the database keeps it."""
        moment: datetime = self.now() - timedelta(seconds=seconds)
        return moment.strftime(_KEPT)

    async def post(self, message: Signed) -> int:
        """Knock at the bot's door; return the status of the answer."""
        async with HooksOut(self.box.process.url) as out:
            return await out.send(message)

    async def counted(self, source: str, result: str) -> int:
        """Return how many messages of a source came to ``result``, as ``/metrics`` says."""
        async with httpx.AsyncClient(base_url=self.box.process.url, trust_env=False) as http:
            told = (await http.get("/metrics")).text
        line = rf'pawdeploy_hooks_total{{result="{result}",source="{source}"}} (\d+)'
        found = re.search(line, told)
        return int(found[1]) if found else 0

    async def counts(self, source: str, result: str, number: int) -> None:
        """Wait until ``/metrics`` says that so many messages of a source came to ``result``."""
        async with asyncio.timeout(PATIENCE):
            while (counted := await self.counted(source, result)) < number:  # noqa: ASYNC110 - another process counts
                await asyncio.sleep(0.005)
        assert counted == number

    async def again(self) -> None:
        """Start the bot that was killed, and wait until it is ready."""
        await self.box.start_bot()
        await self.box.wait_ready()


@asynccontextmanager
async def alerting(
    state: Path, *, edit: Edit | None = None, timings: Mapping[str, float] | None = None
) -> AsyncIterator[Alerting]:
    """Start everything with quick alerts; ``edit`` is what ``sections`` returns."""
    make = partial(Sandbox, edit=edit or sections())
    async with flow(state, timings=QUICK | dict(timings or {}), make=make) as plain:
        plain.box.sentry.ingestion_delay = 0.0
        plain.box.sentry.world.per_minute["backend", "production"] = USUAL
        yield Alerting(plain.box, state)
