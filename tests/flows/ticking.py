"""Many people at one incident in the same moment, over a Slack that keeps its real limits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sandbox.launch import Sandbox
from sandbox.workspace import Limits
from sandbox.workspace.model import Message, Person
from tests.flows.incidents import Incidents, incidents, press

PEOPLE = [
    Person(id=f"U0TICKER{number:03}", name=f"t{number}", real_name=f"T {number}") for number in range(100)
]
STEPS = [f"s{number:02}" for number in range(100)]
"""As many as a playbook may have; they take five messages."""
_PLAYBOOK = "title: All at once\nwhen: Everybody works at it.\nseverity: sev3\nsteps:\n" + "".join(
    f"  - {{kind: do, id: {key}, text: Do part {key}.}}\n" for key in STEPS
)
REAL = {"card_interval": 1.0, "slack_posts": 1.0, "slack_edits": 50}
"""How fast the bot speaks where nobody says otherwise."""


class Limited(Sandbox):
    """A sandbox whose Slack lets through what Slack does."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given | {"slack_limits": Limits()})


@asynccontextmanager
async def ticking(state: Path) -> AsyncIterator[Incidents]:
    """Start everything with a hundred people more, and a playbook with a step for each."""
    folder = state / "playbooks"
    folder.mkdir(parents=True)
    (folder / "all-at-once.yaml").write_text(_PLAYBOOK, "utf-8")
    async with incidents(
        state / "bot", box=Limited, timings=REAL, incidents={"playbooks": str(folder)}
    ) as desk:
        desk.ws.join(*PEOPLE)
        yield desk


async def laid_out(desk: Incidents, words: str, verb: str = "open") -> Message:
    """Open the incident; return its card once all of its messages are there."""
    card = await desk.opened(f"all-at-once {words}", verb=verb)
    await desk.polled(lambda: len(desk.pages(card)) == 5)
    await desk.drawn(card)
    return card


async def tick_at_once(desk: Incidents, card: Message, steps: list[str]) -> None:
    """Have everybody tick, one step each, in the same moment."""
    await asyncio.gather(
        *(desk.ticked(card, step, user=person.id) for person, step in zip(PEOPLE, steps, strict=False))
    )


def right(desk: Incidents, card: Message, over: int) -> bool:
    """Say whether the messages show that so many steps are over, each with its box ticked."""
    boxes = [
        one for page in desk.pages(card) for one in page.actions if one["action_id"] == press.INCIDENT_TICK
    ]
    ticked = sum(bool(one.get("initial_options")) for one in boxes)
    return ticked == over and f"{over} of {len(STEPS)} steps" in card.everything
