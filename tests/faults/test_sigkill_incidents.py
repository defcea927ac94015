"""SIGKILL at random points of 200 incidents: what was taken is kept once, cards show the state, in order."""

import asyncio
import os
import random

import pytest
import pytest_asyncio

from tests.faults.incident_aftermath import kept, shown
from tests.faults.incident_lives import BOOKS, Doing, books, lives

pytestmark = pytest.mark.asyncio(loop_scope="module")

SEED = int(os.environ.get("PAWDEPLOY_INCIDENTS", "5"))
"""Another by hand: ``PAWDEPLOY_INCIDENTS=17 pytest ...``; of a failure it is in the test's name."""
LIVES, ACTS = 20, 4
"""Bots, of which each takes ten incidents and dies of something it does or gets meanwhile."""
BUSY = (5, 170)
"""After how many requests and deliveries of some two hundred."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("books")
    books(folder, random.Random(SEED))  # noqa: S311 - to be repeated, not to be secret
    async with lives(tmp_path_factory.mktemp("lives"), folder) as made:
        made.deliveries_count()
        yield made


@pytest.mark.parametrize("seed", [SEED])
async def test_200_incidents_whose_bots_are_killed_anywhere_keep_all_that_was_taken_once(desk, seed):
    dice = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    crews, killed, every = desk.people(BOOKS), [], []
    for life in range(LIVES):
        doings = [
            Doing(
                headline=f"Life {life} incident {slot}",
                book=f"book{slot}",
                verb=dice.choice(("open", "drill")),
                people=crews[slot],
                dice=random.Random(dice.random()),  # noqa: S311 - to be repeated, not to be secret
            )
            for slot in range(BOOKS)
        ]
        desk.switch.arm_at(dice.randint(*BUSY), dice.choice(("before", "after")))
        async with desk.revived():
            await asyncio.gather(*(desk.work(doing, ACTS) for doing in doings))
            killed += desk.switch.fired
            await desk.at_rest()
        for doing in doings:
            kept(desk, doing)
        every += doings
    await desk.at_rest()
    await shown(desk, [doing.number for doing in every])
    assert len(every) == LIVES * BOOKS
    assert len(killed) >= LIVES * 3 // 4, killed
    assert len(set(killed)) >= 3, killed
