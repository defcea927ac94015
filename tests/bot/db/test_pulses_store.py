"""How a target stands and what is told of it are one transaction; of two who looked at once one counts."""

import asyncio
import dataclasses

import pytest

from bot.db.pulses_store import PulsesStore
from bot.db.session import open_database
from bot.engine.alerts import AlertEvent, Happening, Source
from bot.engine.arrivals import OURS, ours
from bot.engine.pulse import Pulse
from bot.engine.pulses import Component, PulseState
from tests.bot.db._facts import NOON, later, scalar

TARGET = "api:production:health"
DOWN = Pulse(
    target=TARGET,
    state=PulseState.DOWN,
    since=later(10),
    said="503 \x00",
    components=(Component(name="database", ok=False, said="timeout"),),
    bad=3,
    history="uuddd",
    flapping=True,
    paused="muted",
    checked_at=later(20),
    known_at=later(15),
    next_at=later(25),
)


def news(said="down", key="1"):
    event = AlertEvent(
        source=Source.HEALTH, fingerprint=f"health:{TARGET}", happening=Happening.FIRED, at=later(20)
    )
    return ours(event.model_copy(update={"detail": said}), f"{TARGET}:WentDown:{key}")


@pytest.fixture
def pulses(db):
    return PulsesStore(db)


async def hooks(db):
    return await scalar(db, "SELECT count(*) FROM hooks")


async def test_everything_known_comes_back(pulses):
    assert await pulses.all() == {}
    fresh = Pulse(target="dependency:redis", since=NOON)
    assert await pulses.save(DOWN)
    assert await pulses.save(fresh)
    kept = await pulses.all()
    assert kept == {TARGET: dataclasses.replace(DOWN, said="503 \ufffd"), fresh.target: fresh}


async def test_the_news_is_kept_with_what_it_is_about(db, pulses):
    assert await pulses.save(DOWN, (news(),))
    assert await scalar(db, "SELECT resource FROM hooks WHERE done_at IS NULL") == OURS
    assert await scalar(db, "SELECT key FROM hooks") == f"health:{TARGET}:WentDown:1"
    body = await scalar(db, "SELECT body FROM hooks")
    assert AlertEvent.model_validate_json(bytes(body)).detail == "down"


async def test_the_same_news_again_is_told_once(db, pulses):
    await pulses.save(DOWN, (news(),))
    assert await pulses.save(DOWN, (news("other words"), news()), seen=DOWN.checked_at)
    assert await hooks(db) == 1


async def test_a_look_at_what_moved_meanwhile_changes_nothing_and_tells_nothing(db, pulses):
    await pulses.save(DOWN)
    up = dataclasses.replace(DOWN, state=PulseState.UP, checked_at=later(30))
    assert not await pulses.save(up, (news(),))
    assert not await pulses.save(up, (news(),), seen=later(19))
    assert (await pulses.all())[TARGET].down
    assert await hooks(db) == 0
    assert await pulses.save(up, (news(),), seen=later(20))
    assert not (await pulses.all())[TARGET].down


async def test_of_two_who_looked_at_once_one_is_kept(url, db, pulses):
    other = await open_database(url)
    try:
        stores = (pulses, PulsesStore(other)) * 3
        kept = await asyncio.gather(
            *(
                store.save(dataclasses.replace(DOWN, checked_at=later(20 + at)), (news(key=str(at)),))
                for at, store in enumerate(stores)
            )
        )
    finally:
        await other.close()
    assert sum(kept) == 1
    assert await hooks(db) == 1


async def test_what_is_forgotten_is_gone_and_told_once(db, pulses):
    await pulses.save(DOWN)
    assert await pulses.forget(TARGET, (news(),))
    assert not await pulses.forget(TARGET, (news("again"),))
    assert await pulses.all() == {}
    assert await hooks(db) == 1
