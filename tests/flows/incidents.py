"""What flows of incidents share: opening one, its card, its checklist pressed as people press it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sandbox.launch import Sandbox
from sandbox.workspace.model import Message
from tests.flows.alerting import OPS, Alerting, sections
from tests.flows.driver import ANN, GENERAL, PATIENCE, flow
from tests.flows.guarded import QUICK, USUAL

__all__ = ["OPS", "Incidents", "incidents"]


class Incidents(Alerting):
    """A flow in which people work on incidents."""

    async def opened(self, words: str = "api-down It is down", *, user: str = ANN) -> Message:
        """Open an incident by command; return its card."""
        before = {message.ts for message in self.ws.messages(OPS)}
        said = await self.ws.say(user, GENERAL, f"/pawincident open {words}")
        assert said.ok, said

        def new() -> list[Message]:
            return [one for one in self.ws.messages(OPS) if one.ts not in before]

        return (await self.ws.until(new, PATIENCE))[0]

    def block_of(self, card: Message, action: str, step: str) -> str:
        """Return the block id of the control of a step."""
        for block in card.blocks:
            for element in (block.get("accessory"), *block.get("elements", ())):
                if isinstance(element, dict) and element.get("action_id", "").startswith(action):
                    values = json.dumps(element)
                    if f'\\"step\\":\\"{step}\\"' in values:
                        return str(block["block_id"])
        message = f"no {action} of {step} on the card:\n{card.everything}"
        raise AssertionError(message)


@asynccontextmanager
async def incidents(state: Path, *, box: type[Sandbox] = Sandbox, **changed: Any) -> AsyncIterator[Incidents]:
    """Start everything with short gates and quick looks."""
    make = partial(box, edit=sections(**changed))
    async with flow(state, timings=QUICK, make=make) as plain:
        plain.box.sentry.ingestion_delay = 0.0
        plain.box.sentry.world.per_minute["backend", "production"] = USUAL
        yield Incidents(plain.box, state)
