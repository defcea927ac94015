"""What tests of incidents ask again and again."""

import pytest

from bot.engine.incident_notes import IncidentNote
from bot.engine.incident_requests import ResolveRequest
from bot.errors import UserError
from tests.bot.incidents._world import ANN, IncidentWorld


async def refusal(asked) -> UserError:
    """What somebody is told instead."""
    with pytest.raises(UserError) as caught:
        await asked
    return caught.value


def ending(by: str = ANN, **more) -> ResolveRequest:
    return ResolveRequest(**{"summary": "It was a bad deploy.", "cause": "A typo.", "by": by} | more)


async def said(world: IncidentWorld, *kinds: str) -> list[IncidentNote]:
    """What is owed to threads and channels, in its order; only ``kinds`` where named."""
    notes = [IncidentNote.decode(due.body) for due in await world.posts.due() if due.body]
    return [one for one in notes if not kinds or one.kind in kinds]


async def step(world: IncidentWorld, key: str, incident: int = 1):
    found = (await world.desk.incident(incident)).step(key)
    assert found is not None
    return found


async def revision(world: IncidentWorld, incident: int = 1) -> int:
    return (await world.desk.incident(incident)).revision
