"""Locks in the whole product: who is stopped, who is told, and where the line appears."""

import pytest

from tests.flows.driver import ANN, BEN, DEPLOYS
from tests.flows.repeating import again, taped

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_lock_stops_another_and_tells_them_why_and_its_owner_ships_under_it(desk):
    sha = desk.commit()
    assert "You hold the lock on `staging` until" in await desk.say(
        "/pawdeploy lock staging because moving house for 2h"
    )
    line = f"<@{ANN}> locked `staging` until"
    await desk.ws.until(lambda: [one for one in desk.cards() if line in one.everything])

    said = await desk.say("/pawdeploy staging", user=BEN)
    assert f"locked by <@{ANN}>" in said
    assert "moving house" in said
    assert "/pawdeploy unlock staging" in said
    assert desk.shipped(sha) == 0

    card = await desk.deploy("staging", user=ANN)
    await desk.shows(card, "Deployed", sha[:7])


async def test_taking_a_lock_tells_its_owner_by_direct_message_and_lets_the_other_ship(desk):
    await desk.say("/pawdeploy lock staging because moving house")
    sha = desk.commit()

    said = await desk.say("/pawdeploy unlock staging because the fix cannot wait", user=BEN)
    assert f"<@{ANN}> is told" in said
    await desk.ws.until(lambda: [one for one in told(desk, ANN) if "the fix cannot wait" in one])
    await desk.ws.until(lambda: [one for one in desk.ws.messages(DEPLOYS) if "ended <@" in one.everything])

    await desk.shows(await desk.deploy("staging", user=BEN), "Deployed", sha[:7])


async def test_an_unlock_that_comes_again_leaves_the_lock_that_was_taken_since(desk):
    await desk.say("/pawdeploy lock staging because moving house")
    with taped(desk) as tape:
        await desk.say("/pawdeploy unlock staging")
    await desk.say("/pawdeploy lock staging because the house moves on")

    await again(desk, tape[0])

    await desk.ws.until(lambda: "What you asked for is done" in desk.ws.ephemerals(ANN)[-1].everything)
    assert "the house moves on" in await desk.say("/pawdeploy locks")
    await desk.say("/pawdeploy unlock staging")


def told(desk, user) -> list[str]:
    """What the bot wrote to one person."""
    return [message.everything for message in desk.ws.direct(user)]
