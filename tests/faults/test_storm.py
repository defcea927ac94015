"""Storms: everything goes wrong at random while people work and bots are killed; every promise holds after.

A seed repeats what is done and when, not how the bot's own work falls between. More seeds by hand:
``PAWDEPLOY_STORMS=1,2,3 pytest tests/faults/test_storm.py``.
"""

import os

import pytest

from tests.faults.aftermath import Ends, check
from tests.faults.storm import SERVICES, Storm, under_way
from tests.flows.test_modes import second_bot

SECONDS = 15.0
SEEDS = [int(seed) for seed in os.environ.get("PAWDEPLOY_STORMS", "7,21").split(",")]


async def weather(desk, seed, bots, database_url=""):
    """One storm, its end, one calm deploy of each service, and what must hold then."""
    storm, ends = Storm(desk, seed, bots, database_url), Ends(desk)
    try:
        await storm.rage(SECONDS)
        await storm.settle()
        for service in SERVICES:
            sha = desk.commit()
            card = await desk.deploy(f"staging --service {service}")
            await desk.shows(card, "Deployed", sha[:7])
        await check(storm, ends, await storm.settle())
    except (AssertionError, TimeoutError) as error:
        error.add_note("\n".join((f"storm of seed {seed}:", *storm.diary)))
        raise


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_storm_loses_nothing_and_doubles_nothing(tmp_path, seed):
    async with under_way(tmp_path) as desk:
        await weather(desk, seed, [desk.box.process])


@pytest.mark.postgres
@pytest.mark.parametrize("seed", SEEDS[:1] if "PAWDEPLOY_STORMS" not in os.environ else SEEDS)
async def test_a_storm_over_two_replicas_loses_nothing_and_doubles_nothing(tmp_path, postgres_url, seed):
    async with under_way(tmp_path, database_url=postgres_url) as desk:
        other = second_bot(desk, postgres_url)
        await other.start()
        try:
            await weather(desk, seed, [desk.box.process, other], postgres_url)
        finally:
            await other.stop()
